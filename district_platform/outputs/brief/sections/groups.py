"""Groups of students: the gaps between them, or their sizes if there are no results."""

from collections.abc import Sequence

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.gaps import Gap
from district_platform.outputs.brief.sections.model import TextTable

GROUP, SUBJECT = ("Group", 176, False), ("Subject", 40, False)
SIZE = ("Students", 42, True)
COMPARED = ("Compared with", 90, False)
REST = (("Gap, points", 50, True), ("95% interval", 76, True), ("Effect size", 46, True))


def gap_table(facts: Facts, most: int) -> TextTable | None:
    """Gaps, the largest first, with both groups' sizes where any is told; None where no gap is told."""
    if not facts.results or not facts.results.gaps:
        return None
    gaps, withheld = facts.results.gaps, len(facts.results.gaps_withheld)
    shown = _by_group(gaps)[:most]
    has_sizes = any(gap.n_students.is_told for gap in shown)
    columns = (GROUP, SUBJECT, SIZE, COMPARED, SIZE, *REST) if has_sizes else (GROUP, SUBJECT, COMPARED, *REST)
    note = (
        f"Percent proficient, {w.season(facts.results.administration, facts.results.year)}: each group less the group it is compared "
        "with, in the same grades. Groups in the order of their largest gap."
    )
    left_out = _counted(len(gaps) - len(shown), "further gap", "not shown") + _counted(withheld, "gap", "hidden")
    note += f" {w.sentence_case(w.listing(left_out))}." if left_out else ""
    return TextTable(columns, tuple(_gap_row(gap, has_sizes) for gap in shown), note)


def _counted(n: int, what: str, state: str) -> list[str]:
    return [f"{w.plural(n, what)} {w.is_or_are(n)} {state}"] if n else []


def _by_group(gaps: Sequence[Gap]) -> list[Gap]:
    """The subjects of one group together; groups in the order of their largest gap."""
    order = {name: rank for rank, name in reversed(list(enumerate(gap.name for gap in gaps)))}
    return sorted(gaps, key=lambda gap: order[gap.name])


def _gap_row(gap: Gap, has_sizes: bool) -> tuple[str, ...]:
    n, n_peers = ((gap.n_students.shown,), (gap.n_peers.shown,)) if has_sizes else ((), ())
    is_told = gap.low.is_told and gap.high.is_told
    return (
        w.sentence_case(gap.name),
        gap.subject,
        *n,
        w.sentence_case(gap.peers),
        *n_peers,
        gap.points.signed,
        f"{gap.low.signed} to {gap.high.signed}" if is_told else gap.low.shown,
        gap.effect_size.signed,
    )


def no_gaps(facts: Facts, reason: str | None) -> str:
    """Why the brief reports no gaps."""
    if facts.results and facts.results.gaps_withheld:
        return "Every gap between groups is hidden to protect a small group."
    return reason or "No two groups of one kind have results to compare."


GROUP_COLUMNS = (("Group", 190, False), ("Students", 60, True), ("Share of students, %", 80, True))


def group_table(facts: Facts, most: int) -> TextTable | None:
    """The groups with their sizes, used if there are no results, the largest first; None if no group's size or share is told."""
    groups = [group for group in facts.enrollment.groups if group.n_students.is_told or group.share.is_told]
    if not groups:
        return None
    ranked = sorted(groups, key=lambda g: (-(g.share.value or 0), -(g.n_students.value or 0), g.name))
    rows = tuple(
        (w.sentence_case(group.name), group.n_students.shown, group.share.shown.rstrip("%")) for group in ranked[:most]
    )
    n_more = len(facts.enrollment.groups) - len(rows)
    more = (
        f" {w.sentence_case(w.plural(n_more, 'further group'))} {w.is_or_are(n_more)} hidden or smaller."
        if n_more
        else ""
    )
    return TextTable(
        GROUP_COLUMNS, rows, f"The largest groups of {w.school_year_name(facts.year)} that can be shown.{more}"
    )
