"""How much of a delivery may be lost: per file, per column, per reference, and against the last publication."""

from decimal import Decimal

import ibis
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.quality.ceilings import (
    column_gone,
    required_extract_shrunk,
    school_year_absent,
    school_year_contradicted,
    too_many_references_unresolved,
    too_many_rows_rejected,
    too_many_values_nulled,
)
from district_platform.quality.model import StagedTables
from district_platform.settings import Quality
from district_platform.sources.last_delivery import LastDelivery
from district_platform_tests.quality.tables import found, table


def files(*rows: tuple[str, str, int]) -> ibis.Table:
    return table("extract_files", "extract file_name n_rows_read", rows)


def rejects(extract: str, file: str, n: int, **fault: str | None) -> list[tuple]:
    about = {"rule_id": "CON-02", "column_name": "exit_date", "value": None, "message": "is not a date"} | fault
    return [(extract, file, line + 2, *about.values()) for line in range(n)]


def rejected(account: ibis.Table, *faults: tuple, **settings: str) -> dict[str, str]:
    columns = "extract file_name line_number rule_id column_name value message"
    return found(too_many_rows_rejected, account, table("extract_rejects", columns, faults), Quality(**settings))


def test_a_file_of_a_hundred_rows_is_judged_alone_however_long_the_others_are():
    account = files(("sis/students", "2025.csv", 100_000), ("sis/students", "2026.csv", 100))
    faults = rejects("sis/students", "2026.csv", 10, column_name="birth_date")
    assert rejected(account, *faults) == {
        "2026.csv": "10 of 100 rows rejected, more than 5 % (quality.max_rejected_pct): birth_date is not a date (10 rows)"
    }
    assert not rejected(account, *faults, max_rejected_pct="10")


def test_small_files_of_an_extract_are_judged_together():
    account = files(("sis/students", "a.csv", 60), ("sis/students", "b.csv", 70), ("sis/students", "c.csv", 100))
    faults = [*rejects("sis/students", "a.csv", 6), *rejects("sis/students", "b.csv", 4)]
    assert rejected(account, *faults).keys() == {"sis/students"}
    assert not rejected(account, *faults[:-1])


def test_files_that_may_be_set_aside_are_judged_together_even_long_ones():
    account = files(("store/sales", "monday.csv", 300), ("store/sales", "tuesday.csv", 300))
    faults = rejects("store/sales", "monday.csv", 20)
    assert not rejected(account, *faults)
    assert rejected(account, *faults, max_rejected_pct="3").keys() == {"store/sales"}


def test_each_file_of_a_converted_export_is_judged_alone():
    account = files(("oneroster/export", "users.csv", 5_000), ("oneroster/export", "demographics.csv", 20))
    faults = rejects(
        "oneroster/export", "demographics.csv", 20, column_name="birthDate", message="birthDate is not a date"
    )
    assert rejected(account, *faults) == {
        "demographics.csv": "20 of 20 rows rejected, more than 5 % (quality.max_rejected_pct): birthDate is not a date (20 rows)"
    }


def test_nine_rejected_rows_refuse_nothing_and_repeated_people_are_no_lost_rows():
    account = files(("hr/educators", "e.csv", 20))
    assert not rejected(account, *rejects("hr/educators", "e.csv", 9))
    assert not rejected(account, *rejects("hr/educators", "e.csv", 15, rule_id="EDU-01"))


def test_a_row_with_two_faults_is_one_and_the_most_frequent_fault_is_told():
    account = files(("sis/enrollments", "e.csv", 24))
    faults = [
        *rejects("sis/enrollments", "e.csv", 12, value="NULL"),
        *rejects("sis/enrollments", "e.csv", 3, column_name="entry_date", value="8/23/2025"),
    ]
    assert rejected(account, *faults) == {
        "e.csv": "12 of 24 rows rejected, more than 5 % (quality.max_rejected_pct): "
        "exit_date is not a date (12 rows, such as 'NULL')"
    }


