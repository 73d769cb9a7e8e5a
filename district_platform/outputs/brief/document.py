"""The PDF itself: its metadata, its two pages, their footers."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.facts import Policy
from district_platform.outputs.brief.layout import draw_page, elided
from district_platform.outputs.brief.missing import has_no_events
from district_platform.outputs.brief.pages import Brief, first_page, footer, second_page
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.release import Release
from district_platform.outputs.brief.tagging import TaggedCanvas

LANGUAGE = "en-US"


def write_document(
    path: Path, release: Release, report: dict[str, Any], district_name: str, as_of_date: dt.date, policy: Policy
) -> None:
    """Write the PDF to `path`."""
    t.register_fonts()
    quality_report = QualityReport(report)
    facts = read_facts(_spoken_of(release, quality_report), policy.quality, as_of_date)
    brief = Brief(facts, release, quality_report, policy, district_name, as_of_date)
    canvas = TaggedCanvas(
        str(path),
        title=brief.title,
        author=district_name,
        subject=f"Policy brief, {as_of_date.isoformat()}",
        language=LANGUAGE,
        font=t.REGULAR,
        date=as_of_date,
        pagesize=(t.PAGE_WIDTH, t.PAGE_HEIGHT),
    )
    for number, page in enumerate((first_page(brief), second_page(brief)), start=1):
        draw_page(canvas, page)
        _draw_footer(canvas, *footer(brief, number))
        canvas.showPage()
    canvas.save()


def _spoken_of(release: Release, report: QualityReport) -> Release:
    """Without attendance where no record of it came: days without a mark are then no days of presence."""
    if not has_no_events(report):
        return release
    none = {name: getattr(release, name).iloc[:0] for name in ("chronic_absence", "attendance_trend")}
    return replace(release, **none)


def _draw_footer(canvas: TaggedCanvas, left: str, right: str) -> None:
    y, size = t.BOTTOM - 26, t.NOTE.fontSize
    right = elided(t.printable(right), t.NOTE, t.WIDTH * 0.45, 1)
    room = t.WIDTH - canvas.stringWidth(right, t.REGULAR, size) - 20
    with canvas.artifact():
        canvas.setStrokeColor(t.RULE)
        canvas.setLineWidth(0.5)
        canvas.line(t.MARGIN, y + 12, t.MARGIN + t.WIDTH, y + 12)
        canvas.setFillColor(t.MUTED)
        canvas.setFont(t.REGULAR, size)
        canvas.drawString(t.MARGIN, y, elided(t.printable(left), t.NOTE, room, 1))
        canvas.drawRightString(t.MARGIN + t.WIDTH, y, right)
