"""Two rows of every extract, to show what a file of the data contract looks like."""

import datetime as dt
import tempfile
from pathlib import Path

import pandas as pd

from district_platform.dictionary import EXTRACTS, Table
from district_platform.settings import SYNTHETIC_AS_OF_DATE, Assessments, Defects, Synthetic
from district_platform.sources.synthetic import generate

N_ROWS = 2
N_STUDENTS = 120


class SampleExistsError(ValueError):
    """A file of the name is there already, and is not written over."""


def write_samples(folder: Path, as_of_date: dt.date = SYNTHETIC_AS_OF_DATE) -> list[Path]:
    """Writes <folder>/<system>/<extract>.csv for every extract, two rows each, of made-up people; returns the paths.

    Rows name rows of the other samples where two such are there. Raises SampleExistsError, and writes nothing, where a file is there.
    """
    paths = {extract.path: folder / f"{extract.path}.csv" for extract in EXTRACTS.values()}
    for path in paths.values():
        if path.exists():
            raise SampleExistsError(f"{path} exists. Choose another folder: samples are written over no file.")
    with tempfile.TemporaryDirectory() as raw:
        generate(
            Path(raw),
            Synthetic(students=N_STUDENTS, years=1, defects=Defects(enabled=False)),
            Assessments(),
            as_of_date,
        )
        rows = _rows(Path(raw))
    for name, path in paths.items():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        rows[name].to_csv(path, index=False)
    return list(paths.values())


def _rows(raw: Path) -> dict[str, pd.DataFrame]:
    chosen: dict[str, pd.DataFrame] = {}
    waiting = list(EXTRACTS.values())
    while waiting:
        extract = next((e for e in waiting if _named(e) <= chosen.keys() | {e.path}), waiting[0])
        waiting.remove(extract)
        rows = pd.read_csv(raw / f"{extract.path}.csv", dtype=str, keep_default_na=False)
        fitting = _fitting(rows, extract, chosen)
        chosen[extract.path] = (fitting if len(fitting) >= N_ROWS else rows).head(N_ROWS)
    return chosen


def _named(extract: Table) -> set[str]:
    """The extracts whose rows this one names."""
    return {EXTRACTS[reference.table].path for reference in extract.references}


def _fitting(rows: pd.DataFrame, extract: Table, chosen: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows that name chosen rows, of extracts that are chosen already."""
    for reference in extract.references:
        named = chosen.get(EXTRACTS[reference.table].path)
        if named is not None and len(named):
            keys = set(map(tuple, named[list(reference.targets)].to_numpy()))
            rows = rows[[tuple(key) in keys for key in rows[list(reference.columns)].to_numpy()]]
    return rows
