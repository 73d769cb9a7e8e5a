"""Who is absent too much, and when: chronic absence by group, attendance by week and weekday."""

import datetime as dt

import ibis

from district_platform.analysis.grouping import (
    DISTRICT,
    SCHOOL,
    described,
    schools_of_both_years,
    with_change_basis,
    with_subgroups,
    with_year_before,
)
from district_platform.dictionary.attendance import EACH_SCHOOL, WITHOUT_PREKINDERGARTEN
from district_platform.dictionary.schools import PREKINDERGARTEN, WEEKDAYS
from district_platform.dimensions.students import GRADE
from district_platform.metrics.attendance_rates import (
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
PLACE_YEAR = ("school_year", "k_school")


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
    """Each year as far as it is known; the change compares a running year with the year before up to the same day, and in the
    district the schools that have attendance in both: one without evidence in one of them (ATT-07) drops out of that change alone."""
    daily = fct_student_daily_attendance
    is_before_running = ibis._.school_year.isin(_years_before_running_ones(dim_calendar_date, as_of_date))
    earlier = daily.filter(~is_before_running | (daily.calendar_date <= a_year_before(as_of_date)))
    pairs = schools_of_both_years(daily, earlier=earlier)

    def summarized(students: ibis.Table) -> ibis.Table:
        return _summarize(_members(students, fct_student_subgroup, dim_subgroup))

    def in_district(days: ibis.Table, years: ibis.Table) -> ibis.Table:
        of_both = days.semi_join(years, PLACE_YEAR)
        return _district_readings(of_both, dim_session, absentee_categories, attendance)

    now = summarized(student_readings(daily, dim_session, absentee_categories, attendance))
    before = summarized(
        _school_readings(earlier, absentee_categories, attendance).union(
            in_district(earlier, pairs.mutate(school_year=pairs.school_year - 1))
        )
    )
    of_both_years = summarized(in_district(daily, pairs))
    rows = _with_change(with_change_basis(now, daily, pairs, earlier=earlier), of_both_years, before)
    return described(rows, dim_school, dim_subgroup)


def _with_change(rows: ibis.Table, of_both_years: ibis.Table, before: ibis.Table) -> ibis.Table:
    """Rows with the change against the year before: for a school its own, for the district over the schools that both years have."""
    compared = with_year_before(rows, GROUP, COMPARED, earlier=before)
    key = ["school_year", *GROUP]
    both = of_both_years.select(*(of_both_years[name].name(f"_{name}") for name in key), _pct="pct_chronically_absent")
    joined = compared.left_join(both, [compared[name].identical_to(both[f"_{name}"]) for name in key])
    pct = joined.change_basis.isnull().ifelse(joined.pct_chronically_absent, joined._pct)
    return joined.mutate(
        pct_chronically_absent_change=change(pct, joined.pct_chronically_absent_before),
        n_students_judged_before=joined.change_basis.isnull().ifelse(joined.n_students_judged_before, None),
    ).drop("pct_chronically_absent_before", "_pct", *(f"_{name}" for name in key))


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
    """One row per student with days enrolled and school, and one per student in the district, with the days of all schools."""
    schools = _school_readings(daily, absentee_categories, attendance)
    return schools.union(_district_readings(daily, dim_session, absentee_categories, attendance))


def _school_readings(daily: ibis.Table, absentee_categories: ibis.Table, attendance: Attendance) -> ibis.Table:
    schools = student_attendance(daily, absentee_categories, attendance).mutate(aggregation=ibis.literal(SCHOOL))
    return _readings(schools)


def _district_readings(
    daily: ibis.Table, dim_session: ibis.Table, absentee_categories: ibis.Table, attendance: Attendance
) -> ibis.Table:
    one_a_date = student_days_at_district_grain(daily, dim_session)
    district = student_attendance(one_a_date, absentee_categories, attendance, by=STUDENT)
    return _readings(district.mutate(aggregation=ibis.literal(DISTRICT), k_school=ibis.null("string")))


def _readings(students: ibis.Table) -> ibis.Table:
    """Students with days enrolled, columns in one order."""
    first = [*STUDENT, "aggregation", "k_school"]
    rest = sorted(set(students.columns) - set(first))
    return students.select(*first, *rest).filter(students.cumulative_days_enrolled > 0)


def _members(students: ibis.Table, fct_student_subgroup: ibis.Table, dim_subgroup: ibis.Table) -> ibis.Table:
    """Each student in every subgroup, and there twice: in the student's grade, and in all grades (null) together."""
    bridge = fct_student_subgroup.join(dim_subgroup, "k_subgroup")
    is_grade = bridge.subgroup_dimension == GRADE
    grades = bridge.filter(is_grade).select("k_student", grade_level="subgroup_value")
    members = with_subgroups(students, bridge.filter(~is_grade)).join(grades, "k_student")
    members = members.mutate(is_prekindergarten=members.grade_level == PREKINDERGARTEN)
    of_all_grades = members.mutate(grade_level=ibis.null("string"))
    return members.union(of_all_grades)


def absence_figures(students: ibis.Table) -> dict[str, ibis.Scalar]:
    """Attendance and chronic absence of a group of students, from rows of `student_readings`; expressions by column name."""
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
    meets_fs195 = students.meets_federal_threshold & ~students.is_prekindergarten
    rows = students.group_by("school_year", *GROUP).agg(
        **absence_figures(students),
        has_prekindergarten=(students.meets_federal_threshold & students.is_prekindergarten).any(),
        n_students_judged_fs195=n_students_judged(meets_fs195),
        pct_chronically_absent_fs195=chronic_absence_rate(students.is_chronic_absentee_federal, meets_fs195),
    )
    is_district = rows.aggregation == DISTRICT
    basis = ibis.cases((is_district, EACH_SCHOOL), (rows.has_prekindergarten, WITHOUT_PREKINDERGARTEN), else_=None)
    return rows.mutate(
        fs195_basis=basis,
        n_students_judged_fs195=basis.isnull().ifelse(rows.n_students_judged_fs195, None),
        pct_chronically_absent_fs195=is_district.ifelse(None, rows.pct_chronically_absent_fs195),
    ).drop("has_prekindergarten")


def attendance_trend(
    fct_student_daily_attendance: ibis.Table, dim_session: ibis.Table, dim_school: ibis.Table
) -> ibis.Table:
    """Weeks begin on Monday. In the district a child at two schools counts once a day."""
    daily = fct_student_daily_attendance
    one_a_date = student_days_at_district_grain(daily, dim_session).mutate(k_school=ibis.null("string"))
    dates = ibis.union(_dates(daily, SCHOOL), _dates(one_a_date, DISTRICT))
    weekday = dates.calendar_date.day_of_week.index()
    weeks = dates.mutate(
        week_begin_date=dates.calendar_date.truncate("W").cast("date"),
        weekday_number=ibis.null("int64"),
        weekday=ibis.null("string"),
    )
    weekdays = dates.mutate(
        week_begin_date=ibis.null("date"),
        weekday_number=weekday.cast("int64") + 1,
        weekday=ibis.array(list(WEEKDAYS))[weekday],
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
