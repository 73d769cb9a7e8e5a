"""Runs a model on the run's DuckDB. All work is in a scratch database; no record comes into Python."""

from contextlib import ExitStack
from types import TracebackType

import ibis
import ibis.expr.types as ir

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.scratch import keep, scratch_database, scratch_table
from district_platform.quality.linkage.blocking import LeftOut, with_blocks
from district_platform.quality.linkage.model import KEY, Comparison, Model


class RecordLinker:
    """Finds pairs of records that are probably one person. What it found can be read until the `with` block ends."""

    def __init__(self, tables: DuckDBTables) -> None:
        self._tables = tables
        self._open = ExitStack()
        self._worker: DuckDBTables | None = None
        self.left_out: list[LeftOut] = []
        """What the last search did not compare."""

    def __enter__(self) -> "RecordLinker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def pairs(self, records: ibis.Table, model: Model, least_probability: float) -> ibis.Table:
        """One row per pair at or above that match probability: one_id, other_id (the smaller id first), match_probability, evidence.

        `records` has one row per `record_id` and the columns that the model compares. `left_out` then says what was not compared.
        """
        from splink import DuckDBAPI, Linker

        if self._worker is None:
            self._worker = self._open.enter_context(scratch_database(self._tables))
        n_records = keep(self._worker, "people", records)
        people = ibis.table(records.schema(), name="people")
        blocked, self.left_out = with_blocks(self._worker, people, model.blocks)
        keep(self._worker, "records", blocked)
        api = DuckDBAPI(self._worker.connection)
        linker = Linker(api.register("records"), model.settings(n_records), log_level=None, validate_settings=False)
        scored = linker.inference.predict(threshold_match_probability=least_probability)
        found = scratch_table(scored.physical_name, _scored_schema(model, records[KEY].type()))
        return found.select(
            one_id=f"{KEY}_l",
            other_id=f"{KEY}_r",
            match_probability="match_probability",
            evidence=_evidence(found, model),
        )


def _scored_schema(model: Model, key: ibis.DataType) -> ibis.Schema:
    outcomes = {f"gamma_{comparison.name}": "int32" for comparison in model.comparisons}
    return ibis.schema({f"{KEY}_l": key, f"{KEY}_r": key, "match_probability": "float64", **outcomes})


def _evidence(found: ibis.Table, model: Model) -> ir.StringValue:
    """What was compared and how it came out, in words; '; ' between."""
    told = [_told(found, comparison) for comparison in model.comparisons]
    return ibis.array(told).filter(lambda text: text != "").join("; ")


def _told(found: ibis.Table, comparison: Comparison) -> ir.StringValue:
    outcome = found[f"gamma_{comparison.name}"]
    return ibis.cases(*((outcome == number, text) for number, text in comparison.evidence.items()), else_="")
