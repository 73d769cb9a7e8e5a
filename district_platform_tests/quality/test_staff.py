import datetime as dt

from district_platform.quality.staff import (
    certification_does_not_cover_course,
    invalid_certification,
    repeated_educator,
    teacher_of_record_without_certification,
)
from district_platform.settings import Quality
from district_platform_tests.quality.tables import found, table

TODAY = dt.date(2026, 2, 13)


def test_surplus_rows_of_an_educator_are_one_finding_with_their_lines():
    rows = [
        ("EDU-01", "hr/educators.csv", 7, "E1"),
        ("EDU-01", "hr/educators.csv", 4, "E1"),
        ("EDU-01", "hr/educators.csv", 9, "E2"),
        ("CON-02", "hr/educators.csv", 5, "E3"),
    ]
    assert found(repeated_educator, table("extract_rejects", "rule_id file_name line_number finding_key", rows)) == {
        "E1": "surplus rows: hr/educators.csv:4, hr/educators.csv:7",
        "E2": "surplus rows: hr/educators.csv:9",
    }


def assignments(*rows: tuple):
    return table("stg_staff_assignments", "educator_id school_year begin_date end_date", rows)


def sections(*rows: tuple):
    return table("stg_section_educators", "educator_id school_year role", rows)


def certifications(*rows: tuple):
    columns = "certification_id educator_id subject grade_band status issue_date expiration_date"
    return table("stg_certifications", columns, rows)


def uncertified(assigned, taught, *held: tuple, as_of: dt.date = TODAY) -> dict[str, str]:
    rule = teacher_of_record_without_certification
    return found(rule, assigned, taught, certifications(*held), Quality(), as_of)


def test_teacher_of_record_assigned_on_the_census_date_without_any_certification_is_found_once():
    assigned = assignments(("E1", 2025, "2024-08-01", None), ("E1", 2026, "2025-10-01", "2025-10-01"))
    taught = sections(("E1", 2025, "Teacher of Record"), ("E1", 2026, "Teacher of Record"))
    assert uncertified(assigned, taught) == {"E1": "no certification; teacher of record in 2025, 2026"}


def test_any_certification_will_do():
    held = ("K1", "E1", "Math", "6-8", "Revoked", None, "2001-01-01")
    taught = sections(("E1", 2026, "Teacher of Record"))
    assert not uncertified(assignments(("E1", 2026, "2025-08-01", None)), taught, held)


def test_substitutes_and_educators_not_assigned_on_the_census_date_are_not_found():
    assigned = assignments(
        ("E1", 2026, "2025-08-01", None),
        ("E2", 2026, "2025-10-02", None),
        ("E3", 2026, "2025-08-01", "2025-09-30"),
        ("E4", 2025, "2024-08-01", None),
    )
    taught = sections(
        ("E1", 2026, "Substitute"),
        ("E2", 2026, "Teacher of Record"),
        ("E3", 2026, "Teacher of Record"),
        ("E4", 2026, "Teacher of Record"),
    )
    assert not uncertified(assigned, taught)


def test_before_the_census_date_staff_are_judged_on_the_day_itself():
    assigned = assignments(("E1", 2026, "2025-08-01", "2025-09-15"), ("E2", 2026, "2025-10-01", None))
    taught = sections(("E1", 2026, "Teacher of Record"), ("E2", 2026, "Teacher of Record"))
    assert uncertified(assigned, taught, as_of=dt.date(2025, 9, 1)).keys() == {"E1"}


def invalid(*held: tuple) -> dict[str, str]:
    assigned = assignments(("E1", 2026, "2025-08-01", None))
    return found(invalid_certification, certifications(*held), assigned, Quality(), TODAY)


def test_each_way_to_be_invalid_is_named():
    assert invalid(
        ("K1", "E1", "Math", "6-8", "Revoked", "2020-07-01", None),
        ("K2", "E1", "Art", "6-8", "PENDING", "2020-07-01", None),
        ("K3", "E1", "Music", "6-8", "Active", "2020-07-01", "2025-09-30"),
        ("K4", "E1", "Latin", "6-8", "Active", "2025-10-02", None),
        ("K5", "E1", "Greek", "6-8", "Active", "2025-07-01", "2024-06-30"),
    ) == {
        "K1": "revoked on 2025-10-01: issued 2020-07-01, expires never",
        "K2": "pending on 2025-10-01: issued 2020-07-01, expires never",
        "K3": "expired on 2025-10-01: issued 2020-07-01, expires 2025-09-30",
        "K4": "not yet issued on 2025-10-01: issued 2025-10-02, expires never",
        "K5": "issued after it expires on 2025-10-01: issued 2025-07-01, expires 2024-06-30",
    }


def test_certification_is_valid_from_its_issue_date_to_its_expiration_date():
    assert not invalid(
        ("K1", "E1", "Math", "6-8", "Active", "2025-10-01", None),
        ("K2", "E1", "Art", "6-8", "Active", "2020-07-01", "2025-10-01"),
        ("K3", "E1", "Music", "6-8", None, None, None),
    )


def test_another_valid_one_excuses_only_for_the_same_subject_and_band():
    expired = ("K1", "E1", "Math", "6-8", "Active", "2020-07-01", "2025-06-30")
    assert not invalid(expired, ("K2", "E1", "Math", "6-8", "Active", "2025-07-01", None))
    assert invalid(expired, ("K2", "E1", "Math", "9-12", "Active", "2025-07-01", None)).keys() == {"K1"}
    assert not invalid(
        ("K1", "E1", None, "6-8", "Pending", None, None), ("K2", "E1", None, "6-8", "Active", None, None)
    )


def test_certification_of_an_educator_who_was_not_assigned_is_not_judged():
    assert not invalid(("K1", "E2", "Math", "6-8", "Revoked", "2020-07-01", None))


def test_certification_invalid_in_several_years_is_one_finding():
    assigned = assignments(("E1", 2025, "2024-08-01", None), ("E1", 2026, "2025-08-01", None))
    held = certifications(("K1", "E1", "Math", "6-8", "Revoked", "2020-07-01", None))
    assert found(invalid_certification, held, assigned, Quality(), TODAY) == {
        "K1": "revoked on 2024-10-01; revoked on 2025-10-01: issued 2020-07-01, expires never"
    }


def uncovered(subject: str, band: str, *held: tuple, role: str = "Teacher of Record") -> dict[str, str]:
    section = "school_year school_id section_id"
    return found(
        certification_does_not_cover_course,
        table("stg_section_educators", f"{section} educator_id role", [(2026, "S1", "A", "E1", role)]),
        table("stg_sections", f"{section} course_id", [(2026, "S1", "A", "MATH7")]),
        table("stg_courses", "course_id subject grade_band", [("MATH7", subject, band)]),
        certifications(*held),
    )


MATH = ("K1", "E1", "Math", "6-8", "Revoked", "2020-07-01", "2021-06-30")


def test_course_whose_subject_or_band_no_certification_names_is_found():
    assert uncovered("Art", "6-8", MATH) == {"E1|MATH7": "no certification for Art in 6-8"}
    assert uncovered("Math", "9-12", MATH) == {"E1|MATH7": "no certification for Math in 9-12"}


def test_certification_covers_whatever_its_validity():
    assert not uncovered("Math", "6-8", MATH)


def test_substitutes_and_educators_without_any_certification_are_not_found():
    assert not uncovered("Art", "6-8", MATH, role="Substitute")
    assert not uncovered("Art", "6-8", ("K2", "E2", "Math", "6-8", "Active", None, None))
