-- Are Mondays and Fridays worse than other days?
select school_year, weekday, pct_attendance_display as attendance
from attendance_trend
where aggregation = 'District' and weekday is not null
order by school_year desc, weekday_number;
