"""How extracts come to where they are read, and the state they arrive in.

`delivery` generates them, converts them or finds them as they lie, by `sources.kind`; then one asset an extract says which files
there are, with a data version made of their contents. Nothing after this room knows where an extract came from.
"""

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg
import pandas as pd

from district_platform.dictionary import EXTRACTS, TABLES, Layer, Table, columns_of
from district_platform.engine.assets import GROUPS, TableFunction, asset_inputs, code_version, owner_tag, table_spec
from district_platform.engine.deliveries import ENDINGS, content_of, find_files, looks_of, shown_name
from district_platform.engine.files import text_digest
from district_platform.engine.resources import Warehouse, column_schema
from district_platform.home import Home, shown
from district_platform.home.permissions import open_files
from district_platform.retries import retried
from district_platform.settings import Assessments, Credentials, Retries, Settings, Sources, Storage, Synthetic
from district_platform.sources.account import keep_account
from district_platform.sources.oneroster import Conversion, OneRosterError, convert
from district_platform.sources.remote import fetch_remote

ABSENT = "absent"
"""Data version of an extract without files."""


def extract_key(extract: Table) -> dg.AssetKey:
    return dg.AssetKey(["raw", str(extract.system), extract.name])


def extract_root(home: Home, sources: Sources) -> Path:
    """Where canonical extracts are read from."""
    return home.converted if sources.kind == "oneroster" else home.raw


def delivered_files(home: Home, sources: Sources) -> list[Path]:
    """The files that someone delivers, in the order of their paths: what the file sensor watches."""
    if sources.kind != "oneroster":
        return [path for extract in EXTRACTS.values() for path in find_files(home.raw, extract.path)]
    export = home.root / sources.oneroster.path
    if export.is_dir():
        return sorted(path for path in export.rglob("*") if path.is_file())
    return [export] if export.exists() else []


def open_delivery(home: Home, sources: Sources) -> str | None:
    """A warning where other accounts of the machine can read delivered files, with what to do; files are never changed here."""
    files = open_files(delivered_files(home, sources), home.root)
    if not files:
        return None
    top = {file.relative_to(home.root).parts[:2] for file in files if file.is_relative_to(home.root)}
    where = " ".join(shown(home.root.joinpath(*parts)) for parts in sorted(top))
    which = "1 delivered file" if len(files) == 1 else f"{len(files):,} delivered files"
    such_as = shown_name(files[0], files[0].parent)
    return f"{which} can be read by other accounts of this machine, such as {such_as}: chmod -R go= {where}"


def content_version(files: Iterable[Path]) -> str:
    """A digest of names and contents; `absent` where there is no file."""
    digests = [f"{shown_name(path, path.parent)}:{content_of(path)}" for path in files]
    return text_digest("\n".join(digests)) if digests else ABSENT


