-- Which schools have most students per teacher FTE on the census date?
select school_year, school_name, n_students_census_display as students, teacher_fte, students_per_teacher_fte_display as per_fte
from staffing_ratios
where aggregation = 'School'
order by school_year desc, students_per_teacher_fte desc nulls last, school_name;
