"""Pulls of a few records that a test writes down, and what extracts become of them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi import enrollments
from district_platform.sources.edfi.descriptors import read_crosswalks
from district_platform.sources.edfi.flattening import batch_of
from district_platform.sources.edfi.pulled import Pulled
from district_platform.sources.edfi.pulling import NOT_GRANTED, PULLED, Part, Pull
from district_platform.sources.edfi.resources import RESOURCES

Records = list[dict[str, Any]]
ED_FI = "uri://ed-fi.org"


def d(name: str, code: str, namespace: str = ED_FI) -> str:
    """A descriptor's value."""
    return f"{namespace}/{name}Descriptor#{code}"


def student(unique_id: str = "s1") -> dict[str, Any]:
    return {"studentReference": {"studentUniqueId": unique_id}}


def school(school_id: int = 1) -> dict[str, Any]:
    return {"schoolReference": {"schoolId": school_id}}


def year(spring: int) -> dict[str, Any]:
    return {"schoolYearTypeReference": {"schoolYear": spring}}


def stay(entry: str = "2025-08-20", exit_date: str | None = None, **fields: Any) -> dict[str, Any]:
    """A studentSchoolAssociation of s1 at school 1."""
    ends = {"exitWithdrawDate": exit_date} if exit_date else {}
    grade = {"entryGradeLevelDescriptor": d("GradeLevel", "Third grade")}
    return {**student(), **school(), **year(2026), "entryDate": entry, **grade, **ends, **fields}


def write_pull(folder: Path, ods: Mapping[int | None, Mapping[str, Records | None]]) -> Pull:
    """Writes a finished pull of these records, by year of the ODS and resource; None is a resource that was not granted."""
    pull = Pull("test", "7.3", 5, 0)
    for of_year, resources in ods.items():
        for name, records in resources.items():
            segment = str(of_year) if of_year else "all"
            part = Part(name, segment, of_year, NOT_GRANTED if records is None else PULLED)
            pull.parts.append(part)
            if records is not None:
                part.n_records = len(records)
                with_ids = [{"id": f"{number:032x}"} | record for number, record in enumerate(records, start=1)]
                path = folder / part.file
                path.parent.mkdir(parents=True, exist_ok=True)
                pq.write_table(pa.Table.from_batches([batch_of(with_ids, RESOURCES[name])]), path)
    pull.write(folder)
    return pull


class Making:
    """Extracts of records, in a folder of the test. `lines` are the district's crosswalks, as text by descriptor."""

    def __init__(self, tables: DuckDBTables, folder: Path) -> None:
        self.tables, self.folder, self.reference = tables, folder / "pulled", folder / "reference"

    def lines(self, name: str, text: str) -> None:
        path = self.reference / "edfi" / f"{name}Descriptor.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def pulled(self, ods: Mapping[int | None, Mapping[str, Records | None]] | None = None, **settings: Any) -> Pulled:
        """What a pull of several ODS holds."""
        pull = write_pull(self.folder, ods or {})
        source = EdfiSource.model_validate(settings)
        return Pulled(self.tables, self.folder, pull, read_crosswalks(self.reference), source)

    def one(self, settings: Mapping[str, Any] | None = None, **resources: Records | None) -> Pulled:
        """What a pull of one ODS for all years holds."""
        return self.pulled({None: resources}, **(settings or {}))

    def rows(self, made: ibis.Table, *columns: str) -> list[tuple]:
        """The rows of an extract in these columns, sorted; every value as text, as it is written."""
        shown = made.select(*(made[name].cast("string").name(name) for name in columns))
        return sorted(self.tables.fetch(shown), key=str)

    def of_stays(self, pulled: Pulled, make: Callable[[Pulled, ibis.Table], ibis.Table], *columns: str) -> list[tuple]:
        """The rows of an extract that needs the enrollments."""
        return self.rows(make(pulled, pulled.keep("stays", enrollments.stays(pulled))), *columns)
