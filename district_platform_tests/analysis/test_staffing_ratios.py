"""Students per teacher FTE, exact, on the census date, and never infinite."""

import datetime as dt
from decimal import Decimal

import ibis

from district_platform.analysis.staffing import staffing_ratios
from district_platform.settings import Quality
from district_platform_tests.tables import memtable
from district_platform_tests.transforms import executed

OPENED, CENSUS = dt.date(2025, 8, 20), dt.date(2025, 10, 1)

ENROLLMENT = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "entry_date": "date",
    "exit_date": "date",
}
ASSIGNMENT = {
    "k_educator": "string",
    "k_school": "string",
    "school_year": "int64",
    "position": "string",
    "program": "string",
    "fte": "decimal(9, 4)",
    "begin_date": "date",
    "end_date": "date",
}


SECTION = {"k_educator": "string", "k_section": "string", "school_year": "int64", "role": "string"}
COURSE = {"k_course": "string", "subject": "string", "grade_band": "string"}
CERTIFICATION = {
    "k_educator": "string",
    "certification_type": "string",
    "subject": "string",
    "grade_band": "string",
    "status": "string",
    "issue_date": "date",
    "expiration_date": "date",
}
LEARNER, DISABLED = "English learner-Yes", "Disability-Yes"


def ratios(
    n_students: int,
    *staff: tuple[str, str, str | None],
    end: dt.date | None = None,
    needs: dict[int, str] | None = None,
    teaching: dict[str, str] | None = None,
    held: list[tuple] | None = None,
    roles: dict[str, str] | None = None,
) -> dict[str, dict]:
    """Rows by aggregation for one school with n students; staff as (position, program, fte), who are T0, T1 …

    `needs`: subgroup by number of the student. `teaching`: subject by educator, in grades K-5. `held`: rows of CERTIFICATION.
    """
    students = [(f"2026-{n}", "E1", 2026, OPENED, None) for n in range(n_students)]
    assignments = [
        (f"T{n}", "E1", 2026, position, program, fte and Decimal(fte), OPENED, end)
        for n, (position, program, fte) in enumerate(staff)
    ]
    schools = ibis.memtable([("E1", "Elementary", "East")], columns=["k_school", "school_level", "school_name"])
    sections = [
        (k, f"{k}-{subject}", 2026, (roles or {}).get(k, "Teacher of Record")) for k, subject in _pairs(teaching)
    ]
    courses = sorted({(subject, subject, "K-5") for _, subject in _pairs(teaching)})
    result = executed(
        staffing_ratios,
        memtable(ENROLLMENT, students),
        memtable({"k_student": "string", "k_subgroup": "string"}, [(f"2026-{n}", g) for n, g in (needs or {}).items()]),
        memtable(ASSIGNMENT, assignments),
        memtable(SECTION, sections),
        memtable(CERTIFICATION, held or []),
        memtable({"k_section": "string", "k_course": "string"}, [(s[1], s[1].split("-")[1]) for s in sections]),
        memtable(COURSE, courses),
        schools,
        Quality(),
        dt.date(2026, 2, 13),
    )
    frame = ibis.duckdb.connect().execute(result).astype(object).where(lambda d: d.notna(), None)
    return {row.aggregation: row._asdict() for row in frame.itertuples()}


def _pairs(teaching: dict[str, str] | None) -> list[tuple[str, str]]:
    return [(k, subject) for k, subjects in (teaching or {}).items() for subject in subjects.split(", ")]


def test_ratio_counts_teachers_of_general_and_vocational_programs_only():
    rows = ratios(
        30,
        ("Teacher", "General", "1.0"),
        ("Teacher", "Vocational", "0.5"),
        ("Teacher", "Special Education", "1.0"),
        ("Counselor", "General", "1.0"),
    )
    assert rows["School"]["teacher_fte"] == Decimal("1.5000")
    assert {row["students_per_teacher_fte"] for row in rows.values()} == {20.0}


def test_impossible_fte_is_no_staff():
    rows = ratios(10, ("Teacher", "General", "1.0"), ("Teacher", "General", "7.5"), ("Teacher", "General", None))
    assert rows["School"]["teacher_fte"] == Decimal("1.0000")


