"""Results by grade, subject and group, and the gaps between groups."""

from typing import Any

from district_platform.dictionary.achievement import REFERENCE_GROUP
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits import results as exhibits
from district_platform.outputs.brief.gaps import GAP, gaps_in, withheld_gaps
from district_platform.outputs.brief.missing import RESULTS, reasons
from district_platform.outputs.brief.release import records
from district_platform.outputs.brief.sections import no_gaps
from district_platform.web.pages import groups
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import Chart, Column, Kind, Row, Section, Table
from district_platform.web.pages.released import told

PROFICIENT = "pct_proficient"


def performance(sight: Sight) -> Section:
    """Percent proficient by group, a column a subject."""
    exhibit = exhibits.results_by_year(sight.released.facts)
    reason = reasons(sight.released.facts, sight.released.report, sight.released.policy.attendance).get(RESULTS)
    sentences = (reason,) if reason else ()
    charts = (Chart.of("years", exhibit),) if exhibit and sight.k_school is None else ()
    return Section("performance", "Results by grade, subject and group", sentences, charts, (_by_group(sight),))


def _by_group(sight: Sight) -> Table:
    rows = records(sight.student_performance, school_year=sight.year, administration=sight.administration)
    by_group: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_group.setdefault((row["subgroup_dimension"], row["subgroup_value"]), {})[row["subject"]] = row
    subjects = _subjects(rows)
    columns = [
        column
        for subject in subjects
        for column in (
            Column(subject, Kind.NUMBER, "proficient"),
            Column("Change, points", Kind.NUMBER, w.subject(subject)),
        )
    ]
    ordered = sorted(
        by_group, key=lambda group: groups.order({"subgroup_dimension": group[0], "subgroup_value": group[1]})
    )
    return Table(
        "performance",
        f"Students proficient by group, {sight.place}, {_when(sight)}",
        (Column("Group"), *columns),
        tuple((groups.label(*group), *_cells(by_group[group], subjects)) for group in ordered),
        note="Percent of the students tested. The change is against the same administration of the year before.",
        empty="No results can be shown.",
    )


def _cells(of_subject: dict[str, dict[str, Any]], subjects: list[str]) -> Row:
    rows = [of_subject.get(subject, {}) for subject in subjects]
    return tuple(
        text for row in rows for text in (told(row, PROFICIENT), told(row, f"{PROFICIENT}_change", is_change=True))
    )


def _subjects(rows: list[dict[str, Any]]) -> list[str]:
    """Subjects with a row for all students, or all subjects if there are none, in alphabetical order."""
    everyone = {row["subject"] for row in rows if row["subgroup_dimension"] == ALL_STUDENTS}
    return sorted(everyone or {row["subject"] for row in rows})


def gaps(sight: Sight) -> Section:
    """Each group against the reference group of its dimension, in the same grades, with its interval."""
    rows = records(sight.equity_gaps, school_year=sight.year, administration=sight.administration)
    compared = [row for row in rows if row["comparison"] == REFERENCE_GROUP]
    exhibit = exhibits.gaps(sight.released.facts) if sight.k_school is None else None
    return Section(
        "gaps",
        "Gaps between groups",
        _gap_sentences(sight, compared),
        (Chart.of("gaps", exhibit),) if exhibit else (),
        (
            Table(
                "gaps",
                f"Gaps in percent proficient, {sight.place}, {_when(sight)}",
                (
                    Column("Group"),
                    Column("Subject"),
                    Column("Compared with"),
                    Column("Gap, points", Kind.NUMBER),
                    Column("From", Kind.NUMBER, "95% interval"),
                    Column("To", Kind.NUMBER, "95% interval"),
                    Column("Effect size", Kind.NUMBER, "Hedges' g"),
                ),
                tuple(_gap_row(row) for row in sorted(compared, key=lambda row: (groups.order(row), row["subject"]))),
                note="Below zero: the group does worse than the one it is compared with, in the same grades. An interval that holds zero "
                "may be no gap.",
                empty="No two groups have results to compare.",
            ),
        ),
    )


def _gap_sentences(sight: Sight, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    told_gaps, hidden = gaps_in(rows), withheld_gaps(rows)
    if not told_gaps:
        return (
            (no_gaps(sight.released.facts, None),)
            if sight.k_school is None
            else ("Every gap here is hidden or not known.",)
        )
    clear = sum(gap.is_clear for gap in told_gaps)
    more = (
        f" {w.plural(len(hidden), 'gap')} {w.is_or_are(len(hidden))} hidden to protect small groups." if hidden else ""
    )
    return (
        f"Of {w.plural(len(told_gaps), 'gap')} told, {w.spelled(clear)} {w.is_or_are(clear)} larger than chance would explain.{more}",
    )


def _gap_row(row: dict[str, Any]) -> Row:
    dimension = str(row["subgroup_dimension"])
    return (
        groups.label(dimension, str(row["subgroup_value"])),
        str(row["subject"]),
        groups.label(dimension, str(row["comparison_value"])),
        told(row, GAP, is_change=True),
        told(row, f"{GAP}_ci_low", is_change=True),
        told(row, f"{GAP}_ci_high", is_change=True),
        told(row, "hedges_g", is_change=True),
    )


def _when(sight: Sight) -> str:
    return w.season(sight.administration, sight.year) if sight.administration else "no results yet"
