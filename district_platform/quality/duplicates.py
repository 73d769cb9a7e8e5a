"""Rules about people who are recorded twice, under different ids (EDU-02, ENR-09). `linkage` finds the pairs."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import KEY_SEPARATOR, Owner
from district_platform.quality.linkage.educators import educator_model, educator_records
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.quality.linkage.students import student_model, student_records
from district_platform.quality.model import rule, sentence
from district_platform.settings import Quality

HIGHEST_SHOWN = 0.999
"""No pair is certain: a message never says 1."""


@rule(
    "EDU-02",
    title="Probable duplicate educators",
    severity="warn",
    owner=Owner.HR,
    table="stg_educators",
    unit="a pair of educators under different ids",
    key=("educator_id", "educator_id"),
    why="One person counts as two in staffing, each with half the certifications and assignments.",
    how_to_fix="Compare the two records. If they are one person, merge them in the HR system under the older id; if they "
    "are two, waive the pair with the reason.",
    extracts=("educators",),
    thresholds=("duplicate_probability",),
)
def probable_duplicate_educators(stg_educators: ibis.Table, quality: Quality, linker: RecordLinker) -> ibis.Table:
    """By names, birth date, email and hire date (docs/record_linkage.md)."""
    records = educator_records(stg_educators)
    return _as_findings(linker.pairs(records, educator_model(), float(quality.duplicate_probability)))


def students_of_all_years(stg_students: ibis.Table) -> ir.IntegerScalar:
    return stg_students.student_id.nunique()


@rule(
    "ENR-09",
    title="Probable duplicate students",
    severity="warn",
    owner=Owner.SIS,
    table="stg_students",
    unit="a pair of students under different ids",
    key=("student_id", "student_id"),
    why="One child counts as two in every number, and neither record holds the child's whole attendance and growth.",
    how_to_fix="Compare the two records. If they are one child, merge them in the student information system under the "
    "older id; if they are two, waive the pair with the reason.",
    extracts=("students", "enrollments"),
    thresholds=("duplicate_probability",),
    count_judged=students_of_all_years,
)
def probable_duplicate_students(
    stg_students: ibis.Table, stg_enrollments: ibis.Table, quality: Quality, linker: RecordLinker
) -> ibis.Table:
    """By names, birth date, sex, race/ethnicity and enrollments, each student as last delivered (docs/record_linkage.md)."""
    records = student_records(stg_students, stg_enrollments)
    return _as_findings(linker.pairs(records, student_model(), float(quality.duplicate_probability)))


def _as_findings(pairs: ibis.Table) -> ibis.Table:
    probability = ibis.least(pairs.match_probability, HIGHEST_SHOWN).cast("decimal(4, 3)")
    return pairs.select(
        finding_key=pairs.one_id + KEY_SEPARATOR + pairs.other_id,
        message=sentence("match probability ", probability, ": ", pairs.evidence),
        value_found=ibis.literal("two ids"),
        value_expected=ibis.literal("one id for one person, or a waiver for two"),
    )
