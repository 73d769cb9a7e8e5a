import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from district_platform.analysis.timekeeping import staff_hours
from district_platform.dictionary import TABLES
from district_platform.settings import Privacy
from district_platform_tests.quality.tables import table

MINIMUM = 3
SUNDAY = "2026-01-11"


def hours(weeks: list[tuple], people: list[tuple], assignments: Sequence[tuple] = ()) -> list[dict[str, Any]]:
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
    assert (aides["assigned_fte"], aides["hours_per_fte"]) == (Decimal("0.5"), 42.0)
    assert (custodian["overtime_hours"], custodian["assigned_fte"], custodian["hours_per_fte"]) == (4, None, None)


def test_schools_stand_where_half_of_them_have_enough_staff() -> None:
    people = [(f"E{n}", "S1" if n < MINIMUM else "S2", "Aide") for n in range(MINIMUM + 1)]
    weeks = [(e, "10.00", "0") for e, *_ in people]
    places = [(row["aggregation"], row["k_school"], row["headcount"]) for row in hours(weeks, people)]
    assert places == [("District", None, 4), ("School", "S1", 3), ("School", "S2", 1)]
    assert [row["aggregation"] for row in hours(weeks[1:], people)] == ["District"]


def test_employee_without_a_school_or_title_counts_for_the_district_alone() -> None:
    [row] = hours([("E1", "8.00", "0")], [("E1", None, None)])
    assert (row["aggregation"], row["position"], row["school_name"]) == ("District", "Not reported", None)
