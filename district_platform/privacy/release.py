"""The release: every analysis table as it may leave the platform. One step decides about all tables together, the next audits them."""

import datetime as dt
import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.assets import GROUPS, asset_inputs, table_spec
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.privacy import ledger
from district_platform.privacy.across_releases import Held, Populations, held
from district_platform.privacy.audit import AUDIT, RELATIONS, audit, relation_rows, rows_of
from district_platform.privacy.audited import AUDITED, audited_rows
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.ledger import CELLS, ROWS
from district_platform.privacy.released import released
from district_platform.privacy.truth import Truth
from district_platform.settings import Assessments, Attendance, Privacy, Quality, Sources, Synthetic

RELEASED: dict[str, str] = {f"release_{table.name}": table.name for table in tables_in(Layer.ANALYSIS)}
"""Released table, and the analysis table it is made from."""

CALENDAR = "dim_calendar_date"


def release_assets() -> list[dg.AssetsDefinition]:
    return [_release_asset(), _audit_asset()]


def _release_asset() -> dg.AssetsDefinition:
    """One step that builds every released table: they share counts and totals, so none can be decided by itself."""

    def release(
        warehouse: Warehouse,
        privacy: Privacy,
        sources: Sources,
        synthetic: Synthetic,
        attendance: Attendance,
        assessments: Assessments,
        quality: Quality,
        as_of_date: dt.date,
        **tables: pd.DataFrame,
    ) -> Iterator[dg.Output[pd.DataFrame]]:
        populations = _populations(sources, synthetic, attendance, assessments, quality)
        running = running_years(tables[CALENDAR], as_of_date)
        analysis = {source: tables[source] for source in RELEASED.values()}
        with warehouse.tables() as of_warehouse:
            told = ledger.ledger_of(of_warehouse)

            def earlier(cells: ReleaseCells, truth: Truth) -> Held:
                return held(cells, truth, told, populations, privacy)

            found = released(analysis, privacy, as_of_date, uncounted_years(running, quality, as_of_date), earlier)
            shown = ledger.repeated(of_warehouse, found.tables, populations.digest(), as_of_date, privacy)
        for name, source in RELEASED.items():
            yield dg.Output(shown[source], name)
        yield dg.Output(ledger.cells(found, populations, running, as_of_date), CELLS)
        yield dg.Output(ledger.rows(shown, populations.digest(), running), ROWS)

    sections = {
        "warehouse": Warehouse,
        "privacy": Privacy,
        "sources": Sources,
        "synthetic": Synthetic,
        "attendance": Attendance,
        "assessments": Assessments,
        "quality": Quality,
        "as_of_date": dt.date,
    }
    _declare(release, {**sections, CALENDAR: pd.DataFrame, **dict.fromkeys(RELEASED.values(), pd.DataFrame)})
    outs = _outs((*RELEASED, CELLS, ROWS), release, [*RELEASED.values(), CALENDAR])
    return dg.multi_asset(name="release", ins=asset_inputs(release), outs=outs)(release)


def _populations(
    sources: Sources, synthetic: Synthetic, attendance: Attendance, assessments: Assessments, quality: Quality
) -> Populations:
    source: dict[str, object] = {"kind": sources.kind, "count_day": [quality.census_month, quality.census_day]}
    if sources.kind == "synthetic":
        source |= synthetic.model_dump(mode="json")
    return Populations(source, {"attendance": attendance, "assessments": assessments})


def running_years(calendar: pd.DataFrame, as_of_date: dt.date) -> frozenset[str]:
    """School years with calendar dates after as_of_date."""
    last = calendar.groupby("school_year")["calendar_date"].max()
    return frozenset(str(year) for year, date in last.items() if pd.Timestamp(date).date() > as_of_date)


def uncounted_years(running: frozenset[str], quality: Quality, as_of_date: dt.date) -> frozenset[str]:
    """Running school years whose count day has not come."""
    days = {year: dt.date(int(year) - 1, quality.census_month, quality.census_day) for year in running}
    return frozenset(year for year, day in days.items() if day > as_of_date)


def _audit_asset() -> dg.AssetsDefinition:
    """The audit step: it reads what was released, not how it was decided. Repeated rows were audited when they were new."""

    def audit_of_release(
        warehouse: Warehouse, privacy: Privacy, attendance: Attendance, as_of_date: dt.date, **tables: pd.DataFrame
    ) -> Iterator[dg.Output[pd.DataFrame]]:
        with warehouse.tables() as of_warehouse:
            counted = ledger.counted_years(of_warehouse)
            read = audited_rows(of_warehouse)
        new = {source: tables[name] for name, source in RELEASED.items()}
        new = {name: frame[pd.to_datetime(frame["as_of_date"]).dt.date == as_of_date] for name, frame in new.items()}
        analysis = {source: tables[source] for source in RELEASED.values()}
        found = audit(new, analysis, privacy, attendance, counted)
        yield dg.Output(rows_of(found.judged, found.findings), AUDIT)
        yield dg.Output(relation_rows(found), RELATIONS)
        yield dg.Output(read, AUDITED)

    frames = dict.fromkeys([*RELEASED, *RELEASED.values()], pd.DataFrame)
    sections = {"warehouse": Warehouse, "privacy": Privacy, "attendance": Attendance, "as_of_date": dt.date}
    _declare(audit_of_release, {**sections, **frames})
    outs = _outs((AUDIT, RELATIONS, AUDITED), audit_of_release, frames)
    return dg.multi_asset(name="audit_of_release", ins=asset_inputs(audit_of_release), outs=outs)(audit_of_release)


def _outs(names: Sequence[str], function: Any, read: Iterable[str]) -> dict[str, dg.AssetOut]:
    """Every table of one step in one group, so that a selection by group takes the whole step.

    What is released of one table rests on all of them: so does its version on the entries of all that the step builds and reads.
    """
    tables = [TABLES[name] for name in (*names, *read)]
    group = {"group_name": GROUPS[tables[0].layer]}
    return {
        name: dg.AssetOut(code_version=code_version(function, tables), **table_spec(TABLES[name]) | group)
        for name in names
    }


def _declare(function: Any, parameters: dict[str, type]) -> None:
    """Names the tables that a function takes, for Dagster."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    function.__signature__ = inspect.Signature(
        [inspect.Parameter(name, kind, annotation=annotation) for name, annotation in parameters.items()]
    )
    function.__annotations__ = parameters
