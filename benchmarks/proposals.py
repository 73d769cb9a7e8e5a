"""How many proposals called sure are right where a file's values are seen, too, and its vendor's profile is not.

    python -m benchmarks.proposals

The synthetic district is written as each vendor writes it, and its files are proposed by names and values alone. A sure proposal agrees
where the vendor's profile reads the same header for the column; by it these files are published as the canonical ones are
(`whole/test_vendors.py`). The others are printed: an id may stand in two files, and which extract a file is, is a question of its own.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Assessments, Engine, Synthetic
from district_platform.sources.mapped.document import Rows, headers_of
from district_platform.sources.mapped.proposing.binding import Bound
from district_platform.sources.mapped.proposing.drafting import draft_blocks
from district_platform.sources.mapped.proposing.proposal import look_at
from district_platform.sources.synthetic.vendors import UNMAPPED, WRITERS, generate_as

AS_OF = date(2026, 2, 13)
Place = tuple[str, str]
"""A file and a header in it."""


def origins(bound: Bound, rows: Rows, header: str) -> Iterator[Place]:
    """The headers of files that a header of a block or step is made of."""
    name = rows.from_
    for join in rows.join:
        if header in join.taken:
            name, header = join.file, join.taken[header]
            break
    if name not in bound.step:
        yield name, header
        return
    for step in bound.step[name]:
        for one in headers_of(step.columns[header]) if header in step.columns else ():
            yield from origins(bound, step, one)


def read_by(bound: Bound) -> dict[Place, set[Place]]:
    """The headers that a profile reads for each column of an extract."""
    read: dict[Place, set[Place]] = {}
    for path, blocks in bound.extract.items():
        for block in blocks:
            for column, operation in block.columns.items():
                for header in headers_of(operation):
                    read.setdefault((path, column), set()).update(origins(bound, block, header))
    return read


@click.command()
@click.option("--students", default=50, show_default=True)
@click.option("--vendor", "vendors", multiple=True, default=sorted(WRITERS.keys() - {UNMAPPED}))
def main(students: int, vendors: tuple[str, ...]) -> None:
    """Prints the counts of each vendor, and what its profile does not read."""
    synthetic = Synthetic.model_validate(
        {"students": students, "years": 1, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
    )
    for vendor in vendors:
        with tempfile.TemporaryDirectory() as root, connect(":memory:", Engine()) as connection:
            generate_as(vendor, Path(root) / "export", synthetic, Assessments(), AS_OF)
            tables = DuckDBTables(connection)
            look = look_at(tables, Path(root) / "export")
            drafted = draft_blocks(tables, list(look.sources.values()), None)
        if look.bound is None:
            raise click.ClickException(f"the files of {vendor} are not recognised as its own.")
        read = read_by(look.bound)
        sure = [
            ((block.extract.path, column), (block.source.group.name, match.candidates[0].header))
            for block in drafted
            for column, match in block.matches.items()
            if match.band == "sure" and column in block.columns
        ]
        others = [(column, place) for column, place in sure if place not in read.get(column, set())]
        click.echo(f"{vendor}: {len(sure)} sure, {len(sure) - len(others)} as its profile reads them")
        for column, place in others:
            told = ", ".join(map(".".join, sorted(read.get(column, set())))) or "nothing"
            click.echo(f"  {'.'.join(column)} = {'.'.join(place)}; its profile reads {told}")


if __name__ == "__main__":
    main()
