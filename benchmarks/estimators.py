"""Whether intervals cover the truth that the synthetic district was made with as often as they say, and tests reject as rarely.

    python -m benchmarks.estimators [districts]         default: 300 of 5,000 students; from the project's folder

Each district has another seed and every second one a program without effect. The tables are those of a run
(`district_platform_tests.simulated`, no defects planted), so what is measured is the platform's own code. Beside the program's
interval stand the ones it was chosen over; beside growth percentiles, how uniform they are and what other methods give. Printed as
the tables of docs/estimators.md.
"""

import sys
import time

import duckdb
import ibis
import numpy as np
import pandas as pd
from scipy import stats

from district_platform.analysis.gaps import equity_gaps
from district_platform.analysis.growth import student_growth
from district_platform.analysis.programs import program_evaluation
from district_platform.dictionary import TABLES, schema_of
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.facts.growth import msr_student_growth
from district_platform.facts.programs import msr_program_stratum
from district_platform.metrics import programs
from district_platform.settings import Assessments, Synthetic
from district_platform_tests.simulated import simulated_district

ALL = "All students-All students"
PROGRAM, EFFECT, GAP = (Synthetic.model_fields[name].default for name in ("program", "program_effect", "economic_gap"))
SHARE_BY_WINTER = 0.5
"""Of the program's effect from fall to spring, what is there by winter (sources.synthetic.assessments)."""

FACTS = ("fct_student_assessment", "fct_student_subgroup", "dim_school", "dim_subgroup")


def table(name: str) -> ibis.Table:
    return ibis.table(schema_of(TABLES[name]), name=name)


