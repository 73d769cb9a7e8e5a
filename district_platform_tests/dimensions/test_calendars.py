"""Which calendar an enrollment follows."""

import datetime as dt

import ibis
import pytest

from district_platform.dictionary import TABLES
from district_platform.dimensions.calendars import DERIVED, on_calendars
from district_platform.dimensions.schools import dim_calendar_date
from district_platform.settings import Calendar
from district_platform_tests.dimensions.test_students import rows_of


def followed(code: str | None, *calendars: tuple[str, str, int]) -> str | None:
    enrollment = {
        "enrollment_id": "E1",
        "school_year": 2026,
        "student_id": "7",
        "school_id": "1",
        "calendar_code": code,
    }
    dates = [
        {"school_id": s, "calendar_code": c, "school_year": y, "calendar_date": dt.date(2025, 9, 2)}
        for s, c, y in calendars
    ]
    found = on_calendars(rows_of("stg_enrollments", enrollment), rows_of("stg_calendar_dates", *dates))
    [row] = ibis.duckdb.connect().to_pyarrow(found).to_pylist()
    assert list(row) == list(TABLES["stg_enrollments"].columns)
    return row["calendar_code"]


@pytest.mark.parametrize(
    ("code", "calendars", "expected"),
    [
        (None, [("1", "R", 2026)], "R"),
        (None, [("1", "R", 2026), ("1", "R", 2026)], "R"),
        (None, [("1", "R", 2026), ("1", "T", 2026)], None),
        (None, [("1", "R", 2025), ("2", "R", 2026)], None),
        (None, [], None),
        ("T", [("1", "R", 2026)], "T"),
        ("T", [("1", "default", 2026)], "default"),
        ("T", [("1", "default", 2026), ("1", "R", 2026)], "T"),
    ],
    ids=[
        "no code, one calendar",
        "no code, one calendar of two dates",
        "no code, two calendars",
        "no code, calendars of another year or school",
        "no code, no calendar",
        "a code that no calendar has stays, and is ENR-07's",
        "calendars without codes",
        "a calendar without a code among others",
    ],
)
def test_enrollment_follows_its_code_or_the_only_calendar_of_its_school_and_year(code, calendars, expected):
    assert followed(code, *calendars) == expected


MONDAY = dt.date(2025, 9, 1)


def derived(
    marks: dict[str, list[int]], *, submitted: dict[str, list[int]] | None = None, **settings: object
) -> set[tuple]:
    """School, days after Monday 1 September 2025, and whether instructional, of a calendar derived from marks on such days."""

    def on(days: dict[str, list[int]]) -> list[tuple[str, dt.date]]:
        return [(school, MONDAY + dt.timedelta(day)) for school, offsets in days.items() for day in offsets]

    events = [{"school_id": s, "event_date": d, "student_id": "7", "attendance_code": "A"} for s, d in on(marks)]
    submissions = [{"school_id": s, "submission_date": d} for s, d in on(submitted or {})]
    dates = dim_calendar_date(
        rows_of("stg_calendar_dates"),
        rows_of("stg_attendance_events", *events),
        rows_of("stg_attendance_submissions", *submissions),
        Calendar(derive=True, **settings),
    )
    rows = ibis.duckdb.connect().to_pyarrow(dates).to_pylist()
    assert {(row["calendar_code"], row["calendar_event"], row["school_year"]) for row in rows} <= {
        ("default", DERIVED, 2026)
    }
    return {(row["k_school"], (row["calendar_date"] - MONDAY).days, row["is_school_day"]) for row in rows}


END_OF_YEAR = (dt.date(2026, 6, 30) - MONDAY).days


def test_a_day_on_which_a_fifth_of_the_schools_recorded_anything_is_instructional_for_all():
    six = {str(school): [0] for school in range(1, 7)}
    found = derived(six | {"1": [0, 1], "2": [0, 2], "3": [0, 2]})
    assert {day for _, day, is_school_day in found if is_school_day} == {0, 2}
    assert {school for school, day, is_school_day in found if day == 2 and is_school_day} == set(six)


def test_weekends_are_never_instructional():
    assert {day for _, day, is_school_day in derived({"1": [4, 5, 6]}) if is_school_day} == {4}


def test_a_submission_counts_as_a_record():
    assert ("1", 1, True) in derived({"1": [0]}, submitted={"1": [1]})


def test_each_year_closes_on_30_june_so_that_a_running_year_is_not_over():
    assert derived({"1": [0], "2": [0]}) == {
        ("1", 0, True),
        ("2", 0, True),
        ("1", END_OF_YEAR, False),
        ("2", END_OF_YEAR, False),
    }


def test_the_share_is_a_setting():
    marks = {"1": [0, 1], "2": [0], "3": [0]}
    assert ("2", 1, True) in derived(marks)
    assert ("2", 1, True) not in derived(marks, derive_share="0.5")


def test_a_delivered_calendar_is_taken_alone():
    date = {"school_id": "1", "calendar_code": "R", "school_year": 2026, "calendar_date": MONDAY, "is_school_day": True}
    event = {"school_id": "1", "event_date": MONDAY + dt.timedelta(1), "student_id": "7", "attendance_code": "A"}
    dates = dim_calendar_date(
        rows_of("stg_calendar_dates", date),
        rows_of("stg_attendance_events", event),
        rows_of("stg_attendance_submissions"),
        Calendar(derive=True),
    )
    assert ibis.duckdb.connect().to_pyarrow(dates)["k_calendar_date"].to_pylist() == ["1-R-2025-09-01"]
