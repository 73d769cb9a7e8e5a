"""Rules about enrollments (ENR)."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import KEY_SEPARATOR, Owner
from district_platform.dictionary.schools import GRADE_LEVELS, SCHOOL_YEAR_BEGINS
from district_platform.dimensions.calendars import on_calendars
from district_platform.quality.model import rule, sentence
from district_platform.staging.parsing import FIRST_YEAR, LAST_YEAR

STUDENT_YEAR = ["school_year", "student_id"]
CALENDAR = ["school_id", "calendar_code", "school_year"]

USUAL_AGE = {"KG": (4, 7), **{f"{g:02}": (g + 4, g + (8 if g < 9 else 9)) for g in range(1, 13)}}
"""Youngest and oldest age on 1 September, by grade; pre-kindergarten is not judged."""


@rule(
    "ENR-01",
    title="Overlapping primary enrollments",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="a pair of enrollments of one student",
    key=("enrollment_id", "enrollment_id"),
    why="The student counts twice, and one school waits for a child who sits in another.",
    how_to_fix="Withdraw the student from the school that was left, or mark one enrollment as not primary.",
    extracts=("enrollments",),
    columns=("enrollments.is_primary",),
)
def overlapping_primary_enrollments(stg_enrollments: ibis.Table) -> ibis.Table:
    """At one school or two. Touching on one day is no overlap; without an exit, an enrollment ends with its year, on 30 June."""
    stretches = _stretches(stg_enrollments.filter(stg_enrollments.is_primary))
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
        finding_key=pairs.enrollment_id + KEY_SEPARATOR + pairs.other_enrollment_id,
        message=sentence(
            "both hold ",
            ibis.greatest(pairs.entry_date, pairs.other_entry_date),
            " to ",
            ibis.least(pairs.last_day, pairs.other_last_day),
        ),
        value_found=sentence(
            pairs.entry_date,
            " to ",
            pairs.last_day,
            KEY_SEPARATOR,
            pairs.other_entry_date,
            " to ",
            pairs.other_last_day,
        ),
        value_expected=ibis.literal("no day in both"),
    )


@rule(
    "ENR-02",
    title="Exit before entry",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    key=("enrollment_id",),
    why="The student has no day enrolled, though one of the dates says otherwise.",
    how_to_fix="Correct the date that is wrong; a student who never came exits one day before the entry.",
    extracts=("enrollments",),
)
def exit_before_entry(stg_enrollments: ibis.Table) -> ibis.Table:
    """An exit one day before the entry is a no-show, and legal."""
    turned = stg_enrollments.filter(_days_before_entry(stg_enrollments) > 1)
    return turned.select(
        finding_key="enrollment_id",
        message=sentence("entry ", turned.entry_date, ", exit ", turned.exit_date),
        value_found=sentence("exit ", turned.exit_date),
        value_expected=sentence("exit on or after ", turned.entry_date),
    )


@rule(
    "ENR-03",
    title="Entry or exit outside the calendar",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    key=("enrollment_id",),
    why="A date in another year is a typing error, and moves the student's days enrolled; only the days of the year count.",
    how_to_fix="Correct the date, or the calendar of the enrollment.",
    extracts=("enrollments",),
)
def date_outside_calendar(stg_enrollments: ibis.Table, stg_calendar_dates: ibis.Table) -> ibis.Table:
    """The calendar's first to last date of any kind; where there is no calendar, July to the August after the school year.

    The exit of a no-show may lie one day before it.
    """
    calendars = stg_calendar_dates.group_by(CALENDAR).agg(
        first=stg_calendar_dates.calendar_date.min(), last=stg_calendar_dates.calendar_date.max()
    )
    within = stg_enrollments.filter(stg_enrollments.school_year.between(FIRST_YEAR, LAST_YEAR))
    enrollments = on_calendars(within, stg_calendar_dates)
    dated = enrollments.left_join(calendars, CALENDAR).drop(*(f"{name}_right" for name in CALENDAR))
    year = dated.school_year.cast("int32")
    begins, ends = ibis.date(year - 1, SCHOOL_YEAR_BEGINS, 1), ibis.date(year, SCHOOL_YEAR_BEGINS + 1, 31)
    spans = dated["first"].isnull().ifelse(ibis.literal("school year"), ibis.literal("calendar"))
    dated = dated.mutate(
        spans=spans, first=ibis.coalesce(dated["first"], begins), last=ibis.coalesce(dated["last"], ends)
    )
    is_no_show = _days_before_entry(dated) == 1
    is_entry_outside = ~dated.entry_date.between(dated["first"], dated["last"])
    is_exit_outside = ~dated.exit_date.between(dated["first"], dated["last"]) & ~is_no_show.fill_null(False)
    dated = dated.mutate(is_entry_outside=is_entry_outside.fill_null(False))
    outside = dated.filter(dated.is_entry_outside | is_exit_outside.fill_null(False))
    dates = sentence("entry ", outside.entry_date, ", exit ", outside.exit_date)
    span = sentence(outside["first"], " to ", outside["last"])
    return outside.select(
        finding_key="enrollment_id",
        message=sentence(dates, ", ", outside.spans, " ", span),
        value_found=outside.is_entry_outside.ifelse(
            sentence("entry ", outside.entry_date), sentence("exit ", outside.exit_date)
        ),
        value_expected=span,
    )


@rule(
    "ENR-04",
    title="Grade and age do not fit",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    key=("enrollment_id",),
    why="Either the birth date or the grade is wrong, and both decide what a student is counted as.",
    how_to_fix="Compare the birth date with the student's records; correct it, or the grade.",
    extracts=("enrollments", "students"),
    columns=("students.birth_date",),
)
def grade_and_age_do_not_fit(stg_enrollments: ibis.Table, stg_students: ibis.Table) -> ibis.Table:
    """Age on 1 September: KG 4 to 7, grade g from g + 4 to g + 8, grades 9 to 12 to g + 9."""
    born = stg_students.select(*STUDENT_YEAR, "birth_date")
    rows = stg_enrollments.join(born, STUDENT_YEAR).mutate(age=_age_on_1_september)
    unfit = rows.filter((rows.age < _usual_age(rows, 0)) | (rows.age > _usual_age(rows, 1)))
    return unfit.select(
        finding_key="enrollment_id",
        message=sentence("grade ", unfit.grade_level, ", age ", unfit.age, " on 1 September"),
        value_found=sentence("grade ", unfit.grade_level, ", age ", unfit.age),
        value_expected=sentence("age ", _usual_age(unfit, 0), " to ", _usual_age(unfit, 1), " in the grade"),
    )


def _age_on_1_september(rows: ibis.Table) -> ir.IntegerValue:
    born_later_in_the_year = rows.birth_date.month() >= 9
    is_on_the_day = (rows.birth_date.month() == 9) & (rows.birth_date.day() == 1)
    full_year = rows.school_year - 1 - rows.birth_date.year()
    return full_year - (born_later_in_the_year & ~is_on_the_day).cast("int64")


def _usual_age(rows: ibis.Table, end: int) -> ir.IntegerValue:
    """The youngest (0) or oldest (1) usual age of the row's grade."""
    cases = [(rows.grade_level == grade, ages[end]) for grade, ages in USUAL_AGE.items()]
    return ibis.cases(*cases, else_=ibis.null("int64"))


