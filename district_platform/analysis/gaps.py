"""Gaps between groups of students, in the district and in each school."""

import ibis
import ibis.expr.types as ir

from district_platform.analysis.grouping import DISTRICT, SCHOOL, described, with_subgroups
from district_platform.dictionary.achievement import COMPLEMENT, REFERENCE_GROUP
from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import FLAGS, NO, RACE_ETHNICITY, SEX
from district_platform.metrics import gaps
from district_platform.metrics.assessments import possible_results
from district_platform.settings import Assessments

DIMENSIONS = (RACE_ETHNICITY, SEX, *FLAGS)
"""What students are compared by. Grades take different tests and have no gap."""

OTHERS = "All others"

_PLACE = ("school_year", "aggregation", "k_school", "subject", "administration")
_TEST = (*_PLACE, "subgroup_dimension", "grade_level")

_ = ibis._


def equity_gaps(
    fct_student_assessment: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
    assessments: Assessments,
) -> ibis.Table:
    """Every group except the No of a yes-or-no dimension (whose gap is that of Yes), compared with its complement and its reference
    group."""
    groups = dim_subgroup.filter(_.subgroup_dimension.isin(DIMENSIONS), _.subgroup_value != NOT_REPORTED)
    cells = _cells(possible_results(fct_student_assessment, assessments), fct_student_subgroup, groups)
    compared = cells.filter(~(_.subgroup_dimension.isin(list(FLAGS)) & (_.subgroup_value == NO)))
    pairs = _with_complement(compared, cells).union(_with_reference(compared, cells, _references(cells)))
    summed = gaps.over_grades(pairs, [*_PLACE, "k_subgroup", "comparison", "comparison_value"])
    return described(_with_gaps(summed), dim_school, dim_subgroup)


def _cells(results: ibis.Table, bridge: ibis.Table, groups: ibis.Table) -> ibis.Table:
    """Sums by grade and group: of each school, and of the district, which are the schools' sums added up."""
    grouped = with_subgroups(results.mutate(grade_level=results.grade_level.fill_null(NOT_REPORTED)), bridge)
    columns = ["school_year", "subject", "administration", "k_subgroup", "grade_level"]
    schools = gaps.sums_by(grouped.semi_join(groups, "k_subgroup"), [*columns, "k_school"])
    district = schools.group_by(columns).agg(
        **{name: schools[name].sum().cast(schools[name].type()) for name in gaps.SUMS}
    )
    schools = schools.mutate(aggregation=ibis.literal(SCHOOL))
    district = district.mutate(k_school=ibis.null("string"), aggregation=ibis.literal(DISTRICT))
    return schools.union(district.select(*schools.columns)).join(groups.drop("display_order"), "k_subgroup")


def _with_complement(compared: ibis.Table, cells: ibis.Table) -> ibis.Table:
    """Each cell with the sums of all other groups of its dimension in the grade, without students whose value is missing."""
    whole = cells.group_by(_TEST).agg(**{f"{name}_all": cells[name].sum() for name in gaps.SUMS})
    joined = _beside(compared, whole)
    others = {f"{name}_other": (joined[f"{name}_all"] - joined[name]).cast(joined[name].type()) for name in gaps.SUMS}
    return _pairs(joined, COMPLEMENT, ibis.literal(OTHERS), others)


def _with_reference(compared: ibis.Table, cells: ibis.Table, references: ibis.Table) -> ibis.Table:
    """Each cell with the sums of the reference group in the grade; the reference group itself has none."""
    reference = cells.semi_join(references, ["school_year", "subject", "administration", "k_subgroup"])
    renamed = reference.select(
        *_TEST, comparison_value="subgroup_value", **{f"{name}_other": reference[name] for name in gaps.SUMS}
    )
    joined = _beside(compared, renamed).filter(_.subgroup_value != _.comparison_value)
    others = {f"{name}_other": joined[f"{name}_other"] for name in gaps.SUMS}
    return _pairs(joined, REFERENCE_GROUP, joined.comparison_value, others)


def _references(cells: ibis.Table) -> ibis.Table:
    """The group that others are compared with: No for a flag, else the district's largest group in the administration."""
    sizes = cells.filter(_.aggregation == DISTRICT)
    place = ["school_year", "subject", "administration", "subgroup_dimension"]
    sizes = sizes.group_by(*place, "k_subgroup", "subgroup_value").agg(n=sizes.n.sum())
    is_no = sizes.subgroup_dimension.isin(list(FLAGS)) & (sizes.subgroup_value == NO)
    order = [is_no.desc(), sizes.n.desc(), sizes.k_subgroup.asc()]
    return sizes.mutate(rank=ibis.row_number().over(group_by=place, order_by=order)).filter(_.rank == 0)


def _beside(cells: ibis.Table, others: ibis.Table) -> ibis.Table:
    """Each cell with those of the same test; their columns of _TEST begin with an underscore."""
    renamed = others.rename({f"_{name}": name for name in _TEST})
    return cells.join(renamed, [cells[name].identical_to(renamed[f"_{name}"]) for name in _TEST])


def _pairs(joined: ibis.Table, comparison: str, value: ir.StringValue, others: dict[str, ir.Value]) -> ibis.Table:
    named = {"comparison": ibis.literal(comparison), "comparison_value": value}
    return joined.select(*_PLACE, "k_subgroup", **named, **{name: joined[name] for name in gaps.SUMS}, **others)


def _with_gaps(summed: ibis.Table) -> ibis.Table:
    score_low, score_high = gaps.mean_scale_score_gap_interval(summed)
    g_low, g_high = gaps.hedges_g_interval(summed)
    share_low, share_high = gaps.pct_proficient_gap_interval(summed)
    return summed.select(
        *_PLACE,
        "k_subgroup",
        "comparison",
        "comparison_value",
        n_group=summed.n,
        n_comparison=summed.n_other,
        mean_scale_score_gap=gaps.mean_scale_score_gap(summed),
        mean_scale_score_gap_ci_low=score_low,
        mean_scale_score_gap_ci_high=score_high,
        hedges_g=gaps.hedges_g(summed),
        hedges_g_ci_low=g_low,
        hedges_g_ci_high=g_high,
        pct_proficient_gap=gaps.pct_proficient_gap(summed),
        pct_proficient_gap_ci_low=share_low,
        pct_proficient_gap_ci_high=share_high,
    )
