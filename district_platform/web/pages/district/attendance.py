"""Attendance: weeks against last year's, and who is chronically absent."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from district_platform.dimensions.students import ALL_STUDENTS, GRADE
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.absence import A_YEAR_OF_WEEKS, RATE
from district_platform.outputs.brief.exhibits.absence_charts import by_grade, by_group, by_week, weekly_claim
from district_platform.outputs.brief.missing import EVENTS, reasons
from district_platform.outputs.brief.release import figure, records
from district_platform.outputs.brief.sections import attendance_sentences, derived_days
from district_platform.web.pages import groups
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import Chart, Column, Kind, Section, Table, date_cell
from district_platform.web.pages.released import told

PCT = "pct_attendance"


def section(sight: Sight) -> Section:
    """The section: charts of the district next to tables of the chosen place."""
    facts, report = sight.released.facts, sight.released.report
    why = reasons(facts, report, sight.released.policy.attendance).get(EVENTS)
    of_place = tuple(attendance_sentences(facts)) if sight.k_school is None else against_last_year(sight)
    sentences = (why,) if why else (*derived_days(report), *of_place)
    made = (("weeks", by_week(facts)), ("grades", by_grade(facts)), ("groups", by_group(facts)))
    charts = tuple(Chart.of(key, exhibit) for key, exhibit in made if exhibit) if sight.k_school is None else ()
    tables = (weeks(sight), weekdays(sight), chronic_absence(sight))
    return Section("attendance", "Attendance", sentences, charts, tables)


def latest_year(rows: pd.DataFrame) -> int:
    return int(rows["school_year"].max()) if len(rows) else 0


def weeks(sight: Sight) -> Table:
    """A row a week of the latest year, the last first, beside the same week of the year before."""
    rows, year = sight.attendance_trend, latest_year(sight.attendance_trend)
    now, before = _by_monday(records(rows, school_year=year)), _by_monday(records(rows, school_year=year - 1))
    names = w.school_year_name(year), w.school_year_name(year - 1)
    return Table(
        "weeks",
        f"Attendance by week, {sight.place}",
        (
            Column("Week of", Kind.DATE),
            Column(names[0], Kind.NUMBER),
            Column(names[1], Kind.NUMBER, "same week"),
            Column("School days", Kind.NUMBER),
        ),
        tuple(
            (
                date_cell(monday),
                told(row, PCT),
                told(before.get(monday - A_YEAR_OF_WEEKS, {}), PCT),
                str(int(row["n_instructional_days"])),
            )
            for monday, row in sorted(now.items(), reverse=True)
        ),
        note="Percent of the days enrolled. The same week lies 52 weeks before.",
        empty="No week of attendance is known.",
    )


def against_last_year(sight: Sight) -> tuple[str, ...]:
    """In how many weeks the place was below or above last year; nothing where there are not two weeks to hold together."""
    rows, year = sight.attendance_trend, latest_year(sight.attendance_trend)
    now, before = (_by_monday(records(rows, school_year=of)) for of in (year, year - 1))
    earlier = {monday + A_YEAR_OF_WEEKS: figure(row, PCT) for monday, row in before.items()}
    shown = [(monday, figure(row, PCT)) for monday, row in sorted(now.items())]
    both = [rate for monday, rate in shown if rate.is_told and monday in earlier and earlier[monday].is_told]
    if len(both) < 2:
        return ()
    claim = weekly_claim(shown, earlier)
    return (f"{claim}.",) if claim.startswith("In ") else ("As many weeks were below last year's as above.",)


def _by_monday(rows: Sequence[dict[str, Any]]) -> dict[dt.date, dict[str, Any]]:
    return {pd.Timestamp(row["week_begin_date"]).date(): row for row in rows if not pd.isna(row["week_begin_date"])}


def weekdays(sight: Sight) -> Table:
    """A row a weekday of the latest year."""
    year = latest_year(sight.attendance_trend)
    rows = [r for r in records(sight.attendance_trend, school_year=year) if isinstance(r["weekday"], str)]
    return Table(
        "weekdays",
        f"Attendance by weekday, {sight.place}, {w.school_year_name(year)}",
        (Column("Weekday"), Column("Attendance", Kind.NUMBER), Column("School days", Kind.NUMBER)),
        tuple(
            (row["weekday"], told(row, PCT), str(int(row["n_instructional_days"])))
            for row in sorted(rows, key=lambda row: int(row["weekday_number"]))
        ),
        empty="No weekday of attendance is known.",
    )


def chronic_absence(sight: Sight) -> Table:
    """A row a group of students, grades among them."""
    year = latest_year(sight.chronic_absence)
    rows = sorted(map(_grouped, records(sight.chronic_absence, school_year=year)), key=groups.order)
    return Table(
        "chronic_absence",
        f"Chronic absence by group, {sight.place}, {w.school_year_name(year)}",
        (
            Column("Group"),
            Column("Chronically absent", Kind.NUMBER),
            Column("Change, points", Kind.NUMBER),
            Column("Federal count", Kind.NUMBER),
            Column("Attendance", Kind.NUMBER),
        ),
        tuple(
            (
                groups.label(row["subgroup_dimension"], row["subgroup_value"]),
                told(row, RATE),
                told(row, f"{RATE}_change", is_change=True),
                told(row, f"{RATE}_federal"),
                told(row, PCT),
            )
            for row in rows
        ),
        note="The change is against the same day of the year before, where the release compares.",
        empty="Nobody can be judged yet.",
    )


def _grouped(row: Mapping[str, Any]) -> dict[str, Any]:
    """Lists grades among the groups, although the release keeps grades in a column of their own."""
    if isinstance(row["grade_level"], str) and row["subgroup_dimension"] == ALL_STUDENTS:
        return {**row, "subgroup_dimension": GRADE, "subgroup_value": row["grade_level"]}
    return dict(row)
