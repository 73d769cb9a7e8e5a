"""Rules of the platform compiled to SQL over scoped relations, so that pages use the rule itself and not a second version of it.

An expression is built of unbound tables with the names of relations (scoped.py), and of `ASKED`, one row of what was asked for.
"""

import ibis
import sqlglot
from sqlglot import exp

from district_platform.metrics.attendance_rates import (
    attendance_rate,
    chronic_absence_rate,
    n_chronically_absent,
    n_students_judged,
)
from district_platform.metrics.timekeeping import fte_on_school_days
from district_platform.outputs import attendance_history
from district_platform.outputs.call_lists.students import AT_SCHOOL, enrolled_on, listed

DAYS = "decimal(9,4)"
ASKED = ibis.table(
    {
        "as_of_date": "date",
        "school_year": "int64",
        "exit_date_inclusive": "boolean",
        "school": "string",
        "first_date": "date",
        "last_date": "date",
    },
    name="asked",
)
_TYPES = {"int64": "bigint", "string": "varchar"}
YEAR = ASKED.school_year.as_scalar()


def sql(expression: ibis.Table) -> str:
    """A select for a Query; its filters are school (null: all of the scope), first_date and last_date.

    What was asked for stands in it as parameters, not as subqueries: DuckDB then reads the days between two dates and no others. Raises
    ValueError where an expression reads `ASKED` otherwise than by `as_scalar`.
    """
    compiled = sqlglot.parse_one(ibis.to_sql(expression, dialect="duckdb"), dialect="duckdb").transform(_as_parameter)
    if any(table.name == ASKED.get_name() for table in compiled.find_all(exp.Table)):
        raise ValueError("what was asked for is read by ASKED.<column>.as_scalar() alone")
    return f"select * from ({compiled.sql(dialect='duckdb')}) as ruled"


def _as_parameter(node: exp.Expression) -> exp.Expression:
    """`$school::varchar` for `(select school from asked)`; any other node as it is."""
    match node:
        case exp.Subquery(this=exp.Select(expressions=[exp.Column() as column]) as select):
            source = select.args["from_"].this
            is_plain = all(part in ("expressions", "from_") for part, given in select.args.items() if given)
            if is_plain and isinstance(source, exp.Table) and source.name == ASKED.get_name():
                type_ = str(ASKED.schema()[column.name])
                return exp.cast(exp.Placeholder(this=column.name), _TYPES.get(type_, type_))
    return node


def _of_year(name: str, **columns: str) -> ibis.Table:
    """A relation's rows of this school year, with the key under which the platform's rules join."""
    table = ibis.table({"k_student_xyear": "string", "school_year": "int64", **columns}, name=name)
    return table.filter(table.school_year == YEAR).mutate(k_student=table.k_student_xyear)


def _at_school_asked(table: ibis.Table) -> ibis.Table:
    """The rows of the school asked for; all of them where none is."""
    school = ASKED.school.as_scalar()
    return table.filter(school.isnull() | (table.k_school == school))


def _days() -> ibis.Table:
    """Days at the school asked for: said of the days themselves, too, so that no others are read."""
    days = _of_year(
        "scoped_day_here",
        k_school="string",
        calendar_date="date",
        is_absent="decimal(5,4)",
        is_present="decimal(5,4)",
        is_enrolled="int64",
        attendance_excusal_status="string",
    )
    return _at_school_asked(days)


def _to_date() -> ibis.Table:
    return _of_year(
        "scoped_to_date",
        k_school="string",
        cumulative_days_absent=DAYS,
        cumulative_days_attended=DAYS,
        cumulative_days_enrolled="int64",
        cumulative_attendance_rate="decimal(5,2)",
        meets_enrollment_threshold="boolean",
        is_chronic_absentee="boolean",
    )


def _names() -> ibis.Table:
    columns = {"k_student_xyear": "string", "first_name": "string", "last_name": "string"}
    names = ibis.table(columns, name="scoped_student")
    return names.select("first_name", "last_name", k_student="k_student_xyear")


def _calendar() -> ibis.Table:
    columns = {"k_school": "string", "school_year": "int64", "calendar_date": "date"}
    return ibis.table(columns, name="dim_calendar_date")


def history() -> ibis.Table:
    """The attendance history (outputs.attendance_history) of the students and schools within reach."""
    key = {"k_student_xyear": "string", "k_school": "string"}
    mark = {
        "attendance_event_category": "string",
        "attendance_event_reason": "string",
        "attendance_excusal_status": "string",
        "is_absent": "decimal(5,4)",
    }
    days = ibis.table(
        {
            **key,
            **mark,
            "school_year": "int64",
            "calendar_date": "date",
            "k_session": "string",
            "is_present": "decimal(5,4)",
            "is_enrolled": "int64",
        },
        name="scoped_day",
    )
    decisions = ibis.table(
        {**key, "event_date": "date", "is_reconciled": "boolean", "old_attendance_code": "string"},
        name="scoped_decision",
    )
    tracked = ibis.table(
        {
            **key,
            "event_date": "date",
            "school_year": "int64",
            "tracked_presence": "string",
            "reject_reason": "string",
        },
        name="scoped_tracked",
    )
    marks = ibis.table({**key, **mark, "event_date": "date", "attendance_code": "string"}, name="scoped_mark")
    return attendance_history.attendance_history(days, decisions, tracked, marks)


