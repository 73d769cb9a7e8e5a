"""Attendance metrics: rates of groups, and the measures of a student across schools. One definition each, for every table that shows one.

Rates are in percent, unrounded. The running measures of one student at one school are in the daily fact; `daily_measures`, which that
uses too, defines rate, threshold and band.
"""

from collections.abc import Sequence
from decimal import Decimal

import ibis

from district_platform.metrics import daily_measures
from district_platform.settings import Attendance

STUDENT = ("k_student", "k_student_xyear", "school_year")

HALF_A_DAY = Decimal("0.5")
"""A day counts as absent in the federal reading when at least half of it is missed (EDFacts FS195)."""

FEDERAL_CHRONIC_SHARE = 10
"""Chronically absent from this share of the days enrolled, percent (EDFacts FS195, data group 814)."""


def attendance_rate(days_attended: ibis.Column, days_enrolled: ibis.Column) -> ibis.Scalar:
    """Attendance rate of a group; null where nobody is enrolled. It weighs days, not students; it is no mean of students' rates.

    From daily rows (`is_present`, `is_enrolled`) or from students' measures (`cumulative_days_attended`,
    `cumulative_days_enrolled`): the sums are the same.

    Formula: 100 × Σ days attended / Σ days enrolled.
    Unit: percent.
    Source: NCES Forum Guide to Attendance, Participation, and Engagement Data (2021), average daily attendance.
    Columns: pct_attendance.
    """
    return 100 * days_attended.sum().cast("float64") / days_enrolled.sum().cast("float64").nullif(0)


def n_students_attending(students: ibis.Table) -> ibis.Scalar:
    """Students with at least one day enrolled; one row per student with such a day goes in (`student_attendance`).

    Formula: count of students.
    Unit: students.
    Source: as attendance_rate, whose days are theirs.
    Columns: n_students_attending.
    """
    return students.count()


def n_students_enrolled(n_enrolled: ibis.Column) -> ibis.Scalar:
    """Most students enrolled on one of the days that a rate is taken over; one row per day goes in.

    Formula: largest number of students enrolled on a day.
    Unit: students.
    Source: as attendance_rate, whose days are theirs.
    Columns: n_students_enrolled.
    """
    return n_enrolled.max()


def chronic_absence_rate(is_chronic_absentee: ibis.Column, meets_enrollment_threshold: ibis.Column) -> ibis.Scalar:
    """Chronic absence rate of a group. The local reading or the federal one, by the columns that go in; docs/attendance.md.

    One row per student goes in, at the grain that is reported (`student_attendance`). Null where nobody meets the minimum.

    Formula: 100 × n_chronically_absent / n_students_judged.
    Unit: percent.
    Source: Education Analytics, EDU warehouse (local reading); EDFacts FS195, data group 814 (federal reading). FS195 itself is reported
    school by school for grades KG to 12, and a student counts at each; sums over districts that are published from it count some
    twice (ED Data Express, data notes of SY 2022-23). That reading stands beside ours as _fs195, for schools alone.
    Columns: pct_chronically_absent, pct_chronically_absent_federal, pct_chronically_absent_fs195.
    """
    judged = n_students_judged(meets_enrollment_threshold).cast("float64")
    chronic = n_chronically_absent(is_chronic_absentee, meets_enrollment_threshold).cast("float64")
    return 100 * chronic / judged.nullif(0)


def n_students_judged(meets_enrollment_threshold: ibis.Column) -> ibis.Scalar:
    """Students with enough days enrolled to be judged; one row per student goes in.

    Formula: count of students who meet the minimum days of the reading.
    Unit: students.
    Source: as chronic_absence_rate, of which it is the denominator.
    Columns: n_students_judged, n_students_judged_federal, n_students_judged_fs195.
    """
    return meets_enrollment_threshold.sum()


def n_chronically_absent(is_chronic_absentee: ibis.Column, meets_enrollment_threshold: ibis.Column) -> ibis.Scalar:
    """Chronically absent students among those who can be judged; one row per student goes in.

    Formula: count of students who meet the minimum days and are chronically absent by the reading.
    Unit: students.
    Source: as chronic_absence_rate, of which it is the numerator.
    Columns: n_chronically_absent, n_chronically_absent_federal.
    """
    return (is_chronic_absentee & meets_enrollment_threshold).sum()


