"""Rules about educators and their certifications (EDU). FTE and ratios are `staffing`'s."""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, Owner
from district_platform.metrics.certification import fault, is_teaching, judged_courses
from district_platform.metrics.enrollment import census_date, covers
from district_platform.metrics.staffing import dated_assignments, is_filled
from district_platform.quality.model import joined_key, rule, sentence
from district_platform.settings import Quality

TEACHER_OF_RECORD = "Teacher of Record"


def educator_rows_read(extract_files: ibis.Table) -> ir.IntegerScalar:
    """Rows of the educators extract."""
    of_educators = extract_files.extract == EXTRACTS["educators"].path
    return extract_files.n_rows_read.sum(where=of_educators).fill_null(0)


@rule(
    "EDU-01",
    title="Repeated educator",
    severity="warn",
    owner=Owner.HR,
    table="extract_rejects",
    unit="an educator with surplus rows",
    key=("educator_id",),
    why="The most complete row is kept, then the one hired last; what only the others say is lost.",
    how_to_fix="Merge the rows of the educator in the HR system.",
    extracts=("educators",),
    count_judged=educator_rows_read,
)
def repeated_educator(extract_rejects: ibis.Table) -> ibis.Table:
    surplus = extract_rejects.filter(extract_rejects.rule_id == "EDU-01")
    placed = surplus.select("finding_key", place=surplus.file_name + ":" + surplus.line_number.cast("string"))
    return placed.group_by("finding_key").agg(
        message=sentence("surplus rows: ", placed.place.group_concat(", ", order_by=placed.place)),
        value_found=sentence(placed.count() + 1, " rows"),
        value_expected=ibis.literal("one row"),
    )


@rule(
    "EDU-03",
    title="Teacher of record without a certification",
    severity="warn",
    owner=Owner.HR,
    table="stg_staff_assignments",
    unit="an educator assigned on the census date",
    key=("educator_id",),
    why="States require a certified teacher of record (ESSA plans, section 1111(g)(2)(J)); the district reports who is not.",
    how_to_fix="Record the educator's certification in the HR system, or correct who is the section's teacher of record.",
    extracts=("staff_assignments", "section_educators", "certifications"),
    columns=("section_educators.role",),
    thresholds=("census_month", "census_day"),
)
def teacher_of_record_without_certification(
    stg_staff_assignments: ibis.Table,
    stg_section_educators: ibis.Table,
    stg_certifications: ibis.Table,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """Judged in every school year that has begun; any certification will do, valid or not (EDU-04 judges that)."""
    of_record = stg_section_educators.filter(stg_section_educators.role == TEACHER_OF_RECORD)
    assigned = _assigned_on_census_date(stg_staff_assignments, quality, as_of_date)
    uncertified = assigned.semi_join(of_record, ["educator_id", "school_year"]).anti_join(
        stg_certifications, "educator_id"
    )
    year = uncertified.school_year.cast("string")
    return uncertified.group_by(finding_key="educator_id").agg(
        message=sentence("no certification; teacher of record in ", year.group_concat(", ", order_by=year)),
        value_found=ibis.literal("no certification"),
        value_expected=ibis.literal("a certification"),
    )


@rule(
    "EDU-04",
    title="Invalid certification",
    severity="warn",
    owner=Owner.HR,
    table="stg_certifications",
    unit="a certification of an educator assigned on the census date who has no valid one for its subject and band",
    key=("certification_id",),
    why="The educator works without a certification that counts on the day on which staff are reported.",
    how_to_fix="Record the renewal, or correct dates and status, in the HR system.",
    extracts=("staff_assignments", "certifications"),
    thresholds=("census_month", "census_day"),
)
def invalid_certification(
    stg_certifications: ibis.Table, stg_staff_assignments: ibis.Table, quality: Quality, as_of_date: dt.date
) -> ibis.Table:
    """Judged on the census date of every school year that has begun; no expiration date means that it does not expire."""
    assigned = _assigned_on_census_date(stg_staff_assignments, quality, as_of_date)
    held = stg_certifications.join(assigned, "educator_id").mutate(
        subject=lambda t: t.subject.fill_null(""), grade_band=lambda t: t.grade_band.fill_null("")
    )
    judged = held.mutate(fault=fault(held))
    valid = judged.filter(judged.fault.isnull())
    invalid = judged.filter(judged.fault.notnull()).anti_join(
        valid, ["educator_id", "school_year", "subject", "grade_band"]
    )
    evidence = sentence(invalid.fault, " on ", invalid.census_date)
    end = invalid.expiration_date.cast("string").fill_null("never")
    dates = sentence(": issued ", invalid.issue_date, ", expires ", end)
    return invalid.group_by(finding_key=joined_key(invalid, "certification_id")).agg(
        message=evidence.group_concat("; ", order_by=invalid.census_date) + dates.min(),
        value_found=invalid.fault.last(order_by=invalid.census_date),
        value_expected=ibis.literal("valid on the census date"),
    )


@rule(
    "EDU-05",
    title="Certification does not cover what is taught",
    severity="warn",
    owner=Owner.HR,
    table="stg_section_educators",
    unit="an educator and a course",
    key=("educator_id", "course_id"),
    why="The educator teaches out of field, which districts report and parents may ask about (ESSA, section 1112(e)(1)(A)).",
    how_to_fix="Record the missing certification in the HR system, or correct the course's subject and grade band.",
    extracts=("section_educators", "sections", "courses", "certifications"),
    columns=("courses.grade_band",),
)
def certification_does_not_cover_course(
    stg_section_educators: ibis.Table,
    stg_sections: ibis.Table,
    stg_courses: ibis.Table,
    stg_certifications: ibis.Table,
) -> ibis.Table:
    """Of educators who have any certification, whatever its validity or type; substitutes are not judged."""
    teaching = stg_section_educators.filter(is_teaching(stg_section_educators))
    courses = judged_courses(stg_courses)
    taught = (
        teaching.join(stg_sections, ["school_year", "school_id", "section_id"])
        .join(courses, "course_id")
        .select("educator_id", "course_id", "subject", "grade_band")
        .distinct()
    )
    uncovered = taught.semi_join(stg_certifications, "educator_id").anti_join(
        stg_certifications, ["educator_id", "subject", "grade_band"]
    )
    return uncovered.select(
        finding_key=joined_key(uncovered, "educator_id", "course_id"),
        message=sentence("no certification for ", uncovered.subject, " in ", uncovered.grade_band),
        value_found=sentence("teaches ", uncovered.course_id),
        value_expected=sentence("a certification for ", uncovered.subject, " in ", uncovered.grade_band),
    )


def _assigned_on_census_date(assignments: ibis.Table, quality: Quality, as_of_date: dt.date) -> ibis.Table:
    """One row per educator and school year with an assignment that holds the year's census date."""
    begun = dated_assignments(assignments.filter(is_filled(assignments.educator_id, quality)))
    dated = begun.mutate(census_date=census_date(begun.school_year, quality, as_of_date))
    on_census = dated.filter(covers(dated, "begin_date", "end_date", dated.census_date))
    return on_census.select("educator_id", "school_year", "census_date").distinct()