def evaluated(connection: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The tables of achievement of one district."""
    assessment, subgroup, school, groups = (table(name) for name in FACTS)
    participation = table("fct_student_program_association")
    expressions = {
        "msr_program_stratum": msr_program_stratum(assessment, participation, subgroup, school, groups, Assessments()),
        "equity_gaps": equity_gaps(assessment, subgroup, school, groups, Assessments()),
        "msr_student_growth": msr_student_growth(assessment, Assessments()),
        "student_growth": student_growth(table("msr_student_growth"), subgroup, school, groups),
    }
    for name, expression in expressions.items():
        DuckDBTables(connection).replace(TABLES[name], expression)
    wanted = (*expressions, "dim_school", "dim_subgroup")
    frames = {name: connection.execute(f"select * from {name}").df() for name in wanted}
    frames["program_evaluation"] = program_evaluation(frames["msr_program_stratum"], frames["dim_subgroup"])
    return frames


def simulate(n_districts: int) -> dict[str, pd.DataFrame]:
    """Rows of program_evaluation, equity_gaps and student_growth with their seed and what is true of them."""
    kept: dict[str, list[pd.DataFrame]] = {
        name: [] for name in ("programs", "rivals", "adjusted", "gaps", "growth", "percentiles")
    }
    for seed in range(n_districts):
        effect = EFFECT if seed % 2 else 0.0
        connection = simulated_district(seed=seed, program_effect=effect)
        tables = evaluated(connection)
        found = tables["program_evaluation"].assign(seed=seed, effect=effect)
        kept["programs"].append(found.assign(truth=true_effect(found, effect)))
        kept["rivals"].append(rival_intervals(tables["msr_program_stratum"]).assign(effect=effect))
        kept["adjusted"].append(pd.DataFrame({"error": [adjusted_for_first_score(connection) - effect]}))
        kept["gaps"].append(tables["equity_gaps"])
        levels = tables["dim_school"][["k_school", "school_level"]]
        kept["growth"].append(tables["student_growth"].assign(effect=effect).merge(levels, on="k_school", how="left"))
        kept["percentiles"].append(uniformity(tables["msr_student_growth"]))
        connection.close()
    return {name: pd.concat(frames, ignore_index=True) for name, frames in kept.items()}


def true_effect(rows: pd.DataFrame, effect: float) -> pd.Series:
    """What was planted: in Reading, for participants of the settings' program."""
    share = np.where(rows.to_administration == "Winter", SHARE_BY_WINTER, 1.0)
    return effect * share * ((rows.program == PROGRAM) & (rows.subject == "Reading"))


def rival_intervals(strata: pd.DataFrame) -> pd.DataFrame:
    """Per evaluation of all students the estimate's error and, by method, the half width of its interval."""
    rows = []
    of_all = strata[strata.k_subgroup == ALL]
    for (_, program, subject, last), group in of_all.groupby(
        ["school_year", "program", "subject", "to_administration"]
    ):
        both = programs.compared(programs.strata_of(group))
        errors = sandwiches(both)
        rows.append({"program": program, "subject": subject, "to_administration": last, **errors})
    return pd.DataFrame(rows)


def sandwiches(both: programs.Strata) -> dict[str, float]:
    """The estimate, and the half width that each way to reckon with schools gives it."""
    clusters, place = np.unique(both["k_school"], return_inverse=True)
    weight = np.bincount(place, weights=both["n_both_participants"])
    effect = programs.did_effect(both)
    change = [(both[f"total_to_{a}"] - both[f"total_from_{a}"]) / both[f"n_both_{a}"] for a in programs.ARMS]
    total = np.bincount(place, weights=both["n_both_participants"] * (change[0] - change[1]))
    score, share, n = total - effect.estimate * weight, weight / weight.sum(), len(clusters)
    plain = np.sqrt((score**2).sum() * n / (n - 1)) / weight.sum()
    reduced = np.sqrt((score**2 / (1 - share)).sum()) / weight.sum()
    normal, student = stats.norm.ppf(0.975), stats.t.ppf(0.975, n - 1)
    return {
        "estimate": effect.estimate,
        "CR1, normal": normal * plain,
        "CR1, t": student * plain,
        "CR2, t": student * reduced,
        "CR3, t": effect.ci_high - effect.estimate,
    }


def adjusted_for_first_score(connection: duckdb.DuckDBPyConnection) -> float:
    """The effect in Reading of 2024-25 as a regression on the first score has it: what the platform does not do."""
    students = connection.execute(
        """
        select f.k_school || f.grade_level as stratum, cast(f.scale_score as double) as first,
            cast(s.scale_score as double) as last, cast(p.k_student is not null as double) as takes_part
        from fct_student_assessment f
        join fct_student_assessment s on s.k_student = f.k_student and s.subject = 'Reading' and s.administration = 'Spring'
        left join fct_student_program_association p on p.k_student = f.k_student and p.program = ?
        where f.subject = 'Reading' and f.administration = 'Fall' and f.school_year = 2025 order by f.k_student
        """,
        [PROGRAM],
    ).df()
    within = students.groupby("stratum").transform(lambda column: column - column.mean())
    return float(np.linalg.lstsq(within[["takes_part", "first"]], within["last"])[0][0])


def uniformity(students: pd.DataFrame) -> pd.DataFrame:
    """Mean and spread of growth percentiles by tenth of first scores, within grade and subject."""
    judged = students[students.growth_percentile.notna()].copy()
    judged["prior"] = judged.prior_scale_score.astype(float)
    place = judged.groupby(["school_year", "subject", "grade_level"]).prior.rank(pct=True)
    tenth = np.minimum((place * 10).astype(int), 9).rename("tenth")
    return judged.groupby(tenth).growth_percentile.agg(["mean", "std", "count"]).astype(float).reset_index()


def coverage(rows: pd.DataFrame, truth: pd.Series | float, estimate: str, low: str, high: str) -> dict[str, object]:
    """Of the rows with an interval: the estimate's mean error, and how often the interval holds the truth."""
    known = rows.assign(truth=truth)
    known = known[known[low].notna()]
    covered = known.truth.between(known[low], known[high])
    bias = (known[estimate] - known.truth).mean()
    return {"rows": len(known), "bias": f"{bias:+.2f}", "covered": f"{100 * covered.mean():.1f} %"}


def show(title: str, rows: list[dict[str, object]]) -> None:
    columns = list(rows[0])
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(str(value) for value in row.values())} |")


