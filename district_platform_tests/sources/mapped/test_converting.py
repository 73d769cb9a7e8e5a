"""A mapping carried out: what each operation makes, which rows are rejected and left out, and what is told of them."""

import duckdb
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.quality.delivery_notes import notes_on_absent_columns
from district_platform.sources.account import keep_account
from district_platform.sources.mapped.reading import MappingError
from district_platform.staging.loading import load_extract
from district_platform_tests.sources.mapped.conftest import rows_of

SCHOOLS = """
    [files.schools]
    path = "schools.csv"
    [[extract."sis/schools"]]
    from = "schools"
    status = "confirmed"
    [extract."sis/schools".columns]
    school_id = "School No"
    {column}
    """


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ('school_name = "Name"', "Oak Hill"),
        ('school_name = { column = "Name", null_when = { kind = ["E"] } }', None),
        ('school_level = { constant = "High" }', "High"),
        ('school_name = { concat = ["School No", "kind"], by = "-" }', "007-E"),
        ('school_name = { split = "Name", by = " ", part = 2 }', "Hill"),
        ('school_name = { coalesce = ["Nick", "Name"] }', "Oak Hill"),
        ('school_name = { coalesce = ["Nick"], else = "None" }', "None"),
        ('is_title_i = { flag = "kind", in = ["E"] }', "true"),
        ('is_title_i = { flag = "kind", in = ["X"] }', "false"),
        ('is_title_i = { flag = "nick", in = ["X"] }', None),
        ('is_title_i = { flag = "nick", in = ["X"], blank = false }', "false"),
        ('low_grade = { extract = "name", regex = "^(.)ak" }', "O"),
        ('school_level = { lookup = "levels", of = "kind" }\n[lookups.levels]\nE = "Elementary"', "Elementary"),
        ('school_level = { lookup = "levels", of = "kind" }\n[lookups.levels]\nE = ""', None),
        ('school_level = { lookup = "levels", of = "kind" }\n[lookups.levels]\nX = "High"', "E"),
    ],
)
def test_each_operation_makes_a_value(convert, operation, expected):
    conversion, rows = convert(SCHOOLS.format(column=operation), schools="School No,Name,kind,Nick\n007,Oak Hill,E,\n")
    assert rows == [("007", expected)]
    assert [(f.rows_read, f.rows_accepted, f.rows_rejected, f.rows_left_out) for f in conversion.files] == [
        (1, 1, 0, 0)
    ]


ENROLLMENTS = """
    year_starts = "07-01"
    [files.entries]
    path = "entries.csv"
    dates = "%m/%d/%Y"
    [[extract."sis/enrollments"]]
    from = "entries"
    status = "confirmed"
    {rows}
    [extract."sis/enrollments".columns]
    {columns}
    """


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ('entry_date = "in"', "2025-08-20"),
        ('entry_date = { date = "in", add_days = -1 }', "2025-08-19"),
        ('exit_date = { date = "in", add_days = -1, null_when = { id = ["7"] } }', None),
        ('school_year = { year = "in" }', "2026"),
        ('school_year = { year = "in", starts = "09-01" }', "2025"),
        ('school_year = { year = "yr", add = 1 }', "2026"),
    ],
)
def test_dates_and_years_are_made_of_dates_as_the_file_has_them(convert, columns, expected):
    _, rows = convert(
        ENROLLMENTS.format(rows="", columns=columns), "sis/enrollments", entries="id,in,yr\n7,08/20/2025,2025-26\n"
    )
    assert rows == [(expected,)]


def test_a_date_that_is_none_rejects_its_row_with_file_line_column_value_and_decision(convert):
    conversion, rows = convert(
        ENROLLMENTS.format(rows="", columns='enrollment_id = "id"\n    entry_date = "in"'),
        "sis/enrollments",
        entries="id,in\n7,08/20/2025\n8,31/12/2025\n9,\n",
    )
    assert rows == [("7", "2025-08-20"), ("9", None)]
    [reject] = conversion.rejects
    assert (reject.part, reject.file, reject.line, reject.column, reject.value) == (
        "sis/enrollments", "entries.csv", 3, "entry_date", "31/12/2025",
    )  # fmt: skip
    assert reject.reason == "is not a date as %m/%d/%Y (entry_date in block 1 of sis/enrollments)"


