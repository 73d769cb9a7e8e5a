"""Achievement by school and subgroup, and for how many of the students it is known."""

import datetime as dt
from itertools import pairwise

import ibis

from district_platform.analysis.grouping import (
    DISTRICT,
    at_district_and_schools,
    described,
    results_with_subgroups,
    schools_of_both_years,
    with_change_basis,
    with_year_before,
)
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dimensions.students import GRADE
from district_platform.metrics.assessments import (
    enrolled_test_takers,
    mean_scale_score,
    n_tested,
    pct_participation,
    pct_proficient,
    possible_results,
)
from district_platform.metrics.enrollment import actual_enrollments, change
from district_platform.settings import Assessments

GROUP = ("aggregation", "k_school", "subject", "administration", "k_subgroup")
TEST = ("subject", "administration")
MEASURES = ("n_tested", "mean_scale_score", "pct_proficient")

NEXT_GRADE = {f"{GRADE}-{grade}": f"{GRADE}-{following}" for grade, following in pairwise(GRADE_LEVELS)}
"""The group that a grade's students are in a year later."""


def student_performance(
    fct_student_assessment: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
    assessments: Assessments,
) -> ibis.Table:
    """Compared with the year before in two ways: with the same group and, for a grade, with the same cohort one grade lower. In the
    district, both comparisons take the schools with results in both years, and results of unknown schools."""
    possible = possible_results(fct_student_assessment, assessments)
    results = results_with_subgroups(possible, fct_student_subgroup)
    grouped = at_district_and_schools(results, _summarize)
    of_schools = possible.semi_join(dim_school, "k_school")
    pairs = schools_of_both_years(of_schools, TEST)
    of_both = _in_district(results, pairs, dim_school)
    earlier = grouped.filter(grouped.aggregation != DISTRICT).union(
        _in_district(results, pairs.mutate(school_year=pairs.school_year - 1), dim_school).select(*grouped.columns)
    )
    rows = with_change_basis(grouped, of_schools, pairs, TEST)
    compared = with_year_before(rows, GROUP, MEASURES, earlier=earlier)
    compared = with_year_before(compared, GROUP, MEASURES, earlier=_promoted(earlier), suffix="_cohort_before")
    compared = _with_measures_of_both_years(compared, of_both)
    is_whole = compared.change_basis.isnull()
    changed = compared.mutate(
        mean_scale_score_change=change(compared.mean_now, compared.mean_scale_score_before),
        pct_proficient_change=change(compared.pct_now, compared.pct_proficient_before),
        mean_scale_score_cohort_change=change(compared.mean_now, compared.mean_scale_score_cohort_before),
        pct_proficient_cohort_change=change(compared.pct_now, compared.pct_proficient_cohort_before),
        n_tested_before=is_whole.ifelse(compared.n_tested_before, None),
        n_tested_cohort_before=is_whole.ifelse(compared.n_tested_cohort_before, None),
    )
    earlier_columns = [f"{name}{suffix}" for name in MEASURES[1:] for suffix in ("_before", "_cohort_before")]
    return described(changed.drop(*earlier_columns, "mean_now", "pct_now"), dim_school, dim_subgroup)


def _in_district(results: ibis.Table, pairs: ibis.Table, dim_school: ibis.Table) -> ibis.Table:
    """Figures of the district over some schools of a year, and results whose school is not known."""
    there = results.semi_join(pairs, ["school_year", "k_school", *TEST])
    rows = there.union(results.anti_join(dim_school, "k_school"))
    return _summarize(rows, []).mutate(aggregation=ibis.literal(DISTRICT), k_school=ibis.null("string"))


def _with_measures_of_both_years(rows: ibis.Table, of_both: ibis.Table) -> ibis.Table:
    """With mean_now and pct_now, which a change compares: for the district, those of the schools that have results in both years."""
    key = ["school_year", *GROUP]
    both = of_both.select(
        *(of_both[name].name(f"_{name}") for name in key), _mean="mean_scale_score", _pct="pct_proficient"
    )
    joined = rows.left_join(both, [rows[name].identical_to(both[f"_{name}"]) for name in key])
    is_whole = joined.change_basis.isnull()
    return joined.mutate(
        mean_now=is_whole.ifelse(joined.mean_scale_score, joined["_mean"]),
        pct_now=is_whole.ifelse(joined.pct_proficient, joined["_pct"]),
    ).drop("_mean", "_pct", *(f"_{name}" for name in key))


def assessment_participation(
    fct_student_assessment: ibis.Table,
    fct_student_school_association: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
    assessments: Assessments,
    as_of_date: dt.date,
) -> ibis.Table:
    """Participation in the year's latest administration. A score outside the scale does not count: that student's achievement is not
    known."""
    results = possible_results(fct_student_assessment, assessments)
    enrollments = actual_enrollments(fct_student_school_association, as_of_date)
    takers = enrolled_test_takers(results, enrollments, as_of_date)
    enrolled = results_with_subgroups(takers, fct_student_subgroup).drop("grade_level").distinct()
    rows = at_district_and_schools(enrolled, _participation)
    tested = at_district_and_schools(results_with_subgroups(results, fct_student_subgroup), _summarize)
    key = ["school_year", *GROUP]
    same = tested.select(*(tested[name].name(f"_{name}") for name in key), "n_tested")
    beside = rows.left_join(same, [rows[name].identical_to(same[f"_{name}"]) for name in key])
    counted = beside.drop(*(f"_{name}" for name in key)).fill_null({"n_tested": 0})
    return described(counted, dim_school, dim_subgroup)


def _participation(enrolled: ibis.Table, extra: list[str]) -> ibis.Table:
    """A child of two schools counts at both, and once in the district."""
    one_each = enrolled.drop("k_school").distinct() if not extra else enrolled
    return one_each.group_by("school_year", *extra, "subject", "administration", "k_subgroup").agg(
        window_last_date=one_each.last_day.max(), pct_participation=pct_participation(one_each)
    )


def _summarize(results: ibis.Table, extra: list[str]) -> ibis.Table:
    return results.group_by("school_year", *extra, "subject", "administration", "k_subgroup").agg(
        n_tested=n_tested(results),
        mean_scale_score=mean_scale_score(results),
        pct_proficient=pct_proficient(results),
    )


def _promoted(grouped: ibis.Table) -> ibis.Table:
    """The rows of grades, each called what its cohort is a year later."""
    grades = grouped.filter(grouped.k_subgroup.isin(list(NEXT_GRADE)))
    return grades.mutate(k_subgroup=grades.k_subgroup.substitute(NEXT_GRADE))