def test_school_without_teachers_has_no_ratio():
    row = ratios(10, ("Counselor", "General", "1.0"))["School"]
    assert (row["n_students_census"], row["teacher_fte"], row["students_per_teacher_fte"]) == (10, Decimal(0), None)


def test_assignment_that_ended_before_the_census_does_not_count():
    rows = ratios(10, ("Teacher", "General", "1.0"), end=CENSUS - dt.timedelta(days=1))
    assert rows["District"]["students_per_teacher_fte"] is None


def test_without_any_assignment_there_is_no_row():
    assert ratios(10) == {}


def test_students_with_a_need_are_held_against_the_teachers_of_their_program():
    row = ratios(
        10,
        ("Teacher", "General", "1.0"),
        ("Teacher", "English Learner", "0.5"),
        ("Teacher", "Special Education", "0.25"),
        ("Aide", "Special Education", "1.0"),
        needs={0: LEARNER, 1: LEARNER, 2: DISABLED},
    )["School"]
    assert (row["n_english_learners_census"], row["english_learner_teacher_fte"]) == (2, Decimal("0.5000"))
    assert row["english_learners_per_teacher_fte"] == 4.0
    assert (row["n_students_with_disability_census"], row["students_with_disability_per_teacher_fte"]) == (1, 4.0)
    assert row["students_per_teacher_fte"] == 10.0


def test_need_without_teachers_has_no_ratio():
    row = ratios(10, ("Teacher", "General", "1.0"), needs={0: LEARNER})["District"]
    assert (row["n_english_learners_census"], row["english_learners_per_teacher_fte"]) == (1, None)


GENERAL = ("Teacher", "General", "1.0")
LONG_AGO, LAST_YEAR = dt.date(2015, 7, 1), dt.date(2025, 6, 30)


def certified(*held: tuple, teaching: str = "Math", **options: dict) -> tuple[int, float | None]:
    """Of one teacher: how many are judged, and the share that is fully certified. Held as (type, subject, band, status, expires)."""
    rows = [("T0", kind, subject, band, status, LONG_AGO, expires) for kind, subject, band, status, expires in held]
    row = ratios(10, GENERAL, teaching={"T0": teaching}, held=rows, **options)["District"]
    return row["n_teachers_judged"], row["pct_teachers_fully_certified"]


def test_teacher_is_fully_certified_by_a_valid_certification_for_everything_taught():
    math = ("Standard", "Math", "K-5", "Active", None)
    assert certified(math) == (1, 100.0)
    assert certified(math, teaching="Math, Art") == (1, 0.0)
    assert certified(math, ("Standard", "Art", "K-5", "Active", None), teaching="Math, Art") == (1, 100.0)


def test_what_does_not_count_as_full_certification():
    assert certified() == (1, 0.0)
    assert certified(("Standard", "Math", "6-8", "Active", None)) == (1, 0.0)
    assert certified(("Standard", "Math", "K-5", "Revoked", None)) == (1, 0.0)
    assert certified(("Standard", "Math", "K-5", "Active", LAST_YEAR)) == (1, 0.0)
    assert certified(("Emergency", "Math", "K-5", "Active", None)) == (1, 0.0)
    assert certified(("provisional", "Math", "K-5", "Active", None)) == (1, 0.0)


def test_who_teaches_nothing_that_is_known_is_not_judged():
    assert ratios(10, GENERAL)["District"]["n_teachers_judged"] == 0
    assert ratios(10, GENERAL)["District"]["pct_teachers_fully_certified"] is None
    assert certified(roles={"T0": "Substitute"}) == (0, None)


def test_only_teachers_of_everyone_are_judged():
    held = [("T0", "Standard", "Math", "K-5", "Active", None, None)]
    staff = (GENERAL, ("Teacher", "Special Education", "1.0"))
    row = ratios(10, *staff, teaching={"T0": "Math", "T1": "Math"}, held=held)["District"]
    assert (row["n_teachers_judged"], row["pct_teachers_fully_certified"]) == (1, 100.0)
