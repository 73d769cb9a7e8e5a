"""Whether two deliveries of one district become one publication: released tables, brief, and the tables of row-level data."""

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pandas as pd
from pypdf import PdfReader

from district_platform_tests.processes import platform


def run(home: Path) -> None:
    """A run of the platform that must end well."""
    done = platform(home, "run")
    assert done.returncode == 0, done.stdout + done.stderr


# --- the same publication ---


def assert_same_publication(home: Path, other: Path, but: Sequence[str] = ()) -> None:
    """The released CSVs are equal to the byte, the brief's text but for the run's id, and the row-level tables row for row.

    `but` names row-level tables that are not compared; the test that leaves one out says why.
    """
    assert_same_released(home, other)
    assert brief(home) == brief(other)
    assert_same_tables(home, other, but)


def assert_same_released(home: Path, other: Path) -> None:
    folder = Path("reports") / "analysis_tables"
    names = sorted(path.name for path in (other / folder).glob("*.csv"))
    assert names
    assert names == sorted(path.name for path in (home / folder).glob("*.csv"))
    differing = [n for n in names if (home / folder / n).read_text() != (other / folder / n).read_text()]
    assert differing == []


def brief(home: Path) -> list[str]:
    """The brief's text, page by page, without the run's id."""
    reader = PdfReader(home / "reports" / "policy_brief.pdf")
    return [re.sub(r"Run [0-9a-f-]{36}", "", page.extract_text()) for page in reader.pages]


def assert_same_tables(home: Path, other: Path, but: Sequence[str] = ()) -> None:
    """The Parquet tables of both publications hold the same rows."""
    names = published_tables(other)
    assert names == published_tables(home)
    differing = {name: n for name in names if name not in but and (n := n_differing_rows(home, other, name))}
    assert differing == {}


def published_tables(home: Path) -> list[str]:
    return sorted(
        path.name.removesuffix(".parquet") for path in (home / "warehouse" / "out").iterdir() if path.name[0] != "_"
    )


def n_differing_rows(home: Path, other: Path, table: str) -> int:
    """Rows that only one of two publications has."""
    mine, theirs = (_parquet(where, table) for where in (home, other))
    query = f"(from {mine} except all from {theirs}) union all (from {theirs} except all from {mine})"
    return len(duckdb.sql(query).fetchall())


def _parquet(home: Path, table: str) -> str:
    path = home / "warehouse" / "out" / table
    return f"read_parquet('{path}/**/*.parquet')" if path.is_dir() else f"read_parquet('{path}.parquet')"


# --- the canonical side: what a vendor can say, in its ids ---


def rewrite(raw: Path, target: Path, path: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Writes an extract to another folder as `change` makes it, every value as text."""
    rows = pd.read_csv(raw / f"{path}.csv", dtype=str, keep_default_na=False)
    out = target / f"{path}.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    change(rows).to_csv(out, index=False, quoting=csv.QUOTE_MINIMAL)
