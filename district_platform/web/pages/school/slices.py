"""Attendance of the own school by grade, section, weekday and group: exact, and for its own people."""

from collections.abc import Iterable, Mapping
from typing import Any

from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.metrics import figures
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.charts import Bars
from district_platform.outputs.brief.release import NO_FIGURE, Figure, State
from district_platform.web.pages import groups
from district_platform.web.pages.calls import Span, days
from district_platform.web.pages.model import Cell, Chart, Column, Kind, Link, Row, Section, Table

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RATE, ATTENDANCE = "pct_chronically_absent", "pct_attendance"
MEASURES = (
    Column("Students", Kind.NUMBER),
    Column("Attendance", Kind.NUMBER, "this year"),
    Column("Chronically absent", Kind.NUMBER, "students"),
    Column("Judged", Kind.NUMBER, "students"),
    Column("Chronically absent", Kind.NUMBER, "percent"),
)
Measured = Mapping[str, Any]


def exact(measure: str, value: float | None) -> Figure:
    """An exact figure, for viewers who may see the students themselves."""
    if value is None:
        return Figure()
    return Figure(value, figures.figure(measure, value, figures.TEXT), State.TOLD, value, value)


def measures(row: Measured) -> Row:
    """The cells under MEASURES."""
    return (
        f"{row['n_students']:,}",
        exact(ATTENDANCE, row[ATTENDANCE]).shown,
        f"{row['n_chronically_absent'] or 0:,}",
        f"{row['n_students_judged'] or 0:,}",
        exact(RATE, row[RATE]).shown,
    )


def grades(rows: Iterable[Measured], page: Link) -> Section:
    """Each grade leads to its list."""
    rows = sorted(rows, key=lambda row: place(row["grade"]))
    names = [w.sentence_case(w.grade(row["grade"])) if row["grade"] else "No grade on record" for row in rows]
    shown = [exact(RATE, row[RATE]) for row in rows]
    told = [(name, figure) for name, figure in zip(names, shown, strict=True) if figure.is_told]
    chart = Chart(
        "by_grade",
        "Chronic absence by grade",
        "Percent of the students judged, this school year so far.",
        f"Bar chart of percent chronically absent by grade: {w.listing([f'{n} {f.shown}' for n, f in told])}.",
        Bars(names, shown),
    )
    table = Table(
        "by_grade",
        "Attendance by grade, students enrolled now",
        (Column("Grade"), *MEASURES),
        tuple(
            (Cell(name, page.having(grade=row["grade"])) if row["grade"] else name, *measures(row))
            for name, row in zip(names, rows, strict=True)
        ),
        empty="Nobody is enrolled.",
        people=(),
    )
    return Section(
        "grades",
        "By grade",
        _highest([(name[:1].lower() + name[1:], figure) for name, figure in told], "in every grade"),
        (chart,) if len(told) > 1 else (),
        (table,),
        True,
    )


def place(grade: str | None) -> int:
    """The sort key of a grade, from prekindergarten up; unknown values come last."""
    return GRADE_LEVELS.index(grade) if grade in GRADE_LEVELS else len(GRADE_LEVELS)


def _highest(told: list[tuple[str, Figure]], every: str) -> tuple[str, ...]:
    """Where chronic absence is highest; `every` is 'in every grade'. Nothing where there are not two to compare."""
    if len(told) < 2:
        return ()
    top = max(figure.exact for _, figure in told)
    highest = [name for name, figure in told if figure.exact == top]
    if len(highest) == len(told):
        return (f"Chronic absence is {told[0][1].shown} {every}.",)
    shown = next(figure.shown for _, figure in told if figure.exact == top)
    return (f"Chronic absence is highest in {w.listing(highest, 3)}: {shown}.",)


def sections(rows: Iterable[Measured], page: Link) -> Section:
    """Sections that run, the most chronic absence first; each leads to its list."""
    ordered = sorted(rows, key=lambda row: (row[RATE] is None, -(row[RATE] or 0), row["section_id"]))
    table = Table(
        "by_section",
        "Attendance by section, students who sit in it now",
        (Column("Section"), Column("Course"), *MEASURES),
        tuple(
            (
                Cell(row["section_id"], page.having(section=row["k_section"])),
                row["course_title"] or NO_FIGURE,
                *measures(row),
            )
            for row in ordered
        ),
        note="Most chronic absence first: of all the students' days at the school, not of this course alone.",
        empty="No section runs just now.",
        people=(),
    )
    told = [(row["section_id"], exact(RATE, row[RATE])) for row in ordered if row[RATE] is not None]
    return Section("sections", "By section", _highest(told, "in every section"), tables=(table,), is_internal=True)


def weekdays(rows: Iterable[Measured], span: Span) -> Section:
    """Attendance by weekday."""
    rows = list(rows)
    told = [(f"{WEEKDAYS[row['weekday_number']]}s", exact(ATTENDANCE, row[ATTENDANCE])) for row in rows]
    table = Table(
        "by_weekday",
        f"Attendance by weekday, {span.words}",
        (
            Column("Weekday"),
            Column("Attendance", Kind.NUMBER),
            Column("Absent", Kind.NUMBER, "days"),
            Column("Unexcused", Kind.NUMBER, "days"),
            Column("School days", Kind.NUMBER),
        ),
        tuple(
            (
                WEEKDAYS[row["weekday_number"]],
                exact(ATTENDANCE, row[ATTENDANCE]).shown,
                days(row["days_absent"]),
                days(row["days_unexcused"]),
                str(row["n_school_days"]),
            )
            for row in rows
        ),
        empty="No school day lies between these dates.",
        people=(),
    )
    return Section("weekdays", "By weekday", _lowest(told), tables=(table,), is_internal=True)


def _lowest(told: list[tuple[str, Figure]]) -> tuple[str, ...]:
    known = [(name, figure) for name, figure in told if figure.is_told]
    if len(known) < 2:
        return ()
    least = min(figure.exact for _, figure in known)
    lowest = [name for name, figure in known if figure.exact == least]
    if len(lowest) == len(known):
        return (f"Attendance is {known[0][1].shown} on every weekday.",)
    return (f"Attendance is lowest on {w.listing(lowest)}: {next(f.shown for _, f in known if f.exact == least)}.",)


def own_groups(rows: Iterable[Measured]) -> Section:
    """Groups of the own students, however small."""
    table = Table(
        "by_group",
        "Attendance by group, students enrolled now",
        (Column("Group"), *MEASURES),
        tuple((groups.label(row["subgroup_dimension"], row["subgroup_value"]), *measures(row)) for row in rows),
        note="Exact, however small a group is: not to be passed on. What may be told stands on the page for the public.",
        empty="Nobody is enrolled.",
    )
    return Section("groups", "Own groups", tables=(table,), is_internal=True)
