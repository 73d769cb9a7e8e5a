"""School years with their totals: days in person and online, absences by excusal, and how the year was judged."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.web.pages.calls import days, rate
from district_platform.web.pages.model import Column, Kind, Row, Table

UNEXCUSED, EXCUSED = "Unexcused", "Excused"
Place = tuple[int, str]
"""School year and k_school."""


@dataclass(frozen=True)
class Totals:
    """Days of a school year at a school, parts of days added up; of them `online` are whole days."""

    in_person: Decimal
    online: int
    absent: Decimal
    by_excusal: Mapping[str, Decimal]

    @property
    def other(self) -> Decimal:
        """Absences whose excuse is not known."""
        return self.absent - self.by_excusal.get(UNEXCUSED, Decimal(0)) - self.by_excusal.get(EXCUSED, Decimal(0))


def totals(days: Iterable[Mapping[str, Any]], online: Collection[tuple[str, dt.date]]) -> dict[Place, Totals]:
    """By school year and school; `online` are the days learned online by k_school."""
    by_place: dict[Place, list[Mapping[str, Any]]] = defaultdict(list)
    for day in days:
        by_place[day["school_year"], day["k_school"]].append(day)
    return {place: _total(rows, online) for place, rows in by_place.items()}


def _total(days: Sequence[Mapping[str, Any]], online: Collection[tuple[str, dt.date]]) -> Totals:
    is_online = [(day["k_school"], day["calendar_date"]) in online for day in days]
    by_excusal: dict[str, Decimal] = defaultdict(Decimal)
    for day in days:
        by_excusal[day["attendance_excusal_status"] or ""] += day["is_absent"] or 0
    present = (day["is_present"] or Decimal(0) for day, at_home in zip(days, is_online, strict=True) if not at_home)
    return Totals(sum(present, Decimal(0)), sum(is_online), sum(by_excusal.values(), Decimal(0)), dict(by_excusal))


def table(measured: Sequence[Mapping[str, Any]], found: Mapping[Place, Totals]) -> Table:
    """A row a school year and school, the last first."""
    return Table(
        "history",
        "Attendance by school year",
        (
            Column("School year"),
            Column("School"),
            Column("Enrolled", Kind.NUMBER, "days"),
            Column("In person", Kind.NUMBER, "days"),
            Column("Online", Kind.NUMBER, "days"),
            Column("Absent", Kind.NUMBER, "days"),
            Column("Unexcused", Kind.NUMBER, "days"),
            Column("Excused", Kind.NUMBER, "days"),
            Column("Excuse not known", Kind.NUMBER, "days"),
            Column("Attendance", Kind.NUMBER),
            Column("Band"),
            Column("Chronically absent"),
        ),
        tuple(_row(row, found.get((row["school_year"], row["k_school"]))) for row in measured),
        note="Online: reconciled attendance says that the student learned online; where the attendance of record calls the day absent, it "
        "is counted under absent, too.",
        empty="No day of attendance is known of this student.",
    )


def _row(row: Mapping[str, Any], found: Totals | None) -> Row:
    known = found or Totals(Decimal(0), 0, Decimal(0), {})
    return (
        w.school_year_name(row["school_year"]),
        row["school_name"] or row["k_school"],
        str(row["cumulative_days_enrolled"] or 0),
        days(known.in_person),
        str(known.online),
        days(row["cumulative_days_absent"]),
        days(known.by_excusal.get(UNEXCUSED)),
        days(known.by_excusal.get(EXCUSED)),
        days(known.other),
        rate(row["cumulative_attendance_rate"]),
        row["absentee_category_label"] or "–",
        {True: "yes", False: "no"}.get(row["is_chronic_absentee"], "–"),
    )


def sentences(measured: Sequence[Mapping[str, Any]], found: Mapping[Place, Totals], year: int) -> tuple[str, ...]:
    """The year that is shown, school by school."""
    of_year = [row for row in measured if row["school_year"] == year]
    if not of_year:
        return (f"No day of attendance is known in {w.school_year_name(year)}.",)
    return tuple(_sentence(row, found.get((row["school_year"], row["k_school"])), len(of_year) > 1) for row in of_year)


def _sentence(row: Mapping[str, Any], found: Totals | None, is_one_of_several: bool) -> str:
    enrolled, absent = row["cumulative_days_enrolled"] or 0, row["cumulative_days_absent"] or Decimal(0)
    at = f" at {row['school_name'] or row['k_school']}" if is_one_of_several else ""
    begin = (
        f"{w.school_year_name(row['school_year'])}{at}: absent {days(absent)} of {w.plural(enrolled, 'day')} enrolled"
    )
    kinds = [
        f"{days(amount)} {name}"
        for name, amount in (
            ("unexcused", found.by_excusal.get(UNEXCUSED) if found else None),
            ("excused", found.by_excusal.get(EXCUSED) if found else None),
            ("of unknown excuse", found.other if found else None),
        )
        if amount
    ]
    judged = "; chronically absent" if row["is_chronic_absentee"] else ""
    return f"{begin}{f' ({w.listing(kinds)})' if kinds else ''}{judged}."


def judged(measured: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """In how many school years the student was chronically absent at any school; nothing where no year can be judged."""
    years: dict[int, bool] = {}
    for row in measured:
        if row["is_chronic_absentee"] is not None:
            years[row["school_year"]] = years.get(row["school_year"], False) or row["is_chronic_absentee"]
    if not years:
        return ()
    n = sum(years.values())
    if not n:
        return (f"Not chronically absent in {w.plural(len(years), 'school year')} on record.",)
    return (f"Chronically absent in {n} of {w.plural(len(years), 'school year')} on record.",)
