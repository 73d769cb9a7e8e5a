"""What somebody has to settle or to correct: missing punches, hours far from FTE, and all other findings."""

from collections.abc import Sequence

from district_platform.outputs.brief import wording as w
from district_platform.web.pages.hours.clock import time_of_day
from district_platform.web.pages.model import Cell, Column, Kind, Section, Table, date_cell
from district_platform.web.pages.staff.people import WHO, Row, named_cell, who
from district_platform.web.reading.reader import named

FTE_RULE = "TIM-04"


def missing(missing: Sequence[Row]) -> Section:
    people = {punch["k_employee"] for punch in missing}
    said = (
        f"{w.plural(len(missing), 'punch', 'punches')} of {w.plural(len(people), 'employee')} "
        f"{'lacks its' if len(missing) == 1 else 'lack their'} partner. Hours of such a day do not count until it is completed."
    )
    return Section(
        "missing",
        "Missing punches",
        (said,) if missing else (),
        tables=(punches("missing", "Punches without a partner", missing),),
    )


def punches(key: str, caption: str, missing: Sequence[Row]) -> Table:
    """Punches that miss their partner."""
    columns = (*WHO, Column("Day", Kind.DATE), Column("Punched at"), Column("Missing"))
    rows = tuple(
        (
            *who(punch),
            date_cell(punch["punch_dtm"].date()),
            time_of_day(punch["punch_dtm"]),
            "the punch out" if punch["pairing"] == "missing out" else "the punch in",
        )
        for punch in missing
    )
    note = "Supervisors complete punches in the timekeeping system; the next update brings them here."
    return Table(key, caption, columns, rows, note, "No punch is missing.", people=named(missing))


def against_fte(findings: Sequence[Row], positions: Sequence[Row]) -> Section:
    far = [finding for finding in findings if finding["rule_id"] == FTE_RULE]
    said = (
        f"{w.plural(len(far), 'employee')} worked far from what the assigned FTE stands for ({FTE_RULE})."
        if far
        else f"Nobody's hours are far from the assigned FTE ({FTE_RULE})."
    )
    return Section(
        "fte", "Hours against FTE", (said,), tables=(_findings("fte", "Far from FTE", far), _positions(positions))
    )


def _positions(positions: Sequence[Row]) -> Table:
    week = w.day(positions[0]["work_week_begin_date"]) if positions else ""
    columns = (
        Column("Position"),
        Column("At work", Kind.NUMBER, "employees"),
        Column("Hours", Kind.NUMBER),
        Column("Overtime", Kind.NUMBER, "hours"),
        Column("FTE", Kind.NUMBER),
        Column("Hours per FTE", Kind.NUMBER),
        Column("Without FTE", Kind.NUMBER, "share"),
    )
    shown = ("headcount", "hours_worked", "overtime_hours", "assigned_fte", "hours_per_fte", "pct_employees_left_out")
    rows = tuple((row["position"], *(row[f"{name}_display"] or "–" for name in shown)) for row in positions)
    note = "As released for the whole district: small groups are hidden."
    empty = "No week of staff hours is released yet."
    caption = f"By position, week of {week}" if week else "By position"
    return Table("positions", caption, columns, rows, note, empty, people=())


def other_findings(findings: Sequence[Row]) -> Section:
    other = [finding for finding in findings if finding["rule_id"] != FTE_RULE]
    said = (
        f"{w.plural(len(other), 'further finding')} on punches and shifts {w.is_or_are(len(other))} open."
        if other
        else "Nothing else is open."
    )
    return Section("findings", "To correct", (said,), tables=(_findings("findings", "Open findings", other),))


def _whose(finding: Row) -> Cell | str:
    """The employee whom a finding is about; of somebody who is none, the number."""
    if finding["k_employee"] is None:
        return finding["staff_id"] or "–"
    return named_cell(finding)


def _findings(key: str, caption: str, found: Sequence[Row]) -> Table:
    columns = (
        Column("Employee", note="or number"),
        Column("Rule"),
        Column("What"),
        Column("Date", Kind.DATE),
        Column("Found"),
        Column("How to correct it"),
    )
    rows = tuple(
        (_whose(f), f["rule_id"], f["title"], f["date"] or "–", f["evidence"] or "–", f["how_to_fix"] or "–")
        for f in found
    )
    note = "At any time, not in the weeks chosen alone."
    return Table(key, caption, columns, rows, note, "Nothing is open.", people=named(found))
