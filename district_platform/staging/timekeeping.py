"""Employees and punches, from the store of punches into the warehouse. The store has judged them already; nothing is judged here."""

from collections.abc import Iterator

import dagster as dg
import ibis

from district_platform.dictionary import TABLES
from district_platform.engine.assets import table_spec
from district_platform.engine.resources import Warehouse, table_metadata
from district_platform.engine.versions import code_version
from district_platform.settings import Settings
from district_platform.timekeeping.assets import STORE
from district_platform.timekeeping.reading import store_tables

EMPLOYEE, PUNCH = "stg_timekeeping_employee", "stg_timekeeping_punch"
UNKNOWN_EMPLOYEE = "unknown employee"


def timekeeping_staging(settings: Settings) -> dg.AssetsDefinition:
    """One step for both tables, so that a store on a server is read only once. An empty store leaves both tables empty."""

    def stage_timekeeping(warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
        home, timekeeping, engine = settings.home, settings.timekeeping, settings.engine
        with (
            warehouse.tables() as tables,
            store_tables(tables, home, timekeeping, engine, warehouse.key) as stored,
        ):
            for name, staged in (
                (EMPLOYEE, stored["employee"]),
                (PUNCH, staged_punches(stored["punch"], stored["punch_reject"])),
            ):
                tables.replace(TABLES[name], staged)
                yield dg.MaterializeResult(asset_key=name, metadata=table_metadata(tables, TABLES[name]))

    specs = [_spec(name) for name in (EMPLOYEE, PUNCH)]
    return dg.multi_asset(name="stage_timekeeping", specs=specs)(stage_timekeeping)


def staged_punches(punches: ibis.Table, rejects: ibis.Table) -> ibis.Table:
    """Every punch that has an id: also of employees whom the timekeeping system does not know, which its store sets aside."""
    unknown = rejects.filter(rejects.reason == UNKNOWN_EMPLOYEE, rejects.punch_id.notnull())
    latest = unknown.group_by("punch_id").agg(reject_key=unknown.reject_key.max())
    unknown = unknown.semi_join(latest, "reject_key").anti_join(punches, "punch_id")
    return punches.union(unknown.mutate(is_deleted=ibis.literal(False)).select(*punches.columns))


def _spec(name: str) -> dg.AssetSpec:
    table = TABLES[name]
    spec = table_spec(table)
    return dg.AssetSpec(name, deps=[STORE], code_version=code_version(staged_punches, [table]), **spec)
