"""Queries for granting: who is behind an account, and what their work opens. Pages cannot use them, because they are not registered.

`access.grants` binds their parameters.
"""

PLACES = {
    "schools": "select k_school from dim_school where k_school is not null order by k_school",
    "stores": "select k_store from dim_store where k_store is not null order by k_store",
    "employees": "select k_employee from dim_employee where termination_date is null or termination_date >= $today",
}
"""What a scope may name; `employees` without those who have left."""

EDUCATORS = """
    select email, k_educator, termination_date is not null and termination_date < $today as has_left
    from dim_educator
    where email is not null and k_educator is not null
    order by k_educator
"""
"""Everybody with an address, as it is written; `access.logins` says which account it is."""

EMPLOYMENTS = """
    select employee.k_employee
    from dim_employee as employee
    join dim_educator as educator on educator.k_educator = employee.k_educator
    where employee.k_educator = $educator
        and (employee.termination_date is null or employee.termination_date >= $today)
        and trim(educator.last_name) <> ''
        and case
            when contains(employee.full_name, ',')
                then lower(trim(split_part(employee.full_name, ',', 1))) = lower(trim(educator.last_name))
            else ends_with(' ' || lower(trim(employee.full_name)), ' ' || lower(trim(educator.last_name)))
        end
    order by employee.k_employee
"""
"""An educator's numbers in the timekeeping system. Two systems may give one number to two people, so the last name must agree too."""

SCHOOLS_BY_POSITION = """
    select distinct assignment.position, assignment.k_school
    from fct_staff_assignment as assignment
    join dim_school as school on school.k_school = assignment.k_school
    where assignment.k_educator = $educator
        and assignment.school_year = $school_year
        and $as_of_date between assignment.begin_date and assignment.end_date
    order by all
"""

SECTIONS = """
    select distinct taught.k_section
    from fct_staff_section_association as taught
    join dim_section as section on section.k_section = taught.k_section
    where taught.k_educator = $educator and taught.school_year = $school_year and section.school_year = $school_year
    order by all
"""

LARGEST = """
    select 'principal' as role, min(k_school) as id from fct_student_school_association where school_year = $school_year
    union all
    select 'clerk', arg_max(k_school, (n, k_school))
    from (select k_school, count(*) as n from fct_attendance_decision where is_reconciled and k_school is not null group by all)
    union all
    select 'store', min(k_store) from dim_store
    union all
    select 'employee', arg_max(week.k_employee, (n, week.k_employee))
    from (
        select k_employee, sum(overtime_hours) + 8 * sum(n_missing_punch_days) as n
        from msr_staff_weekly_hours
        where school_year = $school_year
        group by all
    ) as week
    join dim_employee as employee on employee.k_employee = week.k_employee
    where employee.termination_date is null or employee.termination_date >= $as_of_date
    union all
    select 'teacher', arg_max(k_educator, (n, k_educator))
    from (
        select taught.k_educator, count(distinct member.k_student) as n
        from fct_staff_section_association as taught
        join fct_student_section_association as member on member.k_section = taught.k_section
        join dim_section as section on section.k_section = taught.k_section
        join dim_session as session on session.k_session = section.k_session
        where taught.school_year = $school_year and taught.k_educator is not null
            and $as_of_date between session.begin_date and session.end_date
            and $as_of_date between member.begin_date and coalesce(member.end_date, $as_of_date)
        group by all
    )
"""
"""Whom to show a district by: the first school and store, the school with most corrections, who teaches most students, and an
employee with overtime or missing punches."""
