"""What the release costs, and how much of what readers come for it tells.

    python -m benchmarks.privacy
        --database warehouse/district.duckdb    a district after a run, whose analysis tables are released
        --schools 20           without a district: schools of a table that is drawn
        --copies 20            so many such districts side by side, as one
        --profile nces         by whose rules

Told are the percentages of attendance, chronic absence, proficiency and enrollment, of the district by grade and subgroup (of 40 students
or more) and of schools (all students): as a number, as a range of at most ten points, as a wider range, or hidden. Drawn is one year of
chronic_absence at schools x 13 grades x 30 subgroups. Seconds are the process's own CPU, memory its highest so far; findings are the
audit's, of which there must be none. --published <folder> tells the same shares of released CSV files, of whatever version made them.
"""

import datetime as dt
import re
import resource
import time
from collections import Counter
from pathlib import Path

import click
import duckdb
import numpy as np
import pandas as pd

from district_platform.dictionary import COLUMNS, TABLES, Layer, tables_in
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dimensions.students import ALL_STUDENTS, GRADE, SUBGROUPS
from district_platform.privacy.audit import audit
from district_platform.privacy.gathering import Frames
from district_platform.privacy.released import released
from district_platform.settings import Privacy
from district_platform.settings.profiles import PROFILES

ALL = f"{ALL_STUDENTS}-{ALL_STUDENTS}"
SEED, N_GRADES, MEAN_GRADE = 20260213, 13, 70

AS_OF_DATE = dt.date(2026, 2, 13)

PERCENTAGES = {
    "chronic_absence": ("n_students_judged", ("pct_attendance", "pct_chronically_absent")),
    "enrollment_summary": ("n_students", ("pct_of_students",)),
    "student_performance": ("n_tested", ("pct_proficient",)),
}
"""What readers come for, and the size of its group."""

KINDS = ("number", "range", "wide", "hidden")
HEADS = {
    "": 12,
    "rows": 9,
    "of": 10,
    **dict.fromkeys(KINDS, 9),
    "release, s": 12,
    "audit, s": 10,
    "findings": 10,
    "MB": 8,
}
"""Columns of the report with their widths."""


def drawn(n_schools: int) -> Frames:
    """chronic_absence of one year, every child in one school, one grade and one group of each dimension."""
    random = np.random.default_rng(SEED)
    children = _children(random, n_schools)
    groups = [children.assign(k_subgroup=f"{ALL_STUDENTS}-{ALL_STUDENTS}")]
    for dimension in (d for d in SUBGROUPS if d not in (ALL_STUDENTS, GRADE)):
        groups.append(children.assign(k_subgroup=dimension + "-" + children[dimension]))
    long = pd.concat(groups)[["k_school", "grade_level", "k_subgroup", "is_absent"]]
    places = pd.concat([long, long.assign(k_school=None)])
    places = pd.concat([places, places.assign(grade_level=None)])
    key = ["k_school", "grade_level", "k_subgroup"]
    counted = places.groupby(key, dropna=False)["is_absent"].agg(["size", "sum"]).reset_index()
    return {"chronic_absence": _as_table(counted)}


def _children(random: np.random.Generator, n_schools: int) -> pd.DataFrame:
    sizes = random.poisson(random.gamma(4, MEAN_GRADE / 4, (n_schools, N_GRADES)))
    schools, grades = np.indices(sizes.shape)
    school, grade = (np.repeat(x.ravel(), sizes.ravel()) for x in (schools, grades))
    columns = {"k_school": school.astype(str), "grade_level": np.array(GRADE_LEVELS[:N_GRADES])[grade]}
    for dimension, values in SUBGROUPS.items():
        if dimension not in (ALL_STUDENTS, GRADE):
            shares = random.dirichlet(0.5 ** np.arange(len(values)) * 4, n_schools)
            columns[dimension] = np.array(values)[
                (random.random(len(school))[:, None] > shares.cumsum(axis=1)[school, :-1]).sum(axis=1)
            ]
    return pd.DataFrame(columns).assign(is_absent=random.random(len(school)) < 0.18)


def _as_table(counted: pd.DataFrame) -> pd.DataFrame:
    n, k = counted["size"], counted["sum"]
    frame = counted.drop(columns=["size", "sum"]).assign(school_year=2026)
    frame["aggregation"] = np.where(frame["k_school"].isna(), "District", "School")
    frame["school_name"] = frame["k_school"]
    for reading in ("", "_federal"):
        frame[f"n_students_judged{reading}"], frame[f"n_chronically_absent{reading}"] = n, k
        frame[f"pct_chronically_absent{reading}"] = 100 * k / n
    frame["n_students_attending"], frame["pct_attendance"] = n, 94.0
    return frame.reindex(columns=list(TABLES["chronic_absence"].columns))


