"""A ratio takes the schools that have both of its sides, a change those that have both in both years, and vacancies are nobody."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from district_platform.analysis.staffing import staffing_ratios
from district_platform.facts.staff import fct_staff_assignment
from district_platform.settings import Quality
from district_platform.sources.reference.staff_crosswalks import POSITION_CROSSWALK, PROGRAM_CROSSWALK, staff_crosswalk
from district_platform_tests.analysis.test_staffing_ratios import CERTIFICATION, COURSE, ENROLLMENT, LEARNER, SECTION
from district_platform_tests.tables import memtable
from district_platform_tests.transforms import executed

ASSIGNMENT = {
    "assignment_id": "string",
    "school_year": "int64",
    "educator_id": "string",
    "school_id": "string",
    "position": "string",
    "program": "string",
    "fte": "decimal(9, 4)",
    "begin_date": "date",
    "end_date": "date",
}
QUALITY = Quality()
SCHOOLS = [
    ("A", "Elementary", "Adams"),
    ("B", "Elementary", "Baker"),
    ("C", "High", "Clay"),
    ("D", "High", "Dale"),
    ("O", "Office", "Board"),
]


def assignments(*rows: tuple) -> ibis.Table:
    """Staged assignments from (educator, school, fte), and optionally position, program, year, begin_date."""
    filled = []
    for n, (educator, school, fte, *more) in enumerate(rows):
        position, program, year, begin = [*more, *["Teacher", "General", 2026, dt.date(2025, 8, 20)][len(more) :]]
        begun = begin and begin.replace(year=year - 1)
        filled.append((f"{n}", year, educator, school, position, program, Decimal(fte), begun, None))
    return memtable(ASSIGNMENT, filled)


def facts(*rows: tuple, quality: Quality = QUALITY) -> ibis.Table:
    crosswalks = [
        ibis.memtable(staff_crosswalk(name, None).astype(object)) for name in (POSITION_CROSSWALK, PROGRAM_CROSSWALK)
    ]
    return executed(fct_staff_assignment, assignments(*rows), *crosswalks, quality)


def places(
    students: dict[tuple[str, int], int],
    *staff: tuple,
    learners: dict[tuple[str, int], int] | None = None,
    quality: Quality = QUALITY,
) -> dict[tuple[str, int], dict]:
    """Rows by name of district, level or school and year, for so many students (of them English learners) at schools in years."""
    enrolled = [
        (f"{year}-{school}{n}", school, year, dt.date(year - 1, 8, 20), None)
        for (school, year), count in students.items()
        for n in range(count)
    ]
    needs = [(f"{y}-{s}{n}", LEARNER) for (s, y), count in (learners or {}).items() for n in range(count)]
    result = executed(
        staffing_ratios,
        memtable(ENROLLMENT, enrolled),
        memtable({"k_student": "string", "k_subgroup": "string"}, needs),
        facts(*staff, quality=quality),
        memtable(SECTION, []),
        memtable(CERTIFICATION, []),
        memtable({"k_section": "string", "k_course": "string"}, []),
        memtable(COURSE, []),
        ibis.memtable(SCHOOLS, columns=["k_school", "school_level", "school_name"]),
        quality,
        dt.date(2026, 2, 13),
    )
    frame = ibis.duckdb.connect().execute(result).astype(object).where(lambda d: d.notna(), None)
    names = frame["school_name"].where(frame["school_name"].notna(), frame["school_level"]).fillna("District")
    return {(name, row["school_year"]): row for name, row in zip(names, frame.to_dict(orient="records"), strict=True)}


def test_school_without_teacher_fte_is_left_out_of_both_sides():
    rows = places({("A", 2026): 100, ("B", 2026): 8, ("C", 2026): 60}, ("T1", "A", "1"), ("T2", "C", "1"))
    district = rows["District", 2026]
    assert district["students_per_teacher_fte"] == 160 / 2
    assert (district["n_schools_with_students"], district["n_schools_left_out"]) == (3, 1)
    assert (district["n_students_census"], district["compared_teacher_fte"]) == (168, 2)
    assert district["pct_students_left_out"] == pytest.approx(100 * 8 / 168)
    assert rows["Elementary", 2026]["students_per_teacher_fte"] == 100
    assert rows["Baker", 2026]["students_per_teacher_fte"] is None


def test_an_office_stands_in_no_comparison_of_schools_or_levels():
    """Its staff is accepted, and it has no students to be compared by."""
    rows = places({("A", 2026): 40}, ("T1", "A", "1"), ("S1", "O", "1", "Administrator"), ("T2", "O", "1"))
    assert {name for name, _ in rows} == {"District", "Elementary", "Adams"}
    assert rows["District", 2026]["students_per_teacher_fte"] == 40.0


def test_teachers_of_a_school_without_students_are_left_out_too():
    rows = places({("A", 2026): 40}, ("T1", "A", "1"), ("T2", "B", "1"), ("T3", "B", "1"))
    assert rows["District", 2026]["students_per_teacher_fte"] == 40.0


@pytest.mark.parametrize(("n_left_out", "ratio"), [(10, 90.0), (11, None)])
def test_ratio_that_leaves_out_more_than_the_setting_is_not_told(n_left_out, ratio):
    rows = places({("A", 2026): 90, ("B", 2026): n_left_out}, ("T1", "A", "1"))
    assert rows["District", 2026]["students_per_teacher_fte"] == ratio
    wider = places({("A", 2026): 90, ("B", 2026): n_left_out}, ("T1", "A", "1"), quality=Quality(max_left_out_pct=11))
    assert wider["District", 2026]["students_per_teacher_fte"] == 90.0


def test_ratio_by_need_takes_schools_with_such_students_and_their_teachers():
    """B has a teacher of English learners and none of them; C has learners and no such teacher."""
    rows = places(
        {("A", 2026): 50, ("B", 2026): 50, ("C", 2026): 50},
        ("T1", "A", "1", "Teacher", "English Learner"),
        ("T2", "B", "1", "Teacher", "English Learner"),
        learners={("A", 2026): 36, ("C", 2026): 4},
    )
    district = rows["District", 2026]
    assert district["english_learners_per_teacher_fte"] == 36.0
    assert district["n_schools_left_out_english_learners"] == 1
    assert district["pct_english_learners_left_out"] == 10.0


def test_ratio_of_the_common_core_of_data_counts_all_teachers():
    rows = places(
        {("A", 2026): 60},
        ("T1", "A", "1"),
        ("T2", "A", "1", "Teacher", "Special Education"),
        ("T3", "A", "0.5", "Teacher", "English Learner"),
        ("T4", "A", "0.5", "Teacher", "Title I"),
        ("T5", "A", "1", "Aide", "General"),
    )
    row = rows["District", 2026]
    assert (row["teacher_fte_ccd"], row["students_per_teacher_fte_ccd"]) == (3, 20.0)
    assert row["students_per_teacher_fte"] == 60.0


def test_school_with_special_education_teachers_alone_is_in_neither_ratio():
    rows = places(
        {("A", 2026): 95, ("B", 2026): 5}, ("T1", "A", "1"), ("T2", "B", "0.1", "Teacher", "Special Education")
    )
    assert rows["Baker", 2026]["students_per_teacher_fte_ccd"] is None
    assert rows["District", 2026]["students_per_teacher_fte_ccd"] == 95.0


def test_change_compares_the_schools_that_both_years_have():
    """D has no teacher FTE in 2025: 20.9 against 16.5 would be its doing."""
    students = {(s, y): 40 for s in "ABC" for y in (2025, 2026)} | {("D", 2025): 8, ("D", 2026): 8}
    staff = [(f"T{s}{y}", s, "1", "Teacher", "General", y) for s in "ABC" for y in (2025, 2026)]
    rows = places(students, *staff, ("TD", "D", "1", "Teacher", "General", 2026))
    district = rows["District", 2026]
    assert district["students_per_teacher_fte_change"] == 0.0
    assert (district["n_schools_with_students"], district["n_schools_in_both_years"]) == (4, 3)
    assert district["n_schools_left_out_of_change"] == 2, "D in either year"
    assert rows["Dale", 2026]["students_per_teacher_fte_change"] is None
    assert rows["Dale", 2026]["students_per_teacher_fte"] == 8.0


def test_change_over_too_few_students_is_not_told():
    students = {("A", 2025): 40, ("A", 2026): 40, ("B", 2026): 40}
    staff = [("T1", "A", "1", "Teacher", "General", 2025), ("T2", "A", "1"), ("T3", "B", "1")]
    rows = places(students, *staff)
    assert rows["District", 2026]["students_per_teacher_fte"] == 40.0
    assert rows["District", 2026]["students_per_teacher_fte_change"] is None
    assert rows["Adams", 2026]["students_per_teacher_fte_change"] == 0.0


@pytest.mark.parametrize("nobody", [None, "", " ", "VACANT", "tbd"])
def test_vacant_posts_stand_apart_and_are_nobody(nobody):
    rows = places({("A", 2026): 40}, ("T1", "A", "1"), (nobody, "A", "1"), (nobody, "A", "0.5"))
    row = rows["Adams", 2026]
    assert (row["n_teachers"], row["teacher_fte"], row["vacant_teacher_fte"]) == (1, Decimal(1), Decimal("1.5"))
    assert row["students_per_teacher_fte"] == 40.0


def test_blank_begin_date_is_the_first_of_july():
    held = facts(("T1", "A", "1", "Teacher", "General", 2026, None)).execute()
    assert [str(held[name][0])[:10] for name in ("begin_date", "end_date")] == ["2025-07-01", "2026-06-30"]
    rows = places({("A", 2026): 40}, ("T1", "A", "1", "Teacher", "General", 2026, None))
    assert rows["Adams", 2026]["students_per_teacher_fte"] == 40.0


@pytest.mark.parametrize(
    ("position", "program", "told"),
    [
        ("TEACHER", "general", ("Teacher", "General")),
        ("Classroom  Teacher ", "Regular Education", ("Teacher", "General")),
        ("ESL Teacher", None, ("Teacher", "English Learner")),
        ("Teacher", "SPED", ("Teacher", "Special Education")),
        ("Paraprofessional", None, ("Aide", None)),
        ("Maestro", "Bilingüe", ("Maestro", "Bilingüe")),
    ],
)
def test_positions_and_programs_come_in_the_words_of_their_system(position, program, told):
    row = facts(("T1", "A", "1", position, program)).execute().astype(object).where(lambda d: d.notna(), None).iloc[0]
    assert (row["position"], row["program"]) == told
    assert row["source_position"] == position


def test_lines_of_the_district_go_before_the_defaults():
    own = pd.DataFrame({"source_position": ["coach", "Maestro"], "position": ["Teacher", "Teacher"]}, dtype="string")
    crosswalk = staff_crosswalk(POSITION_CROSSWALK, own).set_index("source_position")["position"]
    assert (crosswalk["coach"], crosswalk["Maestro"], crosswalk["Aide"]) == ("Teacher", "Teacher", "Aide")
    assert "Coach" not in crosswalk


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ({"source_position": ["X"], "position": ["Boss"]}, "row 1, position 'Boss': is none of Teacher, Counselor"),
        ({"source_position": ["X", " x"], "position": ["Other", "Aide"]}, "row 2, source_position 'x': stands twice"),
        ({"position": ["Other"]}, "lacks the columns source_position; it has position"),
    ],
)
def test_faulty_line_of_a_crosswalk_is_named(lines, told):
    with pytest.raises(ValueError, match=told):
        staff_crosswalk(POSITION_CROSSWALK, pd.DataFrame(lines, dtype="string"))
