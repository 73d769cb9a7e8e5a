"""The effect of programs on their participants, as far as test scores can show it."""

from collections.abc import Iterator

import pandas as pd

from district_platform.analysis.grouping import DISTRICT, LEVEL
from district_platform.analysis.program_readings import reading
from district_platform.dictionary import TABLES
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.metrics import programs
from district_platform.metrics.gaps import n_comparison
from district_platform.metrics.programs import COMPARISON, PARTICIPANTS, Strata, strata_of

EVALUATION = ["school_year", "program", "subject", "from_administration", "to_administration"]
GROUP = [*EVALUATION, "aggregation", "school_level", "k_subgroup"]


def program_evaluation(msr_program_stratum: pd.DataFrame, dim_subgroup: pd.DataFrame) -> pd.DataFrame:
    """Every program, year and subject: of the district by subgroup, and by level of school of all students.

    A program without participants who can be compared has no row.
    """
    strata = msr_program_stratum.sort_values(list(TABLES["msr_program_stratum"].key))
    of_all = strata[strata.k_subgroup == f"{ALL_STUDENTS}-{ALL_STUDENTS}"]
    of_district = strata.assign(aggregation=DISTRICT, school_level=None)
    groups = [*_groups(of_district), *_groups(of_all.assign(aggregation=LEVEL))]
    rows = [
        {**group, **_evaluated(strata)}
        for group, strata in groups
        if programs.n_participants(programs.compared(strata))
    ]
    subgroups = dim_subgroup.drop(columns="display_order")
    columns = list(TABLES["program_evaluation"].columns)
    if not rows:
        return pd.DataFrame(columns=columns)
    found = pd.DataFrame(rows).merge(subgroups, on="k_subgroup")
    found["reading"] = [reading(row) for row in found.to_dict("records")]
    return found[columns]


def _groups(rows: pd.DataFrame) -> Iterator[tuple[dict[str, object], Strata]]:
    for key, group in rows.groupby(GROUP, sort=True, dropna=False):
        yield dict(zip(GROUP, key, strict=True)), strata_of(group)


def _evaluated(strata: Strata) -> dict[str, object]:
    both = programs.compared(strata)
    effect = programs.did_effect(both)
    return {
        "n_participants": programs.n_participants(both),
        "n_comparison": int(n_comparison(both["n_both_comparison"])),
        "n_schools": programs.n_schools(both),
        "n_participants_not_compared": programs.n_participants_not_compared(strata),
        "n_participants_attrited": programs.n_attrited(strata, PARTICIPANTS),
        "n_comparison_attrited": programs.n_attrited(strata, COMPARISON),
        "pct_participants_attrited": programs.pct_attrited(strata, PARTICIPANTS),
        "pct_comparison_attrited": programs.pct_attrited(strata, COMPARISON),
        "baseline_mean_participants": programs.baseline_mean(both, PARTICIPANTS),
        "baseline_mean_comparison": programs.baseline_mean(both, COMPARISON),
        "standardized_baseline_difference": programs.standardized_baseline_difference(both),
        "change_participants": programs.change(both, PARTICIPANTS),
        "change_comparison": programs.change(both, COMPARISON),
        "did_estimate": effect.estimate,
        "did_standard_error": effect.standard_error,
        "did_ci_low": effect.ci_low,
        "did_ci_high": effect.ci_high,
        "did_p_value": effect.p_value,
        "effect_size": programs.effect_size(both),
    }
