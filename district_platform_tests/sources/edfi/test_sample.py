"""Records of Ed-Fi's own sample XML go through the mapping; counts are made in the XML by other means (sample/README.md)."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from district_platform.sources.edfi import attendance, enrollments, students

SAMPLE = Path(__file__).parent / "sample"
RESOURCES = {
    "StudentSchoolAttendanceEvent": "studentSchoolAttendanceEvents",
    "Student": "students",
    "StudentSchoolAssociation": "studentSchoolAssociations",
}
FLAT = {"AttendanceEvent", "Name", "BirthData"}
"""Elements whose fields stand in the record itself in the API's JSON."""
IS_DESCRIPTOR = re.compile(r"^uri://[^#]+Descriptor#")


def json_of(element: ET.Element) -> dict:
    """A record of the bulk XML in the form of the API's JSON: references by their keys, a school year by its spring."""
    fields: dict = {}
    for child in element:
        name = child.tag.partition("}")[2] or child.tag
        key = name[0].lower() + name[1:]
        if name in FLAT:
            fields |= json_of(child)
        elif name.endswith("Reference") and len(child):
            fields[key] = flattened(child)
        elif child.text and IS_DESCRIPTOR.match(child.text):
            fields[f"{key}Descriptor"] = child.text
        elif name == "EventDuration":
            fields[key] = float(child.text or 0)
        elif child.text and child.text.strip():
            fields[key] = child.text
    return fields


def flattened(reference: ET.Element) -> dict:
    """The keys of a reference, those of the references in it too."""
    keys: dict = {}
    for each in reference.iter():
        name = each.tag.partition("}")[2]
        if len(each) == 0 and each.text:
            value = each.text
            keys[name[0].lower() + name[1:]] = int(value[-4:]) if name == "SchoolYear" else value
    return keys


@pytest.fixture
def pulled(making):
    """The sample as a pull of one ODS."""
    records: dict[str, list[dict]] = {}
    for path in sorted(SAMPLE.glob("*.xml")):
        for element in ET.parse(path).getroot():
            records.setdefault(RESOURCES[element.tag.partition("}")[2]], []).append(json_of(element))
    return making.one(**records)


def text(name: str) -> str:
    return (SAMPLE / f"{name}.xml").read_text()


def test_every_record_of_the_sample_is_read(pulled):
    counts = {part.resource: part.n_records for part in pulled.pull.parts}
    assert counts == {
        "studentSchoolAttendanceEvents": text("StudentSchoolAttendance").count("</StudentSchoolAttendanceEvent>"),
        "students": text("Student").count("</Student>"),
        "studentSchoolAssociations": text("StudentEnrollment").count("</StudentSchoolAssociation>"),
    }
    assert sorted(counts.values()) == [6, 9, 17]


def test_events_of_the_sample_by_student_and_code(making, pulled):
    """Counted line by line: a date after each EventDate, the student after it. A day with two events is one."""
    found = re.findall(
        r"<EventDate>(\S+)</EventDate>\s*<AttendanceEventCategory>[^#]+#([^<]+)<.*?<StudentUniqueId>(\d+)",
        text("StudentSchoolAttendance"),
        re.DOTALL,
    )
    days = {(who, date): category for date, category, who in reversed(found)}
    expected = Counter((who, category) for (who, _), category in days.items())
    assert sum(expected.values()) == 16
    rows = making.rows(
        attendance.attendance_events(attendance.marked_days(pulled)), "student_id", "attendance_code", "school_year"
    )
    assert Counter((who, code) for who, code, _ in rows) == expected
    assert {year for *_, year in rows} == {"2022"}


def test_enrollments_of_the_sample_have_the_year_of_their_entry(making, pulled):
    """The sample states no school year."""
    assert "SchoolYearType" not in text("StudentEnrollment")
    rows = making.of_stays(pulled, enrollments.enrollments, "student_id", "school_year", "grade_level", "calendar_code")
    expected = re.findall(r"<StudentUniqueId>(\d+)", text("StudentEnrollment"))
    assert sorted(who for who, *_ in rows) == sorted(expected)
    assert {(year, grade) for _, year, grade, _ in rows} == {("2022", "05")}
    assert [calendar for *_, calendar in rows if calendar] == re.findall(
        r"<CalendarCode>(\d+)", text("StudentEnrollment")
    )


def test_students_of_the_sample_are_those_that_are_enrolled(making, pulled):
    enrolled = set(re.findall(r"<StudentUniqueId>(\d+)", text("StudentEnrollment")))
    named = dict(
        re.findall(r"<StudentUniqueId>(\d+)</StudentUniqueId>.*?<LastSurname>(\w+)<", text("Student"), re.DOTALL)
    )
    rows = making.of_stays(pulled, students.students, "student_id", "last_name")
    assert dict(rows) == {who: named.get(who) for who in enrolled}


def test_categories_of_the_sample_are_among_the_defaults(pulled):
    codes = set(re.findall(r"AttendanceEventCategoryDescriptor#([^<]+)<", text("StudentSchoolAttendance")))
    assert {code.lower() for code in codes} <= set(pulled.crosswalk("AttendanceEventCategory").values)
