"""What loads of the attendance history into DynamoDB take and cost.

    python -m benchmarks.attendance_store --students 556       180 days each, against moto in this process: 100,080 items for real
    python -m benchmarks.attendance_store --students 100000 --simulated     18,000,000 items against a client that only counts

Attendance is drawn inside the engine, 7 % of days absent. The simulated service has the limits of a new table on demand: 4,000 write units
a second, one for each item below 1 KB and one more for each that is in the index, batches of 25 at most; what is beyond the limit stays
unprocessed, and waiting moves a clock of its own. Everything before the service is real: comparison, journal, items, batches.

Prints items, write units, dollars, and minutes of the service's clock (simulated) or of this machine (moto), for the first load, for
a day's change (each student one more day, 7 % of them absent, and one absence in a thousand corrected), and for a load without a change.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from district_platform.destinations.dynamodb import table
from district_platform.destinations.dynamodb.costs import DOLLARS_A_MILLION_WRITES, UNITS_A_SECOND
from district_platform.destinations.dynamodb.loading import Loader
from district_platform.destinations.dynamodb.requests import MOST_IN_A_BATCH, Requests
from district_platform.destinations.model import Published
from district_platform.dictionary import TABLES, columns_of
from district_platform.outputs.attendance_history import READ
from district_platform.settings import DynamoDB

DAYS = 180
_TYPES = {"string": "varchar", "int64": "bigint", "float64": "double"}
SECTION = DynamoDB(kind="dynamodb", table="attendance", region="us-east-1")


class Counting:
    """The service's limits and nothing else; `sleep` moves its clock."""

    def __init__(self) -> None:
        self.units, self.requests, self.clock = 0, 0, 0.0
        self._room, self._at = float(UNITS_A_SECOND), 0.0
        self._own: dict[str, Any] = {}

    def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 - the service's name
        [(name, requests)] = RequestItems.items()
        assert len(requests) <= MOST_IN_A_BATCH
        self.requests += 1
        self._room = min(UNITS_A_SECOND, self._room + (self.clock - self._at) * UNITS_A_SECOND)
        self._at = self.clock
        for n, request in enumerate(requests):
            units = 1 + ("gsi_school_day" in request["PutRequest"]["Item"]) if "PutRequest" in request else 2
            if self._room < units:
                self.clock += (units - self._room) / UNITS_A_SECOND
                return {"UnprocessedItems": {name: requests[n:]}}
            self._room -= units
            self.units += units
        return {}

    def update_item(self, **given: Any) -> dict[str, Any]:
        return {"Attributes": {"fencing": {"N": "1"}}}

    def get_item(self, Key: dict[str, Any], **given: Any) -> dict[str, Any]:  # noqa: N803
        return {"Item": self._own} if self._own else {}

    def transact_write_items(self, TransactItems: list[Any]) -> dict[str, Any]:  # noqa: N803
        self._own = TransactItems[1]["Put"]["Item"]
        return {}


def draw(folder: Path, number: int, n_students: int, n_days: int, is_corrected: bool) -> Published:
    """A publication with so many days of each student."""
    out = folder / f"v{number:08}-made" / "out"
    out.mkdir(parents=True)
    absent = f"(hash(s, d) % 100 < 7{' and not (s * 7 + d) % 1000 = 0' if is_corrected else ''})"
    days = {
        "k_student_xyear": "printf('%08d', s)",
        "k_school": "printf('%04d', s // 700)",
        "school_year": "2026",
        "k_session": "'FY'",
        "calendar_date": "date '2025-08-18' + d::integer",
        "is_enrolled": "1",
        "attendance_event_category": f"case when {absent} then 'Absence' else 'In Attendance' end",
        "attendance_excusal_status": f"case when {absent} then 'Unexcused' else 'In Attendance' end",
        "is_absent": f"{absent}::integer",
        "is_present": f"(not {absent})::integer",
    }
    with duckdb.connect() as connection:
        for name in READ:
            values = days if name == READ[0] else {}
            columns = ", ".join(
                f'({values.get(c.name, "null")})::{_TYPES.get(c.type, c.type)} as "{c.name}"'
                for c in columns_of(TABLES[name])
            )
            rows = f"range({n_students}) students(s), range({n_days}) dates(d)" if values else "range(0)"
            connection.execute(f"copy (select {columns} from {rows}) to '{out / name}.parquet' (format parquet)")
    return Published(out.parent, 3)


@contextmanager
def service(is_simulated: bool) -> Iterator[Any]:
    if is_simulated:
        yield Counting()
        return
    import boto3
    from moto import mock_aws

    with mock_aws():
        client = boto3.client("dynamodb", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        table.create(Requests("benchmark", SECTION, client), SECTION, sleep=lambda seconds: None)
        yield client


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=556)
    parser.add_argument("--simulated", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, service(given.simulated) as client:
        root, sleep = Path(made), getattr(client, "sleep", time.sleep)
        requests = Requests("benchmark", SECTION, client, sleep)
        loader = Loader(SECTION, requests, root / "known", threads=1 if given.simulated else 8)
        for number, (what, n_days, is_corrected) in enumerate(
            (("first load", DAYS - 1, False), ("a day's change", DAYS, True), ("no change", DAYS, True)), start=1
        ):
            published = draw(root, number, given.students, n_days, is_corrected)
            began, units, clock = time.monotonic(), getattr(client, "units", 0), getattr(client, "clock", 0.0)
            counts = loader.load(published)
            took = time.monotonic() - began
            line = f"{what}: {counts['new']:,} new, {counts['changed']:,} changed, {counts['gone']:,} gone; "
            if given.simulated:
                spent = client.units - units
                line += f"{spent:,} write units, ${spent * DOLLARS_A_MILLION_WRITES / 1e6:,.2f}, "
                line += f"{(client.clock - clock) / 60:,.1f} minutes at the service's limit; "
            print(f"{line}{took:,.1f} s of this machine", flush=True)


if __name__ == "__main__":
    main()
