"""Vendors rename columns and write times as they like: the settings say which header is which column, and how times are written."""

import datetime as dt
from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import ExtractFormat, SettingsError, Sources
from district_platform.staging.formats import formats_of, guesses
from district_platform.staging.loading import Loaded, load_extract

SESSIONS = EXTRACTS["learner_sessions"]
HEADER = ",".join(SESSIONS.columns)
VENDORS = "Session,Learner,SIS ID,Sign In,Sign Out,Active Time,Course"
RENAMED = {
    "Session": "session_uuid",
    "LEARNER": "learner_id",
    "sis id": "sis_student_id",
    "Sign In": "login_at",
    "Sign Out": "logout_at",
    "Active Time": "active_minutes",
    "Course": "course_name",
}


def load(tables: DuckDBTables, raw: Path, *texts: str, **form: object) -> Loaded:
    folder = raw / SESSIONS.path
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts, start=1):
        (folder / f"week{number}.csv").write_text(text)
    return load_extract(tables, raw, SESSIONS, ExtractFormat.model_validate(form))


def staged(tables: DuckDBTables) -> list[tuple[str, dt.datetime, dt.datetime]]:
    return tables.connection.execute(
        "select session_uuid, login_at, logout_at from stg_learner_sessions order by 1"
    ).fetchall()


def rejected(tables: DuckDBTables) -> list[tuple[int, str, str, str]]:
    query = "select line_number, column_name, value, message from extract_rejects order by all"
    return tables.connection.execute(query).fetchall()


def test_headers_of_the_vendor_are_read_as_the_settings_name_them(tables: DuckDBTables, tmp_path: Path):
    text = f"{VENDORS}\ns1,L1,00042,2026-02-09 09:00:00,2026-02-09 10:00:00,55,Algebra\n"
    [file] = load(tables, tmp_path, text, headers=RENAMED).files
    assert file.problem is None
    row = tables.connection.execute("select * from stg_learner_sessions").fetchall()
    assert row == [("s1", "L1", "00042", dt.datetime(2026, 2, 9, 9), dt.datetime(2026, 2, 9, 10), 55, "Algebra")]


def test_files_of_both_kinds_stand_side_by_side_and_parquet_is_renamed_too(tables: DuckDBTables, tmp_path: Path):
    (tmp_path / SESSIONS.path).mkdir(parents=True)
    old = f"select 's3' as \"{VENDORS.split(',')[0]}\", 'L1' as Learner, timestamp '2026-02-11 09:00:00' as \"Sign In\""
    tables.connection.execute(f"copy ({old}) to '{tmp_path / SESSIONS.path / 'week0.parquet'}' (format parquet)")
    load(
        tables,
        tmp_path,
        f"{VENDORS}\ns1,L1,,2026-02-09 09:00:00,,,\n",
        f"{HEADER}\ns2,L1,,2026-02-10 09:00:00,,,\n",
        headers=RENAMED,
    )
    assert [(session, login.day) for session, login, _ in staged(tables)] == [("s1", 9), ("s2", 10), ("s3", 11)]


def test_unknown_headers_are_named_with_what_they_could_be(tables: DuckDBTables, tmp_path: Path):
    text = "session uuid,LearnerID,sis_student_id,Login Time,logout_at,active_minutes,course_name,Zone\n"
    assert load(tables, tmp_path, text).n_accepted == 0
    [(problem,)] = tables.connection.execute("select problem from extract_files").fetchall()
    assert problem == (
        "lacks the columns session_uuid, learner_id, login_at, and has 'session uuid' (session_uuid?), 'learnerid' "
        "(learner_id?), 'login time' (login_at?), 'zone': if these are they, name them in "
        "sources.extracts.learner_sessions.headers"
    )


def test_each_column_is_guessed_once():
    assert guesses(["login", "login time"], ["login_at"]) == {"login": None, "login time": "login_at"}


@pytest.mark.parametrize(
    ("unknown", "missing", "present", "expected"),
    [
        (["schoolid"], ["school_year"], ["school_id"], {"schoolid": None}),
        (["schoolid"], ["school_id", "school_year"], [], {"schoolid": "school_id"}),
        (["exitdate"], ["entry_date"], [], {"exitdate": None}),
        (["last name"], ["first_name"], [], {"last name": None}),
        (["Date of Birth"], ["birth_date"], [], {"Date of Birth": "birth_date"}),
        (["enrolment id"], ["enrollment_id"], [], {"enrolment id": "enrollment_id"}),
        (["gender"], ["sex"], [], {"gender": None}),
        (["date"], ["event_date"], [], {"date": None}),
    ],
)
def test_header_is_guessed_where_that_helps_and_else_not(unknown, missing, present, expected):
    assert guesses(unknown, missing, present) == expected


ENROLLMENTS = EXTRACTS["enrollments"]


def test_one_wrong_header_is_one_problem_and_no_row_is_rejected(tables: DuckDBTables, tmp_path: Path):
    header = ",".join(ENROLLMENTS.columns).replace("enrollment_id", "enrolmentid")
    row = "N1,2026,T1,S1,C1,02,2025-09-10,,,true\n"
    (tmp_path / "sis").mkdir()
    (tmp_path / "sis" / "enrollments.csv").write_text(f"{header}\n{row * 3_907}")
    loaded = load_extract(tables, tmp_path, ENROLLMENTS)
    assert rejected(tables) == []
    assert (loaded.n_read, loaded.n_accepted) == (0, 0)
    assert [file.problem for file in loaded.files] == [
        "lacks the columns enrollment_id, and has 'enrolmentid' (enrollment_id?): if these are they, name them in "
        "sources.extracts.enrollments.headers; none of its rows was read"
    ]


