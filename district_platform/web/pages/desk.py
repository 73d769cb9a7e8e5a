"""Attendance desk: which marks lack, which corrections wait? Of a clerk's own school. Approval stays in the command line."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.outputs.call_lists.students import RECENT_DAYS
from district_platform.outputs.call_lists.wording import name_text
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.calls import before
from district_platform.web.pages.model import (
    Cell,
    Column,
    Figure,
    Filter,
    FilterKind,
    Filters,
    Kind,
    NotFoundError,
    PageModel,
    Section,
    Table,
    date_cell,
)
from district_platform.web.reading.queries import desk as queries
from district_platform.web.reading.reader import Reader, named

NAME = "desk"
APPROVE = 'district-platform uploads approve --by "YOUR NAME"'

WHY_UNCHANGED = {
    "not enrolled": "no enrollment covers the day",
    "no instructional day": "the calendar does not teach on the day",
    "day not over": "the day is not over",
    "locked": "the SIS has closed the day",
    "code without meaning": "a code of the day has no meaning (ATT-01)",
    "excused": "the absence is excused",
    "no attendance taken": "no attendance was taken on the day",
    "present in person": "the student was marked present",
    "below minimum": "too few minutes online",
}
"""Rules of the reconciliation that leave a day as it is (docs/reconciliation.md), as a clerk reads them."""

Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
    """The desk of one school; of several, the first unless another is chosen. Raises NotFoundError for a school of somebody else."""
    notices: list[str] = []
    schools = [(row["k_school"], row["school_name"] or row["k_school"]) for row in reader.rows(queries.SCHOOLS, viewer)]
    if not schools:
        return PageModel(NAME, "Attendance desk", ("You see no school today.",))
    asked = filters.get("school", "")
    if asked and asked not in dict(schools):
        raise NotFoundError("there is no such school here")
    school = asked or schools[0][0]
    until, last = asking.date("last_date", "To", reader.publication.as_of_date, filters, notices)
    since, first = asking.date("first_date", "From", before(last, RECENT_DAYS - 1), filters, notices)
    if first > last:
        notices.append("The first day lies after the last one, so only the last one is shown.")
        first, since = last, Filter(since.name, since.label, last.isoformat(), since.kind)
    place = (
        Filter("school", "School", school, FilterKind.CHOICE, tuple(schools))
        if len(schools) > 1
        else Filter("school", "School", school)
    )
    corrections = list(reader.rows(queries.CORRECTIONS, viewer, school=school))
    days = list(reader.rows(queries.DAYS, viewer, school=school, first_date=first, last_date=last))
    unchanged = list(reader.rows(queries.UNCHANGED, viewer, school=school, first_date=first, last_date=last))
    findings = list(reader.rows(queries.FINDINGS, viewer, school=school))
    words = f"from {w.day(first)} to {w.day(last)}"
    return PageModel(
        name=NAME,
        title=f"Attendance desk, {dict(schools)[school]}",
        figures=_figures(_lacking(days), corrections, findings),
        sections=(_days(days, words), _waiting(corrections), _unchanged(unchanged, words), _findings(findings)),
        filters=(place, since, until),
        notices=tuple(notices),
        access="You see corrections and findings on attendance of your own school, since you were given the role of its attendance clerk. "
        "Each page and file that names students is recorded.",
        is_internal=True,
    )


def _figures(lacking: Sequence[Row], corrections: Sequence[Row], findings: Sequence[Row]) -> tuple[Figure, ...]:
    return (
        Figure("Days without submission", w.count(len(lacking)), words="of the days chosen, before the publication's"),
        Figure(
            "Corrections waiting",
            w.count(len(corrections)),
            words=f"of {w.plural(len({c['student_id'] for c in corrections}), 'student')}",
        ),
        Figure("Open findings", w.count(len(findings)), words="stray events, gaps, days marked twice"),
    )


def _lacking(days: Sequence[Row]) -> list[Row]:
    """Days that nobody submitted; at a school that submits nothing this year, days without a mark."""
    return [day for day in days if not (day["has_submission"] if day["submits"] else day["has_events"])]


def _days(days: Sequence[Row], words: str) -> Section:
    """Days on which attendance was not taken, as far as the extracts tell."""
    lacking = _lacking(days)
    submits = any(day["submits"] for day in days)
    n, of = len(lacking), f"{w.plural(len(days), 'school day')} {words}"
    what = "without submission" if submits else "without any mark"
    said = f"{w.plural(n, 'day')} of {of} {w.is_or_are(n)} {what}." if days else f"There is no school day {words}."
    more = (
        ()
        if submits or not days
        else ("The school submits no attendance this year, so that a day on which nobody was absent looks the same.",)
    )
    rows = tuple((date_cell(day["calendar_date"]), "some" if day["has_events"] else "none") for day in lacking)
    columns = (Column("Day", Kind.DATE), Column("Marks in the SIS"))
    note = "Submit the day in the SIS, if nobody was absent, too; the next extract brings it here."
    table = Table("days", f"School days {what}, {words}", columns, rows, note, f"No day lacks {words}.", people=())
    return Section("days", "Days without submission", (said, *more), tables=(table,))


def _waiting(corrections: Sequence[Row]) -> Section:
    """The upload's rows: what it would change in the SIS."""
    n = len(corrections)
    said = (
        (
            f"{w.plural(n, 'day')} {w.is_or_are(n)} in the upload of this publication and wait for approval.",
            f"Look at them here. Whoever runs the platform approves all schools' together: {APPROVE}. What was approved since the "
            "publication is still listed here; district-platform uploads diff leaves it out.",
        )
        if n
        else ("No correction waits in the upload of this publication.",)
    )
    columns = (
        Column("Student"),
        Column("Number"),
        Column("Day", Kind.DATE),
        Column("SIS has", note="code"),
        Column("Becomes"),
        Column("Online", Kind.NUMBER, "minutes"),
        Column("Asked for", Kind.NUMBER, "minutes"),
        Column("Why"),
    )
    rows = tuple(
        (
            name_text(row["last_name"], row["first_name"]) or "–",
            row["student_id"],
            date_cell(row["event_date"]),
            row["old_attendance_code"] or "no mark",
            ", ".join(part for part in (row["attendance_status"], row["presence_source"]) if part),
            "–" if row["minutes_online"] is None else w.decimal(row["minutes_online"]),
            str(row["threshold_minutes"] or "–"),
            row["reconciliation_rule"] or "no longer enough time online",
        )
        for row in corrections
    )
    people = named(corrections)
    table = Table("corrections", "Corrections for the SIS", columns, rows, empty="No correction waits.", people=people)
    return Section(
        "corrections",
        "Corrections waiting",
        said,
        tables=(table,),
        is_internal=True,
    )