@rule(
    "ENR-05",
    title="Grade not offered by the school",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    key=("enrollment_id",),
    why="The student is enrolled at the wrong school or in the wrong grade.",
    how_to_fix="Correct the grade or the school of the enrollment, or the school's lowest and highest grade.",
    extracts=("enrollments", "schools"),
    columns=("schools.low_grade", "schools.high_grade"),
)
def grade_not_offered(stg_enrollments: ibis.Table, stg_schools: ibis.Table) -> ibis.Table:
    grades = stg_schools.select("school_id", "low_grade", "high_grade")
    rows = stg_enrollments.join(grades, "school_id")
    place = _place_of_grade(rows.grade_level)
    is_outside = (place < _place_of_grade(rows.low_grade)) | (place > _place_of_grade(rows.high_grade))
    outside = rows.filter(is_outside)
    return outside.select(
        finding_key="enrollment_id",
        message=sentence(
            "grade ", outside.grade_level, ", the school offers ", outside.low_grade, " to ", outside.high_grade
        ),
        value_found=sentence("grade ", outside.grade_level),
        value_expected=sentence("grade ", outside.low_grade, " to ", outside.high_grade),
    )


def _place_of_grade(grade: ir.StringValue) -> ir.IntegerValue:
    cases = [(grade == name, place) for place, name in enumerate(GRADE_LEVELS)]
    return ibis.cases(*cases, else_=ibis.null("int64"))