def enrolled() -> ibis.Table:
    """Who is enrolled on as_of_date at the school asked for, with this enrollment's grade."""
    enrollments = _of_year(
        "scoped_enrollment",
        k_school="string",
        enrollment_id="string",
        grade_level="string",
        entry_date="date",
        exit_date="date",
        is_primary="boolean",
    )
    return enrolled_on(
        ASKED.as_of_date.as_scalar(),
        _at_school_asked(enrollments),
        _calendar(),
        ASKED.exit_date_inclusive.as_scalar(),
    )


def call_list() -> ibis.Table:
    """The students to call, by their days between the two dates asked for (outputs.call_lists)."""
    calendar = _calendar()
    schools = calendar.filter(calendar.school_year == YEAR).select("k_school", "school_year").distinct()
    since = schools.mutate(first=ASKED.first_date.as_scalar(), last=ASKED.last_date.as_scalar())
    return listed(enrolled(), _days(), _to_date(), _names(), since)


def students() -> ibis.Table:
    """The students enrolled, by name."""
    named = _students().join(_names(), "k_student")
    return named.select(
        "k_school",
        "student_id",
        "last_name",
        "first_name",
        "grade",
        "is_chronic_absentee",
        days_absent="cumulative_days_absent",
        attendance_rate="cumulative_attendance_rate",
    )


def _measured(students: ibis.Table, *by: str) -> ibis.Table:
    """Attendance and chronic absence to date of groups of students, one row per student and group goes in."""
    return students.group_by(list(by)).agg(
        n_students=students.student_id.nunique(),
        pct_attendance=attendance_rate(students.cumulative_days_attended, students.cumulative_days_enrolled),
        n_students_judged=n_students_judged(students.meets_enrollment_threshold),
        n_chronically_absent=n_chronically_absent(students.is_chronic_absentee, students.meets_enrollment_threshold),
        pct_chronically_absent=chronic_absence_rate(students.is_chronic_absentee, students.meets_enrollment_threshold),
    )


def _students() -> ibis.Table:
    """The enrolled students with their measures at the school to date."""
    return enrolled().left_join(_to_date().drop("school_year", "k_student_xyear"), AT_SCHOOL)


def by_grade() -> ibis.Table:
    return _measured(_students(), "grade")


def by_section() -> ibis.Table:
    """Sections that run, with who now sits in them."""
    member = ibis.table({"k_section": "string", "k_student_xyear": "string"}, name="scoped_member")
    section = ibis.table(
        {"k_section": "string", "k_school": "string", "k_course": "string", "section_id": "string"},
        name="scoped_section",
    )
    course = ibis.table({"k_course": "string", "course_title": "string"}, name="dim_course")
    students = _students().join(member, ibis._.student_id == member.k_student_xyear)
    titled = section.left_join(course, "k_course").select(
        "k_section", "section_id", "course_title", of_school="k_school"
    )
    placed = students.join(titled, "k_section")
    return _measured(placed.filter(placed.of_school == placed.k_school), "k_section", "section_id", "course_title")


def by_group() -> ibis.Table:
    """Groups of students, for those who may see what is sensitive."""
    member = ibis.table({"k_student_xyear": "string", "k_subgroup": "string"}, name="scoped_subgroup")
    group = ibis.table(
        {"k_subgroup": "string", "subgroup_dimension": "string", "subgroup_value": "string", "display_order": "int64"},
        name="dim_subgroup",
    )
    students = _students().join(member, ibis._.student_id == member.k_student_xyear).join(group, "k_subgroup")
    return _measured(students, "subgroup_dimension", "subgroup_value", "display_order")


def by_weekday() -> ibis.Table:
    """Days between the two dates, of the students enrolled; weekday 0 is Monday."""
    days = _days().semi_join(enrolled(), AT_SCHOOL)
    asked = days.filter(days.is_enrolled == 1, days.calendar_date >= ASKED.first_date.as_scalar())
    asked = asked.filter(asked.calendar_date <= ASKED.last_date.as_scalar())
    counted = asked.mutate(weekday_number=asked.calendar_date.day_of_week.index())
    return counted.group_by("weekday_number").agg(
        n_school_days=counted.calendar_date.nunique(),
        pct_attendance=attendance_rate(counted.is_present, counted.is_enrolled),
        days_absent=counted.is_absent.sum(),
        days_unexcused=counted.is_absent.sum(where=counted.attendance_excusal_status == "Unexcused"),
    )


def fte_days() -> ibis.Table:
    """The FTE of each employee on each school day."""
    assignments = {
        "k_employee": "string",
        "k_school": "string",
        "begin_date": "date",
        "end_date": "date",
        "fte": "decimal(9,4)",
    }
    days = {"k_school": "string", "calendar_date": "date", "is_school_day": "boolean"}
    return fte_on_school_days(
        ibis.table(assignments, name="scoped_assignment"), ibis.table(days, name="dim_calendar_date")
    )