def source_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The delivery, and an asset for each extract."""
    root = extract_root(settings.home, settings.sources)
    age = dt.timedelta(hours=settings.automation.max_extract_age_hours)
    freshness = dg.FreshnessPolicy.time_window(fail_window=age)
    return [_delivery_asset(settings), _extract_assets(root, freshness, settings.retries)]


def generated(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    synthetic: Synthetic,
    assessments: Assessments,
    as_of_date: dt.date,
) -> dg.MaterializeResult[pd.DataFrame]:
    """sources.kind = synthetic: the district is made anew from its settings."""
    from district_platform.sources.synthetic import ForeignFilesError, generate

    try:
        generate(warehouse.home.raw, synthetic, assessments, as_of_date, progress=context.log.info)
    except ForeignFilesError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    _keep_account(warehouse, None)
    notes = ["The district is synthetic: every person and number in it is made up."]
    return _output(notes, f"{synthetic.model_dump_json()}{assessments.model_dump_json()}{as_of_date}")


def found(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    sources: Sources,
    storage: Storage,
    credentials: Credentials,
) -> dg.MaterializeResult[pd.DataFrame]:
    """sources.kind = files: the extracts lie where they are read, or are fetched there; files that are none are named."""
    fetch_remote(warehouse.home, sources, storage, credentials, context.log.info)
    _keep_account(warehouse, None)
    notes = files_that_are_no_extract(warehouse.home.raw)
    return _output(notes, "\n".join(notes))


def converted(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    sources: Sources,
    storage: Storage,
    credentials: Credentials,
) -> dg.MaterializeResult[pd.DataFrame]:
    """sources.kind = oneroster: canonical extracts made from a OneRoster export, and an account of its rows."""
    home = warehouse.home
    fetch_remote(home, sources, storage, credentials, context.log.info)
    try:
        conversion = convert(
            home.root / sources.oneroster.path, home.converted, sources.null_words, sources.max_file_bytes
        )
    except OneRosterError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    _keep_account(warehouse, conversion)
    return _output(conversion.public_notes, content_version(delivered_files(home, sources)))


KINDS: dict[str, TableFunction] = {"synthetic": generated, "files": found, "oneroster": converted}


def _delivery_asset(settings: Settings) -> dg.AssetsDefinition:
    deliver = KINDS[settings.sources.kind]
    table = TABLES["delivery"]
    return dg.asset(
        name=table.name,
        ins=asset_inputs(deliver),
        code_version=code_version(deliver, table),
        **table_spec(table),
    )(retried(settings.retries)(deliver))


def _output(notes: list[str], version: str) -> dg.MaterializeResult[pd.DataFrame]:
    frame = pd.DataFrame(list(enumerate(notes, start=1)), columns=["note_number", "message"])
    return dg.MaterializeResult(value=frame, data_version=dg.DataVersion(text_digest(version)))


def files_that_are_no_extract(raw: Path) -> list[str]:
    """A note for each file under data/raw that the contract does not know, with the extract it may have been meant for."""
    known = {path for extract in EXTRACTS.values() for path in find_files(raw, extract.path)}
    strangers = [p for p in sorted(raw.glob("*/*")) if p not in known and not _is_folder_of_extract(p, raw)]
    return [_stranger(path, raw) for path in strangers if not path.name.startswith((".", "_"))]


def _is_folder_of_extract(path: Path, raw: Path) -> bool:
    return path.is_dir() and path.relative_to(raw).as_posix() in {extract.path for extract in EXTRACTS.values()}


def _stranger(path: Path, raw: Path) -> str:
    name = shown_name(path, raw)
    meant = difflib.get_close_matches(name.split(".")[0], [extract.path for extract in EXTRACTS.values()], n=1)
    hint = f" Was {meant[0]}{ENDINGS[0]} meant?" if meant else ""
    return f"{name} is no extract of the data contract and was not read.{hint}"


def _keep_account(warehouse: Warehouse, conversion: Conversion | None) -> None:
    with warehouse.transaction() as connection:
        keep_account(connection, conversion)


def _extract_assets(root: Path, freshness: dg.FreshnessPolicy, retries: Retries) -> dg.AssetsDefinition:
    """The state of every extract's files, with a data version made of their contents."""
    by_key = {extract_key(extract): extract for extract in EXTRACTS.values()}

    @dg.multi_asset(
        specs=[_extract_spec(key, extract, freshness) for key, extract in by_key.items()],
        can_subset=True,
    )
    @retried(retries)
    def extracts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        selected = sorted(context.selected_asset_keys)
        _refuse_without_required(root, [by_key[key] for key in selected])
        for key in selected:
            files = find_files(root, by_key[key].path)
            shown = [shown_name(path, root) for path in files]
            n_bytes = sum(size for _, size, _ in looks_of(files))
            version = dg.DataVersion(content_version(files))
            yield dg.MaterializeResult(asset_key=key, metadata={"files": shown, "bytes": n_bytes}, data_version=version)

    return extracts


def _refuse_without_required(root: Path, extracts: list[Table]) -> None:
    """Ends the run here: without schools, students and enrollments there is nothing that other tables could be about.

    Raises dg.Failure, with the files that may have been meant.
    """
    missing = [extract.path for extract in extracts if extract.is_required and not find_files(root, extract.path)]
    if missing:
        names = ", ".join(f"{path}{ENDINGS[0]}" for path in missing)
        which = f"{names} {'is' if len(missing) == 1 else 'are'} required and not in {root}: nothing was built"
        raise dg.Failure(
            " ".join([f"{which} (docs/data_contract.md).", *files_that_are_no_extract(root)]), allow_retries=False
        )


def _extract_spec(key: dg.AssetKey, extract: Table, freshness: dg.FreshnessPolicy) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=["delivery"],
        group_name=GROUPS[Layer.EXTRACT],
        description=f"{extract.description}{' Required.' if extract.is_required else ' Optional.'}",
        owners=[owner_tag(extract.owner)],
        kinds={"file"},
        metadata={"grain": extract.grain, "dagster/column_schema": column_schema(columns_of(extract))},
        code_version="1",
        freshness_policy=freshness,
    )
