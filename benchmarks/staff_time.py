"""How long punches take to become shifts and weeks, and their rules to judge them, and whether that grows as the punches do.

    python -m benchmarks.staff_time
        --punches 6000000       measured are an eighth, a quarter, a half of them, and all
        --steps 4

The punches are drawn inside the engine: four a day with a meal, five days a week for three years, of as many employees as that takes;
one in a thousand is missing. How it is measured, `growth` says.
"""

import datetime as dt

import click
from duckdb import DuckDBPyConnection

from benchmarks.growth import Subject, show
from district_platform.analysis.timekeeping import staff_hours
from district_platform.dictionary import TABLES
from district_platform.dimensions.timekeeping import dim_employee
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.facts.timekeeping import fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours

GIVEN = ("employee_crosswalk", "dim_educator", "dim_school", "dim_calendar_date", "fct_staff_assignment")
"""Tables that they read, which are empty here: nobody has an FTE, so that TIM-04 has nothing to hold hours against."""

FIRST, DAYS = dt.date(2023, 2, 13), 1_096
AS_OF = FIRST + dt.timedelta(DAYS)
PUNCHES_A_DAY = "[480, 720, 750, 990]"
PUNCHES_AN_EMPLOYEE = 3_132
EMPLOYEES_A_SCHOOL = 20


def draw(connection: DuckDBPyConnection, n_punches: int) -> None:
    """The staged tables; what a punch holds follows from its number, so that the same size gives the same punches."""
    for name in ("stg_timekeeping_employee", "stg_timekeeping_punch", *GIVEN):
        DuckDBTables(connection).replace(TABLES[name], [])
    n_employees = max(1, n_punches // PUNCHES_AN_EMPLOYEE)
    connection.execute(
        f"""insert into stg_timekeeping_employee by name
        select 'E' || i as person_number, i as ukg_person_id, 'Aide' as job_title, 'S' || (i // {EMPLOYEES_A_SCHOOL}) as school_id,
            'hourly' as worker_type, 18.55 as hourly_rate, 'America/New_York' as time_zone
        from range({n_employees}) e(i)"""
    )
    connection.execute(
        f"""insert into stg_timekeeping_punch by name
        select row_number() over () as punch_id, 'E' || e.i as person_number,
            d.day + to_minutes(p.minute::bigint) + to_seconds((hash(e.i, d.day, p.minute) % 600)::bigint) as punch_dtm,
            time_bucket(interval 15 minute, punch_dtm + interval 450 second) as rounded_punch_dtm,
            'America/New_York' as time_zone, false as is_phantom, punch_dtm as updated_on_dtm, false as is_deleted
        from range({n_employees}) e(i), (select date '{FIRST}' + i::integer as day from range({DAYS}) r(i)) d,
            (select unnest({PUNCHES_A_DAY}) as minute) p
        where isodow(d.day) < 6 and hash(e.i, d.day, p.minute, 7) % 1000 > 0"""
    )


SUBJECT = Subject(
    draw,
    AS_OF,
    tables=(dim_employee, fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours, staff_hours),
    rules="TIM-",
    delivered=frozenset({"hr/staff_assignments", "sis/calendar_dates"}),
    counted="fct_staff_shift",
)


@click.command()
@click.option("--punches", default=6_000_000, show_default=True)
@click.option("--steps", default=4, show_default=True)
def main(punches: int, steps: int) -> None:
    show(SUBJECT, punches, steps)


if __name__ == "__main__":
    main()
