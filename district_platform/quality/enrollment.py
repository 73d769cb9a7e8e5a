"""Rules about enrollments (ENR)."""

import ibis

from district_platform.dictionary import KEY_SEPARATOR, Owner
from district_platform.quality.model import rule, sentence


@rule(
    "ENR-01",
    title="Overlapping primary enrollments",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="a pair of enrollments of one student",
    why="The student counts twice, and one school waits for a child who sits in another.",
    how_to_fix="Withdraw the student from the school that was left, or mark one enrollment as not primary.",
    extracts=("enrollments",),
)
def overlapping_primary_enrollments(stg_enrollments: ibis.Table) -> ibis.Table:
    """At one school or two. Touching on one day is no overlap; without an exit, an enrollment ends with its year, on 30 June."""
    enrollments = stg_enrollments.filter(stg_enrollments.is_primary)
    last_day = enrollments.exit_date.fill_null(ibis.date(enrollments.school_year, 6, 30))
    stretches = enrollments.select("student_id", "enrollment_id", "entry_date", last_day=last_day)
    stretches = stretches.filter(stretches.entry_date <= stretches.last_day)
    one, other = stretches, stretches.view()
    pairs = one.join(
        other,
        [
            one.student_id == other.student_id,
            one.enrollment_id < other.enrollment_id,
            one.entry_date < other.last_day,
            other.entry_date < one.last_day,
        ],
        lname="{name}",
        rname="other_{name}",
    )
    return pairs.select(
        offender_key=pairs.enrollment_id + KEY_SEPARATOR + pairs.other_enrollment_id,
        message=sentence(
            "both hold ",
            ibis.greatest(pairs.entry_date, pairs.other_entry_date),
            " to ",
            ibis.least(pairs.last_day, pairs.other_last_day),
        ),
    )


@rule(
    "ENR-02",
    title="Exit before entry",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    why="The student has no day enrolled, though one of the dates says otherwise.",
    how_to_fix="Correct the date that is wrong; a student who never came exits one day before the entry.",
    extracts=("enrollments",),
)
def exit_before_entry(stg_enrollments: ibis.Table) -> ibis.Table:
    """An exit one day before the entry is a no-show, and legal."""
    days = stg_enrollments.entry_date.delta(stg_enrollments.exit_date, unit="day")
    reversed_ = stg_enrollments.filter(days > 1)
    return reversed_.select(
        offender_key="enrollment_id",
        message=sentence("entry ", reversed_.entry_date, ", exit ", reversed_.exit_date),
    )
