"""Files that lack an optional column: read, with what the contract says instead, and with a note of what nobody can say."""

from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.quality.delivery_notes import notes_on_absent_columns, notes_on_tests
from district_platform.settings import Assessments
from district_platform.staging.loading import load_extract


@pytest.fixture
def load(tables, tmp_path):
    def _load(name: str, text: str, file: str = ""):
        path: Path = tmp_path / f"{EXTRACTS[name].path}{file or '.csv'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return load_extract(tables, tmp_path, EXTRACTS[name])

    return _load


def rows(tables, query: str) -> list[tuple]:
    return tables.connection.execute(query).fetchall()


def test_school_without_optional_columns_is_read_and_what_is_not_known_is_null(tables, load):
    loaded = load("schools", "school_id,school_name\n007,Lincoln\n")
    assert (loaded.n_accepted, loaded.files[0].problem) == (1, None)
    assert rows(tables, "from stg_schools") == [("007", "Lincoln", None, None, None, None)]
    assert rows(tables, "select problem from extract_files") == [(None,)]


def test_missing_required_column_is_still_a_fault_of_the_file(tables, load):
    load("schools", "school_id,low_grade\n007,KG\n")
    assert rows(tables, "select problem from extract_files") == [("lacks the columns school_name",)]


def test_event_without_school_year_takes_that_of_its_date(tables, load):
    load("attendance_events", "school_id,student_id,event_date,attendance_code\n1,7,2025-06-30,A\n1,7,2025-07-01,A\n")
    found = rows(tables, "select event_date::varchar, school_year from stg_attendance_events order by 1")
    assert found == [("2025-06-30", 2025), ("2025-07-01", 2026)]


def test_event_without_a_readable_date_is_rejected_and_nothing_is_lost(tables, load):
    loaded = load(
        "attendance_events", "school_id,student_id,event_date,attendance_code\n1,7,soon,A\n1,7,2025-07-01,A\n"
    )
    assert (loaded.n_read, loaded.n_accepted, loaded.n_rejected) == (2, 1, 1)
    faults = "select distinct line_number, column_name from extract_rejects order by all"
    assert rows(tables, faults) == [(2, "event_date"), (2, "school_year")]


def test_blank_school_year_in_a_file_that_has_the_column_is_a_missing_key(tables, load):
    header = "school_year,school_id,student_id,event_date,attendance_code\n"
    loaded = load("attendance_events", header + ",1,7,2025-07-01,A\n")
    assert loaded.n_rejected == 1


def test_calendars_without_codes_are_one_calendar_a_school(tables, load):
    load(
        "calendar_dates", "school_id,calendar_date,is_school_day\n1,2025-09-01,no\n1,2025-09-02,yes\n1,2025-09-02,yes\n"
    )
    found = rows(
        tables, "select calendar_code, school_year, is_school_day from stg_calendar_dates order by calendar_date"
    )
    assert found == [("default", 2026, False), ("default", 2026, True)]
    assert rows(tables, "select rule_id, finding_key from extract_rejects") == [("CON-03", "1|default|2025-09-02")]


def test_note_names_the_column_and_what_nobody_can_say(tables, load):
    load("schools", "school_id,school_name,school_level,low_grade,high_grade\n1,A,High,09,12\n")
    assert notes_on_absent_columns(tables) == [
        "sis/schools has no is_title_i: nobody can say which schools receive Title I funds."
    ]


def test_note_names_the_files_where_only_some_lack_the_column(tables, load):
    header = "attendance_code,attendance_event_category,is_absent"
    load("attendance_codes", f"{header},attendance_excusal_status\nA,Absence,1,Excused\n", "/2025.csv")
    load("attendance_codes", f"{header}\nB,Absence,1\n", "/2026.csv")
    assert notes_on_absent_columns(tables) == [
        "sis/attendance_codes/2026.csv has no attendance_excusal_status: excused and unexcused absences are not told apart."
    ]


def test_note_names_the_header_that_could_be_the_column(tables, load):
    load("schools", "school_id,school_name,school_level,low_grade,high_grade,Is Title I\n1,A,High,09,12,yes\n")
    assert notes_on_absent_columns(tables) == [
        "sis/schools has no is_title_i: nobody can say which schools receive Title I funds. "
        "If its header 'is title i' is meant, name it in sources.extracts.schools.headers."
    ]


