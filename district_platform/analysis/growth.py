"""Growth of groups of students."""

import ibis

from district_platform.analysis.grouping import (
    at_district_and_schools,
    described,
    results_with_subgroups,
    with_year_before,
)
from district_platform.metrics.enrollment import change
from district_platform.metrics.growth import (
    mean_growth_percentile,
    mean_growth_percentile_interval,
    median_growth_percentile,
    n_growth,
)


def student_growth(
    msr_student_growth: ibis.Table, fct_student_subgroup: ibis.Table, dim_school: ibis.Table, dim_subgroup: ibis.Table
) -> ibis.Table:
    """Every group with a student who has a growth percentile; school and grade are those of the later test."""
    students = msr_student_growth.filter(msr_student_growth.growth_percentile.notnull())
    grouped = at_district_and_schools(results_with_subgroups(students, fct_student_subgroup), _summarize)
    group = ["aggregation", "k_school", "subject", "k_subgroup"]
    compared = with_year_before(grouped, group, ["n_growth", "mean_growth_percentile"])
    changed = compared.mutate(
        mean_growth_percentile_change=change(compared.mean_growth_percentile, compared.mean_growth_percentile_before)
    ).drop("mean_growth_percentile_before")
    return described(changed, dim_school, dim_subgroup)


def _summarize(students: ibis.Table, extra: list[str]) -> ibis.Table:
    low, high = mean_growth_percentile_interval(students)
    return students.group_by("school_year", *extra, "subject", "administration", "k_subgroup").agg(
        n_growth=n_growth(students),
        mean_growth_percentile=mean_growth_percentile(students),
        mean_growth_percentile_ci_low=low,
        mean_growth_percentile_ci_high=high,
        median_growth_percentile=median_growth_percentile(students),
    )
