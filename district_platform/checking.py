"""`district-platform check`: the extracts against the contract, without loading anything. Prints what is wrong and how to mend it."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from district_platform.dictionary import EXTRACTS
from district_platform.engine import database
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status, evaluate
from district_platform.settings import Settings
from district_platform.sources.delivery import files_that_are_no_extract
from district_platform.sources.oneroster import Conversion, OneRosterError, convert
from district_platform.staging.loading import Loaded, load_extract, values_at_fault

EXAMPLES = 5
CONTRACT = "CON-"


def check_extracts(settings: Settings, console: Console) -> int:
    """0 where the extracts can be published, findings for stewards or not; 1 where a rule of severity error refuses them."""
    with tempfile.TemporaryDirectory() as folder:
        raw = settings.home.raw
        if settings.sources.kind == "oneroster":
            raw = Path(folder)
            try:
                conversion = convert(settings.home.root / settings.sources.oneroster.path, raw)
            except OneRosterError as error:
                console.print(f"[red]OneRoster[/red]: {escape(str(error))}")
                return 1
            _print_conversion(conversion, console)
        with database.connect(":memory:", settings.engine) as connection:
            loaded = [load_extract(connection, raw, extract) for extract in EXTRACTS.values()]
            _print_accounts(loaded, console)
            results = [evaluate(connection, r, settings) for r in RULES.values() if r.id.startswith(CONTRACT)]
            values = values_at_fault(connection)
        for result in results:
            _print_result(result, values, console)
    if settings.sources.kind == "files":
        for note in files_that_are_no_extract(raw):
            console.print(f"[yellow]unknown file[/yellow]: {escape(note)}")
    return _verdict(results, console)


def _print_conversion(conversion: Conversion, console: Console) -> None:
    for file in conversion.files:
        console.print(f"{file.file}: {file.rows_read:,} rows read, {file.rows_rejected:,} rejected")
    for reject in conversion.rejects[:EXAMPLES]:
        place = f"{reject.file}:{reject.line} {reject.column}"
        console.print(f"  {escape(place)} {escape(repr(reject.value))}: {escape(reject.reason)}")
    for note in conversion.notes:
        console.print(f"  {escape(note)}")


def _print_accounts(loaded: list[Loaded], console: Console) -> None:
    table = Table("file", box=None)
    for name in ("rows read", "accepted", "rejected"):
        table.add_column(name, justify="right")
    for file in (file for extract in loaded for file in extract.files):
        rejected = f"{file.n_rejected:,}" if file.n_rejected else ""
        table.add_row(escape(file.name), f"{file.n_rows_read:,}", f"{file.n_rows_read - file.n_rejected:,}", rejected)
    console.print(table)
    absent = [extract.extract for extract in loaded if not extract.files]
    if absent:
        console.print(f"Not delivered: {', '.join(absent)}")


def _print_result(result: RuleResult, values: dict[str, list[str]], console: Console) -> None:
    if result.status not in (Status.WARNED, Status.FAILED):
        return
    color = "red" if result.status is Status.FAILED else "yellow"
    console.print(f"\n[{color}]{result.rule.id}[/{color}] {result.rule.title}: {result.n_offenders:,}")
    for offender in result.offenders[:EXAMPLES]:
        value = "".join(f" {value!r}" for value in values.get(offender.key, []))
        console.print(escape(f"  {offender.key}{value}: {offender.message}"))
    if result.n_offenders > EXAMPLES:
        console.print(f"  … and {result.n_offenders - EXAMPLES:,} more")
    console.print(f"  To mend: {result.rule.how_to_fix}")


def _verdict(results: list[RuleResult], console: Console) -> int:
    failed = [result.rule.id for result in results if result.status is Status.FAILED]
    if failed:
        console.print(f"\n[red]These extracts would not be published[/red]: {', '.join(failed)}.")
        return 1
    n_findings = sum(result.n_offenders for result in results)
    console.print(f"\nThese extracts can be published; {n_findings:,} findings for stewards.")
    return 0
