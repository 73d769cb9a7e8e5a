"""Steps of a mapping: rows that are made on the way, such as a student's day of the marks of its periods."""

import pytest

from district_platform.sources.mapped.reading import MappingError

DAYS = """
    [files.marks]
    path = "marks.csv"
    [files.values]
    path = "values.csv"
    [[step.days]]
    from = "marks"
    where = [{{ column = "mode", in = ["P"] }}]
    join = [{{ file = "values", on = {{ student = "student" }}, take = ["whole", "half", "all"], is_optional = true }}]
    one_per = {{ keys = ["student", "date"], {first} sum = {{ minutes = "missed", present = "there" }} }}
    [step.days.columns]
    student = "student"
    date = {{ date = "date" }}
    code = "code"
    fraction = {fraction}
    [[extract."sis/attendance_codes"]]
    from = "days"
    status = "confirmed"
    [extract."sis/attendance_codes".columns]
    attendance_code = {{ concat = ["code", "fraction"], by = "@" }}
    attendance_event_category = "date"
    is_absent = "fraction"
    """
MARKS = "student,date,mode,code,missed,there\n1,2026-01-05,P,T,60,50\n1,2026-01-05,P,A,60,0\n1,2026-01-05,D,X,60,0\n"
VALUES = "student,whole,half,all\n1,300,60,360\n"


def days(convert, marks=MARKS, values=VALUES, first="", fraction='{ minutes = "minutes", per = "all" }'):
    text = DAYS.format(first=first, fraction=fraction)
    return convert(text, "sis/attendance_codes", marks=marks, values=values)


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        ('{ minutes = "minutes", per = 240 }', "0.5"),
        ('{ minutes = "minutes", per = "all" }', "0.3333"),
        ('{ minutes = "minutes", per = 240, is_attended = true }', "0.5"),
        ('{ minutes = "minutes", per = 60 }', "1"),
        ('{ minutes = "minutes", less = "present", per = 280 }', "0.25"),
        ('{ minutes = "minutes", whole = "whole", half = "half" }', "0.5"),
        ('{ minutes = "minutes", whole = 120 }', "1"),
        ('{ minutes = "minutes", whole = 121 }', "0"),
    ],
)
def test_minutes_of_periods_become_a_share_of_the_day(convert, fraction, expected):
    _, rows = days(convert, fraction=fraction)
    assert rows[0][0] == f"T@{expected}"


def test_a_students_day_is_one_row_and_others_are_left_out(convert):
    conversion, rows = days(convert)
    assert [code for code, *_ in rows] == ["T@0.3333"]
    [marks] = [f for f in conversion.files if f.file == "marks.csv"]
    assert (marks.rows_read, marks.rows_accepted, marks.rows_rejected, marks.rows_left_out) == (3, 1, 0, 2)


def test_the_code_that_wins_comes_first(convert):
    _, rows = days(convert, first='first = { code = ["A", "T"] },')
    assert [code for code, *_ in rows] == ["A@0.3333"]


def test_the_latest_row_wins(convert):
    marks = MARKS.replace("P,A,60,0", "P,A,60,99")
    _, rows = days(convert, marks=marks, first='latest = "there",')
    assert [code for code, *_ in rows] == ["A@0.3333"]


def test_an_optional_join_leaves_empty_what_it_does_not_find(convert):
    conversion, rows = days(
        convert, values="student,whole,half,all\n2,300,60,360\n", fraction='{ coalesce = ["all"], else = "none" }'
    )
    assert [code for code, *_ in rows] == ["T@none"]
    assert conversion.rejects == []


def test_minutes_of_a_day_of_no_minutes_are_rejected(convert):
    conversion, rows = days(convert, values="student,whole,half,all\n1,300,60,0\n")
    assert rows == []
    assert [(r.file, r.line, r.column, r.value) for r in conversion.rejects] == [("marks.csv", 2, "fraction", "120")]
    assert conversion.rejects[0].reason == "is not a number of minutes of all (fraction in block 1 of step days)"


def test_what_a_step_cannot_read_is_rejected_with_its_line(convert):
    conversion, rows = days(convert, marks=MARKS.replace("2026-01-05,P,T", "soon,P,T"))
    assert [code for code, *_ in rows] == ["A@0.1667"]
    assert [(r.line, r.column, r.value) for r in conversion.rejects] == [(2, "date", "soon")]
    [marks] = [f for f in conversion.files if f.file == "marks.csv"]
    assert (marks.rows_read, marks.rows_accepted, marks.rows_rejected, marks.rows_left_out) == (3, 1, 1, 1)


UNION = """
    [files.now]
    path = "now.csv"
    dates = "%m/%d/%Y"
    [files.before]
    path = "before.csv"
    [[step.stays]]
    from = "now"
    [step.stays.columns]
    school = "school"
    start = { date = "start" }
    [[step.stays]]
    from = "before"
    [step.stays.columns]
    school = "school"
    start = { date = "start" }
    [[extract."sis/schools"]]
    from = "stays"
    status = "confirmed"
    one_per = { keys = ["school"], latest = "start" }
    [extract."sis/schools".columns]
    school_id = "school"
    school_name = "start"
    """


def test_a_step_of_two_files_has_the_rows_of_both_and_counts_each(convert):
    files = {
        "now": "school,start\n1,08/20/2025\n2,08/21/2025\n",
        "before": "school,start\n1,2024-08-20\n3,2024-08-21\n",
    }
    conversion, rows = convert(UNION, "sis/schools", **files)
    assert sorted(rows) == [("1", "2025-08-20"), ("2", "2025-08-21"), ("3", "2024-08-21")]
    counts = {f.file: (f.rows_read, f.rows_accepted, f.rows_left_out) for f in conversion.files}
    assert counts == {"now.csv": (2, 2, 0), "before.csv": (2, 1, 1)}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('latest = "start" }', 'latest = "strat" }', "step stays makes no column strat. Did you mean start?"),
        ('from = "before"', 'from = "now"', "reads now in two blocks: each row of a file counts once"),
        ('from = "stays"', 'from = "stay"', "there is no file 'stay' under [files]. Did you mean stays?"),
        ('from = "before"', 'from = "stays"', "stays must stand before it"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_step_is_a_sentence(convert, old, new, told):
    with pytest.raises(MappingError) as error:
        convert(UNION.replace(old, new), "sis/schools", now="school,start\n", before="school,start\n")
    assert told in str(error.value)


def test_a_vendors_number_of_a_year_is_added_to(convert):
    text = """
    [files.terms]
    path = "terms.csv"
    [[extract."sis/sessions"]]
    from = "terms"
    status = "confirmed"
    [extract."sis/sessions".columns]
    school_year = { year = "yearid", add = 1991 }
    """
    assert convert(text, "sis/sessions", terms="yearid,x\n35,a\n")[1] == [("2026",)]


def test_notes_of_a_mapping_are_told_with_every_run(convert):
    text = 'notes = ["Earlier years have no meals."]\n' + UNION
    conversion, _ = convert(
        text, "sis/schools", now="school,start\n1,08/20/2025\n", before="school,start\n1,2024-08-20\n"
    )
    assert conversion.public_notes == ["Earlier years have no meals."]