def _unchanged(unchanged: Sequence[Row], words: str) -> Section:
    columns = (
        Column("Why it stays"),
        Column("Days", Kind.NUMBER, "of students"),
        Column("First", Kind.DATE),
        Column("Last", Kind.DATE),
    )
    rows = tuple(
        (
            Cell(w.sentence_case(WHY_UNCHANGED.get(str(row["reconciliation_rule"]), str(row["reconciliation_rule"])))),
            w.count(row["n_days"]),
            date_cell(row["first_day"]),
            date_cell(row["last_day"]),
        )
        for row in unchanged
    )
    table = Table(
        "unchanged",
        f"Days with time online that stay as they are, {words}",
        columns,
        rows,
        empty=f"There is none {words}.",
        people=(),
    )
    return Section("unchanged", "Days online that change nothing", tables=(table,), is_internal=True)


def _findings(findings: Sequence[Row]) -> Section:
    """Open findings by rule: stray events, gaps in the evidence, days marked twice."""
    tables = tuple(
        _of_rule(rule, list(found)) for rule, found in groupby(findings, key=lambda row: str(row["rule_id"]))
    )
    n = len(findings)
    said = f"{w.plural(n, 'finding')} {w.is_or_are(n)} open, of this and earlier years." if n else "Nothing is open."
    return Section("findings", "Stray events, gaps and doubtful marks", (said,), tables=tables, is_internal=True)


def _of_rule(rule: str, found: Sequence[Row]) -> Table:
    columns = (Column("Finding"), Column("Student"), Column("Day", Kind.DATE), Column("Found"), Column("Should be"))
    rows = tuple(
        (
            row["finding_key"],
            name_text(row["last_name"], row["first_name"]) or row["student_id"] or "–",
            row["date"] or "–",
            row["evidence"] or "–",
            row["value_expected"] or "–",
        )
        for row in found
    )
    note = found[0]["how_to_fix"] or ""
    return Table(rule.lower(), f"{rule}: {found[0]['title']}", columns, rows, note, people=named(found))
