-- Who is enrolled in the district, and how has that changed?
select school_year, subgroup_dimension, subgroup_value, n_students_display as students, n_students_change_display as change
from enrollment_summary
where aggregation = 'District'
order by school_year desc, k_subgroup;
