import datetime as dt

from district_platform.quality.sections import enrolled_without_section, section_without_people
from district_platform_tests.quality.tables import found, table

TODAY = dt.date(2026, 2, 13)
SECTION = "school_year school_id section_id"


def test_section_without_educator_or_students_is_found_once():
    sections = [(2026, "S1", id_) for id_ in "ABCD"]
    bare = found(
        section_without_people,
        table("stg_sections", SECTION, sections),
        table("stg_section_educators", SECTION, [(2026, "S1", "A"), (2026, "S1", "B"), (2025, "S1", "C")]),
        table("stg_section_enrollments", SECTION, [(2026, "S1", "A"), (2026, "S1", "C")]),
    )
    assert bare == {"2026|S1|B": "no students", "2026|S1|C": "no educator", "2026|S1|D": "no educator, no students"}


def unseated(entry: str, exit_: str | None, *seats: tuple) -> dict[str, str]:
    days = [("S1", "C1", 2026, day, day != "2025-09-01") for day in ("2025-09-01", "2025-09-02", "2026-05-04")]
    return found(
        enrolled_without_section,
        table(
            "stg_enrollments",
            "enrollment_id school_year student_id school_id calendar_code entry_date exit_date",
            [("N1", 2026, "T1", "S1", "C1", entry, exit_)],
        ),
        table(
            "stg_section_enrollments",
            "school_year school_id student_id begin_date end_date",
            [(2026, "S1", "T1", *dates) for dates in seats],
        ),
        table("stg_calendar_dates", "school_id calendar_code school_year calendar_date is_school_day", days),
        TODAY,
    )


def test_enrollment_without_an_overlapping_section_is_found():
    assert unseated("2025-09-01", None) == {"N1": "no section at school S1 between 2025-09-01 and 2026-02-13"}
    assert unseated("2025-09-01", "2025-09-02", ("2025-09-03", None)).keys() == {"N1"}


def test_section_that_overlaps_on_one_day_is_enough():
    assert not unseated("2025-09-01", "2025-09-02", ("2025-09-02", None))
    assert not unseated("2025-09-02", None, ("2025-08-18", "2025-09-02"))


def test_enrollment_without_an_enrolled_day_needs_no_section():
    assert not unseated("2025-09-01", "2025-09-01")  # no instruction on that day
    assert not unseated("2025-09-02", "2025-09-01")  # a no-show
    assert not unseated("2026-05-01", None)  # after as_of_date
