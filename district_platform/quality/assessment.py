"""Rules about assessment results (ASM)."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, Owner
from district_platform.metrics.assessments import is_outside_scale, tested_subject
from district_platform.quality.model import joined_key, rule, sentence
from district_platform.settings import Assessments
from district_platform.staging.judging import without_null_end

RESULT = EXTRACTS["assessment_results"]
STUDENT_YEAR = ["school_year", "student_id"]


def results_read(extract_files: ibis.Table) -> ir.IntegerScalar:
    """Rows of the assessment results."""
    return extract_files.n_rows_read.sum(where=extract_files.extract == RESULT.path).fill_null(0)


@rule(
    "ASM-01",
    title="Score outside the scale, or repeated result",
    severity="warn",
    owner=Owner.ASSESSMENT,
    table="stg_assessment_results",
    unit="a student's result in a subject of a test and an administration",
    key=RESULT.key,
    why="An impossible score moves every mean it enters; of a repeated result the latest is kept, the others are rejected.",
    how_to_fix="Correct the score, or remove the surplus result, in the testing system.",
    extracts=("assessment_results",),
    count_judged=results_read,
)
def impossible_or_repeated_result(
    stg_assessment_results: ibis.Table, extract_rejects: ibis.Table, assessments: Assessments
) -> ibis.Table:
    """The scale of each subject is a setting, `[assessments.scale]`: of Math, and of Math (PSAT) where PSAT is not the main test.
    Other subjects are not judged."""
    results = stg_assessment_results
    told = results.mutate(delivered=results.subject, subject=tested_subject(results, assessments))
    outside = told.filter(is_outside_scale(told, assessments))
    surplus = extract_rejects.filter(extract_rejects.rule_id == RESULT.repeats.rule_id)
    place = surplus.file_name + ":" + surplus.line_number.cast("string")
    repeated = surplus.select(
        finding_key=without_null_end(surplus.finding_key, RESULT),
        message=sentence("repeated in ", place),
        value_found=ibis.literal("several results"),
        value_expected=ibis.literal("one result"),
    )
    impossible = outside.select(
        finding_key=_key(outside, subject="delivered"),
        message=ibis.literal("score outside the scale of its subject"),
        value_found=sentence("score ", outside.scale_score),
        value_expected=_scale(outside, assessments),
    )
    found = impossible.union(repeated)
    return found.group_by("finding_key").agg(
        message=found.message.group_concat("; ", order_by=found.message),
        value_found=found.value_found.min(),
        value_expected=found.value_expected.min(),
    )


def _key(results: ibis.Table, subject: str = "subject") -> ir.StringValue:
    """The key of a result, whose delivered subject stands in the column named."""
    key = joined_key(results, *(subject if name == "subject" else name for name in RESULT.key))
    return without_null_end(key, RESULT)


def _scale(results: ibis.Table, assessments: Assessments) -> ir.StringValue:
    """The scale of a result's subject, in words."""
    cases = [(results.subject == subject, f"{s.min} to {s.max}") for subject, s in sorted(assessments.scale.items())]
    return ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")


@rule(
    "ASM-02",
    title="Tested in another grade",
    severity="warn",
    owner=Owner.ASSESSMENT,
    table="stg_assessment_results",
    unit="a student's result in a subject of a test and an administration",
    key=RESULT.key,
    why="The result is compared with the wrong grade, and the student's own grade lacks it.",
    how_to_fix="Correct the grade of the result in the testing system, or that of the enrollment.",
    extracts=("assessment_results", "enrollments"),
)
def result_in_another_grade(stg_assessment_results: ibis.Table, stg_enrollments: ibis.Table) -> ibis.Table:
    """Another than those of all the student's enrollments of the year; a student without a grade is not judged."""
    grades = stg_enrollments.filter(stg_enrollments.grade_level.notnull())
    judged = stg_assessment_results.filter(stg_assessment_results.grade_level.notnull()).semi_join(grades, STUDENT_YEAR)
    other = judged.anti_join(grades, [*STUDENT_YEAR, "grade_level"])
    return other.select(
        finding_key=_key(other),
        message=sentence("tested in grade ", other.grade_level, ", not enrolled in it in ", other.school_year),
        value_found=sentence("grade ", other.grade_level),
        value_expected=ibis.literal("the grade of the enrollment"),
    )
