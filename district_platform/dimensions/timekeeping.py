"""Employees of the timekeeping system, and who of them are educators."""

import ibis

FURTHER_EMPLOYMENT = r"-[0-9]+$"
"""The ending of the number of a person's further employment: 1234, 1234-2."""


def dim_employee(
    stg_timekeeping_employee: ibis.Table, employee_crosswalk: ibis.Table, dim_educator: ibis.Table
) -> ibis.Table:
    """The district's crosswalk wins over the number that both systems share; an id that no educator has links to nobody."""
    known = dim_educator.select("k_educator")
    crosswalk = employee_crosswalk.select(crosswalk_number="person_number", crosswalk_id="educator_id")
    employees = stg_timekeeping_employee.left_join(
        crosswalk, stg_timekeeping_employee.person_number == crosswalk.crosswalk_number
    )
    shared = employees.person_number.re_replace(FURTHER_EMPLOYMENT, "")
    employees = employees.mutate(meant_id=ibis.coalesce(employees.crosswalk_id, shared))
    linked = employees.left_join(known, employees.meant_id == known.k_educator)
    return linked.drop("meant_id", "crosswalk_number", "crosswalk_id").rename(
        k_employee="person_number", k_school="school_id"
    )