def test_values_that_may_be_of_one_person_are_told_by_their_form_alone():
    account = files(("sis/students", "s.csv", 24))
    faults = [
        ("sis/students", "s.csv", line, "CON-02", "birth_date", f"{line + 1:02}/23/2014", "is not a date")
        for line in range(2, 12)
    ]
    [message] = rejected(account, *faults).values()
    assert message.endswith("birth_date is not a date (10 rows, such as '99/99/9999')")


NULLED = "extract file_name line_number column_name value"


def nulled(account: ibis.Table, columns: list[tuple], values: list[tuple], **settings: str) -> dict[str, str]:
    return found(
        too_many_values_nulled,
        account,
        table("extract_columns", "extract file_name column_name n_values n_nulled", columns),
        table("extract_nulled_values", NULLED, values),
        Quality(**settings),
    )


def test_a_column_that_loses_too_many_of_its_values_is_found_with_the_values():
    account = files(("sis/enrollments", "e.csv", 24))
    grades = ["Fourth"] * 9 + ["Fifth"] * 4 + ["Ninth"] * 2
    values = [("sis/enrollments", "e.csv", line, "grade_level", grade) for line, grade in enumerate(grades, start=2)]
    columns = [
        ("sis/enrollments", "e.csv", "grade_level", 24, 15),
        ("sis/enrollments", "e.csv", "is_primary", None, None),
    ]
    assert nulled(account, columns, values) == {
        "e.csv:grade_level": "grade_level: 15 of 24 values became null, more than 20 % (quality.max_nulled_pct): "
        "'Fourth' (9), 'Fifth' (4), 'Ninth' (2)"
    }
    assert not nulled(account, columns, values, max_nulled_pct="65")


def test_empty_values_are_none_that_were_delivered_and_nine_nulls_refuse_nothing():
    account = files(("sis/students", "s.csv", 1_000))
    values = [("sis/students", "s.csv", line, "sex", "W") for line in range(2, 12)]
    assert nulled(account, [("sis/students", "s.csv", "sex", 40, 10)], values).keys() == {"s.csv:sex"}
    assert not nulled(account, [("sis/students", "s.csv", "sex", 50, 10)], values)
    assert not nulled(account, [("sis/students", "s.csv", "sex", 9, 9)], values[:9])


def staged(**given: ibis.Table) -> StagedTables:
    return StagedTables({name: given.get(name, table(f"stg_{name}")) for name in EXTRACTS})


def unresolved(enrolled: list[tuple], students: list[tuple], **settings: str) -> dict[str, str]:
    columns = "enrollment_id school_year student_id"
    tables = staged(
        enrollments=table("stg_enrollments", columns, [(f"N{n}", *row) for n, row in enumerate(enrolled)]),
        students=table("stg_students", "school_year student_id", students),
    )
    account = files(("sis/enrollments", "sis/enrollments.csv", len(enrolled)))
    return found(too_many_references_unresolved, tables, account, Quality(**settings))


def test_ids_that_lost_their_zeros_in_one_extract_refuse_the_publication():
    students = [(2026, f"00{number}") for number in range(100, 130)]
    enrolled = [(2026, f"{number}") for number in range(100, 110)] + [
        (2026, f"00{number}") for number in range(110, 130)
    ]
    assert unresolved(enrolled, students) == {
        "sis/enrollments|school_year+student_id": "sis/enrollments.csv: school_year+student_id: 10 of 30 rows name nothing in "
        "sis/students, more than 20 % (quality.max_unresolved_pct): such as '999' where that has '99999'"
    }
    assert not unresolved(enrolled, students, max_unresolved_pct="40")


def test_references_of_school_years_that_the_other_extract_lacks_are_not_judged():
    students = [(2026, f"{number}") for number in range(30)]
    assert not unresolved([(2025, f"{number}") for number in range(30)], students)
    assert unresolved([(2026, f"X{number}") for number in range(30)], students)
    assert not unresolved([(2026, f"X{number}") for number in range(30)], [])


