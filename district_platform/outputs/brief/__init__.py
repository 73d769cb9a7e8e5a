"""The policy brief: two pages for a superintendent and a board, every sentence with a number made from the released tables.

    release                          the tables it is made from
    reading, facts                   the figures it may speak of; gaps, growth, programs, attendance and what learning online makes
                                     of it apart (how sure a figure is, metrics.comparisons says)
    candidates, findings             what each subject's figures might be a finding about, and which of them matter most
    recommendations                  what follows from the figures, by stated rules
    report                           what limits them, and how the data was judged
    wording                          numbers and lists as a person writes them
    exhibits, charts                 the two charts
    schools_table, sections, pages   what stands where
    layout, typography, tagging      how it gets onto the page

ReportLab is imported when a brief is written, not before.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from district_platform.engine.files import replacing
from district_platform.outputs.brief.facts import Policy
from district_platform.outputs.brief.release import Release
from district_platform.settings import Attendance, Quality

__all__ = ["Release", "write_brief"]


def write_brief(
    path: Path,
    release: Release,
    report: dict[str, Any],
    district_name: str,
    as_of_date: dt.date,
    *,
    quality: Quality | None = None,
    attendance: Attendance | None = None,
) -> None:
    """Write the brief of a release to `path`, whole or not at all; the same inputs give the same bytes.

    `report` is the run's data quality report; `quality` holds the bounds of students per teacher and the census date,
    `attendance` what counts as chronic absence; the defaults of the settings unless given.
    Raises FileNotFoundError where the folder, or the package of the typeface, is missing.
    """
    from district_platform.outputs.brief.document import write_document

    policy = Policy(quality or Quality(), attendance or Attendance())
    with replacing(path) as fresh:
        write_document(fresh, release, report, district_name, as_of_date, policy)
