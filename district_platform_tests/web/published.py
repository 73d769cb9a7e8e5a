"""A publication of a few rows, written as the platform writes one: tables that are not given are empty."""

import atexit
import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from district_platform.dictionary import TABLES, Layer, Table, columns_of, tables_in
from district_platform.home import Home
from district_platform.outputs.publishing import PUBLISHED_LAYERS

AS_OF = dt.date(2026, 2, 13)
Row = Mapping[str, Any]


def publish(
    home: Home, rows: Mapping[str, Sequence[Row]], version: str = "v00000001-made", as_of: dt.date = AS_OF
) -> Path:
    """Writes the version and makes it the current one; a row lacks what is null. Released tables take rows under their own name."""
    folder = home.publications / version
    shutil.copytree(_empty(), folder)
    targets = _targets(folder)
    assert rows.keys() <= targets.keys(), rows.keys() - targets.keys()
    for name, given in rows.items():
        table, target = targets[name]
        shutil.copyfile(_kept(table, given, target.suffix), target)
    report = {"as_of_date": as_of.isoformat(), "district_name": "Made District"}
    (folder / "reports" / "data_quality_report.json").write_text(json.dumps(report))
    home.current.unlink(missing_ok=True)
    os.symlink(os.path.relpath(folder, home.warehouse), home.current)
    return folder


def _targets(folder: Path) -> dict[str, tuple[Table, Path]]:
    """Where a publication in this folder keeps each table; released tables by the name of what they release."""
    out, reports = folder / "out", folder / "reports"
    published = [table for layer in PUBLISHED_LAYERS for table in tables_in(layer)]
    return {
        **{
            t.name: (t, out / t.name / "part.parquet" if t.is_split_by_year else out / f"{t.name}.parquet")
            for t in published
        },
        **{
            t.name: (TABLES[f"release_{t.name}"], reports / "analysis_tables" / f"{t.name}.csv")
            for t in tables_in(Layer.ANALYSIS)
        },
        "worklist": (TABLES["worklist"], reports / "worklists" / "all.csv"),
    }


