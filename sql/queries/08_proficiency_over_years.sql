-- How has proficiency developed in the district, by subject and administration?
select subject, administration, school_year, pct_proficient_display as proficient, pct_proficient_change_display as change
from student_performance
where aggregation = 'District' and subgroup_dimension = 'All students'
order by subject, administration, school_year;
