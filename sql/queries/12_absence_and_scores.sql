-- Row by row, restricted: how do results differ between bands of attendance? A difference says where to look, not what caused it.
select a.school_year, f.subject, f.administration, a.absentee_category_label as band, count(*) as results, avg(f.scale_score) as mean_scale_score
from msr_student_cumulative_attendance as a
join fct_student_assessment as f on f.k_student = a.k_student and f.k_school = a.k_school
where a.meets_enrollment_threshold
group by a.school_year, f.subject, f.administration, a.absentee_category_rank, band
order by a.school_year desc, f.subject, f.administration, a.absentee_category_rank;
