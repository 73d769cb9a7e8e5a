"""Whether two deliveries of one district become one publication: released tables, brief, and the tables of row-level data.

A vendor's files, mapped, are held against the canonical extracts in which that is blank which the vendor cannot say, and in which rows
have the vendor's ids. What the vendor never has comes canonical in both.
"""

import csv
import re
import shutil
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import tomlkit
from pypdf import PdfReader

from district_platform.cli.mapping_review import ask
from district_platform.dictionary import EXTRACTS
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Assessments, Engine, Synthetic
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.mapped.proposing.vendors import CannotSay
from district_platform.sources.mapped.questions import Question
from district_platform.sources.mapped.reading import read_mapping
from district_platform.sources.synthetic import generate
from district_platform.sources.synthetic.vendors.framework import Ids, Written
from district_platform_tests.processes import platform

ANSWERS = Path(__file__).parent / "answers"
PATHS = {extract.path: extract.name for extract in EXTRACTS.values()}

SETTINGS = """as_of_date = 2026-02-13
[sources]
kind = "{kind}"
"""


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


# --- the district ---

ROSTERS = {"clever", "sds"}
"""Vendors without attendance, which comes from another system: one that does not name the roster's sessions."""


def raw_of(folder: Path, vendor: str, size: dict[str, object]) -> Path:
    """The canonical extracts of a district that a vendor's files can say, with a year of timekeeping."""
    synthetic = Synthetic.model_validate({**size, "timekeeping": {"years": 1}})
    generate(folder, synthetic, Assessments(), date(2026, 2, 13))
    if vendor in ROSTERS:
        rewrite(folder, folder, "sis/attendance_events", lambda rows: rows.assign(session_id=""))
    return folder


# --- the canonical side: what a vendor can say, in its ids ---


def rewrite(raw: Path, target: Path, path: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Writes an extract to another folder as `change` makes it, every value as text."""
    rows = pd.read_csv(raw / f"{path}.csv", dtype=str, keep_default_na=False)
    out = target / f"{path}.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    change(rows).to_csv(out, index=False, quoting=csv.QUOTE_MINIMAL)


def blanked(rows: pd.DataFrame, path: str, cannot_say: Iterable[CannotSay]) -> pd.DataFrame:
    """The rows of an extract without what a vendor cannot say: without the column where it may be absent, else with an empty one."""
    rows = rows.copy()
    may_be_absent = {column for column, _ in EXTRACTS[PATHS[path]].optional}
    for said in (s for s in cannot_say if s.extract == path):
        if said.in_earlier_years:
            rows.loc[_before_the_last_year(rows), list(said.columns)] = ""
        else:
            rows[list(said.columns)] = ""
            rows = rows.drop(columns=[column for column in said.columns if column in may_be_absent])
    return rows


def _before_the_last_year(rows: pd.DataFrame) -> pd.Series:
    return rows["school_year"] != rows.groupby("student_id")["school_year"].transform("max")


KEYS = {
    "enrollment_id": ("enrollment_id",),
    "section_id": ("school_year", "school_id", "section_id"),
    "session_id": ("school_id", "school_year", "session_id"),
    "calendar_code": ("school_id", "school_year", "calendar_code"),
    "attendance_code": ("attendance_code",),
    "exit_reason": ("exit_reason",),
}
"""What tells each of our values apart, for which a vendor has its own."""


def in_ids_of(rows: pd.DataFrame, ids: Ids) -> pd.DataFrame:
    """The rows with the vendor's ids and codes; an empty value stays empty, and one that the vendor has no id for stays as it is."""
    made = rows.copy()
    for column, by_key in ids.items():
        if column in rows.columns:
            keys = rows[list(KEYS[column])].itertuples(index=False, name=None)
            old = rows[column]
            made[column] = [by_key.get(key, value) if value else "" for key, value in zip(keys, old, strict=True)]
    return made


def as_written(path: str, rows: pd.DataFrame, written: Written, cannot_say: Iterable[CannotSay]) -> pd.DataFrame:
    """The canonical rows of an extract as a vendor says them: without what it cannot say, otherwise where it says it so, in its ids."""
    otherwise = written.otherwise.get(path)
    rows = blanked(rows, path, cannot_say)
    return in_ids_of(otherwise(rows) if otherwise else rows, written.ids)


# --- the mapped side: a folder proposed, reviewed by a file of answers ---


@dataclass
class Answers:
    """What a person types, by the key of a decision in [open]: the longest beginning of the key that the file has."""

    typed: dict[str, str | list[str]]
    given: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, vendor: str) -> "Answers":
        return cls(tomllib.loads((ANSWERS / f"{vendor}.toml").read_text(encoding="utf-8"))["answers"])

    def __call__(self, question: Question) -> str:
        found = max((key for key in self.typed if question.key.startswith(key)), key=len, default=None)
        if found is not None:
            assert question.key not in self.given or question.stays, (
                f"{question.key} takes no answer {self.typed[found]}"
            )
            self.given.add(question.key)
            answer = self.typed[found]
            typed = answer.pop(0) if isinstance(answer, list) else answer
            labels = [option.label for option in question.options]
            return str(labels.index(typed) + 1) if typed in labels else typed
        assert question.stays, f"no answer to {question.key}: {question.text}"
        return "1"


