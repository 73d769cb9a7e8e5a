"""Files that differ from those that were mapped: what is said, and what ends the conversion."""

import textwrap

import duckdb
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.quality.attendance import unmapped_attendance_code
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Mapping
from district_platform.sources.mapped.reading import MappingError, read_mapping
from district_platform.staging.loading import load_extract
from district_platform_tests.quality.tables import found, table

MAPPING = """
name = "test"
[files.marks]
path = "marks*.csv"
headers = ["student", "day", "code", "teacher"]
[lookups.code]
A = "AU"
E = "AE"
[[extract."sis/attendance_events"]]
from = "marks"
status = "confirmed"
[extract."sis/attendance_events".columns]
student_id = "student"
event_date = "day"
attendance_code = { lookup = "code", of = "code" }
"""
ROWS = "7,2025-09-01,A,T1\n8,2025-09-02,A,T1\n9,2025-09-03,E,T1\n"


@pytest.fixture
def delivered(tables, tmp_path):
    """Delivers files and converts them; returns the notes of the conversion."""
    (tmp_path / "test.toml").write_text(MAPPING)

    def convert(**files: str) -> list[str]:
        folder = tmp_path / "delivered"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(textwrap.dedent(content))
        return convert_mapped(tables, read_mapping(tmp_path / "test.toml"), folder, tmp_path / "out").notes

    return convert


def test_files_as_they_were_mapped_say_nothing(delivered):
    assert delivered(marks="student,day,code,teacher\n" + ROWS) == []


def test_a_used_column_that_is_missing_stops_with_the_nearest_new_one(delivered):
    with pytest.raises(MappingError) as error:
        delivered(marks="student,day,att_code,teacher\n" + ROWS)
    assert str(error.value) == (
        "marks.csv: column code is missing from the header; it is attendance_code in block 1 of sis/attendance_events. The nearest new "
        "column is att_code. Put it back, or decide anew (district-platform map review)."
    )


def test_a_header_that_repeats_stops(delivered):
    with pytest.raises(MappingError, match=r"marks.csv names a column twice: code\. Nothing was converted"):
        delivered(marks="student,day,code,code\n" + ROWS)


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ("student,day,code", "marks.csv lacks columns that it had when it was mapped, and that are not used: teacher."),
        (
            "student,day,code,teacher,room",
            "marks.csv has columns that the mapping does not know, and that are not read: room.",
        ),
        (
            "teacher,student,day,code",
            "marks.csv has its columns in another order than when it was mapped, which does not matter.",
        ),
    ],
)
def test_columns_that_are_not_used_are_a_note(delivered, header, note):
    row = ",".join({"student": "7", "day": "2025-09-01", "code": "A"}.get(name, "x") for name in header.split(","))
    assert delivered(marks=f"{header}\n{row}\n") == [note]


def test_a_file_with_less_than_half_of_its_rows_is_a_warning(delivered):
    delivered(marks="student,day,code,teacher\n" + ROWS)
    assert delivered(marks="student,day,code,teacher\n7,2025-09-01,A,T1\n") == [
        "Warning: marks has 1 rows; the last time it had 3. Was the export cut off?"
    ]


def test_a_file_that_is_gone_stops_with_the_one_that_may_be_meant(delivered):
    with pytest.raises(MappingError, match=r"marks\*.csv: was mapped and is not in .* Is mark.csv meant\? Deliver it"):
        delivered(mark="student,day,code,teacher\n" + ROWS)


def test_an_unknown_value_stays_for_the_contract_to_judge(delivered, tmp_path):
    """A code that no table knows is not turned into presence: ATT-01 refuses it; a value outside a closed list becomes null (CON-04)."""
    rows = "".join(f"{n},2025-09-01,NEW,T1\n" for n in range(12))
    assert delivered(marks=f"student,day,code,teacher\n7,2025-09-02,RARE,T1\n{rows}") == [
        'sis/attendance_events: 2 values of code have no meaning in lookups.code, in 13 rows ("NEW" 12); attendance_code is judged as they '
        "stand."
    ]
    [path] = (tmp_path / "out" / "sis" / "attendance_events").glob("*.parquet")
    assert duckdb.sql(f"select distinct attendance_code from '{path}' order by 1").fetchall() == [("NEW",), ("RARE",)]


def test_an_attendance_code_that_no_lookup_knows_stops_the_publication(delivered, tmp_path):
    delivered(marks="student,day,code,teacher\n7,2025-09-02,NEW,T1\n8,2025-09-02,A,T1\n")
    [path] = (tmp_path / "out" / "sis" / "attendance_events").glob("*.parquet")
    marks = duckdb.sql(f"select student_id, event_date::varchar, attendance_code from '{path}'").fetchall()
    columns = "school_year school_id student_id event_date attendance_code"
    events = table("stg_attendance_events", columns, [(2026, "S1", *mark) for mark in marks])
    codes = table("stg_attendance_codes", "attendance_code is_absent", [("AU", 1)])
    assert unmapped_attendance_code.severity == "error"
    assert found(unmapped_attendance_code, events, codes) == {
        "2026|S1|7|2025-09-02||NEW": "code 'NEW' is not in sis/attendance_codes (1 events)"
    }


def test_a_value_that_a_lookup_of_a_closed_list_does_not_know_is_empty_and_a_finding(tables, tmp_path):
    (tmp_path / "students.csv").write_text("no,given,family,gender\n7,A,B,F\n8,C,D,Q\n")
    mapping = Mapping.model_validate(
        {
            "files": {"students": {"path": "students.csv"}},
            "lookups": {"sex": {"F": "F"}},
            "extract": {
                "sis/students": [
                    {
                        "from": "students",
                        "status": "confirmed",
                        "columns": {
                            "school_year": {"constant": "2026"},
                            "student_id": "no",
                            "first_name": "given",
                            "last_name": "family",
                            "sex": {"lookup": "sex", "of": "gender"},
                        },
                    }
                ]
            },
        }
    )
    convert_mapped(tables, mapping, tmp_path, tmp_path / "out")
    loaded = load_extract(tables, tmp_path / "out", EXTRACTS["students"])
    assert (loaded.n_accepted, loaded.n_rejected) == (2, 0)
    staged = tables.connection.execute("select student_id, sex from stg_students order by 1").fetchall()
    assert staged == [("7", "F"), ("8", None)]
    nulled = "select line_number, column_name, value, rule_id from extract_nulled_values"
    assert tables.connection.execute(nulled).fetchall() == [(3, "sex", "Q", "CON-04")]
