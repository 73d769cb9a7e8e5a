"""A pull becomes extracts, whole or not at all: every record is accounted for, and what is unknown is told."""

import pyarrow.parquet as pq
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.raw_files import LINE
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.converting import convert_edfi
from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.edfi.resources import GIVEN_BY_EDFI
from district_platform_tests.sources.edfi.made import d, school, stay, student, write_pull, year
from district_platform_tests.sources.edfi.test_assessments import assessment, result
from district_platform_tests.sources.edfi.test_attendance import event
from district_platform_tests.sources.edfi.test_schools import day

STAYS = "studentSchoolAssociations"
PEOPLE = [{"studentUniqueId": "s1", "firstName": "Ann", "lastSurname": "Lee"}]
SCHOOLS = [{"schoolId": 1, "nameOfInstitution": "Oak"}]
BASE = {"schools": SCHOOLS, "students": PEOPLE, STAYS: [stay()]}


def converted(making, tmp_path, ods, **settings):
    write_pull(making.folder, ods)
    source = EdfiSource.model_validate(settings)
    return convert_edfi(making.tables, making.folder, tmp_path / "out", making.reference, source)


def extract(tmp_path, path):
    return [row for file in sorted((tmp_path / "out" / path).iterdir()) for row in pq.read_table(file).to_pylist()]


def test_every_record_is_accepted_rejected_or_left_out(making, tmp_path):
    ods = {
        **BASE,
        STAYS: [stay(), stay("2025-08-20", "2025-08-19"), {**stay("2024-08-20", "2025-06-05"), **year(2025)}],
        "studentSchoolAttendanceEvents": [event("Tardy"), event("Tardy", session="S1"), event("Tardy", "2025-09-04")],
        "assessments": [assessment("Reading", "Writing")],
        "studentAssessments": [
            result(),
            result(assessmentReference={"assessmentIdentifier": "A2", "namespace": "uri://x"}),
        ],
    }
    conversion = converted(making, tmp_path, {None: ods}, school_years=[2026])
    counts = {f.file: (f.rows_read, f.rows_accepted, f.rows_rejected, f.rows_left_out) for f in conversion.files}
    assert counts[f"all/{STAYS}.parquet"] == (3, 1, 0, 2)
    assert counts["all/studentSchoolAttendanceEvents.parquet"] == (3, 2, 0, 1)
    assert counts["all/studentAssessments.parquet"] == (2, 1, 1, 0)
    assert all(n == a + r + o for n, a, r, o in counts.values())
    [reject] = conversion.rejects
    assert (reject.file, reject.line, reject.value) == ("all/studentAssessments.parquet", 1, "A1")
    assert '[sources.edfi.assessments."A1"] subject' in reject.reason


def test_rows_carry_the_number_of_their_record_and_files_the_name_of_its_resource(making, tmp_path):
    converted(
        making,
        tmp_path,
        {2026: {**BASE, "calendarDates": [day("2025-09-03", "Holiday"), day("2025-09-02", "Holiday")]}},
    )
    [file] = (tmp_path / "out" / "sis" / "calendar_dates").iterdir()
    assert file.name == "2026_calendarDates.parquet"
    assert [(r["calendar_date"], r[LINE]) for r in pq.read_table(file).to_pylist()] == [
        ("2025-09-02", 2),
        ("2025-09-03", 1),
    ]


def test_what_is_not_granted_is_no_extract_and_a_note(making, tmp_path):
    conversion = converted(making, tmp_path, {None: {**BASE, "sessions": [], "calendarDates": None}})
    assert not (tmp_path / "out" / "sis" / "calendar_dates").exists()
    assert extract(tmp_path, "sis/sessions") == []
    assert conversion.public_notes == [
        "The Ed-Fi API does not grant calendarDates: it is unknown, not empty. It feeds sis/calendar_dates."
    ]


def test_what_is_granted_for_some_years_is_told_by_year(making, tmp_path):
    days = [day("2025-09-03", "Holiday")]
    ods = {2025: {**BASE, "calendarDates": None}, 2026: {**BASE, "calendarDates": days}}
    [note] = converted(making, tmp_path, ods).public_notes
    assert note.startswith("The Ed-Fi API does not grant calendarDates of 2025: it is unknown, not empty.")
    assert len(extract(tmp_path, "sis/calendar_dates")) == 1


