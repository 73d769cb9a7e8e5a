"""A finished pull as tables of the engine: a row for each record, with the file and number by which it is told."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.raw_files import FILE, LINE
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.descriptors import Crosswalk
from district_platform.sources.edfi.pulling import PULLED, Pull
from district_platform.sources.edfi.resources import RESOURCES

SEGMENT, ODS_YEAR = "segment", "ods_year"
ORIGIN = (FILE, LINE, SEGMENT, ODS_YEAR)

SPELLED_BY = {
    "student_id": "students",
    "educator_id": "staffs",
    "section_id": "sections",
    "course_id": "courses",
    "session_id": "sessions",
}
"""The resource whose spelling of an id holds: some senders write it in another case where they refer to it."""


class Pulled:
    """The resources of a pull, each a temporary table from its first use on. One that was not pulled has no rows."""

    def __init__(
        self,
        tables: DuckDBTables,
        folder: Path,
        pull: Pull,
        crosswalks: dict[str, Crosswalk],
        source: EdfiSource,
    ) -> None:
        self.tables, self.folder, self.pull, self.source = tables, folder, pull, source
        self.crosswalks = crosswalks
        self._loaded: dict[str, ibis.Table] = {}

    def __getitem__(self, resource: str) -> ibis.Table:
        if resource not in self._loaded:
            self._loaded[resource] = self._spelled(resource, self._load(resource))
        return self._loaded[resource]

    def has(self, *resources: str) -> bool:
        """Whether each of these was pulled, from one segment at least; it may have no records."""
        given = {part.resource for part in self.pull.parts if part.status == PULLED}
        return given.issuperset(resources)

    def crosswalk(self, name: str) -> Crosswalk:
        return self.crosswalks[f"{name}Descriptor"]

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Keeps rows that several extracts need."""
        self._loaded[f"_{name}"] = kept = self.tables.temporary(f"edfi_{name}", rows)
        return kept

    def drop(self) -> None:
        """Removes the temporary tables."""
        self.tables.drop(*(f"edfi_{name.removeprefix('_')}" for name in self._loaded))

    @cached_property
    def school_ids(self) -> ibis.Table:
        schools = self["schools"]
        return schools.select("school_id").distinct()

    def _load(self, resource: str) -> ibis.Table:
        schema = RESOURCES[resource].schema
        for name, kind in zip(ORIGIN, (pa.string(), pa.int64(), pa.string(), pa.int64()), strict=True):
            schema = schema.append(pa.field(name, kind))
        reader = pa.RecordBatchReader.from_batches(schema, self._batches(resource, schema))
        return self.tables.keep(f"edfi_{resource}", ibis.Schema.from_pyarrow(schema), reader)

    def _batches(self, resource: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for part in self.pull.parts:
            if part.resource != resource or part.status != PULLED:
                continue
            line = 1
            for batch in pq.ParquetFile(self.folder / part.file).iter_batches():
                n = batch.num_rows
                origin = [
                    pa.array([part.file] * n, pa.string()),
                    pa.array(range(line, line + n), pa.int64()),
                    pa.array([part.segment] * n, pa.string()),
                    pa.array([part.year] * n, pa.int64()),
                ]
                yield pa.record_batch([*batch.columns, *origin], schema=schema)
                line += n

    def _spelled(self, resource: str, rows: ibis.Table) -> ibis.Table:
        """The rows with their ids as the resource spells them that defines them, where they only differ in case."""
        for column, home in SPELLED_BY.items():
            if column not in rows.columns or resource == home or not self.has(home):
                continue
            known = self[home].select(column).distinct()
            strangers = rows.filter(rows[column].notnull()).anti_join(known, column)
            if self.tables.fetch(strangers.agg(n=strangers.count()))[0][0]:
                spelling = known.group_by(key=known[column].lower()).agg(spelled=known[column].min())
                joined = rows.left_join(spelling, rows[column].lower() == spelling.key)
                respelled = joined.select(
                    *(name for name in rows.columns if name != column),
                    ibis.coalesce(joined.spelled, joined[column]).name(column),
                )
                rows = self.tables.temporary(f"edfi_{resource}_spelled", respelled)
        return rows


def year_of(date: ir.StringValue) -> ir.IntegerValue:
    """The school year of a date as ISO text, by its spring; null where it is no date."""
    day = date.try_cast("date")
    return day.year() + (day.month() >= SCHOOL_YEAR_BEGINS).cast("int64")


def school_year(rows: ibis.Table, *dates: str) -> ir.IntegerValue:
    """The school year that a record states, else that of the first of its dates that is there, else that of its ODS."""
    stated = [rows.school_year.try_cast("int64")] if "school_year" in rows.columns else []
    return ibis.coalesce(*stated, *(year_of(rows[name]) for name in dates), rows[ODS_YEAR]).cast("int64")


def one_each(rows: ibis.Table, key: Sequence[str]) -> ibis.Table:
    """One row for each key: of several ODS that hold it, the one of its own school year, else the latest."""
    order: list[ir.Value] = []
    if "school_year" in rows.columns:
        order.append(ibis.desc((rows[ODS_YEAR] == rows.school_year).fill_null(False)))
    order += [ibis.desc(rows[SEGMENT]), rows[FILE].asc(), rows[LINE].asc()]
    place = ibis.row_number().over(ibis.window(group_by=[rows[name] for name in key], order_by=order))
    return rows.mutate(_place=place).filter(lambda t: t._place == 0).drop("_place")
