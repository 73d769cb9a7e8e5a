"""The two pages: which block stands where, and what is left out first when the space is short.

A page is built at falling levels of `Detail` until it fits; what it says comes from the modules of findings, exhibits, report and
recommendations.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from district_platform.outputs.brief import schools_table
from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits import Exhibit, exhibits
from district_platform.outputs.brief.facts import Facts, census_of
from district_platform.outputs.brief.findings import YARDSTICKS, Finding, Topic, key_findings
from district_platform.outputs.brief.layout import (
    Beside,
    Block,
    Column,
    Line,
    Picture,
    Space,
    Stack,
    Table,
    Text,
    bold,
    elided,
    fitting,
    is_single_line,
    markup,
)
from district_platform.outputs.brief.recommendations import Recommendation, recommendations
from district_platform.outputs.brief.release import Release
from district_platform.outputs.brief.report import QualityReport, limits, quality_results
from district_platform.settings import Quality

GUTTER = 22.0
TITLE_LINES = 3


@dataclass(frozen=True)
class Brief:
    """What the pages are made from."""

    facts: Facts
    release: Release
    report: QualityReport
    quality: Quality
    district_name: str
    as_of_date: dt.date

    @property
    def findings(self) -> tuple[Finding, ...]:
        return key_findings(self.facts, self.quality)

    @property
    def title(self) -> str:
        """The main finding, as a sentence."""
        return self.findings[0].headline


@dataclass(frozen=True)
class Detail:
    """How much a page says. The defaults say most."""

    chart_height: float = 150
    name_lines: int = 2
    n_gaps: int = 8
    n_outside: int = 5
    n_recommendations: int = 6
    n_rules: int = 5
    n_limits: int = 7


FIRST_PAGE = tuple(
    Detail(chart_height=height, name_lines=lines)
    for height, lines in ((190, 2), (170, 2), (150, 2), (130, 2), (110, 2), (130, 1), (110, 1), (92, 1))
)
"""Charts give way first, then the second lines of school names."""


def _falling(detail: Detail) -> list[Detail]:
    """Second page: findings of rules, the smaller gaps, the later recommendations and limits give way in turn."""
    levels = [detail]
    for name, least in (("n_rules", 3), ("n_gaps", 5), ("n_outside", 3), ("n_limits", 5), ("n_recommendations", 4)):
        while getattr(levels[-1], name) > least:
            levels.append(replace(levels[-1], **{name: getattr(levels[-1], name) - 1}))
    for name, least in (("n_rules", 1), ("n_gaps", 3), ("n_outside", 1), ("n_limits", 3), ("n_recommendations", 2)):
        while getattr(levels[-1], name) > least:
            levels.append(replace(levels[-1], **{name: getattr(levels[-1], name) - 1}))
    return levels


SECOND_PAGE = tuple(_falling(Detail()))


def first_page(brief: Brief) -> Block:
    """Title, key findings, charts, schools."""
    return _fitted(brief, _first_page, FIRST_PAGE)


def second_page(brief: Brief) -> Block:
    """Gaps, staffing, recommendations, method, limits, quality."""
    return _fitted(brief, _second_page, SECOND_PAGE)


def _fitted(brief: Brief, build: Callable[[Brief, Detail], Block], levels: Sequence[Detail]) -> Block:
    built = (build(brief, detail) for detail in levels)
    page = build(brief, levels[-1])
    return next((page for page in built if page.height(t.WIDTH) <= t.HEIGHT), page)


def _first_page(brief: Brief, detail: Detail) -> Block:
    title = markup(brief.title)
    blocks = (
        Text(markup(_kicker(brief)), t.KICKER),
        Space(5),
        Text(title, fitting(title, t.TITLES, t.WIDTH, TITLE_LINES), "H1"),
        Space(14),
        _findings(brief.findings),
        Space(16),
        _exhibits(exhibits(brief.facts), detail.chart_height),
        Space(14),
        _schools(brief, detail),
    )
    return Stack(blocks)


def _kicker(brief: Brief) -> str:
    date = w.day(brief.as_of_date)
    end = f"  ·  {date}"
    room = t.WIDTH - 2 - sum(len(end) * 4.6 for _ in (0,))
    return f"Policy brief  ·  {elided(brief.district_name, t.KICKER, room - 60, 1)}{end}"


def _findings(findings: Sequence[Finding]) -> Block:
    return Stack((Line(1.2, t.ACCENT), Space(9), Beside(tuple(_finding(f) for f in findings), gutter=GUTTER)))


def _finding(finding: Finding) -> Block:
    width = (t.WIDTH - 2 * GUTTER) / 3
    large = is_single_line(finding.figure, t.FIGURE, width)
    return Stack(
        (
            Text(markup(finding.figure), t.FIGURE if large else t.FIGURE_SMALLER),
            Text(markup(finding.caption), t.FIGURE_CAPTION),
            Space(4),
            Text(markup(finding.detail), t.BODY),
        )
    )


def _exhibits(shown: Sequence[Exhibit], height: float) -> Block:
    if not shown:
        return Text("No chart is shown: the figures for one are missing or hidden.", t.BODY)
    claims = Beside(tuple(Text(markup(exhibit.claim), t.CLAIM, "Caption") for exhibit in shown), gutter=GUTTER)
    pictures = Beside(tuple(Picture(exhibit.make, height, exhibit.alt) for exhibit in shown), gutter=GUTTER)
    notes = Beside(tuple(Text(markup(exhibit.note), t.NOTE) for exhibit in shown), gutter=GUTTER)
    return Stack((claims, Space(6), pictures, Space(4), notes))


def _schools(brief: Brief, detail: Detail) -> Block:
    table = schools_table.schools_table(brief.facts)
    heading = Text("Schools", t.HEADING, "H2")
    if table is None:
        return Stack((heading, Text("No school has figures that can be shown.", t.BODY)), gap=3)
    columns = tuple(Column(c.heading, c.share, c.is_number) for c in table.columns)
    return Stack((heading, Text(markup(table.note), t.NOTE), Table(columns, table.rows, detail.name_lines)), gap=3)


def _second_page(brief: Brief, detail: Detail) -> Block:
    small_print = Beside(
        (
            _section("How this is measured", [Text(markup(line), t.SMALL) for line in _method(brief)]),
            _section(
                "Limits of this data", _lines(limits(brief.facts, brief.release, brief.report)[: detail.n_limits])
            ),
            _section("Quality of the data", _lines([*quality_results(brief.report, detail.n_rules), _run(brief)])),
        ),
        gutter=GUTTER,
    )
    blocks = (
        _gaps(brief.facts, detail.n_gaps),
        Space(13),
        _staffing(brief, detail.n_outside),
        Space(13),
        _recommendations(recommendations(brief.facts, brief.report, brief.quality)[: detail.n_recommendations]),
        Space(13),
        Line(),
        Space(8),
        small_print,
    )
    return Stack(blocks)


def _section(heading: str, blocks: Sequence[Block], gap: float = 3.5) -> Block:
    return Stack((Text(heading, t.HEADING, "H2"), *blocks), gap=gap)


def _lines(sentences: Sequence[str]) -> list[Block]:
    return [Text(markup(sentence), t.SMALL) for sentence in sentences]


def _gaps(facts: Facts, most: int) -> Block:
    gaps = facts.results.gaps[:most] if facts.results else ()
    if not gaps or facts.results is None:
        reason = (
            "No two groups of one kind have results that can be shown."
            if facts.results or facts.has_results
            else "Gaps between groups cannot be stated: no assessment results were delivered."
        )
        return _section("Gaps between groups of students", [Text(markup(reason))])
    n_more = len(facts.results.gaps) - len(gaps)
    intro = (
        f"Percent proficient in {w.season(facts.results.administration, facts.results.year)}, each group against the rest "
        "(yes against no) or against the largest group of its kind; the surest gaps first. "
        "± is half of a 95% interval."
    )
    if n_more:
        intro += f" {w.sentence_case(w.plural(n_more, 'smaller gap'))} {'is' if n_more == 1 else 'are'} not listed."
    rows = tuple(
        (
            w.sentence_case(gap.group.name),
            w.count(gap.group.rate.n),
            w.percent(gap.group.rate.pct),
            w.sentence_case(gap.reference.name),
            w.count(gap.reference.rate.n),
            w.percent(gap.reference.rate.pct),
            gap.subject,
            f"{w.signed(gap.difference.size)} ± {w.decimal(gap.difference.margin())}",
        )
        for gap in gaps
    )
    columns = (
        Column("Group", 118),
        Column("Tested", 34, True),
        Column("Proficient", 40, True),
        Column("Compared with", 118),
        Column("Tested", 34, True),
        Column("Proficient", 40, True),
        Column("Subject", 40),
        Column("Gap, points", 54, True),
    )
    return _section("Gaps between groups of students", [Text(markup(intro), t.NOTE), Table(columns, rows)])


def _staffing(brief: Brief, most: int) -> Block:
    return _section("Staffing, enrollment, and mobility", [Text(" ".join(map(markup, _staff_sentences(brief, most))))])


def _staff_sentences(brief: Brief, most: int) -> list[str]:
    facts, quality = brief.facts, brief.quality
    details = [f.detail for f in _by_topic(brief, (Topic.STAFFING, Topic.ENROLLMENT, Topic.MOBILITY))]
    staffing = facts.staffing
    if staffing is None:
        return details
    low, high = w.decimal(float(quality.ratio_low), 0), w.decimal(float(quality.ratio_high), 0)
    if staffing.outside:
        named = w.listing([f"{name} ({w.decimal(ratio)})" for name, ratio in staffing.outside], most=most)
        outside = f"Outside {low}–{high} students per teacher FTE: {named}."
    else:
        outside = f"No school is outside {low}–{high} students per teacher FTE."
    return [details[0], outside, *details[1:]]


def _by_topic(brief: Brief, topics: Sequence[Topic]) -> list[Finding]:
    from district_platform.outputs.brief.findings import candidates

    found = {finding.topic: finding for finding in candidates(brief.facts, brief.quality)}
    return [found[topic] for topic in topics if topic in found]


def _recommendations(found: Sequence[Recommendation]) -> Block:
    if not found:
        text = "No figure of this brief calls for action by the rules it goes by."
        return _section("Recommendations", [Text(text)])
    return _section("Recommendations", [_recommendation(i, r) for i, r in enumerate(found, start=1)], gap=5)


def _recommendation(number: int, recommendation: Recommendation) -> Block:
    body = f"{bold(f'{number}. {recommendation.action}')} {markup(recommendation.because)}"
    owner = Text(markup(w.sentence_case(recommendation.owner)), t.SMALL)
    return Beside((Text(body), owner), shares=(4.4, 1), gutter=GUTTER)


def _method(brief: Brief) -> list[str]:
    census = census_of(brief.facts.year, brief.quality)
    sticks = f"{w.decimal(YARDSTICKS[Topic.GAP], 0)} points between groups, {w.decimal(YARDSTICKS[Topic.ACHIEVEMENT], 0)} points or percent of change"
    return [
        "Proficient: results at the test's proficient level, per result with a level. "
        "Change: the same subject and season a year before.",
        f"Students per teacher FTE: on the census date ({w.day(census)}), or on the day of the data if that is earlier.",
        "Key findings are ranked by the smaller end of their 95% interval, divided by what deserves attention "
        f"({sticks}).",
    ]


def _run(brief: Brief) -> str:
    return f"Run {brief.report.run_id}. The full report and the tables behind this brief are published beside it."


def footer(brief: Brief, page: int) -> tuple[str, str]:
    """Left and right of the line at the foot of a page."""
    right = f"Run {brief.report.run_id}  ·  Page {page} of 2"
    return f"{brief.district_name}  ·  Groups under the minimum size are hidden", right
