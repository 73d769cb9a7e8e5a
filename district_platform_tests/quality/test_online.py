"""Sessions delivered more than once: found, and resolved in favour of what says most."""

import datetime as dt
from pathlib import Path

from district_platform.dictionary import EXTRACTS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.settings import Settings
from district_platform.staging.loading import load_extract

SESSIONS, TRACKER = EXTRACTS["learner_sessions"], EXTRACTS["attendance_tracker"]
HEADER = ",".join(SESSIONS.columns)
MONDAY = dt.datetime(2026, 2, 9)


def deliver(tables: DuckDBTables, raw: Path, *weeks: str) -> None:
    (raw / SESSIONS.path).mkdir(parents=True)
    for number, rows in enumerate(weeks, start=1):
        (raw / SESSIONS.path / f"week{number}.csv").write_text(f"{HEADER}\n{rows}")
    load_extract(tables, raw, SESSIONS)


def found(tables: DuckDBTables, rule_id: str) -> dict[str, str]:
    return {o.key: o.message for o in evaluate(tables, RULES[rule_id], Settings()).findings}


def test_a_session_open_in_one_export_and_closed_in_the_next_counts_as_closed(
    tables: DuckDBTables, tmp_path: Path
) -> None:
    deliver(tables, tmp_path, "s1,L1,1,2026-02-09 09:00:00,,,\n", "s1,L1,1,2026-02-09 09:00:00,2026-02-09 10:00:00,,\n")
    staged = tables.connection.execute("select logout_at from stg_learner_sessions").fetchall()
    assert staged == [(MONDAY + dt.timedelta(hours=10),)]
    assert found(tables, "ONL-01") == {"s1": "surplus rows: online_learning/learner_sessions/week1.csv:2"}


def test_exports_that_overlap_are_no_reason_to_refuse_the_publication(tables: DuckDBTables, tmp_path: Path) -> None:
    both, new = "s1,L1,1,2026-02-09 09:00:00,,5,\n", "s2,L1,1,2026-02-10 09:00:00,,5,\n"
    deliver(tables, tmp_path, both, both + new)
    assert set(found(tables, "ONL-01")) == {"s1"}
    assert found(tables, "CON-03") == found(tables, "CON-06") == {}


def test_a_tracker_imported_again_with_more_lines_changes_nothing_of_the_old_ones(
    tables: DuckDBTables, tmp_path: Path
) -> None:
    (tmp_path / TRACKER.path).mkdir(parents=True)
    header, line = "student_id,date,status,minutes,note\n", "1,2025-03-03,Absent,,called home\n"
    (tmp_path / TRACKER.path / "first.csv").write_text(header + line)
    (tmp_path / TRACKER.path / "second.csv").write_text(header + line + "1,2025-03-04,Absent,,\n")
    load_extract(tables, tmp_path, TRACKER)
    staged = tables.connection.execute("select date::varchar, note from stg_attendance_tracker order by 1").fetchall()
    assert staged == [("2025-03-03", "called home"), ("2025-03-04", None)]
    assert found(tables, "CON-06") == {}
