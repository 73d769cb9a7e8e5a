-- Row by row, restricted: the longest unbroken runs of unexcused absence of the running year.
select k_school, k_student_xyear, max(consecutive_days_by_excusal_status) as days_in_a_row
from fct_student_daily_attendance
where
    attendance_excusal_status = 'Unexcused'
    and school_year = (select max(school_year) from msr_student_cumulative_attendance)
group by k_school, k_student_xyear
having max(consecutive_days_by_excusal_status) >= 3
order by days_in_a_row desc, k_school, k_student_xyear;
