-- Row by row, restricted: where do most children come after October 1, or leave before the last school day?
with last_days as (
    select school_year, k_school, calendar_code, max(calendar_date) as last_day
    from dim_calendar_date
    where is_school_day
    group by all
),

students as (
    select
        school_year,
        k_school,
        k_student,
        min(entry_date) > make_date(school_year - 1, 10, 1) as is_late,
        bool_and(exit_date is not null) and arg_max(exit_date < last_day, exit_date) as is_gone
    from fct_student_school_association
    inner join last_days using (school_year, k_school, calendar_code)
    where is_primary and coalesce(exit_date >= entry_date, true)
    group by school_year, k_school, k_student
)

select
    school_year,
    k_school,
    count(*) as students,
    count(*) filter (where is_late) as entered_late,
    count(*) filter (where is_gone) as left_early
from students
group by school_year, k_school
order by school_year desc, count(*) filter (where is_late or is_gone) desc, k_school;
