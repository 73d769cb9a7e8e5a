"""How long punches take to become shifts and weeks, and their rules to judge them, and whether that grows as the punches do.

    python -m benchmarks.staff_time
        --punches 6000000       measured are an eighth, a quarter, a half of them, and all
        --steps 4

The punches are drawn inside the engine, outside the clock: four a day with a meal, five days a week for three years, of as many employees
as that takes; one in a thousand is missing. `stages` measures what lies in any database under the names of the staged tables, which
is how a benchmark of the store goes on where loading ends. Seconds are wall time; growth is that of the most punches against half as
many: 2 is linear. Memory is the process's highest so far.
"""

import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import ibis
from duckdb import DuckDBPyConnection

from district_platform.analysis.timekeeping import staff_hours
from district_platform.dictionary import TABLES
from district_platform.dimensions.timekeeping import dim_employee
from district_platform.engine import database
from district_platform.engine.tables import replace_with_expression, replace_with_nothing, row_count
from district_platform.facts.timekeeping import fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.quality.model import arguments
from district_platform.settings import Engine, Settings

BUILT: tuple[Callable[..., ibis.Table], ...] = (
    dim_employee,
    fct_staff_punch,
    fct_staff_shift,
    msr_staff_weekly_hours,
    staff_hours,
)
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
        replace_with_nothing(connection, TABLES[name])
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


def stages(connection: DuckDBPyConnection, settings: Settings) -> Iterator[tuple[str, float]]:
    """Every table and rule with its seconds, each as a run builds and judges it."""
    for function in BUILT:
        started = time.perf_counter()
        replace_with_expression(connection, TABLES[function.__name__], function(**arguments(function, settings)))
        yield function.__name__, time.perf_counter() - started
    for rule in (rule for rule in RULES.values() if rule.id.startswith("TIM-")):
        started = time.perf_counter()
        delivered = frozenset({"hr/staff_assignments", "sis/calendar_dates"})
        evaluate(connection, rule, settings, delivered=delivered, waived=frozenset())
        yield rule.id, time.perf_counter() - started


def measure(n_punches: int) -> tuple[dict[str, float], int, int]:
    """Seconds by table and rule, shifts, and megabytes at the highest."""
    settings = Settings(as_of_date=AS_OF)
    with tempfile.TemporaryDirectory() as folder, database.connect(Path(folder) / "t.duckdb", Engine()) as connection:
        draw(connection, n_punches)
        seconds = dict(stages(connection, settings))
        n_shifts = row_count(connection, "fct_staff_shift")
    return seconds, n_shifts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@click.command()
@click.option("--punches", default=6_000_000, show_default=True)
@click.option("--steps", default=4, show_default=True)
def main(punches: int, steps: int) -> None:
    sizes = [punches >> step for step in reversed(range(steps))]
    measured = [measure(size) for size in sizes]
    print(f"{'seconds':24}" + "".join(f"{size:>12,}" for size in sizes) + f"{'growth':>8}")
    for name in measured[0][0]:
        times = [seconds[name] for seconds, *_ in measured]
        growth = f"{times[-1] / times[-2]:8.2f}" if steps > 1 else ""
        print(f"{name:24}" + "".join(f"{seconds:12.2f}" for seconds in times) + growth)
    print(f"{'shifts':24}" + "".join(f"{n_shifts:12,}" for _, n_shifts, _ in measured))
    print(f"{'memory, MB':24}" + "".join(f"{memory:12,}" for *_, memory in measured))


if __name__ == "__main__":
    main()
