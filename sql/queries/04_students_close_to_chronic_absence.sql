-- Row by row, restricted: which students of the running year are in the band 'At Risk' of a school, and how many more days may they miss?
-- A student with `enrolled` days stays above 90 % while days absent are fewer than a tenth of the days enrolled.
select
    k_school,
    k_student_xyear,
    cumulative_days_enrolled as days_enrolled,
    cumulative_days_absent as days_absent,
    cumulative_attendance_rate as attendance_rate
from msr_student_cumulative_attendance
where
    school_year = (select max(school_year) from msr_student_cumulative_attendance)
    and absentee_category_label = 'At Risk'
order by k_school, attendance_rate, k_student_xyear;