def test_extract_that_was_not_delivered_needs_no_note(tables, load):
    load("attendance_submissions", "school_id,submission_date\n1,2025-09-02\n")
    assert notes_on_absent_columns(tables) == []


@pytest.mark.parametrize("extract", EXTRACTS.values(), ids=lambda extract: extract.path)
@pytest.mark.whole
def test_every_optional_column_may_be_missing_alone_and_all_together(extract, tables, load):
    kept = [name for name in extract.columns if name not in extract.absences]
    loaded = load(extract.name, ",".join(kept) + "\n")
    assert [file.problem for file in loaded.files] == [None]
    for name in extract.absences:
        loaded = load(extract.name, ",".join(column for column in extract.columns if column != name) + "\n")
        assert [file.problem for file in loaded.files] == [None]


def test_what_a_column_of_the_key_takes_instead_is_said_for_each_file_without_it():
    """A key without a value would reject every row: an optional column of a key needs one, or may be null in it."""
    for extract in EXTRACTS.values():
        for name, absence in extract.optional:
            if name in extract.key and name not in extract.nullable_key:
                assert absence.value or absence.year_of, f"{extract.path}.{name}"


def test_number_of_a_position_that_two_people_held_is_no_repeated_row(tables, load):
    header = "assignment_id,school_year,educator_id,school_id,position,fte,begin_date\n"
    loaded = load(
        "staff_assignments",
        header
        + "P1,2026,E1,1,Teacher,1.0,2025-07-01\n"
        + "P1,2026,E2,1,Teacher,1.0,2025-07-01\n"
        + "P1,2026,E2,1,Teacher,1.0,2026-01-05\n"
        + "P1,2026,,1,Teacher,1.0,2025-07-01\n"
        + "P1,2026,E1,1,Teacher,0.5,2025-07-01\n",
    )
    assert (loaded.n_accepted, loaded.n_rejected) == (4, 1)
    assert rows(tables, "select rule_id, finding_key from extract_rejects") == [("CON-03", "P1|E1|2025-07-01")]


def test_office_is_a_level_of_its_own(tables, load):
    load("schools", "school_id,school_name,school_level\n0,Central office,Office\n")
    assert rows(tables, "select school_level from stg_schools") == [("Office",)]


RESULTS = "school_year,student_id,school_id,grade_level,subject,administration,test_date,scale_score,is_proficient"


def test_results_of_two_tests_on_a_subject_are_two_and_the_same_test_twice_is_one(tables, load):
    row = "2026,7,1,11,Math,Spring,2026-05-04,"
    loaded = load("assessment_results", f"{RESULTS},assessment_name\n{row}24,,ACT\n{row}1000,,PSAT\n{row}25,,ACT\n")
    assert (loaded.n_accepted, loaded.n_rejected) == (2, 1)
    assert rows(tables, "select rule_id, finding_key from extract_rejects") == [("ASM-01", "2026|7|Math|Spring|ACT")]


def test_results_without_the_column_are_those_of_one_test(tables, load):
    row = "2026,7,1,11,Math,Spring,2026-05-04,"
    loaded = load("assessment_results", f"{RESULTS}\n{row}500,true\n{row}510,true\n")
    assert (loaded.n_accepted, loaded.n_rejected) == (1, 1)
    assert notes_on_absent_columns(tables)[0] == (
        "assessments/assessment_results has no assessment_name: all results in a subject are taken for those of one test."
    )


@pytest.mark.parametrize(
    ("names", "main", "n_notes"), [(("ACT", "PSAT"), None, 1), (("ACT", "PSAT"), "ACT", 0), (("ACT", ""), None, 0)]
)
def test_note_where_no_result_is_of_the_main_test(tables, load, names, main, n_notes):
    given = "".join(f"2026,7,1,11,Math,Spring,2026-05-04,24,,{name}\n" for name in names)
    load("assessment_results", f"{RESULTS},assessment_name\n{given}")
    notes = notes_on_tests(tables, Assessments(main_test=main))
    assert len(notes) == n_notes
    assert all("results of ACT, PSAT" in note for note in notes)
