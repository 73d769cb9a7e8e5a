"""Rows of one file: lines, encodings, headers, status, and what is rejected."""

from pathlib import Path

import pytest

from district_platform.sources.oneroster import OneRosterError, Reject, convert
from district_platform_tests.sources.oneroster.exports import (
    BASE,
    ENROLLMENTS,
    ORGS,
    USERS,
    column,
    converted,
    extract,
    write_export,
)


def test_line_numbers_are_physical_where_a_value_holds_newlines(tmp_path: Path) -> None:
    orgs = ORGS + 'PINE,,,"Pine\nHigh\nSchool",school,,D\nX,,,No type,,,D\n'
    rejects = converted(tmp_path, orgs=orgs).rejects
    assert rejects == [Reject("orgs.csv", 8, "type", "", "type is missing")]


def test_blank_lines_count_as_lines_but_not_as_rows(tmp_path: Path) -> None:
    conversion = converted(tmp_path, orgs=ORGS + "\n\nX,,,No type,,,D\n")
    assert [(reject.file, reject.line) for reject in conversion.rejects] == [("orgs.csv", 7)]
    assert conversion.files[0].rows_read == 4


def test_rows_of_commas_and_blank_cells_cost_nothing_in_rows_and_header(tmp_path: Path) -> None:
    orgs = "\n,,,,,,\n" + ORGS.replace("parentSourcedId\n", "parentSourcedId,,\n").replace("school,,D", "school,,D,,,")
    conversion = converted(tmp_path, orgs=orgs + ",,,,,,\n" * 40 + "X,,,No type,,,D\n")
    assert [(reject.file, reject.line) for reject in conversion.rejects] == [("orgs.csv", 47)]
    assert conversion.files[0].rows_read == 4


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_and_noted(tmp_path: Path, encoding: str) -> None:
    conversion = converted(tmp_path, **{name: text.encode(encoding) for name, text in BASE.items()})
    assert conversion.rejects == []
    assert f"users.csv: is {encoding.upper()} and was read as such; OneRoster is UTF-8." in conversion.notes
    assert column(tmp_path, "sis/students", "student_id", "first_name") == {"s1": "Ada", "s2": "Ben", "s3": "Cy"}


def test_a_cut_utf_16_file_stops_the_conversion_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        OneRosterError, match=r"users\.csv: begins as UTF-16 and does not go on so\. Export it as UTF-8"
    ):
        converted(tmp_path, users=USERS.encode("utf-16")[:-1])


def test_a_ragged_row_is_rejected_with_both_counts(tmp_path: Path) -> None:
    conversion = converted(tmp_path, orgs=ORGS + "PINE,,,Pine, High,school,,D\nOAK,,,Oak\n")
    assert [(reject.line, reject.reason) for reject in conversion.rejects] == [
        (5, "the row has 8 fields, the header has 7"),
        (6, "the row has 4 fields, the header has 7"),
    ]


def test_bom_crlf_column_order_case_and_extra_columns_do_not_matter(tmp_path: Path) -> None:
    orgs = "\ufeffTYPE,Name,metadata.phone,SOURCEDID\r\nschool,Elm,555,ELM\r\nschool, Mill ,,MILL\r\ndistrict,D,,D\r\n"
    assert converted(tmp_path, orgs=orgs).rejects == []
    assert column(tmp_path, "sis/schools", "school_id", "school_name") == {"ELM": "Elm", "MILL": "Mill"}


def test_latin_1_bytes_are_read_beside_utf_8_and_noted(tmp_path: Path) -> None:
    users = USERS.encode() + "s4,,,true,ELM,student,s4,Zoë,Oak,,,05\n".encode("latin-1")
    users += "s5,,,true,ELM,student,s5,Chloë,Oak,,,05\n".encode()
    notes = converted(tmp_path, users=users).notes
    names = column(tmp_path, "sis/students", "student_id", "first_name")
    assert (names["s4"], names["s5"]) == ("Zoë", "Chloë")
    assert "users.csv: 1 lines are not UTF-8 (the first is 7) and were read as Windows-1252." in notes


def test_a_missing_column_stops_the_conversion_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"orgs\.csv: column type is missing"):
        converted(tmp_path, orgs="sourcedId,name\nELM,Elm\n")


def test_an_empty_file_is_a_file_without_its_columns(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"classes\.csv: column sourcedId, .* is missing"):
        converted(tmp_path, classes="")


def test_a_column_that_stands_twice_stops_the_conversion(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match="column name stands in the header twice"):
        converted(tmp_path, orgs="sourcedId,name,type,Name\nELM,Elm,school,Elm\n")


def test_a_quote_that_stays_open_stops_the_conversion_and_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"orgs\.csv, line 5: a value in quotes that begins here does not end"):
        converted(tmp_path, orgs=ORGS + 'PINE,,,"Pine,school,,D\nOAK,,,Oak,school,,D\n')