@rule(
    "ENR-06",
    title="Enrolled, but not among the year's students",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    key=("enrollment_id",),
    why="The student is kept, with demographics 'Not reported', and is missing from every subgroup.",
    how_to_fix="Deliver the students of every year that has enrollments, from the same day.",
    extracts=("enrollments", "students"),
)
def enrolled_without_student(stg_enrollments: ibis.Table, stg_students: ibis.Table) -> ibis.Table:
    unknown = stg_enrollments.anti_join(stg_students, STUDENT_YEAR)
    return unknown.select(
        finding_key="enrollment_id",
        message=sentence("student ", unknown.student_id, " is not among the students of ", unknown.school_year),
        value_found=ibis.literal("no student"),
        value_expected=sentence("the student in sis/students of ", unknown.school_year),
    )


@rule(
    "ENR-07",
    title="Enrollment without a calendar",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment",
    key=("enrollment_id",),
    why="The student is kept, but has no attendance days, and so no attendance rate; whether an exit was early is not known, "
    "and is not counted.",
    how_to_fix="Deliver the school's calendar for the year, or correct the calendar of the enrollment. Where a school has several "
    "calendars in a year, each enrollment needs the calendar_code of one.",
    extracts=("enrollments", "calendar_dates"),
)
def enrollment_without_calendar(stg_enrollments: ibis.Table, stg_calendar_dates: ibis.Table) -> ibis.Table:
    """One without a code follows the school's only calendar of the year; where there are several, it has none."""
    enrollments = on_calendars(stg_enrollments, stg_calendar_dates)
    without = enrollments.anti_join(stg_calendar_dates, CALENDAR)
    return without.select(
        finding_key="enrollment_id",
        message=sentence(
            "calendar ",
            without.calendar_code,
            " of school ",
            without.school_id,
            " has no date in ",
            without.school_year,
        ),
        value_found=sentence("calendar ", without.calendar_code),
        value_expected=sentence("a calendar of the school in ", without.school_year),
    )


@rule(
    "ENR-08",
    title="Gap between enrollments",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="the enrollment that the student left",
    key=("enrollment_id",),
    why="On these days the child is in no school of the district: dropped out for a while, or withdrawn too early.",
    how_to_fix="If the child attended, move the exit to the last day attended, or the entry to the first.",
    extracts=("enrollments", "calendar_dates"),
)
def gap_between_enrollments(stg_enrollments: ibis.Table, stg_calendar_dates: ibis.Table) -> ibis.Table:
    """Instructional days, by the calendar that was left, between an exit and the student's next entry of the year."""
    enrollments = on_calendars(stg_enrollments, stg_calendar_dates)
    left = enrollments.filter(enrollments.entry_date <= enrollments.exit_date)
    following = _stretches(stg_enrollments).select(
        *STUDENT_YEAR, next_id="enrollment_id", next_entry="entry_date", next_last_day="last_day"
    )
    later = left.join(following, STUDENT_YEAR).filter(
        lambda t: t.enrollment_id != t.next_id, lambda t: t.next_last_day > t.exit_date
    )
    returns = later.group_by("enrollment_id").agg(next_entry=later.next_entry.min())
    gaps = left.join(returns, "enrollment_id")
    days = stg_calendar_dates.filter(stg_calendar_dates.is_school_day).select(*CALENDAR, "calendar_date")
    missed = gaps.join(days, CALENDAR).filter(
        lambda t: t.calendar_date > t.exit_date, lambda t: t.calendar_date < t.next_entry
    )
    found = missed.group_by("enrollment_id", "exit_date", "next_entry").agg(n_days=missed.count())
    return found.select(
        finding_key="enrollment_id",
        message=sentence(
            "exit ", found.exit_date, ", next entry ", found.next_entry, ": ", found.n_days, " instructional days"
        ),
        value_found=sentence("exit ", found.exit_date, ", next entry ", found.next_entry),
        value_expected=ibis.literal("no instructional day between"),
    )


def _days_before_entry(enrollments: ibis.Table) -> ir.IntegerValue:
    """By how many days the exit precedes the entry; 1 is a no-show."""
    return enrollments.entry_date.delta(enrollments.exit_date, unit="day")


def _stretches(enrollments: ibis.Table) -> ibis.Table:
    """Enrollments of at least one day, with their last day: the exit, or 30 June of their year."""
    last_day = enrollments.exit_date.fill_null(ibis.date(enrollments.school_year, 6, 30))
    stretches = enrollments.select(*STUDENT_YEAR, "enrollment_id", "entry_date", last_day=last_day)
    return stretches.filter(stretches.entry_date <= stretches.last_day)