@cache
def _folder() -> Path:
    """Of this process, gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="publication-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _kept(table: Table, rows: Sequence[Row], suffix: str) -> Path:
    """The table with these rows, written once in each process: most tests give the tables of `people`, and one or two of their own."""
    file = _folder() / f"{table.name}-{sha256(repr(rows).encode()).hexdigest()}{suffix}"
    if not file.exists():
        with duckdb.connect() as connection:
            write_rows(connection, table, rows, file)
    return file


@cache
def _empty() -> Path:
    """A publication without a row, made once in each process: a test writes the few tables that it gives."""
    folder = _folder() / "empty"
    with duckdb.connect() as connection:
        for table, target in _targets(folder).values():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_rows(connection, table, (), target)
    return folder


def write_rows(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row], target: Path) -> None:
    """Writes the rows as Parquet, or as CSV where the target is called so."""
    names = [column.name for column in columns_of(table)]
    types = {"string": "varchar", "int64": "bigint", "float64": "double"}
    columns = ", ".join(f'"{c.name}" {types.get(c.type, c.type)}' for c in columns_of(table))
    connection.execute(f"create or replace table made ({columns})")
    for row in rows:
        assert row.keys() <= set(names), (table.name, row.keys() - set(names))
        connection.execute(f"insert into made values ({', '.join('?' * len(names))})", [row.get(n) for n in names])
    options = "format csv, header" if target.suffix == ".csv" else "format parquet"
    connection.execute(f"copy made to '{target}' ({options})")


def people(**changes: Sequence[Row]) -> dict[str, Sequence[Row]]:
    """A district of two schools, north and south: who is enrolled, who works there, who teaches whom.

    ann is at north now, moved is there since January and was at south before, gone was at north last year, sue is at south.
    """
    autumn = (dt.date(2025, 8, 20), dt.date(2026, 1, 14))
    year = (dt.date(2025, 8, 20), dt.date(2026, 6, 5))
    last = (dt.date(2024, 8, 21), dt.date(2025, 6, 5))

    def enrolled(student: str, school: str, entry: dt.date, leaving: dt.date | None, year: int = 2026) -> Row:
        return {
            "k_student": f"{year}-{student}",
            "k_student_xyear": student,
            "k_school": school,
            "school_year": year,
            "enrollment_id": f"{student}-{school}-{year}",
            "grade_level": "05",
            "entry_date": entry,
            "exit_date": leaving,
            "is_primary": True,
        }

    def section(name: str, school: str, session: str, school_year: int = 2026) -> Row:
        return {
            "k_section": name,
            "k_school": school,
            "k_course": "MATH",
            "k_session": f"{school}-{session}",
            "school_year": school_year,
            "section_id": name,
        }

    def sits(student: str, name: str, school: str, begin: dt.date, end: dt.date | None, school_year: int = 2026) -> Row:
        return {
            "k_student": f"{school_year}-{student}",
            "k_student_xyear": student,
            "k_school": school,
            "k_section": name,
            "school_year": school_year,
            "begin_date": begin,
            "end_date": end,
        }

    def session(school: str, name: str, span: tuple[dt.date, dt.date], school_year: int = 2026) -> Row:
        return {
            "k_session": f"{school}-{name}",
            "k_school": school,
            "school_year": school_year,
            "session_id": name,
            "session_name": name,
            "begin_date": span[0],
            "end_date": span[1],
        }

    def educator(name: str, left: dt.date | None = None, email: str = "") -> Row:
        return {
            "k_educator": name,
            "first_name": name,
            "last_name": name,
            "email": email or f"{name}@d.example",
            "termination_date": left,
        }

    def works(
        name: str | None, school: str, position: str, span: tuple[dt.date, dt.date] = year, of: int = 2026
    ) -> Row:
        return {
            "assignment_id": f"{name}-{school}-{position}-{of}",
            "k_educator": name,
            "k_school": school,
            "school_year": of,
            "position": position,
            "begin_date": span[0],
            "end_date": span[1],
        }

    def teaches(name: str | None, section_name: str, school: str, of: int = 2026) -> Row:
        return {
            "k_educator": name,
            "k_section": section_name,
            "k_school": school,
            "school_year": of,
            "role": "Teacher of Record",
        }

    tables: dict[str, Sequence[Row]] = {
        "dim_school": [{"k_school": k, "school_id": k, "school_name": k.title()} for k in ("north", "south")],
        "dim_session": [
            *(session(school, "FY", year) for school in ("north", "south")),
            session("north", "S1", autumn),
            session("north", "LY", last, 2025),
        ],
        "dim_section": [
            section("math", "north", "FY"),
            section("autumn-art", "north", "S1"),
            section("south-math", "south", "FY"),
            section("last-math", "north", "LY", 2025),
        ],
        "fct_student_school_association": [
            enrolled("ann", "north", year[0], None),
            enrolled("moved", "south", year[0], dt.date(2026, 1, 10)),
            enrolled("moved", "north", dt.date(2026, 1, 12), None),
            enrolled("moved", "south", last[0], last[1], 2025),
            enrolled("gone", "north", last[0], last[1], 2025),
            enrolled("sue", "south", year[0], None),
        ],
        "dim_student": [
            {
                "k_student": f"2026-{name}",
                "k_student_xyear": name,
                "school_year": 2026,
                "first_name": name,
                "last_name": "L",
            }
            for name in ("ann", "moved", "sue")
        ],
        "fct_student_section_association": [
            sits("ann", "math", "north", year[0], None),
            sits("ann", "autumn-art", "north", *autumn),
            sits("moved", "math", "north", dt.date(2026, 1, 12), None),
            sits("sue", "south-math", "south", year[0], None),
            sits("gone", "last-math", "north", *last, 2025),
        ],
        "dim_educator": [educator(name) for name in ("pat", "cam", "tom", "sal", "aid")],
        "fct_staff_assignment": [
            works("pat", "north", "Administrator"),
            works("cam", "north", "Counselor"),
            works("tom", "north", "Teacher"),
            works("sal", "south", "Administrator"),
            works("aid", "north", "Aide"),
            works(None, "south", "Counselor"),
        ],
        "fct_staff_section_association": [
            teaches("tom", "math", "north"),
            teaches("tom", "autumn-art", "north"),
            teaches("sal", "south-math", "south"),
            teaches("aid", "last-math", "north", 2025),
            teaches(None, "math", "north"),
        ],
        "fct_student_daily_attendance": [
            {
                "k_student": f"{of}-{student}",
                "k_student_xyear": student,
                "k_school": school,
                "school_year": of,
                "calendar_date": date,
                "is_enrolled": 1,
                "is_absent": 1,
                "is_present": 0,
                "attendance_excusal_status": "Unexcused",
            }
            for student, school, of, date in (
                ("ann", "north", 2026, dt.date(2026, 2, 3)),
                ("moved", "north", 2026, dt.date(2026, 2, 3)),
                ("moved", "south", 2026, dt.date(2025, 10, 3)),
                ("moved", "south", 2025, dt.date(2024, 10, 3)),
                ("sue", "south", 2026, dt.date(2026, 2, 3)),
                ("gone", "north", 2025, dt.date(2025, 2, 3)),
            )
        ],
        "dim_store": [{"k_store": "shop", "store_name": "Shop", "k_school": "north"}],
        "dim_employee": [
            {"k_employee": "E1", "full_name": "E"},
            {"k_employee": "E2", "full_name": "E", "termination_date": dt.date(2026, 1, 31)},
        ],
    }
    return {**tables, **{name: (*tables.get(name, ()), *rows) for name, rows in changes.items()}}
