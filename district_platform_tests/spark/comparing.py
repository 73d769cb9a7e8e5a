"""Two publications, one of each engine: what a reader finds must be the same but for ids, times and durations."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pypdf import PdfReader

OF_A_RUN = {
    "run_id",
    "started_at",
    "finished_at",
    "generated_at",
    "duration_seconds",
    "seconds",
    "created_at",
    "recorded_at",
}
"""Keys of the report that tell of the run and not of the district."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|\+00:00| UTC)?")


def csv_files(home: Path) -> dict[str, str]:
    """Every published CSV file, without what tells of a run."""
    reports = home / "reports"
    folders = [reports, *(path.resolve() for path in reports.iterdir() if path.is_dir())]
    files = {path for folder in folders for path in folder.rglob("*.csv")}
    return {f"{path.parent.name}/{path.name}": without_run(path.read_text()) for path in sorted(files)}


def parquet_files(home: Path) -> list[str]:
    out = home / "warehouse" / "out"
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.parquet"))


def rows(home: Path, file: str) -> pa.Table:
    """The rows of a published Parquet file, in their order; equal to another's if the types are, too."""
    read = f"from read_parquet('{home}/warehouse/out/{file}', hive_partitioning = false)"
    with duckdb.connect() as connection:
        return connection.sql(read).to_arrow_table()


def report(home: Path) -> Any:
    return without_keys(json.loads((home / "reports" / "data_quality_report.json").read_text()))


def without_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_keys(each) for key, each in value.items() if key not in OF_A_RUN}
    return [without_keys(each) for each in value] if isinstance(value, list) else value


def brief(home: Path) -> list[str]:
    """The text of the brief, page by page."""
    pages = PdfReader(home / "reports" / "policy_brief.pdf").pages
    return [without_run(page.extract_text()) for page in pages]


def without_run(text: str) -> str:
    return _TIME.sub("<time>", _ID.sub("<id>", text))
