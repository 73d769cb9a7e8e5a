import datetime as dt

import ibis

from district_platform.dictionary import TABLES
from district_platform.engine.resources import Warehouse
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Status, evaluate
from district_platform.quality.timekeeping import (
    hours_far_from_fte,
    missing_punch,
    overlapping_shifts,
    punch_outside_employment,
    shift_of_impossible_length,
    unknown_employee,
    weekly_limit_exceeded,
)
from district_platform.settings import Hours, Quality, Settings
from district_platform_tests.quality.tables import found, table

WINTER, SUMMER = -18_000, -14_400


def employees(*rows: tuple) -> ibis.Table:
    return table("dim_employee", "k_employee k_educator worker_type hire_date termination_date", rows)


def test_punch_without_its_partner_is_found_and_one_of_who_is_still_at_work_is_not() -> None:
    punches = [
        (1, "E1", "2026-02-02 08:00:00", "missing out"),
        (2, "E1", "2026-02-03 16:00:00", "missing in"),
        (3, "E1", "2026-02-13 08:00:00", "open"),
        (4, "E1", "2026-02-04 08:00:00", "phantom"),
    ]
    findings = found(missing_punch, table("fct_staff_punch", "punch_id k_employee punch_dtm pairing", punches))
    assert findings.keys() == {"1", "2"}
    assert findings["1"] == "missing out beside the punch of E1 at 2026-02-02 08:00:00"


def test_shift_is_too_long_beyond_sixteen_hours_and_too_short_under_five_minutes() -> None:
    lengths = [(1, 16 * 3_600), (2, 16 * 3_600 + 1), (3, 300), (4, 299)]
    rows = [(k, "E1", "2026-02-02 06:00:00", seconds) for k, seconds in lengths]
    shifts = table("fct_staff_shift", "k_shift k_employee began_dtm seconds_elapsed", rows)
    assert found(shift_of_impossible_length, shifts, Quality()).keys() == {"2", "4"}
    assert found(shift_of_impossible_length, shifts, Quality(max_shift_hours=17, min_shift_minutes=0)) == {}


def overlapping(*shifts: tuple) -> dict[str, str]:
    people = table(
        "dim_employee",
        "k_employee k_educator",
        [("E1", "T1"), ("E1-2", "T1"), ("E2", "T2"), ("E3", None), ("E4", None)],
    )
    columns = "k_shift k_employee began_dtm utc_offset seconds_elapsed"
    return found(overlapping_shifts, table("fct_staff_shift", columns, shifts), people)


def test_shifts_of_one_educators_two_employments_may_touch_and_not_overlap() -> None:
    first = (1, "E1", "2026-02-02 08:00:00", WINTER, 3_600)
    assert overlapping(first, (2, "E1-2", "2026-02-02 09:00:00", WINTER, 3_600)) == {}
    second = (2, "E1-2", "2026-02-02 08:59:59", WINTER, 3_600)
    assert overlapping(first, second) == {"1|2": "shifts of E1 and E1-2 at the same time"}


def test_shifts_overlap_in_true_time() -> None:
    summer_time = (1, "E1", "2025-11-02 01:30:00", SUMMER, 1_800)
    winter_time = (2, "E1-2", "2025-11-02 01:30:00", WINTER, 1_800)
    assert overlapping(summer_time, winter_time) == {}


def test_shifts_of_two_people_do_not_overlap() -> None:
    at_once = [(k, e, "2026-02-02 08:00:00", WINTER, 60) for k, e in ((1, "E1"), (2, "E2"), (3, "E3"), (4, "E4"))]
    assert overlapping(*at_once) == {}


MONDAYS = [dt.date(2025, 9, 8) + dt.timedelta(weeks=n) for n in range(6)]


def far_from_fte(*hours: str | None, fte: str = "0.5", worker_type: str = "hourly", closed: int = 0) -> set[str]:
    """An aide's weeks with these hours, at a school that is closed on so many Mondays to Fridays from the first on."""
    weeks = [
        ("E1", str(monday - dt.timedelta(days=1)), worked, 5)
        for monday, worked in zip(MONDAYS, hours, strict=False)
        if worked is not None
    ]
    days = [monday + dt.timedelta(days=n) for monday in MONDAYS for n in range(5)]
    calendar = [("S1", str(day), number >= closed) for number, day in enumerate(days)]
    findings = found(
        hours_far_from_fte,
        table("msr_staff_weekly_hours", "k_employee work_week_begin_date hours_worked n_shifts", weeks),
        table(
            "fct_staff_assignment",
            "k_educator k_school begin_date end_date fte",
            [("T1", "S1", "2025-08-01", "2026-06-01", fte)],
        ),
        table("dim_calendar_date", "k_school calendar_date is_school_day", calendar),
        employees(("E1", "T1", worker_type, None, None)),
        Hours(),
        Quality(),
        dt.date(2026, 2, 13),
    )
    return set(findings.values())


