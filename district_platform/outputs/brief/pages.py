"""The two pages: the place of each block, and what is left out first when space is short.

A page is built with less and less `Detail` until it fits. Its content comes from `findings`, `exhibits`, `schools_table`, `sections` and
`recommendations`.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from district_platform.outputs.brief import sections
from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits import exhibits
from district_platform.outputs.brief.exhibits.model import Exhibit
from district_platform.outputs.brief.facts import Facts, Policy
from district_platform.outputs.brief.finding import Finding
from district_platform.outputs.brief.findings import key_findings, title
from district_platform.outputs.brief.layout import (
    Beside,
    Block,
    Line,
    Picture,
    PrintedColumn,
    PrintedTable,
    Space,
    Stack,
    Text,
    bold,
    fitting,
    is_single_line,
    markup,
)
from district_platform.outputs.brief.missing import EVENTS, RESULTS, STAFF, reasons
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.recommendations import Recommendation, recommendations
from district_platform.outputs.brief.release import Release
from district_platform.outputs.brief.report import limits, quality_results
from district_platform.outputs.brief.schools_table import schools_table

GUTTER = 24.0
SECTION_GAP = 12.0
TITLE_LINES = 3
WIDER = {"Students per teacher": 58, "Chronically absent, %": 62}
"""Columns of figures whose heading needs room."""
MOST_STRETCH = 16.0
"""What is left of a page goes between its blocks, up to so many points each."""


@dataclass(frozen=True)
class Brief:
    """What the pages are made from."""

    facts: Facts
    release: Release
    report: QualityReport
    policy: Policy
    district_name: str
    as_of_date: dt.date

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return key_findings(self.facts, self.policy)

    @cached_property
    def recommendations(self) -> tuple[Recommendation, ...]:
        return recommendations(self.facts, self.policy, self.as_of_date)

    @cached_property
    def missing(self) -> dict[str, str]:
        """Why the brief can say nothing about a subject, by the extract it comes from."""
        return reasons(self.facts, self.report, self.policy.attendance)

    @cached_property
    def limits(self) -> list[str]:
        return limits(self.facts, self.release, self.report, self.policy)

    @property
    def title(self) -> str:
        """The main finding, as a sentence."""
        return title(self.findings)


@dataclass(frozen=True)
class Detail:
    """How much a page says, and how far apart its blocks stand."""

    chart_height: float = 220
    name_lines: int = 2
    n_gaps: int = 12
    n_recommendations: int = 6
    n_rules: int = 4
    n_asides: int = 5
    n_limits: int = 8
    gap: float = 14


REFILLED = ("n_recommendations", "n_limits", "n_gaps", "n_asides", "n_rules")
"""What takes up space that is left, the most useful first."""


def first_page(brief: Brief) -> Block:
    """Title, key findings, charts, schools. Charts give way first, then the second lines of school names."""
    tall = [Detail(chart_height=height) for height in range(220, 109, -10)]
    return _fitted(brief, _first_page, [*tall, *(replace(d, name_lines=1) for d in tall[6:])])


def second_page(brief: Brief) -> Block:
    """Gaps, staffing, recommendations, method, limits, quality; the least important lines are left out first, from each in turn."""
    return _fitted(brief, _second_page, list(_falling(Detail())), REFILLED)


def _falling(detail: Detail) -> Iterator[Detail]:
    """Levels of decreasing detail: first less space between blocks, then a length that reads well, last one that always fits.

    Each level takes a line from each list in turn.
    """
    yield detail
    detail = replace(detail, gap=10)
    yield detail
    for rules, gaps, limitations, recommended, asides in (
        (3, 8, 5, 5, 5),
        (2, 6, 4, 4, 4),
        (1, 4, 3, 3, 3),
        (1, 3, 2, 2, 2),
    ):
        least = {
            "n_rules": rules,
            "n_gaps": gaps,
            "n_limits": limitations,
            "n_recommendations": recommended,
            "n_asides": asides,
        }
        while any(getattr(detail, name) > floor for name, floor in least.items()):
            for name, floor in least.items():
                if getattr(detail, name) > floor:
                    detail = replace(detail, **{name: getattr(detail, name) - 1})
                    yield detail


def _fitted(
    brief: Brief,
    build: Callable[[Brief, Detail], Sequence[Block]],
    levels: Sequence[Detail],
    refilled: Sequence[str] = (),
) -> Block:
    """The page at the first level that fits; details that fit again are restored, and free space is spread between the blocks."""
    detail = next((level for level in levels if _rest(build(brief, level), level) >= 0), levels[-1])
    for name in refilled:
        while getattr(detail, name) < getattr(levels[0], name):
            more = replace(detail, **{name: getattr(detail, name) + 1})
            if _rest(build(brief, more), more) < 0:
                break
            detail = more
    blocks = tuple(build(brief, detail))
    spread = max(_rest(blocks, detail), 0) / max(len(blocks) - 1, 1)
    return Stack(blocks, detail.gap + min(spread, MOST_STRETCH))


def _rest(blocks: Sequence[Block], detail: Detail) -> float:
    """The height that is left below; negative where the blocks are too high."""
    return t.HEIGHT - Stack(tuple(blocks), detail.gap).height(t.WIDTH)


def _first_page(brief: Brief, detail: Detail) -> Sequence[Block]:
    return (
        Stack((_heading(brief), _findings(brief.findings)), SECTION_GAP),
        _exhibits(exhibits(brief.facts, brief.findings), detail.chart_height),
        _schools(brief, detail.name_lines),
    )


def _heading(brief: Brief) -> Block:
    district = Text(markup(f"Policy brief  ·  {brief.district_name}"), t.KICKER)
    date = Text(markup(w.day(brief.as_of_date)), t.KICKER_RIGHT)
    main = Text(markup(brief.title), fitting(brief.title, t.TITLES, t.WIDTH, TITLE_LINES), "H1")
    return Stack((Beside((district, date), shares=(4, 1)), Space(6), main))


def _findings(findings: Sequence[Finding]) -> Block:
    if not findings:
        return Stack((Line(1.2, t.ACCENT), Space(8), Text("Page 2 says what is missing, and why.")))
    empty = (Space(0),) * (3 - len(findings))
    return Stack((Line(1.2, t.ACCENT), Space(8), Beside((*map(_finding, findings), *empty), gutter=GUTTER)))


def _finding(finding: Finding) -> Block:
    width = (t.WIDTH - 2 * GUTTER) / 3
    size = t.FIGURE if is_single_line(finding.figure, t.FIGURE, width) else t.FIGURE_SMALLER
    detail = (Space(4), Text(markup(finding.detail))) if finding.detail else ()
    return Stack((Text(markup(finding.figure), size), Text(markup(finding.caption), t.FIGURE_CAPTION), *detail))


def _exhibits(shown: Sequence[Exhibit], height: float) -> Block:
    """Each claim above its chart; a shorter claim leaves room below, so that the charts stand level."""
    if not shown:
        return Text("No chart is shown: the figures for one are missing or hidden.")
    width = (t.WIDTH - GUTTER * (len(shown) - 1)) / len(shown)
    claims = [Text(markup(w.with_its_number(exhibit.claim)), t.CLAIM, "Caption") for exhibit in shown]
    tallest = max(claim.height(width) for claim in claims)
    panels = (
        Stack(
            (
                claim,
                Space(tallest - claim.height(width) + 8),
                Picture(exhibit.make, height, exhibit.alt),
                Space(5),
                Text(markup(exhibit.note), t.NOTE),
            )
        )
        for claim, exhibit in zip(claims, shown, strict=True)
    )
    return Beside(tuple(panels), gutter=GUTTER)


def _schools(brief: Brief, name_lines: int) -> Block:
    table = schools_table(brief.facts, brief.findings[0].topic if brief.findings else None)
    if table is None:
        return _section("Schools", [Text("No school has figures that can be shown.")])
    figures = (PrintedColumn(heading, WIDER.get(heading, 48), is_number=True) for heading in table.headings[2:])
    columns = (PrintedColumn("School", 186), PrintedColumn("Level", 66), *figures)
    heading = "Schools" if len(table.rows) > 1 else "The school"
    rows = PrintedTable(columns, (table.district, *table.rows), name_lines, n_bold=1)
    footnotes = [Text(markup("  ".join(table.footnotes)), t.NOTE)] if table.footnotes else []
    return _section(heading, [Text(markup(table.note), t.NOTE), rows, *footnotes])


def _second_page(brief: Brief, detail: Detail) -> Sequence[Block]:
    facts = brief.facts
    method = tuple(Text(markup(sentence), t.NOTE) for sentence in sections.method(facts, brief.policy))
    half = (len(method) + 1) // 2
    quality = quality_results(brief.report, detail.n_rules)
    small_print = (
        _section("How this is measured", [Beside((Stack(method[:half], 4), Stack(method[half:], 4)), gutter=GUTTER)]),
        Beside(
            (
                _section("Limits of this data", _lines(brief.limits[: detail.n_limits])),
                _section("Quality of the data", _lines([*quality, f"Run {brief.report.run_id}."])),
            ),
            gutter=GUTTER,
        ),
    )
    asides = [*_years(facts), *_attendance(brief), *_staffing(brief), *_programs(brief), *_enrollment(brief)]
    about = _in_two_columns(asides[: detail.n_asides])
    return (
        _recommendations(brief.recommendations[: detail.n_recommendations]),
        _groups(brief, detail.n_gaps),
        about,
        Stack((Line(), *small_print), 10),
    )


def _in_two_columns(blocks: Sequence[Block]) -> Block:
    """Each block under the shorter column."""
    columns: tuple[list[Block], list[Block]] = ([], [])
    width = (t.WIDTH - GUTTER) / 2
    for block in blocks:
        left, right = (Stack(tuple(column), SECTION_GAP).height(width) for column in columns)
        columns[0 if left <= right else 1].append(block)
    return Beside(tuple(Stack(tuple(column), SECTION_GAP) for column in columns), gutter=GUTTER)


def _section(heading: str, blocks: Sequence[Block], gap: float = 4) -> Block:
    return Stack((Text(heading, t.HEADING, "H2"), *blocks), gap)


def _lines(sentences: Sequence[str]) -> tuple[Block, ...]:
    return tuple(Text(markup(sentence), t.SMALL) for sentence in sentences)


def _groups(brief: Brief, most: int) -> Block:
    """Gaps between groups where there are any, else who the students are."""
    facts = brief.facts
    gaps = sections.gap_table(facts, most)
    table = gaps or sections.group_table(facts, most)
    heading = "Gaps between groups of students" if facts.results else "Groups of students"
    why = [] if gaps else [Text(markup(sections.no_gaps(facts, brief.missing.get(RESULTS))))]
    if table is None:
        return _section(heading, why)
    columns = tuple(PrintedColumn(*column) for column in table.columns)
    return _section(heading, [*why, Text(markup(table.note), t.NOTE), PrintedTable(columns, table.rows)])


def _years(facts: Facts) -> Sequence[Block]:
    table = sections.years_table(facts)
    if table is None:
        return []
    columns = tuple(PrintedColumn(*column) for column in table.columns)
    note = [Text(markup(table.note), t.NOTE)] if table.note else []
    return [_section("The district over the years", [PrintedTable(columns, table.rows), *note])]


def _staffing(brief: Brief) -> Sequence[Block]:
    sentences = [brief.missing[STAFF]] if STAFF in brief.missing else sections.staffing_sentences(brief.facts)
    table = sections.level_table(brief.facts)
    tables = [PrintedTable(tuple(PrintedColumn(*column) for column in table.columns), table.rows)] if table else []
    return _titled("Staffing", sentences, tables)


def _attendance(brief: Brief) -> Sequence[Block]:
    if EVENTS in brief.missing:
        return _titled("Attendance", [brief.missing[EVENTS]])
    sentences = sections.attendance_sentences(brief.facts, brief.findings)
    return _titled("Attendance", [*sections.derived_days(brief.report), *sentences])


def _titled(heading: str, sentences: Sequence[str], tables: Sequence[Block] = ()) -> Sequence[Block]:
    """A section of sentences and tables; none where there is nothing to say."""
    texts = [Text(markup(" ".join(sentences)))] if sentences else []
    return [_section(heading, [*texts, *tables])] if texts or tables else []


def _programs(brief: Brief) -> Sequence[Block]:
    found = sections.programs(brief.facts, brief.findings)
    texts = [Text(f"{bold(found.heading)} {markup(found.text)}")] if found else []
    growth = sections.growth_sentences(brief.facts, brief.findings)
    texts += [Text(markup(" ".join(growth)))] if growth else []
    heading = " and ".join(name for name, is_there in (("programs", found), ("growth", growth)) if is_there)
    return [_section(w.sentence_case(heading), texts)] if texts else []


def _enrollment(brief: Brief) -> Sequence[Block]:
    return _titled("Students who come and go", sections.enrollment_sentences(brief.facts, brief.policy.quality))


WHAT_WHO_SEEN = (2.3, 1.0, 1.3)
"""Shares of the width: what to do and why; who, by when; how it will be seen."""


def _recommendations(found: Sequence[Recommendation]) -> Block:
    if not found:
        return _section("Recommendations", [Text("No figure here is far enough from the usual to call for action.")])
    headings = [
        Text(heading, t.HEAD) for heading in ("What to do, and why", "Who, by when", "How the board will see it")
    ]
    rows = [_recommendation(i, r) for i, r in enumerate(found, start=1)]
    return _section("Recommendations", [Beside(tuple(headings), WHAT_WHO_SEEN, 14), *rows], gap=5)


def _recommendation(number: int, recommendation: Recommendation) -> Block:
    body = f"{bold(f'{number}. {recommendation.action}')} {markup(recommendation.because)}"
    who = f"{bold(recommendation.owner)}<br/>{markup(recommendation.by)}"
    return Beside(
        (Text(body, t.SMALL), Text(who, t.SMALL), Text(markup(recommendation.seen), t.SMALL)), WHAT_WHO_SEEN, 14
    )


def footer(brief: Brief, page: int) -> tuple[str, str]:
    """Left and right of the line at the foot of a page."""
    return f"Small groups are hidden  ·  {brief.district_name}", f"Page {page} of 2"
