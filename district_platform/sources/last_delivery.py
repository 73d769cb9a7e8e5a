"""What the last publication was made of: row counts of each extract by school year, and column names of each file.

It is stored with the publication, in `delivery.json`, and replaced with it: a refused run leaves it as it was.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import ibis

from district_platform.dictionary import EXTRACTS
from district_platform.engine.publication import file_of_last
from district_platform.engine.tables import Tables, unbound
from district_platform.home import Home
from district_platform.settings import Sources

FILE = "delivery.json"

SYNTHETIC = "synthetic"

OF_STUDENTS = tuple(extract.path for extract in EXTRACTS.values() if extract.system == "sis")
"""Extracts of the student information system."""


@dataclass(frozen=True)
class LastDelivery:
    """What the last publication was made of; empty before the first one, and for synthetic districts, whose size is arbitrary."""

    rows: dict[tuple[str, int | None], int] = field(default_factory=dict)
    """Accepted rows by extract and school year; of an extract without school years, by None."""
    columns: frozenset[tuple[str, str, str]] = frozenset()
    """Extract, file and column."""

    @property
    def had_students(self) -> bool:
        """Whether an extract of the student information system had a row."""
        return any(extract in OF_STUDENTS for extract, _ in self.rows)

    @property
    def years(self) -> set[int]:
        return {year for _, year in self.rows if year is not None}


def last_delivery(home: Home, sources: Sources) -> LastDelivery:
    """What the last publication was made of, on whichever machine."""
    text = None if sources.kind == SYNTHETIC else file_of_last(home, FILE)
    if text is None:
        return LastDelivery()
    content = json.loads(text)
    if content["kind"] == SYNTHETIC:
        return LastDelivery()
    rows = {
        (extract, int(year) if year else None): n
        for extract, years in content["rows"].items()
        for year, n in years.items()
    }
    return LastDelivery(rows, frozenset((extract, file, column) for extract, file, column in content["columns"]))


def is_without_students(delivered: Iterable[str], last: LastDelivery) -> bool:
    """Whether the district brings other extracts than those of students, and the last publication had none of these either.

    Then schools, students and enrollments are not required: staff, store or results can be looked at alone.
    """
    paths = set(delivered)
    return bool(paths) and paths.isdisjoint(OF_STUDENTS) and not last.had_students


def rows_by_year(staged: dict[str, ibis.Table]) -> ibis.Table:
    """extract, school_year, n: accepted rows of each extract, by school year where it has one."""
    return ibis.union(*(_counted(EXTRACTS[name].path, rows) for name, rows in staged.items()))


def _counted(path: str, rows: ibis.Table) -> ibis.Table:
    year = rows.school_year if "school_year" in rows.columns else ibis.null("int64")
    counts = rows.select(school_year=year).group_by("school_year").agg(n=lambda t: t.count())
    return counts.select(ibis.literal(path).name("extract"), "school_year", "n")


def write_delivery(tables: Tables, kind: str, folder: Path) -> None:
    """Records what the publication in `folder` is made of."""
    rows: dict[str, dict[str, int]] = {}
    counts = rows_by_year({name: unbound(f"stg_{name}") for name in EXTRACTS})
    for extract, year, n in tables.fetch(counts.order_by("extract", "school_year")):
        rows.setdefault(extract, {})["" if year is None else str(year)] = n
    columns = unbound("extract_columns").select("extract", "file_name", "column_name")
    content = {"kind": kind, "rows": rows, "columns": tables.fetch(columns.order_by(*columns.columns))}
    (folder / FILE).write_text(json.dumps(content, indent=1) + "\n")
