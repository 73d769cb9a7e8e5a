"""Program participants and their schoolmates, before and after, added up to what `analysis.programs` estimates from."""

import ibis

from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import GRADE
from district_platform.metrics.assessments import administration_windows, possible_results
from district_platform.metrics.programs import COMPARISON, PARTICIPANTS, SUMS, sums_by
from district_platform.settings import Assessments

_ = ibis._

STUDENTS = (
    "school_year",
    "subject",
    "from_administration",
    "to_administration",
    "k_school",
    "grade_level",
    "k_subgroup",
)
SEPARATOR = "\x1f"
"""Joins the names of programs, none of which contains it. Grouping by a text is several times faster than by a list."""


def msr_program_stratum(
    fct_student_assessment: ibis.Table,
    fct_student_program_association: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
    assessments: Assessments,
) -> ibis.Table:
    """Strata with a participant, for every group but grades, which are strata themselves.

    A student's school and grade are those of the first test: what comes after may follow from the program. Who takes part
    in several programs is compared with students in the same others, so that none is credited with another's effect.
    """
    results = possible_results(fct_student_assessment, assessments).filter(_.scale_score.notnull())
    windows = administration_windows(results)
    scores = _with_programs(_first_and_last(results, windows), fct_student_program_association, windows)
    groups = dim_subgroup.filter(_.subgroup_dimension != GRADE, _.subgroup_value != NOT_REPORTED)
    bridge = fct_student_subgroup.semi_join(groups, "k_subgroup").select("k_student", "k_subgroup")
    cells = sums_by(scores.join(bridge, "k_student"), [*STUDENTS, "programs"])
    levels = dim_school.select("k_school", "school_level")
    return _with_both_arms(cells).left_join(levels, "k_school").drop("k_school_right")


def _first_and_last(results: ibis.Table, windows: ibis.Table) -> ibis.Table:
    """One row per student and subject tested at the window's beginning, with the score at its end where there is one."""
    tests = results.join(windows, ["school_year", "subject"])
    first = tests.filter(_.administration == _.from_administration)
    last = tests.filter(_.administration == _.to_administration)
    last = last.select("k_student", "subject", score_to="scale_score")
    return first.left_join(last, ["k_student", "subject"]).select(
        *STUDENTS[:5],
        "k_student",
        "score_to",
        grade_level=_.grade_level.fill_null(NOT_REPORTED),
        score_from="scale_score",
    )


def _with_programs(scores: ibis.Table, participation: ibis.Table, windows: ibis.Table) -> ibis.Table:
    """With `programs`, a text: those that the student took part in between the window's first and last test day, in order.

    Without test days the window is the whole year.
    """
    dated = participation.join(windows, "school_year")
    begun = (dated.begin_date <= dated.last_day).fill_null(True)
    not_over = (dated.end_date >= dated.first_day).fill_null(True)
    taking_part = dated.filter(begun, not_over).select("k_student", "subject", "program").distinct()
    programs = taking_part.group_by("k_student", "subject").agg(
        programs=taking_part.program.collect().sort().join(SEPARATOR)
    )
    joined = scores.left_join(programs, ["k_student", "subject"])
    return joined.select(scores, programs=joined.programs.fill_null(""))


def _with_both_arms(cells: ibis.Table) -> ibis.Table:
    """For each program of a cell: its students as participants, beside those of the cell with only the others."""
    listed = cells.filter(cells.programs != "").mutate(listed=_.programs.split(SEPARATOR))
    exploded = listed.mutate(program=listed.listed.unnest())
    participants = exploded.mutate(others=exploded.listed.remove(exploded.program).join(SEPARATOR).fill_null(""))
    comparison = cells.rename(
        {f"_{name}": name for name in (*STUDENTS, "programs")} | {f"{name}_{COMPARISON}": name for name in SUMS}
    )
    same = [participants[name] == comparison[f"_{name}"] for name in STUDENTS]
    joined = participants.left_join(comparison, [*same, participants.others == comparison._programs])
    sums = {f"{name}_{PARTICIPANTS}": joined[name].cast(dtype) for name, dtype in SUMS.items()}
    sums |= {(c := f"{name}_{COMPARISON}"): joined[c].fill_null(0).cast(dtype) for name, dtype in SUMS.items()}
    return joined.select(*STUDENTS, "program", other_programs=joined.others.replace(SEPARATOR, ", "), **sums)