def test_rows_left_out_by_where_are_counted_and_not_rejected(convert):
    where = 'where = [{ column = "in", null = false }, { column = "id", not_in = ["8"] }]'
    conversion, rows = convert(
        ENROLLMENTS.format(rows=where, columns='enrollment_id = "id"'),
        "sis/enrollments",
        entries="id,in\n7,08/20/2025\n8,08/20/2025\n9,\n10\n",
    )
    assert rows == [("7",)]
    [file] = conversion.files
    assert (file.rows_read, file.rows_accepted, file.rows_rejected, file.rows_left_out) == (4, 1, 1, 2)


JOINED = """
    [files.events]
    path = "att_*.csv"
    [files.students]
    path = "students.csv"
    [[extract."sis/attendance_events"]]
    from = "events"
    status = "confirmed"
    join = [{ file = "students", on = { sid = "dcid" }, take = ["number"] }]
    one_per = { keys = ["number", "day"], first = { code = ["A", "T"] } }
    [extract."sis/attendance_events".columns]
    student_id = "number"
    attendance_code = "code"
    """


def test_a_join_takes_columns_and_rejects_rows_without_a_partner_and_one_mark_a_day_stays(convert):
    conversion, rows = convert(
        JOINED,
        "sis/attendance_events",
        students="dcid,number\n1,0501\n2,0502\n",
        att_1="sid,day,code\n1,2025-09-01,T\n1,2025-09-01,A\n3,2025-09-01,A\n",
        att_2="sid,day,code\n2,2025-09-01,X\n2,2025-09-01,T\n,2025-09-01,T\n",
    )
    assert sorted(rows) == [("0501", "A"), ("0502", "T")]
    assert [(f.file, f.rows_read, f.rows_accepted, f.rows_rejected, f.rows_left_out) for f in conversion.files] == [
        ("att_1.csv", 3, 1, 1, 1),
        ("att_2.csv", 3, 1, 1, 1),
    ]
    assert [(r.file, r.line, r.value, r.reason) for r in conversion.rejects] == [
        ("att_1.csv", 4, "", "sid: students has no such row (join in block 1 of sis/attendance_events)"),
        ("att_2.csv", 4, "", "sid: students has no such row (join in block 1 of sis/attendance_events)"),
    ]


def test_a_join_on_a_column_that_repeats_stops(convert):
    with pytest.raises(
        MappingError, match=r"students.csv, line 3: dcid repeats there, as 1 values do\. A join in block 1"
    ):
        convert(JOINED, students="dcid,number\n1,0501\n1,0502\n", att_1="sid,day,code\n1,2025-09-01,T\n")


def test_several_blocks_are_the_rows_of_an_extract_together_and_take_columns_over(convert):
    second = """
    [[extract."sis/schools"]]
    from = "schools"
    status = "confirmed"
    same_as = 1
    where = [{ column = "name", in = ["Elm"] }]
    [extract."sis/schools".columns]
    school_id = { constant = "9" }
    """
    text = SCHOOLS.format(column='school_name = "name"') + second
    _, rows = convert(text, schools="School No,Name\n1,Oak\n2,Elm\n")
    assert sorted(rows) == [("1", "Oak"), ("2", "Elm"), ("9", "Elm")]


def test_titles_semicolons_and_windows_letters_are_read_as_the_mapping_says(convert):
    form = 'path = "schools.csv"\n    delimiter = ";"\n    skip = 2\n    encoding = "cp1252"\n    null = ["n/a"]'
    text = SCHOOLS.format(column='school_name = "name"').replace('path = "schools.csv"', form)
    content = "Schools of the district\n\nSchool No;Name\n1;Niño’s\n2;n/a\n3;A;B\n".encode("cp1252")
    conversion, rows = convert(text, schools=content)
    assert rows == [("1", "Niño’s"), ("2", None)]
    assert [(r.line, r.reason) for r in conversion.rejects] == [(6, "has 3 values where the header has 2 columns")]


def test_the_line_of_each_row_is_kept_for_faults_that_are_found_later(convert, tmp_path):
    where = "where = [{ column = 'id', not_in = ['7'] }]"
    convert(
        ENROLLMENTS.format(rows=where, columns='enrollment_id = "id"'), "sis/enrollments", entries="id,in\n7,\n8,\n9,\n"
    )
    path = tmp_path / "out" / "sis" / "enrollments" / "entries.csv.parquet"
    assert duckdb.sql(f"select * from '{path}'").fetchall() == [("8", 3), ("9", 4)]