def test_a_quarter_more_or_less_than_the_fte_over_four_weeks_is_allowed() -> None:
    assert far_from_fte("25", "25", "25", "25") == set()
    assert far_from_fte("15", "15", "15", "15") == set()
    assert far_from_fte("25", "25", "25", "25.01") == {
        "100.01 hours in 4 weeks from 2025-09-07 where FTE stands for 80.00"
    }


def test_one_week_without_work_counts_and_three_weeks_are_too_few_to_judge() -> None:
    assert far_from_fte("20", None, "10", "10") == {"40.00 hours in 4 weeks from 2025-09-07 where FTE stands for 80.00"}
    assert far_from_fte("40", "40", "40") == set()


def test_days_on_which_school_is_closed_are_not_expected_and_too_few_days_are_not_judged() -> None:
    assert far_from_fte("0", "20", "20", "20", closed=5) == set()
    assert far_from_fte("40", "40", "40", "40", closed=9) == set()


def test_only_hourly_staff_with_a_possible_fte_is_held_against_it() -> None:
    assert far_from_fte("2", "2", "2", "2", worker_type="salaried") == set()
    assert far_from_fte("2", "2", "2", "2", fte="1.2") == set()


def outside(*punches: tuple) -> set[str]:
    columns = "punch_id k_employee punch_dtm pairing k_shift"
    people = employees(("E1", None, "hourly", "2025-08-01", "2026-01-30"), ("E2", None, "hourly", None, None))
    return set(found(punch_outside_employment, table("fct_staff_punch", columns, punches), people))


def test_first_and_last_day_are_inside_and_so_is_the_night_that_begins_on_the_last() -> None:
    assert outside(
        (1, "E1", "2025-07-31 08:00:00", "paired", 1),
        (2, "E1", "2025-07-31 12:00:00", "paired", 1),
        (3, "E1", "2025-08-01 08:00:00", "missing out", None),
        (4, "E1", "2026-01-30 22:00:00", "paired", 4),
        (5, "E1", "2026-01-31 06:00:00", "paired", 4),
        (6, "E1", "2026-01-31 08:00:00", "missing out", None),
        (7, "E1", "2026-02-02 08:00:00", "deleted", None),
        (8, "E2", "1999-01-01 08:00:00", "paired", 8),
    ) == {"1", "2", "6"}


def test_students_may_work_just_as_long_as_the_limit() -> None:
    rows = [("E1", "2026-01-04", "20.00"), ("E1", "2026-01-11", "20.01"), ("E2", "2026-01-11", "38.00")]
    weeks = table("msr_staff_weekly_hours", "k_employee work_week_begin_date hours_worked", rows)
    people = employees(("E1", None, "student", None, None), ("E2", None, "hourly", None, None))
    assert found(weekly_limit_exceeded, weeks, people, Quality()) == {"E1|2026-01-11": "20.01 hours, more than 20"}


def test_number_that_nobody_has_is_found_once() -> None:
    columns = "punch_id person_number punch_dtm is_deleted"
    punches = [
        (1, "E1", "2026-01-05 08:00:00", False),
        (2, "X1", "2026-01-05 09:00:00", False),
        (3, "X1", "2026-01-05 08:00:00", False),
        (4, "X2", "2026-01-05 08:00:00", True),
    ]
    people = table("stg_timekeeping_employee", "person_number", [("E1",)])
    findings = found(unknown_employee, table("stg_timekeeping_punch", columns, punches), people)
    assert findings == {"X1": "2 punches, the first at 2026-01-05 08:00:00"}


def test_without_a_punch_there_is_nothing_to_judge(settings: Settings) -> None:
    with Warehouse.of(settings.home, settings.engine).tables() as tables:
        for name in RULES["TIM-07"].tables:
            tables.replace(TABLES[name], [])
        result = evaluate(tables, RULES["TIM-07"], settings)
    assert (result.status, result.reason) == (Status.SKIPPED, "not delivered: stg_timekeeping_punch")
