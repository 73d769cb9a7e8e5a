-- Row by row: how many people work in each position of a school, with how much FTE, leaving out FTE that nobody can work?
select school_year, k_school, position, count(distinct k_educator) as people, sum(fte) as fte
from fct_staff_assignment
where fte > 0 and fte <= 1
group by school_year, k_school, position
order by school_year desc, k_school, fte desc, position;