def test_what_is_only_proposed_is_not_converted(convert):
    text = SCHOOLS.format(column="").replace("confirmed", "proposed")
    with pytest.raises(MappingError, match="no extract is confirmed"):
        convert(text, schools="School No\n1\n")


def test_a_conversion_that_fails_leaves_what_was_converted_before(convert, tmp_path):
    convert(SCHOOLS.format(column=""), schools="School No\n1\n")
    with pytest.raises(MappingError):
        convert(SCHOOLS.format(column='school_name = "Title"'), schools="School No\n2\n")
    assert rows_of(tmp_path / "out" / "sis" / "schools") == [("1",)]


CODES = """
    [files.codes]
    path = "codes*.csv"
    [lookups.absent]
    A = "1"
    P = "0"
    "-" = ""
    [[extract."sis/attendance_codes"]]
    from = "codes"
    status = "confirmed"
    [extract."sis/attendance_codes".columns]
    attendance_code = "Code"
    attendance_event_category = "Text"
    is_absent = { lookup = "absent", of = "Code" }
    """


def test_value_unknown_to_the_lookup_of_a_number_is_empty_and_told_and_the_row_stays(convert):
    """1 is a code without a meaning, not an absence of one day."""
    conversion, rows = convert(CODES, "sis/attendance_codes", codes="Code,Text\nA,Absent\n1,New\nP,Present\n-,None\n")
    assert sorted(rows) == [("-", "None", None), ("1", "New", None), ("A", "Absent", "1"), ("P", "Present", "0")]
    [count] = conversion.files
    assert (count.rows_read, count.rows_accepted, count.rows_rejected) == (4, 4, 0)
    [nulled] = conversion.nulled
    assert (nulled.file, nulled.line, nulled.column, nulled.value) == ("codes.csv", 3, "is_absent", "1")
    assert nulled.reason == "has no meaning in lookups.absent"
    assert [(c.n_values, c.n_nulled) for c in conversion.looked_up] == [(3, 1)]
    assert conversion.notes == [
        "sis/attendance_codes: 1 value of code has no meaning in lookups.absent, in 1 row; is_absent is empty there."
    ]


def test_value_unknown_to_the_lookup_of_a_number_is_a_finding(convert, tables):
    """CON-04 tells the value, and CON-10 judges their share."""
    conversion, _ = convert(CODES, "sis/attendance_codes", codes="Code,Text\nA,Absent\n1,New\n")
    keep_account(tables, {"mapped": conversion})
    told = "select extract, file_name, line_number, column_name, value, rule_id, message from extract_nulled_values"
    assert tables.connection.execute(told).fetchall() == [
        ("mapped/sis/attendance_codes", "codes.csv", 3, "is_absent", "1", "CON-04", "has no meaning in lookups.absent")
    ]
    counts = "select n_values, n_nulled from extract_columns where column_name = 'is_absent'"
    assert tables.connection.execute(counts).fetchall() == [(2, 1)]


def test_column_that_nobody_decided_on_is_absent_and_takes_what_the_contract_says(convert, tables, tmp_path):
    """The events have no school_year: it is that of their date; and what else is absent is told as in any file."""
    mapping = """
        [files.marks]
        path = "marks.csv"
        dates = "%m/%d/%Y"
        [[extract."sis/attendance_events"]]
        from = "marks"
        status = "confirmed"
        [extract."sis/attendance_events".columns]
        student_id = "student"
        school_id = "site"
        event_date = "day"
        attendance_code = "code"
        """
    convert(mapping, "sis/attendance_events", marks="Student,Site,Day,Code,Reason\n7,1,08/30/2025,A,Ill\n")
    load_extract(tables, tmp_path / "out", EXTRACTS["attendance_events"])
    staged = "select school_year, event_date::varchar, session_id, reason from stg_attendance_events"
    assert tables.connection.execute(staged).fetchall() == [(2026, "2025-08-30", None, None)]
    assert notes_on_absent_columns(tables) == [
        "sis/attendance_events has no school_year: it is the school year of the date, from July on.",
        "sis/attendance_events has no session_id: an event belongs to the session of its date.",
        "sis/attendance_events has no reason: absences have no reason.",
    ]