def student_days_at_district_grain(fct_student_daily_attendance: ibis.Table, dim_session: ibis.Table) -> ibis.Table:
    """One row per student and date: the row of the daily fact that stands for the day in the district.

    Where several schools have the day, the daily fact's own order decides, then `k_school`. The attendance code
    and the enrollment, which that order also names, are not in the fact; two schools' rows that only they could
    tell apart have the same category and absence. The running measures are a school's own and are left out.
    """
    daily = fct_student_daily_attendance
    days = daily.drop(*daily_measures.RUNNING)
    schools = daily.select("k_student", "k_school").distinct()
    movers = schools.group_by("k_student").agg(n_schools=schools.count()).filter(lambda t: t.n_schools > 1)
    lengths = dim_session.select("k_session", "total_instructional_days")
    claims = days.semi_join(movers, "k_student").left_join(lengths, "k_session")
    order = [
        ibis.desc("is_enrolled"),
        *(
            ibis.asc(key, nulls_first=False)
            for key in ("total_instructional_days", "attendance_event_category", "k_session")
        ),
        ibis.desc("is_absent", nulls_first=False),
        *(ibis.asc(key, nulls_first=False) for key in ("attendance_event_reason", "k_calendar_date", "k_school")),
    ]
    place = ibis.row_number().over(group_by=["k_student", "calendar_date"], order_by=order)
    chosen = claims.mutate(place=place).filter(lambda t: t.place == 0).select(days.columns)
    return ibis.union(days.anti_join(movers, "k_student"), chosen)


def student_attendance(
    days: ibis.Table,
    absentee_categories: ibis.Table,
    attendance: Attendance,
    by: Sequence[str] = (*STUDENT, "k_school"),
) -> ibis.Table:
    """One row per student and school (or per `by`): the local measures, and the federal reading beside them.

    Takes the daily fact, of a year or of its days up to a date; or, for the district grain, where a child who changes
    schools counts once, `student_days_at_district_grain` with `by` = STUDENT. Thresholds and bands are judged on the sums.
    The local columns have the names, units and definitions of `msr_student_cumulative_attendance`.

    `federal_days_absent` counts each day with is_absent ≥ 0.5 as a whole absence and any other as none.
    `is_chronic_absentee_federal`: absences are at least 10 % of the days enrolled, and those at least
    `attendance.federal_min_days` (`meets_federal_threshold`).

    Source of the federal reading: U.S. Department of Education, EDFacts file specification FS195 (C195) Chronic Absenteeism,
    data group 814, v17.1 for SY 2020-21, guidance section: reported by school, so a student can count at several.
    """
    sums = days.group_by(list(by)).agg(
        cumulative_days_absent=days.is_absent.sum().cast(daily_measures.DAYS),
        cumulative_days_attended=days.is_present.sum().cast(daily_measures.DAYS),
        cumulative_days_enrolled=days.is_enrolled.cast(daily_measures.COUNT).sum().cast("int64"),
        federal_days_absent=(days.is_absent >= HALF_A_DAY).sum(),
    )
    attended = (sums.cumulative_days_attended * daily_measures.PARTS_OF_A_DAY).cast("int64")
    enrolled = sums.cumulative_days_enrolled
    meets_federal = (enrolled > 0) & (enrolled >= attendance.federal_min_days)
    is_chronic_federal = 100 * sums.federal_days_absent >= FEDERAL_CHRONIC_SHARE * enrolled
    rated = sums.mutate(
        hundredths=daily_measures.rate_in_hundredths(daily_measures.PARTS_OF_A_DAY * enrolled - attended, enrolled),
        meets_enrollment_threshold=enrolled >= attendance.chronic_absence_min_days,
        meets_federal_threshold=meets_federal,
        is_chronic_absentee_federal=meets_federal & is_chronic_federal,
    ).left_join(daily_measures.rate_card(absentee_categories, attendance), "hundredths")
    federal = ("meets_federal_threshold", "is_chronic_absentee_federal")
    return rated.select(*sums.columns, **daily_measures.judgement(rated), **{name: rated[name] for name in federal})
