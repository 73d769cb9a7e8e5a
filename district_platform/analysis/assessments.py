"""Achievement by school and subgroup."""

import ibis

from district_platform.analysis.grouping import at_district_and_schools, described, with_subgroups, with_year_before
from district_platform.metrics.assessments import mean_scale_score, n_tested, pct_proficient
from district_platform.metrics.enrollment import change

MEASURES = ("n_tested", "mean_scale_score", "pct_proficient")


def student_performance(
    fct_student_assessment: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
) -> ibis.Table:
    results = with_subgroups(fct_student_assessment, fct_student_subgroup)
    grouped = at_district_and_schools(results, _summarize)
    group = ["aggregation", "k_school", "subject", "administration", "k_subgroup"]
    compared = with_year_before(grouped, group, MEASURES)
    changed = compared.mutate(
        mean_scale_score_change=change(compared.mean_scale_score, compared.mean_scale_score_before),
        pct_proficient_change=change(compared.pct_proficient, compared.pct_proficient_before),
    ).drop("mean_scale_score_before", "pct_proficient_before")
    return described(changed, dim_school, dim_subgroup)


def _summarize(results: ibis.Table, extra: list[str]) -> ibis.Table:
    return results.group_by("school_year", *extra, "subject", "administration", "k_subgroup").agg(
        n_tested=n_tested(results),
        mean_scale_score=mean_scale_score(results),
        pct_proficient=pct_proficient(results),
    )
