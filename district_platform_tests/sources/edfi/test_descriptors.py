"""Crosswalks of descriptors: defaults, the district's lines before them, faults, and the file that a pull writes."""

import csv

import pytest

from district_platform.home import Home
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.crosswalks import write_crosswalks
from district_platform.sources.edfi.descriptors import DESCRIPTORS, default_lines, read_crosswalks
from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.edfi.resources import RESOURCES
from district_platform_tests.sources.edfi.made import d, stay, write_pull
from district_platform_tests.sources.edfi.test_attendance import event


def test_every_descriptor_names_columns_that_are_pulled():
    for descriptor in DESCRIPTORS.values():
        for resource, column in descriptor.places:
            assert column in RESOURCES[resource].schema.names, descriptor.name


def test_defaults_are_valid_lines(tmp_path):
    """Each default file, taken as the district's own, is accepted."""
    for name, descriptor in DESCRIPTORS.items():
        path = tmp_path / "edfi" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        columns = ("code", "value", *descriptor.columns)
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(
                [columns, *((c, *cells.values()) for c, cells in default_lines(descriptor).items())]
            )
    assert {n: x.values for n, x in read_crosswalks(tmp_path).items()} == {
        n: x.values for n, x in read_crosswalks(tmp_path / "none").items()
    }


def test_the_districts_line_goes_first_and_an_empty_one_leaves_the_default(making):
    making.lines(
        "GradeLevel", "code,value,count\nFIRST GRADE,02,7\nSecond grade,,3\nThird grade,-,1\nTransitional,KG,9\n"
    )
    values = read_crosswalks(making.reference)["GradeLevelDescriptor"].values
    told = {
        code: values[code] for code in ("first grade", "second grade", "third grade", "transitional", "fourth grade")
    }
    assert told == {
        "first grade": "02",
        "second grade": "02",
        "third grade": None,
        "transitional": "KG",
        "fourth grade": "04",
    }


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("GradeLevel", "code,value\nX,13\n", r"line 2, value '13': is none of PK, KG, 01"),
        ("GradeLevel", "code,value\nX,01\nx,02\n", r"line 3, code 'x': stands twice"),
        ("GradeLevel", "code\nX\n", r"line 1 lacks the columns value"),
        ("AttendanceEventCategory", "code,value,excusal,is_absent\nX,,,1\n", r"line 2, value: is empty"),
        (
            "AttendanceEventCategory",
            "code,value,excusal,is_absent\nX,Y,yes,1\n",
            r"line 2, excusal 'yes': is neither Excused",
        ),
        (
            "AttendanceEventCategory",
            "code,value,excusal,is_absent\nX,Y,,1.5\n",
            r"line 2, is_absent '1.5': is neither from 0 to 1",
        ),
        (
            "AttendanceEventCategory",
            "code,value,excusal,is_absent\nX,Y,,\n",
            r"line 2, is_absent '': is neither from 0 to 1",
        ),
        ("PerformanceLevel", "code,value,is_proficient\nX,5,true\n", r"line 2, value '5': is no level from 1 to 4"),
        (
            "PerformanceLevel",
            "code,value,is_proficient\nX,4,yes\n",
            r"line 2, is_proficient 'yes': is neither true nor false",
        ),
    ],
)
def test_a_line_that_is_not_valid_is_told_with_file_line_column_and_value(making, name, text, fault):
    making.lines(name, text)
    with pytest.raises(EdfiError, match=rf"data/reference/edfi/{name}Descriptor.csv: {fault}"):
        read_crosswalks(making.reference)


def written(path):
    with path.open(newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def test_what_a_pull_found_is_written_with_counts_and_decisions_stay(making, tmp_path):
    home = Home(root=tmp_path)
    grade = ("Third grade", "third GRADE", "Third grade", "Transitional", "Mystery")
    stays = [{**stay(), "entryGradeLevelDescriptor": d("GradeLevel", code)} for code in grade]
    events = [event("Tardy"), event("Virtual", "2025-09-04"), event("Virtual", "2025-09-05")]
    write_pull(home.pulled_edfi, {None: {"studentSchoolAssociations": stays, "studentSchoolAttendanceEvents": events}})
    lines = home.reference / "edfi" / "GradeLevelDescriptor.csv"
    lines.parent.mkdir(parents=True)
    lines.write_text("code,value\nTransitional,KG\nGone,01\n")
    told = write_crosswalks(making.tables, home, EdfiSource())
    assert written(lines) == [
        ("Gone", "01", "0"),
        ("Mystery", "", "1"),
        ("Third grade", "03", "3"),
        ("Transitional", "KG", "1"),
    ]
    assert written(lines.with_name("AttendanceEventCategoryDescriptor.csv")) == [
        ("Tardy", "Tardy", "", "0", "1"),
        ("Virtual", "", "", "", "2"),
    ]
    assert [(path.name, n, n_open) for path, n, n_open in told] == [
        ("AttendanceEventCategoryDescriptor.csv", 2, 1),
        ("GradeLevelDescriptor.csv", 4, 1),
    ]
    before = lines.read_bytes()
    write_crosswalks(making.tables, home, EdfiSource())
    assert lines.read_bytes() == before
