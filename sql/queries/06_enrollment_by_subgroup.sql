-- How many students are in the district and its groups on the count day, and what share of all is that?
select school_year, subgroup_dimension, subgroup_value, n_students_census_display as students, pct_of_students_display as share
from enrollment_summary
where aggregation = 'District'
order by school_year desc, k_subgroup;