def test_codes_that_nobody_has_decided_are_findings_with_their_share(making, tmp_path):
    making.lines("CalendarEvent", "code,value\nSnow,false\n")
    events = ["Instructional day", "Snow", "Parade", "Parade"]
    days = [day(f"2025-09-0{n}", each) for n, each in enumerate(events, start=1)]
    conversion = converted(making, tmp_path, {None: {**BASE, "calendarDates": days}})
    assert [(n.file, n.line, n.column, n.value) for n in conversion.nulled] == [
        ("all/calendarDates.parquet", line, "is_school_day", "Parade") for line in (3, 4)
    ]
    assert conversion.nulled[0].reason == "has no line in data/reference/edfi/CalendarEventDescriptor.csv"
    [share] = [c for c in conversion.looked_up if c.file == "all/calendarDates.parquet"]
    assert (share.column, share.n_values, share.n_nulled) == ("is_school_day", 4, 2)


def test_what_was_assumed_of_results_is_said_in_numbers(making, tmp_path):
    several = [
        {"assessmentReportingMethodDescriptor": d("AssessmentReportingMethod", m), "result": "5"}
        for m in ("Raw", "Rank")
    ]
    ods = {**BASE, "assessments": [assessment("Mathematics")], "studentAssessments": [result(scoreResults=several)]}
    notes = converted(making, tmp_path, {None: ods}).public_notes
    assert len(notes) == 2
    assert "1 results of A1 have several scores and none called Scale score" in notes[0]
    assert notes[1] == "1 results say no season (period): theirs is that of the date."


def test_a_school_of_two_ods_is_told_once_by_the_later(making, tmp_path):
    renamed = [{"schoolId": 1, "nameOfInstitution": "Oak Hill"}]
    converted(making, tmp_path, {2025: BASE, 2026: {**BASE, "schools": renamed}})
    assert [row["school_name"] for row in extract(tmp_path, "sis/schools")] == ["Oak Hill"]


def test_without_a_pull_nothing_is_converted_and_what_was_stays(making, tmp_path):
    converted(making, tmp_path, {None: BASE})
    (making.folder / "pull.json").unlink()
    with pytest.raises(EdfiError, match="Nothing has been pulled"):
        convert_edfi(making.tables, making.folder, tmp_path / "out", making.reference, EdfiSource())
    assert extract(tmp_path, "sis/schools")


def test_a_crosswalk_that_is_not_valid_stops_with_file_and_line(making, tmp_path):
    making.lines("Sex", "code,value\nFemale,W\n")
    with pytest.raises(
        EdfiError, match=r"data/reference/edfi/SexDescriptor.csv: line 2, value 'W': is none of F, M, X"
    ):
        converted(making, tmp_path, {None: BASE})


def test_everything_that_ed_fi_can_say_is_made_of_a_full_pull(desk, making, tmp_path):
    """Every extract but those that Ed-Fi has no resource for, with rows, in the contract's columns."""
    desk.pull()
    conversion = convert_edfi(making.tables, desk.folder, tmp_path / "out", making.reference, EdfiSource())
    assert (conversion.rejects, conversion.nulled, conversion.notes) == ([], [], [])
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").glob("*/*")}
    assert made == {EXTRACTS[name].path for name in GIVEN_BY_EDFI}
    for name in GIVEN_BY_EDFI:
        [first, *_] = extract(tmp_path, EXTRACTS[name].path)
        assert set(first) == {*EXTRACTS[name].columns, LINE}, name


def test_ids_of_people_that_repeat_in_one_ods_stay_for_the_rule(making, tmp_path):
    """Nothing is dropped silently within one ODS but what Ed-Fi's own key forbids."""
    both = [stay(), {**stay(), **student("s2"), **school(2)}]
    converted(making, tmp_path, {None: {**BASE, STAYS: both}})
    assert len(extract(tmp_path, "sis/enrollments")) == 2
