-- Which schools lose most children to absence this year, by the local rule and the federal one?
select
    school_name,
    pct_chronically_absent_display as chronically_absent,
    pct_chronically_absent_federal_display as chronically_absent_federal,
    pct_chronically_absent_change_display as change_in_points
from chronic_absence
where
    aggregation = 'School'
    and subgroup_dimension = 'All students'
    and grade_level is null
    and school_year = (select max(school_year) from chronic_absence)
order by pct_chronically_absent desc nulls last, school_name;