def show_programs(rows: pd.DataFrame) -> None:
    ends = ("did_estimate", "did_ci_low", "did_ci_high")
    planted = (rows.program == PROGRAM) & (rows.subject == "Reading")
    district, of_all = rows.aggregation == "District", rows.k_subgroup == ALL
    kinds = {
        f"{PROGRAM} in Reading, effect {EFFECT:g}": planted & district & of_all & (rows.effect > 0),
        f"{PROGRAM} in Reading, no effect": planted & district & of_all & (rows.effect == 0),
        "other programs and subjects, no effect": ~planted & district & of_all,
        "by level of school": (rows.aggregation == "Level"),
        "by subgroup, five schools or more": district & ~of_all & (rows.n_schools >= 5),
        "by subgroup, fewer schools": district & ~of_all & (rows.n_schools < 5),
    }
    table_ = []
    for name, chosen in kinds.items():
        kept = rows[chosen]
        without = kept[(kept.truth == 0) & kept.did_p_value.notna()]
        rejected = f"{100 * (without.did_p_value < 0.05).mean():.1f} %" if len(without) else "–"
        table_.append({"evaluations": name, **coverage(kept, kept.truth, *ends), "of no effect, p < 0.05": rejected})
    show("Program effects: 95 % intervals over seeds", table_)


def show_rivals(rows: pd.DataFrame, adjusted: pd.DataFrame) -> None:
    error = (rows.estimate - true_effect(rows, 1.0) * rows.effect).abs()
    methods = ("CR1, normal", "CR1, t", "CR2, t", "CR3, t")
    shown = [{"method": m, "rows": len(rows), "covered": f"{100 * (error <= rows[m]).mean():.1f} %"} for m in methods]
    show("The same effects of all students, by how schools are reckoned with", shown)
    error, n = adjusted.error, len(adjusted)
    print(f"\nAdjusted for the first score instead: bias {error.mean():+.2f} points (± {2 * error.std() / n**0.5:.2f})")


def show_gaps(rows: pd.DataFrame) -> None:
    ends = [f"mean_scale_score_gap{end}" for end in ("", "_ci_low", "_ci_high")]
    rows = rows[rows.comparison == "complement"]
    kinds = {"Economically disadvantaged-Yes": -GAP, "Sex-F": 0.0, "Race/ethnicity-White": 0.0}
    table_ = []
    for group, truth in kinds.items():
        for aggregation in ("District", "School"):
            kept = rows[(rows.k_subgroup == group) & (rows.aggregation == aggregation)]
            table_.append({"group": group, "of": aggregation, "truth": truth, **coverage(kept, truth, *ends)})
    show("Gaps in points: 95 % intervals over seeds", table_)


def show_growth(rows: pd.DataFrame, percentiles: pd.DataFrame) -> None:
    ends = [f"mean_growth_percentile{end}" for end in ("", "_ci_low", "_ci_high")]
    rows = rows[rows.effect == 0]
    elementary = (rows.k_subgroup == ALL) & (rows.school_level == "Elementary")
    district = rows.aggregation == "District"
    kinds = {
        "elementary schools, all students": elementary,
        "the district's girls": district & (rows.k_subgroup == "Sex-F"),
        "the district's economically disadvantaged": district & (rows.k_subgroup == "Economically disadvantaged-Yes"),
    }
    table_ = [{"group": name, "truth": 50, **coverage(rows[kept], 50.0, *ends)} for name, kept in kinds.items()]
    show("Mean growth percentiles where nobody grows more than others: 95 % intervals over seeds", table_)
    weighted = percentiles.assign(total=percentiles["mean"] * percentiles["count"])
    tenths = weighted.groupby("tenth")[["total", "count"]].sum()
    means, spreads = tenths.total / tenths["count"], percentiles.groupby("tenth")["std"].mean()
    shown = [
        {"tenth of first scores": t + 1, "mean": f"{means[t]:.2f}", "spread": f"{spreads[t]:.2f}"} for t in means.index
    ]
    show("Growth percentiles by first score; uniform are mean 50 and spread 28.6", shown)


if __name__ == "__main__":
    n_districts = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    started = time.monotonic()
    results = simulate(n_districts)
    print(f"{n_districts} districts of {Synthetic.model_fields['students'].default:,} students")
    show_programs(results["programs"])
    show_rivals(results["rivals"], results["adjusted"])
    show_gaps(results["gaps"])
    show_growth(results["growth"], results["percentiles"])
    print(f"\n{time.monotonic() - started:.0f} s")
