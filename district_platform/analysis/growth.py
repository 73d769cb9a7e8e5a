"""Growth of groups of students."""

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
from district_platform.metrics.enrollment import change
from district_platform.metrics.growth import (
    mean_growth_percentile,
    mean_growth_percentile_interval,
    median_growth_percentile,
    n_growth,
)

GROUP = ("aggregation", "k_school", "subject", "k_subgroup")
SUBJECT = ("subject",)


def student_growth(
    msr_student_growth: ibis.Table, fct_student_subgroup: ibis.Table, dim_school: ibis.Table, dim_subgroup: ibis.Table
) -> ibis.Table:
    """Every group with a student who has a growth percentile; school and grade are those of the later test. The district's change is
    over the schools with growth in both years."""
    students = msr_student_growth.filter(msr_student_growth.growth_percentile.notnull())
    members = results_with_subgroups(students, fct_student_subgroup)
    grouped = at_district_and_schools(members, _summarize)
    of_schools = students.semi_join(dim_school, "k_school")
    pairs = schools_of_both_years(of_schools, SUBJECT)

    def in_district(years: ibis.Table) -> ibis.Table:
        there = members.semi_join(years, ["school_year", "k_school", *SUBJECT])
        rows = _summarize(there.union(members.anti_join(dim_school, "k_school")), [])
        return rows.mutate(aggregation=ibis.literal(DISTRICT), k_school=ibis.null("string")).select(*grouped.columns)

    is_school = grouped.aggregation != DISTRICT
    earlier = grouped.filter(is_school).union(in_district(pairs.mutate(school_year=pairs.school_year - 1)))
    now = grouped.filter(is_school).union(in_district(pairs)).mutate(school_year=lambda t: t.school_year - 1)
    rows = with_change_basis(grouped, of_schools, pairs, SUBJECT)
    compared = with_year_before(rows, GROUP, ["n_growth", "mean_growth_percentile"], earlier=earlier)
    compared = with_year_before(compared, GROUP, ["mean_growth_percentile"], earlier=now, suffix="_now")
    is_whole = compared.change_basis.isnull()
    mean_now = is_whole.ifelse(compared.mean_growth_percentile, compared.mean_growth_percentile_now)
    changed = compared.mutate(
        mean_growth_percentile_change=change(mean_now, compared.mean_growth_percentile_before),
        n_growth_before=is_whole.ifelse(compared.n_growth_before, None),
    ).drop("mean_growth_percentile_before", "mean_growth_percentile_now")
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
