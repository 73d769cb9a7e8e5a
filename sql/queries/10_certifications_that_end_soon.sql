-- Row by row: certifications of educators that end within half a year of the latest day of the calendar that has attendance.
select c.k_educator, c.certification_type, c.subject, c.grade_band, c.expiration_date
from fct_educator_certification as c
cross join (select max(event_date) as today from fct_student_school_attendance_event) as t
where c.status = 'Active' and c.expiration_date between t.today and t.today + interval 6 month
order by c.expiration_date, c.k_educator, c.subject;