def test_a_quote_inside_a_value_rejects_its_row_only(tmp_path: Path) -> None:
    conversion = converted(tmp_path, orgs=ORGS + 'PINE,,,"Pine" High,school,,D\nOAK,,,Oak,school,,D\n')
    assert [reject.line for reject in conversion.rejects] == [5]
    assert "OAK" in column(tmp_path, "sis/schools", "school_id", "school_name")


def test_a_deleted_row_is_accepted_and_leaves_its_record_out(tmp_path: Path) -> None:
    users = USERS + "s4,tobedeleted,2026-09-01T00:00:00Z,true,ELM,student,s4,Fay,Oak,,,05\n"
    conversion = converted(tmp_path, users=users)
    count = next(count for count in conversion.files if count.file == "users.csv")
    assert (count.rows_read, count.rows_accepted, count.rows_rejected, count.rows_deleted) == (6, 6, 0, 1)
    assert "s4" not in column(tmp_path, "sis/students", "student_id", "school_year")


def test_an_unknown_status_is_rejected(tmp_path: Path) -> None:
    rejects = converted(tmp_path, users=USERS + "s4,gone,,true,ELM,student,s4,Fay,Oak,,,05\n").rejects
    assert rejects == [Reject("users.csv", 7, "status", "gone", "status is neither active nor tobedeleted")]


def test_the_first_row_of_a_repeated_sourced_id_is_kept(tmp_path: Path) -> None:
    conversion = converted(tmp_path, users=USERS + "s1,,,true,MILL,student,s1,Fay,Oak,,,06\n")
    assert [(r.line, r.reason) for r in conversion.rejects] == [
        (7, "sourcedId is repeated; the first stands on line 2")
    ]
    assert column(tmp_path, "sis/students", "student_id", "first_name")["s1"] == "Ada"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("e9,,,C1,ELM,s1,student,,1 September,", "beginDate", "beginDate is not a date (YYYY-MM-DD)"),
        ("e9,,,C1,ELM,t1,teacher,maybe,,", "primary", "primary is neither true nor false"),
        ("e9,,,C1,ELM,s1,pupil,,,", "role", "role is not a word of OneRoster's list"),
        (",,,C1,ELM,s1,student,,,", "sourcedId", "sourcedId is missing"),
        ("e9,,,,ELM,s1,student,,,", "classSourcedId", "classSourcedId is missing"),
    ],
)
def test_a_value_that_cannot_be_read_rejects_its_row(tmp_path: Path, row: str, column: str, reason: str) -> None:
    rejects = converted(tmp_path, enrollments=ENROLLMENTS + row + "\n").rejects
    assert [(r.file, r.line, r.column, r.reason) for r in rejects] == [("enrollments.csv", 5, column, reason)]


def test_a_timestamp_counts_as_its_date(tmp_path: Path) -> None:
    row = "e9,,,C2,ELM,s1,student,,2026-09-02T00:00:00.000Z,\n"
    converted(tmp_path, enrollments=ENROLLMENTS + row)
    begins = {(r["student_id"], r["begin_date"]) for r in extract(tmp_path, "sis/section_enrollments")}
    assert ("s1", "2026-09-02") in begins


def test_words_for_nothing_are_read_as_nothing_where_they_are_named(tmp_path: Path) -> None:
    enrollments = "\n".join(f"{line}NULL" if line[-1] == "," else line for line in ENROLLMENTS.splitlines())
    source = write_export(tmp_path / "export", enrollments=enrollments)
    assert len(convert(source, tmp_path / "out").rejects) == 3
    assert convert(source, tmp_path / "out", null_words=["NULL"]).rejects == []


@pytest.mark.parametrize("column_name", ["grade", "Grade"])
def test_a_list_of_one_may_be_named_in_the_singular_and_a_note_says_so(tmp_path: Path, column_name: str) -> None:
    conversion = converted(tmp_path, users=USERS.replace(",grades\n", f",{column_name}\n"))
    assert column(tmp_path, "sis/enrollments", "student_id", "grade_level") == {"s1": "05", "s2": "05", "s3": "06"}
    assert "users.csv: has the column grade for OneRoster's grades; it was read as such." in conversion.notes


def test_a_column_that_an_extract_could_use_and_its_file_lacks_is_told_with_what_may_be_meant(tmp_path: Path) -> None:
    conversion = converted(tmp_path, users=USERS.replace(",grades\n", ",gradeLvl\n"))
    assert set(column(tmp_path, "sis/enrollments", "student_id", "grade_level").values()) == {""}
    assert "users.csv has no column grades (is 'gradelvl' meant for it?): students have no grade." in conversion.notes
