"""The release as pages read it: the brief's facts, and single rows with the words in which their figures are told."""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import pandas as pd

from district_platform.dictionary import display_column
from district_platform.metrics import figures
from district_platform.outputs.brief.facts import Facts, Policy
from district_platform.outputs.brief.quality_report import RULES_ON_SCHOOLS, QualityReport
from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.release import NO_FIGURE, Release
from district_platform.quality import annex
from district_platform.quality.report import REPORT_FILE
from district_platform.web.access.viewer import PUBLIC
from district_platform.web.reading.publications import Publication
from district_platform.web.reading.queries import released as queries
from district_platform.web.reading.reader import Reader, Rows

KEPT = 2
"""Publications whose facts are kept: the current one, and the one before it for pages under way."""


@dataclass(frozen=True)
class Released:
    """The district's released figures of one publication."""

    facts: Facts
    tables: Release
    """Rows of the district whole, and of schools all their students."""
    marks: Release
    """What suppression did to each row of each table, and nothing else of it."""
    report: QualityReport
    policy: Policy


_kept: "OrderedDict[tuple[str, str], Released]" = OrderedDict()
_lock = threading.Lock()


def read_released(reader: Reader, policy: Policy) -> Released:
    """The figures of the reader's publication. They are the public's, whoever asks, so that all may share them."""
    key = (str(reader.publication.folder), repr(policy))
    with _lock:
        if key not in _kept:
            _kept[key] = _read(reader, policy)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return _kept[key]


def _read(reader: Reader, policy: Policy) -> Released:
    frames = {name: frame(reader.rows(queries.BY_TABLE[name], PUBLIC)) for name in Release.__dataclass_fields__}
    tables = Release(**frames)
    facts = read_facts(tables, policy.quality, reader.publication.as_of_date)
    return Released(facts, tables, _marks(reader), read_report(reader.publication), policy)


def _marks(reader: Reader) -> Release:
    marks: dict[str, list[str]] = {name: [] for name in Release.__dataclass_fields__}
    for row in reader.rows(queries.MARKS, PUBLIC):
        marks[row["table_name"]] += [row["suppression"]] * row["n_rows"]
    return Release(**{name: pd.DataFrame({"suppression": each}) for name, each in marks.items()})


def read_report(publication: Publication) -> QualityReport:
    """The quality report with the schools that its rules on schools have found; without them where the findings are sealed."""
    folder = publication.folder / "reports"
    report: dict[str, Any] = json.loads((folder / REPORT_FILE).read_text())
    try:
        return QualityReport(annex.with_finding_keys(report, annex.read(folder), *RULES_ON_SCHOOLS))
    except FileNotFoundError:
        return QualityReport(report)


def frame(rows: Rows) -> pd.DataFrame:
    """Rows as the brief's functions take them."""
    return pd.DataFrame.from_records(list(rows.rows), columns=list(rows.columns))


def told(row: dict[str, Any], measure: str, *, is_change: bool = False) -> str:
    """A figure in the words of the release: 'hidden (fewer than 10)' stays so; a dash where there is none."""
    value, display = row.get(measure), row.get(display_column(measure))
    if isinstance(display, str) and display:
        text = display
    elif value is None or pd.isna(value):
        return NO_FIGURE
    else:
        text = figures.figure(measure, value)
    if text == figures.NOT_AVAILABLE:
        return NO_FIGURE
    typeset = text.replace(" %", "%")
    if typeset[:1] == "-":
        return figures.TEXT.minus + typeset[1:]
    return f"+{typeset}" if is_change and typeset[:1].isdigit() and typeset.strip("0.%") else typeset
