"""`map check`: a conversion into a folder that is thrown away, what became of the rows, and what the contract's rules say of them."""

import tempfile
from collections import Counter
from pathlib import Path

import ibis
from rich.console import Console

from district_platform.cli.checking import Elsewhere, print_result, rules_of_extracts, tables_for_check
from district_platform.cli.terminal import plain
from district_platform.dictionary import COLUMNS, EXTRACTS, TABLES, Sensitivity
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.tables import unbound
from district_platform.quality.evaluation import Status, evaluate
from district_platform.settings import MappedSource, Settings
from district_platform.sources.account import keep_account
from district_platform.sources.conversion import Conversion
from district_platform.sources.extracts import files_to_read
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Mapping
from district_platform.sources.mapped.reading import BY_PATH, read_mapping
from district_platform.sources.reference.tables import waiver_rows
from district_platform.staging.formats import formats_of
from district_platform.staging.loading import load_files, values_at_fault

EXAMPLES = 5
ABOUT_FILES = ("extract_files", "extract_columns")
"""Tables of which no finding names a person: it is about a file, or a column of it."""
MASKED = {Sensitivity.PII, Sensitivity.SENSITIVE, Sensitivity.DIRECTORY}


def check_mapping(settings: Settings, name: str, folder: Path, rows: int, show_values: bool, console: Console) -> int:
    """0 where all is decided and no rule finds anything, else 1. Raises MappingError where the files cannot be converted."""
    mapping = read_mapping(settings.home.mappings / f"{name}.toml")
    own = MappedSource(name=name, path=folder)
    providers = settings.sources.providers
    update = {"mapped": own} if "mapped" in providers else {"mapped": own, "kind": "mapped"}
    sources = settings.sources.model_copy(update=update)
    with tables_for_check(settings) as tables, tempfile.TemporaryDirectory() as out:
        target = Path(out) / "mapped"
        conversion = convert_mapped(
            tables, mapping, folder, target, sources.null_words, sources.max_file_bytes, proposed_too=True
        )
        formats = formats_of(sources)
        home = Elsewhere(settings.home, Path(out))
        for extract in EXTRACTS.values():
            load_files(tables, files_to_read(home, sources, extract), extract, formats[extract.name])
        keep_account(tables, {"mapped": conversion})
        tables.replace(TABLES["waivers"], waiver_rows(settings.home))
        results = [evaluate(tables, rule, settings) for rule in rules_of_extracts()]
        for path in dict.fromkeys(path for path, _, _ in mapping.blocks()):
            _print_extract(tables, path, conversion, rows, show_values, console)
        values = values_at_fault(tables) if show_values else {}
    for note in conversion.notes:
        console.print(plain(note))
    for result in results:
        print_result(result, values, console, shows_keys=show_values or result.rule.table in ABOUT_FILES)
    n_findings = sum(result.n_open for result in results if result.status in (Status.WARNED, Status.FAILED))
    return _verdict(mapping, n_findings, len(conversion.rejects), console)


def _print_extract(
    tables: DuckDBTables, path: str, conversion: Conversion, rows: int, show_values: bool, console: Console
) -> None:
    files = [f for f in conversion.files if f.part.split(" (")[0] == path]
    read, accepted = sum(f.rows_read for f in files), sum(f.rows_accepted for f in files)
    rejected, left_out = sum(f.rows_rejected for f in files), sum(f.rows_left_out for f in files)
    at_fault = Counter(r.column for r in conversion.rejects if r.part.split(" (")[0] == path)
    why = f" ({', '.join(f'{column} {n:,}' for column, n in at_fault.most_common(EXAMPLES))})" if at_fault else ""
    console.print(
        plain(f"\n{path}   read {read:,}  accepted {accepted:,}  rejected {rejected:,}{why}  left out {left_out:,}")
    )
    for reject in [r for r in conversion.rejects if r.part.split(" (")[0] == path][:EXAMPLES]:
        value = f" {reject.value!r}" if show_values and reject.value else ""
        console.print(plain(f"  {reject.file}, line {reject.line}{value}: {reject.reason}"))
    staged = unbound(f"stg_{BY_PATH[path].name}")
    for line in _facts(tables, staged):
        console.print(plain(f"  {line}"))
    shown = tables.fetch(staged.limit(rows)) if rows else []
    for record in shown:
        cells = [_cell(column, value, show_values) for column, value in zip(staged.columns, record, strict=True)]
        console.print(plain(f"  | {' | '.join(cells)}"))


def _facts(tables: DuckDBTables, staged: ibis.Table) -> list[str]:
    """School years, schools, and the share of empty values by column."""
    n = tables.count(staged.get_name())
    lines = []
    if "school_year" in staged.columns:
        [(first, last)] = tables.fetch(staged.agg(first=staged.school_year.min(), last=staged.school_year.max()))
        lines.append(f"years {first}–{last}" if first != last else f"year {first}")
    if "school_id" in staged.columns:
        [(schools,)] = tables.fetch(staged.agg(n=staged.school_id.nunique()))
        lines.append(f"schools {schools:,}")
    lines = [", ".join(lines)] if lines else []
    if n:
        [empty] = tables.fetch(staged.agg(**{name: staged[name].isnull().mean() for name in staged.columns}))
        shares = [f"{name} {share:.0%}" for name, share in zip(staged.columns, empty, strict=True) if share]
        lines += [f"empty: {', '.join(shares)}"] if shares else []
    return lines


def _cell(column: str, value: object, show_values: bool) -> str:
    if value is None:
        return ""
    return str(value) if show_values or COLUMNS[column].sensitivity not in MASKED else "•" * min(len(str(value)), 8)


def _verdict(mapping: Mapping, n_findings: int, n_rejects: int, console: Console) -> int:
    proposed = sorted({path for path, _, block in mapping.blocks() if block.status == "proposed"})
    open_ = [f"{len(mapping.open):,} decisions are open"] if mapping.open else []
    open_ += [f"only proposed: {', '.join(proposed)}"] if proposed else []
    found = [f"{n_findings:,} findings"] if n_findings else []
    found += [f"{n_rejects:,} rows rejected"] if n_rejects else []
    if open_ or found:
        console.print(plain(f"\n{'NOT READY' if open_ else 'READY, with findings'}: {'; '.join([*open_, *found])}."))
        return 1
    console.print("\nREADY: all is decided, and no rule finds anything.")
    return 0
