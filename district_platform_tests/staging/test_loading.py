"""Staging: typed, trimmed, judged; rows read = accepted + rejected, whatever was delivered."""

from decimal import Decimal
from pathlib import Path

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district_platform.dictionary import EXTRACTS
from district_platform.settings import ExtractFormat
from district_platform.staging.loading import load_extract
from district_platform.staging.parsing import parse
from district_platform_tests.memory import in_memory


@pytest.fixture
def load(tables, tmp_path):
    """Writes an extract's text, loads it, and returns what became of it."""

    def _load(name: str, text: str, path: str | None = None, **form: object):
        extract = EXTRACTS[name]
        file = tmp_path / "data" / "raw" / (path or f"{extract.path}.csv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return load_extract(tables, tmp_path / "data" / "raw", extract, ExtractFormat.model_validate(form))

    return _load


def faults(tables, table: str = "extract_rejects") -> list[tuple]:
    return tables.connection.execute(
        f"select line_number, column_name, value, rule_id, finding_key from {table} order by all"
    ).fetchall()


SCHOOLS = "school_id,school_name,school_level,low_grade,high_grade,is_title_i\n"


def test_values_are_trimmed_and_typed_and_leading_zeros_kept(tables, load):
    load("schools", SCHOOLS + " 007 , Lincoln ,Elementary,KG,05,Yes\n008,,Middle,06,08,0\n")
    assert tables.connection.execute("select * from stg_schools order by 1").fetchall() == [
        ("007", "Lincoln", "Elementary", "KG", "05", True),
        ("008", None, "Middle", "06", "08", False),
    ]


def test_unreadable_value_rejects_the_row_with_line_column_and_value(tables, load):
    loaded = load("schools", SCHOOLS + "1,A,High,09,12,perhaps\n2,B,High,09,12,yes\n")
    assert (loaded.n_read, loaded.n_accepted, loaded.n_rejected) == (2, 1, 1)
    assert faults(tables) == [(2, "is_title_i", "perhaps", "CON-02", "1")]


def test_row_with_two_faults_is_one_rejected_row(tables, load):
    header = "certification_id,educator_id,certification_type,subject,grade_band,status,issue_date,expiration_date\n"
    loaded = load("certifications", header + "C1,E1,Standard,Math,K-5,Active,2020-02-30,soon\n")
    assert loaded.n_rejected == 1
    assert [fault[1] for fault in faults(tables)] == ["expiration_date", "issue_date"]


def test_missing_key_rejects_the_row(tables, load):
    loaded = load("schools", SCHOOLS + ",A,High,09,12,yes\n")
    assert loaded.n_rejected == 1
    assert faults(tables) == [(2, "school_id", None, "CON-02", "")]


def test_repeated_key_keeps_the_first(tables, load):
    load("schools", SCHOOLS + "1,First,High,09,12,yes\n1,Second,High,09,12,yes\n")
    assert tables.connection.execute("select school_name from stg_schools").fetchall() == [("First",)]
    assert faults(tables) == [(3, None, None, "CON-03", "1")]


def test_repeated_educator_keeps_the_most_complete_then_the_latest_hired(tables, load):
    header = "educator_id,first_name,last_name,birth_date,email,hire_date,termination_date\n"
    load(
        "educators",
        header
        + "1,A,B,,,2020-08-01,\n"
        + "1,A,B,1980-01-01,a@b.c,2019-08-01,\n"
        + "2,C,D,,,2018-08-01,\n"
        + "2,C,D,,,2021-08-01,\n",
    )
    kept = tables.connection.execute("select educator_id, hire_date::varchar from stg_educators order by 1").fetchall()
    assert kept == [("1", "2019-08-01"), ("2", "2021-08-01")]
    assert [(fault[0], fault[3]) for fault in faults(tables)] == [(2, "EDU-01"), (4, "EDU-01")]


def test_nulls_in_a_nullable_key_compare_equal(tables, load):
    header = "school_year,school_id,student_id,event_date,session_id,attendance_code,reason\n"
    loaded = load("attendance_events", header + "2026,1,9,2025-09-03,,A,ill\n2026,1,9,2025-09-03,,A,late\n")
    assert (loaded.n_accepted, loaded.n_rejected) == (1, 1)


def test_value_outside_its_domain_becomes_null_and_is_written_down(tables, load):
    loaded = load("schools", SCHOOLS + "1,A,Primary,KG,05,yes\n")
    assert loaded.n_rejected == 0
    assert tables.connection.execute("select school_level from stg_schools").fetchall() == [(None,)]
    assert faults(tables, "extract_nulled_values") == [(2, "school_level", "Primary", "CON-04", "1")]


RESULTS = "school_year,student_id,school_id,grade_level,subject,administration,test_date,scale_score,performance_level,is_proficient\n"


def test_value_outside_a_closed_list_in_a_key_rejects_its_row(tables, load):
    row = "2026,1,S,05,Math,{},2026-02-01,500,2,no\n"
    loaded = load("assessment_results", RESULTS + row.format("Autumn") * 2 + row.format("Winter"))
    assert (loaded.n_read, loaded.n_accepted, loaded.n_rejected) == (3, 1, 2)
    assert faults(tables) == [(line, "administration", "Autumn", "CON-02", "2026|1|Math|Autumn") for line in (2, 3)]
    assert faults(tables, "extract_nulled_values") == []


SUBMISSIONS = "school_id,submission_date\n"


@pytest.mark.parametrize("again", ["2023/08/23", "2023-8-23", "2023 08 23", "2023-08-23 00:00:00"])
def test_a_row_with_its_date_written_otherwise_repeats_the_key(tables, load, again):
    loaded = load("attendance_submissions", f"{SUBMISSIONS}S1,2023-08-23\nS1,{again}\nS1,2023-08-24\n")
    assert (loaded.n_read, loaded.n_accepted, loaded.n_rejected) == (3, 2, 1)
    assert faults(tables) == [(3, None, None, "CON-03", "S1|2023-08-23")]


def test_a_year_written_otherwise_repeats_the_key(tables, load):
    header = ",".join(EXTRACTS["students"].columns) + "\n"
    loaded = load("students", header + "2026,1,A,B,,,,,,,\n2026.0,1,A,B,,,,,,,\n")
    assert (loaded.n_accepted, faults(tables)) == (1, [(3, None, None, "CON-03", "2026|1")])


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        *((word, "PK") for word in ("PK3", "pre-k", "P4", "Preschool")),
        *((word, "KG") for word in ("K", "kg", "0", "00", "Kindergarten", "k5", "tk")),
        *(("1", "01"), ("9", "09"), ("9.0", "09"), ("10.0", "10"), ("11", "11"), ("3rd", "03"), ("12th", "12")),
        *(("Grade 7", "07"), ("Gr. 07", "07"), ("13", None), ("-1", None)),
    ],
)
def test_grades_are_read_in_the_words_of_other_systems(tables, load, written, grade):
    load("schools", SCHOOLS + f"1,A,Other,{written},12,yes\n")
    assert tables.connection.execute("select low_grade from stg_schools").fetchall() == [(grade,)]


