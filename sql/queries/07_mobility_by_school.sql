-- Where do most children come late or leave early?
select
    school_year,
    school_name,
    n_students_display as students,
    n_entered_late_display as entered_late,
    n_exited_early_display as left_early
from enrollment_summary
where aggregation = 'School' and subgroup_dimension = 'All students'
order by school_year desc, coalesce(n_entered_late, 0) + coalesce(n_exited_early, 0) desc, school_name;
