"""`sql`: a question of one's own about what was published last."""

import csv
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich import box
from rich.table import Table

from district_platform.cli.common import console, home_option, settings_of
from district_platform.cli.terminal import cells, plain

if TYPE_CHECKING:
    from district_platform.engine.asking import Answer

PART = 10_000
"""Rows of a CSV that are taken at a time."""


@click.command()
@home_option
@click.argument("question", required=False)
@click.option("--file", "-f", type=click.File(), help="Ask what stands in this file; - for standard input.")
@click.option("--tables", "is_list", is_flag=True, help="List the tables that can be asked.")
@click.option("--csv", "is_csv", is_flag=True, help="Answer as CSV, with every row.")
@click.option(
    "--rows", default=40, show_default=True, type=click.IntRange(1), help="How many rows of an answer to show."
)
def sql(home: Path | None, question: str | None, file: IO[str] | None, is_list: bool, is_csv: bool, rows: int) -> None:
    """Ask QUESTION, in DuckDB's SQL, of the tables that were published last: dimensions, facts, measures, released analysis tables.

    Nothing is changed by it. Dimensions, facts and measures hold data on single people: share an answer as you would share them.
    """
    from district_platform.dictionary.ddl import published_sql
    from district_platform.engine.asking import Asking, AskingError

    if [question is not None, file is not None, is_list].count(True) != 1:
        raise click.UsageError("Give one of a question, --file and --tables.")
    asking = Asking(settings_of(home).home.root, published_sql())
    if not asking.tables():
        raise click.ClickException("Nothing is published here yet: district-platform run.")
    if is_list:
        console.print("\n".join(asking.tables()))
        return
    try:
        for answer in asking.answers(file.read() if file else question or ""):
            _write_csv(answer) if is_csv else _show(answer, rows)
    except AskingError as error:
        raise click.ClickException(str(error)) from None


def _write_csv(answer: "Answer") -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    while part := answer.take(PART):
        writer.writerows([str(value).lower() if isinstance(value, bool) else value for value in row] for row in part)


def _show(answer: "Answer", n_rows: int) -> None:
    """The first rows as a table, and whether there are more."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in answer.columns:
        table.add_column(plain(column))
    taken = answer.take(n_rows + 1)
    for row in taken[:n_rows]:
        table.add_row(*cells(*("" if value is None else value for value in row)))
    console.print(table)
    if len(taken) > n_rows:
        console.print(f"The first {n_rows} rows; --rows shows more, --csv all.")
