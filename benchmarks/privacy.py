"""What the release costs, and how much it hides.

    python -m benchmarks.privacy
        --schools 20           schools of the table that is drawn
        --database warehouse/district.duckdb    a district after a run, to release its analysis tables too
        --profile nces         by whose rules

Drawn is one year of chronic_absence at schools × 13 grades × 30 subgroups, with small groups as districts have them: shares of
race, need and sex differ by school, and the smallest are a few children. Hidden counts are told apart by their cause: small themselves
(primary), or for others' sake (complementary); ranges stand for percentages whose numbers would tell too much; of `undisclosed` rows not
even the size is told. Seconds are the process's own CPU, memory its highest so far; findings are the audit's, of which there must be
none. How near the hidden are to the least that must be is benchmarks.suppression_minimum's.
"""

import resource
import time
from pathlib import Path

import click
import duckdb
import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dimensions.students import ALL_STUDENTS, GRADE, SUBGROUPS
from district_platform.privacy.audit import audit, read_release
from district_platform.privacy.choice import COARSENED, HIDDEN
from district_platform.privacy.gathering import Frames, gather, in_order
from district_platform.privacy.profiles import PROFILES
from district_platform.privacy.selection import decide
from district_platform.privacy.suppression import SUPPRESSION, carried_out
from district_platform.privacy.truth import truth_of
from district_platform.settings import Privacy

SEED, N_GRADES, MEAN_GRADE = 20260213, 13, 70

HEADS = {"": 20, "rows": 10, "counts": 14, "primary": 14, "complementary": 14, "ranges": 14}
HEADS |= {"undisclosed": 13, "release, s": 12, "audit, s": 10, "findings": 10, "MB": 10}
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
    for reading in ("", "_federal"):
        frame[f"n_students_judged{reading}"], frame[f"n_chronically_absent{reading}"] = n, k
        frame[f"pct_chronically_absent{reading}"] = 100 * k / n
    frame["n_students_attending"], frame["pct_attendance"] = n, 94.0
    return frame.reindex(columns=list(TABLES["chronic_absence"].columns))


def stored(database: Path) -> Frames:
    """The analysis tables of a district."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {t.name: connection.execute(f"select * from {t.name}").df() for t in tables_in(Layer.ANALYSIS)}


def report(name: str, frames: Frames, privacy: Privacy) -> str:
    """One line: rows, counts by what becomes of them, seconds of the release and of its audit, what that finds, megabytes."""
    started = time.process_time()
    ordered = in_order(frames)
    groups = gather(ordered)
    truth = truth_of(ordered, groups)
    decision = decide(groups, truth, privacy)
    release = carried_out(ordered, groups, truth, decision, privacy)
    released_in = time.process_time() - started
    judged = audit(read_release(release, privacy, frames), privacy)
    audited_in = time.process_time() - started - released_in
    is_somebody = truth.filled > 0
    hidden, ranges = (is_somebody & (decision.state == state) for state in (HIDDEN, COARSENED))
    counts = (is_somebody, hidden & decision.is_primary, hidden & ~decision.is_primary, ranges)
    told = "".join(f"{int(of.sum()):14,}" for of in counts)
    undisclosed = sum(int((frame["suppression"] == SUPPRESSION[-1]).sum()) for frame in release.values())
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = f"{released_in:12.1f}{audited_in:10.1f}"
    return f"{name:20}{sum(map(len, frames.values())):10,}{told}{undisclosed:13,}{seconds}{len(judged.findings):10}{megabytes:10,}"


@click.command()
@click.option("--schools", default=20, show_default=True)
@click.option("--database", type=click.Path(exists=True, path_type=Path))
@click.option("--profile", default="nces", show_default=True, type=click.Choice(list(PROFILES)))
def main(schools: int, database: Path | None, profile: str) -> None:
    privacy = Privacy.model_validate({"profile": profile})
    print("".join(f"{head:>{width}}" for head, width in HEADS.items()))
    if database:
        print(report("district", stored(database), privacy))
    print(report(f"{schools} schools", drawn(schools), privacy))


if __name__ == "__main__":
    main()
