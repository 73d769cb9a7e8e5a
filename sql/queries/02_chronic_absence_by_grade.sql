-- In which grades is absence highest?
select
    school_year,
    grade_level,
    pct_chronically_absent_display as chronically_absent
from chronic_absence
where
    aggregation = 'District'
    and subgroup_dimension = 'All students'
    and grade_level is not null
order by school_year desc, pct_chronically_absent desc nulls last, grade_level;
