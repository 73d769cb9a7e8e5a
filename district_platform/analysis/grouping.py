"""How analysis tables are summed up: for the district and each school, by subgroup, with the year before in the same row."""

from collections.abc import Callable, Sequence

import ibis

from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions import keys
from district_platform.dimensions.students import GRADE

DISTRICT, LEVEL, SCHOOL = "District", "Level", "School"


def at_district_and_schools(rows: ibis.Table, summarize: Callable[[ibis.Table, list[str]], ibis.Table]) -> ibis.Table:
    """`summarize(rows, extra group columns)` once for the district and once a school, with aggregation and k_school."""
    district = summarize(rows, []).mutate(aggregation=ibis.literal(DISTRICT), k_school=ibis.null("string"))
    schools = summarize(rows, ["k_school"]).mutate(aggregation=ibis.literal(SCHOOL))
    return district.union(schools.select(*district.columns))


def with_subgroups(rows: ibis.Table, fct_student_subgroup: ibis.Table) -> ibis.Table:
    """Each row once for every subgroup of its student."""
    bridge = fct_student_subgroup.select("k_student", "k_subgroup")
    return rows.join(bridge, "k_student")


def results_with_subgroups(results: ibis.Table, fct_student_subgroup: ibis.Table) -> ibis.Table:
    """Each result once for every subgroup of its student; its grade is the one of the result (`facts.assessments`).

    A student who is promoted within a year has results in two grades, and is enrolled in one.
    """
    bridge = fct_student_subgroup
    others = with_subgroups(results, bridge.filter(~bridge.k_subgroup.startswith(f"{GRADE}-")))
    in_grades = results.mutate(k_subgroup=keys.k_subgroup(GRADE, results.grade_level.fill_null(NOT_REPORTED)))
    return others.union(in_grades.semi_join(bridge, "k_student").select(*others.columns))


def described(rows: ibis.Table, dim_school: ibis.Table, dim_subgroup: ibis.Table | None = None) -> ibis.Table:
    """With the school's name (null for the district) and, where there are subgroups, what they are."""
    rows = rows.left_join(dim_school.select("k_school", "school_name"), "k_school").drop("k_school_right")
    if dim_subgroup is None:
        return rows
    return rows.join(dim_subgroup.drop("display_order"), "k_subgroup")


def with_year_before(
    rows: ibis.Table,
    group: Sequence[str],
    measures: Sequence[str],
    earlier: ibis.Table | None = None,
    suffix: str = "_before",
) -> ibis.Table:
    """With each measure of the same group a year earlier, as <measure><suffix>; null where there was none.

    `earlier` holds the rows of the years before where they are not `rows` themselves.
    """
    source = rows if earlier is None else earlier
    before = source.select(
        _year=source.school_year + 1,
        **{f"_{name}": source[name] for name in group},
        **{f"{name}{suffix}": source[name] for name in measures},
    )
    same = [rows.school_year == before._year]
    same += [rows[name].identical_to(before[f"_{name}"]) for name in group]
    return rows.left_join(before, same).drop("_year", *[f"_{name}" for name in group])


def schools_of_both_years(rows: ibis.Table, by: Sequence[str] = (), earlier: ibis.Table | None = None) -> ibis.Table:
    """Schools with rows in a year and in the one before, each with school_year and `by`; rows without a school are left out.

    `earlier` holds the rows of the years before where they are not `rows` themselves.
    """
    key = ["school_year", "k_school", *by]
    there, before = (some.filter(some.k_school.notnull()).select(key).distinct() for some in (rows, _or(earlier, rows)))
    return there.semi_join(before.mutate(school_year=before.school_year + 1), key)


def with_change_basis(
    rows: ibis.Table,
    of_schools: ibis.Table,
    pairs: ibis.Table,
    by: Sequence[str] = (),
    earlier: ibis.Table | None = None,
) -> ibis.Table:
    """Rows with `change_basis`: how many schools of how many the district's change compares, null where it is all of them.

    `pairs` are those of `schools_of_both_years(of_schools, by, earlier)`.
    """
    key, group = ["school_year", "k_school", *by], ["school_year", *by]
    years, before = (
        some.filter(some.k_school.notnull()).select(key) for some in (of_schools, _or(earlier, of_schools))
    )
    before = before.mutate(school_year=before.school_year + 1)
    either = years.union(before, distinct=True).semi_join(before, group)
    n_either = either.group_by(group).agg(n_either=either.k_school.nunique())
    n_both = pairs.group_by(group).agg(n_both=pairs.k_school.nunique())
    counted = n_either.left_join(n_both, group)
    counted = counted.select(*group, "n_either", n_both=counted.n_both.fill_null(0))
    words = (
        counted.n_both,
        " of ",
        counted.n_either,
        " schools in both ",
        counted.school_year - 1,
        " and ",
        counted.school_year,
    )
    texts = [ibis.literal(word) if isinstance(word, str) else word.cast("string") for word in words]
    bases = counted.mutate(change_basis=ibis.literal("").join(texts)).filter(counted.n_both < counted.n_either)
    joined = rows.left_join(bases.select(*group, "change_basis"), group).drop(*(f"{name}_right" for name in group))
    is_district = joined.aggregation == DISTRICT
    return joined.mutate(change_basis=is_district.ifelse(joined.change_basis, ibis.null("string")))


def _or(rows: ibis.Table | None, otherwise: ibis.Table) -> ibis.Table:
    return otherwise if rows is None else rows
