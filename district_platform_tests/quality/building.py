"""The tables that rules judge, made from staged extracts by the functions of the platform, each after those it is made from."""

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import ibis

from district_platform.analysis import assessments as assessment_analysis
from district_platform.analysis import chronic_absence as absence_analysis
from district_platform.analysis import enrollment, gaps, growth, staffing
from district_platform.analysis import schools as school_analysis
from district_platform.dictionary import EXTRACTS, TABLES, Layer, schema_of
from district_platform.dimensions import courses, schools
from district_platform.dimensions import staff as staff_dimensions
from district_platform.dimensions import students as student_dimensions
from district_platform.dimensions import timekeeping as employee_dimensions
from district_platform.engine.assets import each_table_once
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.facts import assessments, attendance_events, daily_attendance, sections, timekeeping
from district_platform.facts import growth as growth_facts
from district_platform.facts import staff as staff_facts
from district_platform.facts import students as student_facts
from district_platform.facts.daily_attendance import fct_student_daily_attendance
from district_platform.privacy.audit import AUDIT, RELATIONS, audit, relation_rows, rows_of
from district_platform.privacy.released import released
from district_platform.quality.catalogue import RULES
from district_platform.quality.model import arguments
from district_platform.settings import Settings
from district_platform.sources.reference import absentee_bands
from district_platform.sources.reference.crosswalks import crosswalk_rows
from district_platform.sources.reference.staff_crosswalks import staff_crosswalk

MODULES: tuple[ModuleType, ...] = (
    schools,
    student_dimensions,
    staff_dimensions,
    courses,
    student_facts,
    sections,
    staff_facts,
    attendance_events,
    daily_attendance,
    assessments,
    staffing,
    enrollment,
    assessment_analysis,
    absence_analysis,
    gaps,
    growth,
    growth_facts,
    school_analysis,
    employee_dimensions,
    timekeeping,
)

AUDITED = (
    "enrollment_summary",
    "chronic_absence",
    "student_performance",
    "equity_gaps",
    "student_growth",
    "staffing_ratios",
    "school_comparison",
)
"""Analysis tables that are released here: those that count the same students, in the same schools and grades."""

RECORDS = {
    "stg_timekeeping_employee": "_timekeeping_persons.parquet",
    "stg_timekeeping_punch": "_timekeeping_punches.parquet",
}
"""What the synthetic district's timekeeping system holds, in the columns of the store of punches."""


def absentee_categories() -> ibis.Table:
    return absentee_bands.absentee_categories()


def employee_crosswalk() -> ibis.Table:
    return ibis.memtable(crosswalk_rows(None, "employee_crosswalk"), schema=schema_of(TABLES["employee_crosswalk"]))


def position_crosswalk() -> ibis.Table:
    return _staff_crosswalk("position_crosswalk")


def program_crosswalk() -> ibis.Table:
    return _staff_crosswalk("program_crosswalk")


def _staff_crosswalk(name: str) -> ibis.Table:
    return ibis.memtable(staff_crosswalk(name, None), schema=schema_of(TABLES[name]))


OWN = {
    "position_crosswalk": position_crosswalk,
    "program_crosswalk": program_crosswalk,
    "absentee_categories": absentee_categories,
    "employee_crosswalk": employee_crosswalk,
    "fct_student_daily_attendance": each_table_once(
        fct_student_daily_attendance, {"attendance_events": "fct_student_school_attendance_event"}
    ),
}
"""Functions that the platform wraps before it runs them."""


def build_judged_tables(tables: DuckDBTables, settings: Settings) -> None:
    """Writes every table that some rule judges and staging does not make."""
    _stage_records(tables, settings.home.raw)
    built = {f"stg_{name}" for name in EXTRACTS} | RECORDS.keys()
    for name in sorted({name for rule in RULES.values() for name in rule.tables}):
        if TABLES[name].layer is not Layer.BOOKKEEPING:
            _build(tables, settings, name, built)


def build_analysis_tables(tables: DuckDBTables, settings: Settings, names: Iterable[str]) -> None:
    """Writes these tables, and those that they are made from."""
    _stage_records(tables, settings.home.raw)
    built = {f"stg_{name}" for name in EXTRACTS} | RECORDS.keys()
    for name in names:
        _build(tables, settings, name, built)


def _stage_records(tables: DuckDBTables, raw: Path) -> None:
    """The store's tables without the store: empty in a district that has no timekeeping system."""
    for name, file in RECORDS.items():
        tables.replace(TABLES[name], [])
        if (raw / file).exists():
            records = tables.connection.read_parquet(str(raw / file))
            columns = [column for column in TABLES[name].columns if column in records.columns]
            deleted = ", false as is_deleted" if "is_deleted" in TABLES[name].columns else ""
            tables.connection.execute(
                f"insert into {name} by name select {', '.join(columns)}{deleted} from read_parquet('{raw / file}')"
            )


def _build(tables: DuckDBTables, settings: Settings, name: str, built: set[str]) -> None:
    if name in built:
        return
    if name in (AUDIT, RELATIONS):
        _build_audit(tables, settings, built)
        return
    function = _function(name)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.annotation is ibis.Table:
            _build(tables, settings, parameter.name, built)
    tables.replace(TABLES[name], function(**arguments(function, settings)))
    built.add(name)


def _build_audit(tables: DuckDBTables, settings: Settings, built: set[str]) -> None:
    """What the audit says of the release of these tables, without earlier ones."""
    for name in AUDITED:
        _build(tables, settings, name, built)
    analysis = {name: tables.connection.table(name).df() for name in AUDITED}
    release = released(analysis, settings.privacy, settings.effective_date).tables
    found = audit(release, analysis, settings.privacy, settings.attendance)
    tables.replace(TABLES[AUDIT], rows_of(found.judged, found.findings))
    tables.replace(TABLES[RELATIONS], relation_rows(found))
    built |= {AUDIT, RELATIONS}


def _function(name: str) -> Callable[..., ibis.Table]:
    [function] = {vars(module)[name] for module in MODULES if name in vars(module)} if name not in OWN else {OWN[name]}
    return function
