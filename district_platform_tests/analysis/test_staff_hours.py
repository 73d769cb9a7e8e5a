import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from district_platform.analysis.timekeeping import staff_hours
from district_platform.dictionary import TABLES
from district_platform.settings import Privacy, Quality
from district_platform_tests.quality.tables import table

MINIMUM = 3
SUNDAY = "2026-01-11"
QUALITY = Quality()


def hours(
    weeks: list[tuple], people: list[tuple], assignments: Sequence[tuple] = (), quality: Quality = QUALITY
) -> list[dict[str, Any]]:
    """staff_hours of weeks (employee, hours, overtime) from one Sunday on and people (employee, school, job)."""
    rows = [(e, SUNDAY, "2026-01-12", 1, worked, overtime, 2026) for e, worked, overtime in weeks]
    columns = "k_employee work_week_begin_date first_work_date n_shifts hours_worked overtime_hours school_year"
    schools = {e: school for e, school, _ in people}
    built = staff_hours(
        table("msr_staff_weekly_hours", f"{columns} k_school", [(*row, schools[row[0]]) for row in rows]),
        table("fct_staff_assignment", "k_educator begin_date end_date fte", assignments),
        table("dim_employee", "k_employee k_educator job_title", [(e, e, job) for e, _, job in people]),
        table("dim_school", "k_school school_name", [("S1", "Oak"), ("S2", "Elm")]),
        Privacy(min_group_size=MINIMUM, min_uncertainty=1),
        quality,
        dt.date(2026, 2, 13),
    )
    key = TABLES["staff_hours"].key
    return built.select(*TABLES["staff_hours"].columns).order_by(*key).to_pyarrow().to_pylist()


def test_hours_add_up_by_position_with_the_fte_of_those_who_have_any() -> None:
    people = [("E1", "S1", "Aide"), ("E2", "S1", "Aide"), ("E3", "S2", "Custodian")]
    assignments = [
        ("E1", "2025-08-18", None, "0.5"),
        ("E1", "2025-08-18", "2026-01-12", "1.0"),
        ("E2", None, None, "1.0"),
    ]
    aides, custodian = hours([("E1", "21.00", "0"), ("E2", "30.00", "0"), ("E3", "44.00", "4")], people, assignments)
    assert (aides["position"], aides["headcount"], aides["hours_worked"]) == ("Aide", 2, Decimal("51.00"))
    assert (aides["assigned_fte"], aides["pct_employees_left_out"]) == (Decimal("0.5"), 50.0)
    assert (custodian["overtime_hours"], custodian["assigned_fte"], custodian["pct_employees_left_out"]) == (
        4,
        None,
        100.0,
    )
    assert [aides["hours_per_fte"], custodian["hours_per_fte"]] == [None, None], "half of the aides are left out"


@pytest.mark.parametrize(
    ("n_with_fte", "most_pct", "per_fte"), [(10, 10, 40.0), (9, 10, 40.0), (8, 10, None), (8, 20, 40.0)]
)
def test_hours_per_fte_say_who_is_left_out_and_are_not_told_of_too_few(
    n_with_fte: int, most_pct: int, per_fte: float | None
) -> None:
    """Ten aides; each with an FTE has 0.5 and works 20 hours, the others work 35."""
    employees = [f"E{n}" for n in range(10)]
    worked = [(e, "20.00" if n < n_with_fte else "35.00", "0") for n, e in enumerate(employees)]
    held = [(e, "2025-08-18", None, "0.5") for e in employees[:n_with_fte]]
    [row] = hours(worked, [(e, None, "Aide") for e in employees], held, Quality(max_left_out_pct=most_pct))
    assert (row["headcount"], row["assigned_fte"]) == (10, n_with_fte * Decimal("0.5"))
    assert row["pct_employees_left_out"] == 10.0 * (10 - n_with_fte)
    assert row["hours_per_fte"] == per_fte


def test_share_left_out_is_of_the_school_in_its_row() -> None:
    """All aides of Oak have an FTE, one of the four of Elm has none: the district leaves out one of eight."""
    people = [(f"E{n}", "S1" if n < 4 else "S2", "Aide") for n in range(8)]
    held = [(e, "2025-08-18", None, "1.0") for e, *_ in people[:7]]
    rows = hours([(e, "38.00", "0") for e, *_ in people], people, held)
    shares = [(row["school_name"], row["pct_employees_left_out"], row["hours_per_fte"]) for row in rows]
    assert shares == [(None, 12.5, None), ("Oak", 0.0, 38.0), ("Elm", 25.0, None)]


def test_schools_stand_where_half_of_them_have_enough_staff() -> None:
    people = [(f"E{n}", "S1" if n < MINIMUM else "S2", "Aide") for n in range(MINIMUM + 1)]
    weeks = [(e, "10.00", "0") for e, *_ in people]
    places = [(row["aggregation"], row["k_school"], row["headcount"]) for row in hours(weeks, people)]
    assert places == [("District", None, 4), ("School", "S1", 3), ("School", "S2", 1)]
    assert [row["aggregation"] for row in hours(weeks[1:], people)] == ["District"]


def test_employee_without_a_school_or_title_counts_for_the_district_alone() -> None:
    [row] = hours([("E1", "8.00", "0")], [("E1", None, None)])
    assert (row["aggregation"], row["position"], row["school_name"]) == ("District", "Not reported", None)