def test_column_outside_the_key_that_is_missing_is_a_problem_and_rows_are_read(tables: DuckDBTables, tmp_path: Path):
    header = ",".join(name for name in ENROLLMENTS.columns if name != "exit_date")
    (tmp_path / "sis").mkdir()
    (tmp_path / "sis" / "enrollments.csv").write_text(f"{header}\nN1,2026,T1,S1,C1,02,2025-09-10,,true\n")
    loaded = load_extract(tables, tmp_path, ENROLLMENTS)
    assert (loaded.n_accepted, loaded.files[0].problem) == (1, None)
    assert tables.connection.execute("select problem from extract_files").fetchall() == [
        ("lacks the columns exit_date",)
    ]


def test_a_file_that_has_a_column_under_both_names_cannot_be_used(tables: DuckDBTables, tmp_path: Path):
    [file] = load(tables, tmp_path, f"{HEADER},Sign In\n", headers=RENAMED).files
    assert file.problem == "names a column twice: login_at"


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("2026-02-09 14:05:00", ()),
        ("2026-02-09T14:05", ()),
        ("2/9/2026 2:05 PM", ("%m/%d/%Y %I:%M %p",)),
        ("09.02.2026 14:05:00", ("%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M:%S")),
        ("2026-02-09 14:05:00", ("%d.%m.%Y %H:%M:%S",)),
    ],
)
def test_times_are_read_in_any_of_the_formats_and_as_iso(
    tables: DuckDBTables, tmp_path: Path, text: str, formats: tuple[str, ...]
):
    load(tables, tmp_path, f"{HEADER}\ns1,L1,1,{text},,,\n", time_formats=list(formats))
    assert staged(tables) == [("s1", dt.datetime(2026, 2, 9, 14, 5), None)]


def test_dates_are_read_in_them_too(tables: DuckDBTables, tmp_path: Path):
    tracker = EXTRACTS["attendance_tracker"]
    (tmp_path / "legacy").mkdir()
    (tmp_path / "legacy" / "attendance_tracker.csv").write_text(
        "student_id,date,status,minutes,note\n1,2/9/2026,Absent,,\n"
    )
    load_extract(tables, tmp_path, tracker, ExtractFormat(time_formats=["%m/%d/%Y"]))
    assert tables.connection.execute("select date from stg_attendance_tracker").fetchall() == [(dt.date(2026, 2, 9),)]


@pytest.mark.parametrize(
    "text", ["2026-02-09 14:05:00Z", "2026-02-09T14:05:00.5+00:00", "2026-02-09 14:05-05", "2026-02-09 14:05:00 UTC"]
)
def test_a_time_of_another_zone_is_never_taken_for_a_local_one(tables: DuckDBTables, tmp_path: Path, text: str):
    load(tables, tmp_path, f"{HEADER}\ns1,L1,1,{text},,,\n", time_formats=["%m/%d/%Y %H:%M"])
    message = "is not a local time, without a time zone, as YYYY-MM-DD HH:MM:SS or %m/%d/%Y %H:%M"
    assert rejected(tables) == [(2, "login_at", text, message)]


def test_a_file_delivered_again_under_another_name_changes_nothing(tables: DuckDBTables, tmp_path: Path):
    week = f"{HEADER}\ns1,L1,1,2026-02-09 09:00:00,,10,\n"
    loaded = load(tables, tmp_path, week, week)
    assert [file.copy_of for file in loaded.files] == [None, f"{SESSIONS.path}/week1.csv"]
    assert (loaded.n_read, loaded.n_accepted, loaded.n_rejected) == (1, 1, 0)
    assert rejected(tables) == []


@pytest.mark.parametrize(
    ("extracts", "message"),
    [
        ({"learner_session": {}}, "sources.extracts.learner_session: there is no such extract. Did you mean learner_sessions?"),
        ({"learner_sessions": {"headers": {"In": "login"}}}, "'In' = 'login' is no column of the contract. Did you mean login_at?"),
        ({"learner_sessions": {"time_formats": ["%H:%M"]}}, "'%H:%M' is no format of a date or a local time"),
        ({"learner_sessions": {"time_formats": ["%Y-%m-%d %H:%M%z"]}}, "is no format of a date or a local time"),
    ],
)  # fmt: skip
def test_a_setting_that_names_nothing_is_refused_with_what_was_meant(extracts: dict[str, object], message: str):
    with pytest.raises(SettingsError) as error:
        formats_of(Sources.model_validate({"extracts": extracts}))
    assert message in str(error.value)


def test_words_for_nothing_hold_for_every_extract_and_more_for_one():
    sources = Sources.model_validate(
        {"null_words": ["NULL"], "extracts": {"learner_sessions": {"null_words": ["N/A"]}}}
    )
    formats = formats_of(sources)
    assert formats["learner_sessions"].null_words == ["NULL", "N/A"]
    assert formats["enrollments"].null_words == ["NULL"]
