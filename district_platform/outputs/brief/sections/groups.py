"""Groups of students: gaps between them, or for want of results who they are."""

from collections.abc import Sequence

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.gaps import Gap
from district_platform.outputs.brief.release import Figure
from district_platform.outputs.brief.sections.model import TextTable

GAP_COLUMNS = (
    ("Group", 176, False),
    ("Subject", 40, False),
    ("Students", 42, True),
    ("Compared with", 84, False),
    ("Students", 42, True),
    ("Gap, points", 50, True),
    ("95% interval", 76, True),
    ("Effect size", 46, True),
)


def gap_table(facts: Facts, most: int) -> TextTable | None:
    """Gaps with both groups' sizes, the surest group first; None where no gap is released."""
    if not facts.results or not facts.results.gaps:
        return None
    shown = _by_group(facts.results.gaps)[:most]
    n_more = len(facts.results.gaps) - len(shown)
    note = (
        f"Percent proficient, {w.season(facts.results.administration, facts.results.year)}: each group less the students it is "
        "compared with, in the same grades. Surest gaps first."
    )
    if n_more:
        note += f" {w.sentence_case(w.plural(n_more, 'further gap'))} {w.is_or_are(n_more)} left out."
    return TextTable(GAP_COLUMNS, tuple(_gap_row(gap) for gap in shown), note)


def _by_group(gaps: Sequence[Gap]) -> list[Gap]:
    """The subjects of one group together; groups in the order of their surest gap."""
    order = {name: rank for rank, name in reversed(list(enumerate(gap.name for gap in gaps)))}
    return sorted(gaps, key=lambda gap: order[gap.name])


def _gap_row(gap: Gap) -> tuple[str, ...]:
    return (
        w.sentence_case(gap.name),
        gap.subject,
        w.count(gap.n_students),
        w.sentence_case(gap.peers),
        w.count(gap.n_peers),
        w.signed(gap.points.size),
        f"{w.signed(gap.points.low)} to {w.signed(gap.points.high)}",
        "–" if gap.effect_size is None else w.signed(gap.effect_size, 2),
    )


def no_gaps(facts: Facts) -> str:
    """Why there are no gaps to speak of."""
    if facts.has_results:
        return "No two groups of one kind have results that can be shown."
    return "No assessment results were delivered, so gaps between groups cannot be stated."


GROUP_COLUMNS = (
    ("Group", 190, False),
    ("Students", 50, True),
    ("Share", 50, True),
    ("Change", 50, True),
    ("Entered late", 60, True),
    ("Left early", 60, True),
)


def group_table(facts: Facts, most: int) -> TextTable | None:
    """Who the students are, for want of results; None where no group's size is released."""
    groups = [group for group in facts.enrollment.groups if group.n_students.value]
    if not groups:
        return None
    rows = tuple(
        (
            w.sentence_case(group.name),
            _cell(group.n_students),
            "–" if group.share.value is None else w.percent(group.share.value),
            group.change.shown if group.change.value is None else w.signed(group.change.value, 0),
            _cell(group.n_entered_late),
            _cell(group.n_exited_early),
        )
        for group in sorted(groups, key=lambda g: -(g.n_students.value or 0))[:most]
    )
    note = f"{no_gaps(facts)} The largest groups of {w.school_year_name(facts.year)}, and how many of them moved:"
    return TextTable(GROUP_COLUMNS, rows, note)


def _cell(shown: Figure) -> str:
    return shown.shown if shown.value is None else w.count(shown.value)