@pytest.mark.parametrize(
    ("sex", "race", "read"),
    [
        ("Female", "two or more races", ("F", "Two or More Races")),
        ("m", "WHITE", ("M", "White")),
        ("Non-binary", "Hispanic/Latino", ("X", "Hispanic or Latino")),
        ("boy", "Black", ("M", "Black or African American")),
        ("9", "Unknown", (None, None)),
    ],
)
def test_closed_lists_are_read_in_any_case_and_in_common_words(tables, load, sex, race, read):
    header = ",".join(EXTRACTS["students"].columns) + "\n"
    load("students", header + f"2026,1,A,B,,{sex},{race},,,,\n")
    assert tables.connection.execute("select sex, race_ethnicity from stg_students").fetchall() == [read]


def test_words_for_nothing_are_read_as_nothing_where_the_settings_name_them(tables, load):
    text = SCHOOLS + "1,Null,High,09,12,NULL\n2,B,High,n/a,12,yes\n"
    assert load("schools", text).n_rejected == 1
    load("schools", text, null_words=["NULL", "n/a"])
    assert tables.connection.execute(
        "select school_name, low_grade, is_title_i from stg_schools order by 1"
    ).fetchall() == [
        ("B", None, True),
        ("Null", "09", None),
    ]


def test_a_word_for_nothing_is_a_missing_key(tables, load):
    load("schools", SCHOOLS + "NULL,A,High,09,12,yes\n", null_words=["NULL"])
    assert faults(tables) == [(2, "school_id", None, "CON-02", "")]