def stored(database: Path) -> Frames:
    """The analysis tables of a district."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {t.name: connection.execute(f"select * from {t.name}").df() for t in tables_in(Layer.ANALYSIS)}


def side_by_side(frames: Frames, n: int) -> Frames:
    """A district n times as large: its schools n times, and n times as many students in each row of the district and of levels."""
    found = {}
    for name, frame in frames.items():
        if "k_school" not in frame and "aggregation" not in frame:
            found[name] = frame
            continue
        of_school = frame["k_school"].notna() if "k_school" in frame else pd.Series(False, index=frame.index)
        schools, others = frame[of_school], frame[~of_school].copy()
        copies = (
            [schools.assign(k_school=schools["k_school"].astype(str) + f"-{i}") for i in range(n)]
            if len(schools)
            else []
        )
        for column in others:
            is_number = COLUMNS[column].type.startswith(("int", "decimal")) and column not in TABLES[name].key
            if is_number and (
                column.startswith("n_") or COLUMNS[column].type.startswith("decimal") or column == "headcount"
            ):
                others[column] = others[column] * n
        found[name] = pd.concat([*copies, others], ignore_index=True)
    return found


def kind_of(display: str) -> str:
    """How a percentage is told; empty where there is none."""
    if display == "not available":
        return ""
    if re.fullmatch(r"-?[\d.]+( %)?", display):
        return "number"
    if ends := re.fullmatch(r"(\d+)–(\d+) %", display):
        return "range" if int(ends[2]) - int(ends[1]) <= 10 else "wide"
    if end := re.fullmatch(r"([≤≥]) (\d+) %", display):
        width = int(end[2]) if end[1] == "≤" else 100 - int(end[2])
        return "range" if width <= 10 else "wide"
    return "hidden"


def told(tables: Frames, sizes: Frames) -> dict[str, Counter[str]]:
    """How percentages are told, of the district and of schools; `sizes` are the unreleased tables."""
    found: dict[str, Counter[str]] = {"district": Counter(), "schools": Counter()}
    for name, (size, measures) in PERCENTAGES.items():
        if name in tables:
            key = list(TABLES[name].key)
            n = sizes[name][[*key, size]].rename(columns={size: "size"})
            rows = tables[name].merge(n, on=key)
            is_fine = rows["grade_level"].notna() & (rows["k_subgroup"] != ALL) if "grade_level" in rows else False
            is_district, is_all = rows["aggregation"] == "District", (rows["k_subgroup"] == ALL) & _of_all_grades(rows)
            of = {"district": is_district & (rows["size"] >= 40) & ~pd.Series(is_fine, index=rows.index)}
            of["schools"] = ~is_district & is_all & rows["school_name"].notna()
            for place, chosen in of.items():
                for measure in measures:
                    found[place].update(rows.loc[chosen, f"{measure}_display"].map(kind_of))
    return found


def _of_all_grades(rows: pd.DataFrame) -> pd.Series:
    return rows["grade_level"].isna() if "grade_level" in rows else pd.Series(True, index=rows.index)


def shares(kinds: Counter[str]) -> str:
    """Percent of the figures there are that are told as each kind."""
    n = sum(count for kind, count in kinds.items() if kind)
    return f"{n:10,}" + "".join(f"{100 * kinds[kind] / max(n, 1):8.1f}%" for kind in KINDS)


def report(frames: Frames, privacy: Privacy) -> list[str]:
    """Lines: rows, how figures are told, seconds of the release and of its audit, what that finds, megabytes."""
    started = time.process_time()
    tables = released(frames, privacy, AS_OF_DATE).tables
    released_in = time.process_time() - started
    findings = len(audit(tables, frames, privacy).findings)
    audited_in = time.process_time() - started - released_in
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cost = f"{released_in:12.1f}{audited_in:10.1f}{findings:10}{megabytes:8,}"
    rows = f"{sum(map(len, tables.values())):9,}"
    return [f"{place:12}{rows}{shares(kinds)}{cost}" for place, kinds in told(tables, frames).items()]


def published(folder: Path, sizes: Frames) -> list[str]:
    """Lines of released CSV files."""
    tables = {
        name: pd.read_csv(folder / f"{name}.csv", dtype={"k_school": str, "grade_level": str}) for name in PERCENTAGES
    }
    return [
        f"{place:12}{sum(map(len, tables.values())):9,}{shares(kinds)}" for place, kinds in told(tables, sizes).items()
    ]


@click.command()
@click.option("--schools", default=20, show_default=True)
@click.option("--database", type=click.Path(exists=True, path_type=Path))
@click.option("--published", "folder", type=click.Path(exists=True, path_type=Path))
@click.option("--copies", default=1, show_default=True)
@click.option("--profile", default="nces", show_default=True, type=click.Choice(list(PROFILES)))
def main(schools: int, database: Path | None, folder: Path | None, copies: int, profile: str) -> None:
    privacy = Privacy.model_validate({"profile": profile})
    print("".join(f"{head:>{width}}" for head, width in HEADS.items()))
    frames = side_by_side(stored(database) if database else drawn(schools), copies)
    print(*(published(folder, frames) if folder else report(frames, privacy)), sep="\n")


if __name__ == "__main__":
    main()