def required(
    enrollments: int, last: dict | None = None, years: tuple[int, ...] = (2026,), **settings: str
) -> dict[str, str]:
    rows = [("sis/enrollments", "sis/enrollments.csv", enrollments, enrollments)]
    account = table("extract_files", "extract file_name n_rows_read n_rows_accepted", rows)
    tables = staged(
        enrollments=table(
            "stg_enrollments", "enrollment_id school_year", [(f"N{n}", 2026) for n in range(enrollments)]
        ),
        students=table("stg_students", "school_year student_id", [(year, "T1") for year in years]),
    )
    before = {("sis/enrollments", year): n for year, n in (last or {}).items()}
    return found(required_extract_shrunk, account, tables, Quality(**settings), LastDelivery(before))


def test_a_required_extract_of_a_header_alone_refuses_the_publication():
    assert required(0) == {
        "sis/enrollments": "sis/enrollments.csv: none of 0 rows was accepted, and the extract is required"
    }
    assert not required(1)


def test_fewer_than_half_the_rows_of_a_school_year_that_was_published_refuse_the_publication():
    assert required(49, {2026: 100}) == {
        "sis/enrollments|2026": "sis/enrollments.csv: 49 rows of school year 2026, where the last publication had 100; "
        "fewer than 50 % are left (quality.min_kept_pct)"
    }
    assert not required(50, {2026: 100})
    assert not required(49, {2026: 100}, min_kept_pct="40")
    assert not required(6, {2026: 15})


def test_a_year_that_one_required_extract_lost_is_found_and_one_that_no_extract_holds_is_not():
    assert required(30, {2025: 30, 2026: 30}, years=(2025, 2026)).keys() == {"sis/enrollments|2025"}
    assert not required(30, {2025: 30, 2026: 30})


def test_a_school_year_that_no_extract_holds_any_more_is_a_warning():
    last = LastDelivery({("sis/enrollments", 2025): 30, ("sis/students", 2026): 30, ("sis/schools", None): 2})
    rows = staged(students=table("stg_students", "school_year student_id", [(2026, "T1")]))
    assert found(school_year_absent, rows, files(), last) == {
        "2025": "no extract holds a row of school year 2025; the last publication had it"
    }
    assert not found(school_year_absent, rows, files(), LastDelivery())


def test_an_optional_column_that_the_last_publication_had_is_found_where_its_file_came_again():
    last = LastDelivery(
        columns=frozenset(
            {
                ("oneroster/export", "users.csv", "grades"),
                ("oneroster/export", "users.csv", "role"),
                ("oneroster/export", "demographics.csv", "sex"),
                ("sis/students", "sis/students.csv", "sex"),
                ("sis/students", "sis/students.csv", "last_name"),
            }
        )
    )
    columns = [("oneroster/export", "users.csv", "role"), ("sis/students", "sis/students.csv", "student_id")]
    assert found(column_gone, table("extract_columns", "extract file_name column_name", columns), last) == {
        "users.csv:grades": "users.csv has no column grades; in the last publication it had",
        "sis/students.csv:sex": "sis/students.csv has no column sex; in the last publication it had",
    }


@pytest.mark.parametrize(("school_year", "is_found"), [(2025, True), (2026, False)])
def test_a_school_year_named_by_its_autumn_is_found_in_calendars_and_sessions(school_year: int, is_found: bool):
    days = [(school_year, day) for day in ("2025-08-25", "2025-10-01", "2026-01-20", "2026-06-05")]
    sessions = [("S1", school_year, "FY", "2025-08-25", "2026-06-05")]
    told = found(
        school_year_contradicted,
        table("stg_calendar_dates", "school_year calendar_date", days),
        table("stg_sessions", "school_id school_year session_id begin_date end_date", sessions),
    )
    named_by_autumn = {
        "sis/sessions|2025": "1 of 1 sessions of school_year 2025 in sis/sessions lie outside it, from 2025-08-25 to 2026-06-05",
        "sis/calendar_dates|2025": "3 of 4 dates of school_year 2025 in sis/calendar_dates lie outside it, from 2025-08-25 to "
        "2026-06-05",
    }
    assert told == (named_by_autumn if is_found else {})


def test_settings_of_ceilings_are_percentages():
    with pytest.raises(ValueError, match="less than or equal to 100"):
        Quality(max_nulled_pct=Decimal(101))