def map_by_answers(folder: Path, mapping: Path, answers: Answers) -> list[str]:
    """Proposes a mapping of a folder, reviews it by the answers, and writes it; returns the decisions that were asked."""
    with connect(":memory:", Engine()) as connection:
        tables = DuckDBTables(connection)
        look = look_at(tables, folder)
        draft = draft_document(tables, look, mapping.stem)
        asked = list(draft["open"])
        mapping.parent.mkdir(parents=True, exist_ok=True)
        mapping.write_text(draft.as_string(), encoding="utf-8")
        assert ask(mapping, look, tables, "steward", answers) == 0
    return asked


def mapped_home(home: Path, raw: Path, vendor: str, write: Callable[[Path], object]) -> set[str]:
    """A home in which the vendor's files are mapped and what they do not give lies in data/raw; returns the extracts mapped.

    The mapping goes without its notes. A brief has room for so many sentences on its limits: with one more, it shows a line less elsewhere,
    which says nothing about the mapping. That notes are told is tried in sources/mapped.
    """
    write(home / "data" / "export")
    mapping = home / "mappings" / f"{vendor}.toml"
    map_by_answers(home / "data" / "export", mapping, Answers.of(vendor))
    document = tomlkit.parse(mapping.read_text(encoding="utf-8"))
    document.pop("notes", None)
    mapping.write_text(document.as_string(), encoding="utf-8")
    mapped = {path for path, _, _ in read_mapping(mapping).blocks()}
    others = [path for path in PATHS if path not in mapped]
    for path in others:
        _copy(raw, home / "data" / "raw", path)
    from_files = "".join(f'[sources.extracts.{PATHS[path]}]\nfrom = "files"\n' for path in others)
    (home / "district.toml").write_text(
        SETTINGS.format(kind="mapped") + f'[sources.mapped]\nname = "{vendor}"\n' + from_files
    )
    return mapped


def canonical_home(
    home: Path, raw: Path, mapped: set[str], change: Callable[[str, pd.DataFrame], pd.DataFrame]
) -> None:
    """A home of canonical files: those that the vendor gives as `change` makes them, the others as they are."""
    for path in PATHS:
        if path in mapped:
            rewrite(raw, home / "data" / "raw", path, lambda rows, path=path: change(path, rows))
        else:
            _copy(raw, home / "data" / "raw", path)
    (home / "district.toml").write_text(SETTINGS.format(kind="files"))


def _copy(raw: Path, target: Path, path: str) -> None:
    out = target / f"{path}.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(raw / f"{path}.csv", out)
