"""Who is absent too much, and when: chronic absence by group, attendance by week and weekday."""

import datetime as dt

import ibis

from district_platform.analysis.grouping import DISTRICT, SCHOOL, described, with_subgroups, with_year_before
from district_platform.dictionary.schools import WEEKDAYS
from district_platform.dimensions.students import GRADE
from district_platform.metrics.attendance import (
    STUDENT,
    attendance_rate,
    chronic_absence_rate,
    n_chronically_absent,
    n_students_attending,
    n_students_enrolled,
    n_students_judged,
    student_attendance,
    student_days_at_district_grain,
)
from district_platform.metrics.enrollment import change
from district_platform.settings import Attendance

GROUP = ("aggregation", "k_school", "grade_level", "k_subgroup")
COMPARED = ("n_students_judged", "pct_chronically_absent")


def chronic_absence(
    fct_student_daily_attendance: ibis.Table,
    dim_calendar_date: ibis.Table,
    dim_session: ibis.Table,
    absentee_categories: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """Each year as far as it is known; the change compares a running year with the year before up to the same day."""
    daily = fct_student_daily_attendance
    is_before_running = ibis._.school_year.isin(_years_before_running_ones(dim_calendar_date, as_of_date))
    to_the_same_day = daily.filter(is_before_running, daily.calendar_date <= a_year_before(as_of_date))
    known, cut = (
        student_readings(days, dim_session, absentee_categories, attendance) for days in (daily, to_the_same_day)
    )
    now, before = (
        _summarize(_members(students, fct_student_subgroup, dim_subgroup))
        for students in (known, known.filter(~is_before_running).union(cut))
    )
    compared = with_year_before(now, GROUP, COMPARED, earlier=before)
    changed = compared.mutate(
        pct_chronically_absent_change=change(compared.pct_chronically_absent, compared.pct_chronically_absent_before)
    ).drop("pct_chronically_absent_before")
    return described(changed, dim_school, dim_subgroup)


def _years_before_running_ones(calendar: ibis.Table, as_of_date: dt.date) -> ibis.Column:
    years = calendar.group_by("school_year").agg(last_date=calendar.calendar_date.max())
    running = years.filter(years.last_date > as_of_date)
    return running.select(school_year=running.school_year - 1).school_year


def a_year_before(date: dt.date) -> dt.date:
    """The same day a year earlier; of 29 February, the 28th."""
    day = 28 if (date.month, date.day) == (2, 29) else date.day
    return date.replace(year=date.year - 1, day=day)


def student_readings(
    daily: ibis.Table, dim_session: ibis.Table, absentee_categories: ibis.Table, attendance: Attendance
) -> ibis.Table:
    """Students with days enrolled: once a school, and once in the district with the days of all their schools."""
    one_a_date = student_days_at_district_grain(daily, dim_session)
    schools = student_attendance(daily, absentee_categories, attendance).mutate(aggregation=ibis.literal(SCHOOL))
    district = student_attendance(one_a_date, absentee_categories, attendance, by=STUDENT)
    district = district.mutate(aggregation=ibis.literal(DISTRICT), k_school=ibis.null("string"))
    return schools.union(district.select(*schools.columns)).filter(lambda t: t.cumulative_days_enrolled > 0)


def _members(students: ibis.Table, fct_student_subgroup: ibis.Table, dim_subgroup: ibis.Table) -> ibis.Table:
    """Each student in every subgroup, and there twice: in the student's grade, and in all grades (null) together."""
    bridge = fct_student_subgroup.join(dim_subgroup, "k_subgroup")
    is_grade = bridge.subgroup_dimension == GRADE
    grades = bridge.filter(is_grade).select("k_student", grade_level="subgroup_value")
    members = with_subgroups(students, bridge.filter(~is_grade)).join(grades, "k_student")
    of_all_grades = members.mutate(grade_level=ibis.null("string"))
    return members.union(of_all_grades)


def absence_figures(students: ibis.Table) -> dict[str, ibis.Scalar]:
    """Attendance and chronic absence of a group of students, of rows of `student_readings`, by the name of the column."""
    meets, meets_federal = students.meets_enrollment_threshold, students.meets_federal_threshold
    chronic, chronic_federal = students.is_chronic_absentee, students.is_chronic_absentee_federal
    return {
        "n_students_attending": n_students_attending(students),
        "pct_attendance": attendance_rate(students.cumulative_days_attended, students.cumulative_days_enrolled),
        "n_students_judged": n_students_judged(meets),
        "n_chronically_absent": n_chronically_absent(chronic, meets),
        "pct_chronically_absent": chronic_absence_rate(chronic, meets),
        "n_students_judged_federal": n_students_judged(meets_federal),
        "n_chronically_absent_federal": n_chronically_absent(chronic_federal, meets_federal),
        "pct_chronically_absent_federal": chronic_absence_rate(chronic_federal, meets_federal),
    }


def _summarize(students: ibis.Table) -> ibis.Table:
    return students.group_by("school_year", *GROUP).agg(**absence_figures(students))


def attendance_trend(
    fct_student_daily_attendance: ibis.Table, dim_session: ibis.Table, dim_school: ibis.Table
) -> ibis.Table:
    """Weeks begin on Monday. In the district a child at two schools counts once a day."""
    daily = fct_student_daily_attendance
    one_a_date = student_days_at_district_grain(daily, dim_session).mutate(k_school=ibis.null("string"))
    dates = ibis.union(_dates(daily, SCHOOL), _dates(one_a_date, DISTRICT))
    weekday = dates.calendar_date.day_of_week.index().cast("int64")
    weeks = dates.mutate(
        week_begin_date=dates.calendar_date.truncate("W").cast("date"),
        weekday_number=ibis.null("int64"),
        weekday=ibis.null("string"),
    )
    weekdays = dates.mutate(
        week_begin_date=ibis.null("date"), weekday_number=weekday + 1, weekday=ibis.array(list(WEEKDAYS))[weekday]
    )
    return described(ibis.union(_periods(weeks), _periods(weekdays)), dim_school)


def _dates(days: ibis.Table, aggregation: str) -> ibis.Table:
    """One row per date with students enrolled, of the district or of a school."""
    dates = days.group_by("school_year", "k_school", "calendar_date").agg(
        n_enrolled=days.is_enrolled.sum().cast("int64"), n_present=days.is_present.sum()
    )
    return dates.filter(dates.n_enrolled > 0).mutate(aggregation=ibis.literal(aggregation))


def _periods(dates: ibis.Table) -> ibis.Table:
    period = ["school_year", "aggregation", "k_school", "week_begin_date", "weekday_number", "weekday"]
    return dates.group_by(period).agg(
        n_instructional_days=dates.calendar_date.nunique(),
        n_students_enrolled=n_students_enrolled(dates.n_enrolled),
        pct_attendance=attendance_rate(dates.n_present, dates.n_enrolled),
    )