def test_missing_extract_leaves_an_empty_table(tables, tmp_path):
    loaded = load_extract(tables, tmp_path, EXTRACTS["staff_assignments"])
    assert (loaded.files, loaded.n_read) == ([], 0)
    assert tables.connection.execute("select count(fte) from stg_staff_assignments").fetchall() == [(0,)]


def test_missing_column_is_a_problem_of_the_file_and_loses_no_row(tables, load):
    header = ",".join(name for name in EXTRACTS["enrollments"].columns if name != "exit_date")
    loaded = load("enrollments", f"{header}\nN1,2026,T1,S1,C1,02,2025-09-10,,true\n")
    assert loaded.n_accepted == 1
    [(problem,)] = tables.connection.execute("select problem from extract_files").fetchall()
    assert problem == "lacks the columns exit_date"


def test_several_files_of_an_extract_are_all_read_and_accounted_for(tables, load):
    load("schools", SCHOOLS + "1,A,High,09,12,yes\n", "sis/schools/a.csv")
    load("schools", SCHOOLS + "1,again,High,09,12,yes\n2,B,High,09,12,no\n", "sis/schools/b.csv")
    account = tables.connection.execute(
        "select file_name, n_rows_read, n_rows_accepted, n_rows_rejected from extract_files"
    )
    assert account.fetchall() == [("sis/schools/a.csv", 1, 1, 0), ("sis/schools/b.csv", 2, 1, 1)]


def test_second_load_replaces_the_account_of_the_first(tables, load):
    load("schools", SCHOOLS + "1,A,High,09,12,perhaps\n")
    load("schools", SCHOOLS + "1,A,High,09,12,yes\n")
    assert faults(tables) == []
    assert tables.connection.execute("select n_rows_rejected from extract_files").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("text", "dtype", "value"),
    [
        ("2026-02-13", "date", "2026-02-13"),
        ("2026-2-3", "date", "2026-02-03"),
        ("2026-02-13 00:00:00", "date", "2026-02-13"),
        ("2026-02-30", "date", None),
        ("02/13/2026", "date", None),
        ("infinity", "date", None),
        ("20260-01-01", "date", None),
        ("2026-02-13 08:15", "date", None),
        ("12", "int64", 12),
        ("12.0", "int64", 12),
        ("12.7", "int64", None),
        ("inf", "int64", None),
        (".5", "decimal(9, 4)", Decimal("0.5000")),
        ("1,000", "decimal(9, 4)", None),
        ("nan", "decimal(9, 4)", None),
        ("Y", "boolean", True),
        ("FALSE", "boolean", False),
        ("2", "boolean", None),
        ("2026-03-08 02:30", "timestamp", "2026-03-08 02:30:00"),
        ("2026-03-08", "timestamp", None),
    ],
)
def test_parse(tables, text, dtype, value):
    parsed = parse(ibis.literal(text), dtype)
    if dtype in ("date", "timestamp"):
        parsed = parsed.cast("string")
    [(found,)] = tables.connection.execute(str(ibis.to_sql(parsed, dialect="duckdb"))).fetchall()
    assert found == value


CELLS = st.text(st.sampled_from('ab01,"\n\r \t;é'), max_size=8)


@given(st.lists(st.lists(CELLS, max_size=8).map(",".join), max_size=12))
def test_rows_read_are_accepted_or_rejected_whatever_the_file_holds(tmp_path_factory, lines):
    raw = tmp_path_factory.mktemp("raw")
    (raw / "sis").mkdir()
    Path(raw / "sis" / "schools.csv").write_bytes((SCHOOLS + "\n".join(lines)).encode())
    with in_memory() as tables:
        loaded = load_extract(tables, raw, EXTRACTS["schools"])
        [(rejected_lines,)] = tables.connection.execute(
            "select count(distinct line_number) from extract_rejects"
        ).fetchall()
        [(accepted,)] = tables.connection.execute("select count(*) from stg_schools").fetchall()
    [file] = loaded.files
    assert file.problem is None
    assert file.n_rows_read == accepted + rejected_lines
