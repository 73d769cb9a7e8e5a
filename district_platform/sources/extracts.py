"""The extracts as files: which of them there are, and one asset for each, with a data version made from its contents."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import dagster as dg

from district_platform.dictionary import EXTRACTS, Layer, Table, columns_of
from district_platform.engine.assets import GROUPS, owner_tag
from district_platform.engine.deliveries import ENDINGS, content_of, find_files, looks_of, shown_name
from district_platform.engine.files import text_digest
from district_platform.engine.resources import column_schema
from district_platform.engine.versions import code_version
from district_platform.home import Home, shown
from district_platform.home.permissions import open_files
from district_platform.retries import retried
from district_platform.settings import Retries, Sources
from district_platform.sources.last_delivery import is_without_students, last_delivery
from district_platform.sources.providers import delivered_files, root_of, roots_of

ABSENT = "absent"
"""Data version of an extract without files."""


def extract_key(extract: Table) -> dg.AssetKey:
    return dg.AssetKey(["raw", str(extract.system), extract.name])


def open_delivery(home: Home, sources: Sources) -> str | None:
    """A warning, with what to do, where other accounts of the machine can read delivered files. The files are never changed here."""
    delivered = [path for path in delivered_files(home, sources) if not path.is_relative_to(home.mappings)]
    files = open_files(delivered, home.root)
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


def files_that_are_no_extract(raw: Path) -> list[str]:
    """A note for each file under data/raw that the contract does not know, with the extract it may have been meant for."""
    known = {path for extract in EXTRACTS.values() for path in find_files(raw, extract.path)}
    strangers = [p for p in sorted(raw.glob("*/*")) if p not in known and not _is_folder_of_extract(p, raw)]
    return [_unknown_file(path, raw) for path in strangers if not path.name.startswith((".", "_"))]


def _is_folder_of_extract(path: Path, raw: Path) -> bool:
    return path.is_dir() and path.relative_to(raw).as_posix() in {extract.path for extract in EXTRACTS.values()}


def _unknown_file(path: Path, raw: Path) -> str:
    name = shown_name(path, raw)
    meant = difflib.get_close_matches(name.split(".")[0], [extract.path for extract in EXTRACTS.values()], n=1)
    hint = f" Was {meant[0]}{ENDINGS[0]} meant?" if meant else ""
    return f"{name} is no extract of the data contract and was not read.{hint}"


def students_are_required(home: Home, sources: Sources) -> bool:
    """Whether schools, students and enrollments must be there: always, but where nothing of students is delivered and never was."""
    delivered = [extract.path for extract in EXTRACTS.values() if any(files_to_read(home, sources, extract))]
    return not is_without_students(delivered, last_delivery(home, sources))


def extract_assets(
    home: Home, sources: Sources, freshness: dg.FreshnessPolicy, retries: Retries
) -> dg.AssetsDefinition:
    """The state of every extract's files, of the providers that give it, with a data version made of their contents."""
    by_key = {extract_key(extract): extract for extract in EXTRACTS.values()}

    @dg.multi_asset(
        specs=[_extract_spec(key, extract, freshness) for key, extract in by_key.items()],
        can_subset=True,
    )
    @retried(retries)
    def extracts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        selected = sorted(context.selected_asset_keys)
        if students_are_required(home, sources):
            _refuse_without_required(home, sources, [by_key[key] for key in selected])
        for key in selected:
            files = list(chain.from_iterable(files_to_read(home, sources, by_key[key])))
            paths = [path for _, path in files]
            shown = [name for name, _ in files]
            n_bytes = sum(size for _, size, _ in looks_of(paths))
            providers = ", ".join(sources.providers_of(by_key[key].name))
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={"files": shown, "bytes": n_bytes, "providers": providers},
                data_version=dg.DataVersion(content_version(paths)),
            )

    return extracts


def files_to_read(home: Home, sources: Sources, extract: Table) -> list[list[tuple[str, Path]]]:
    """The files of an extract: a list for each provider that gives it, the one that goes first before the others.

    Each file stands under the name that is told: its path below the provider's folder, with the provider in front where several give it.
    """
    providers = sources.providers_of(extract.name)
    roots = {provider: root_of(home, provider) for provider in providers}
    return [
        [
            (f"{provider}:" * (len(providers) > 1) + shown_name(path, root), path)
            for path in find_files(root, extract.path)
        ]
        for provider, root in roots.items()
    ]


def _refuse_without_required(home: Home, sources: Sources, extracts: list[Table]) -> None:
    """Ends the run here: without schools, students and enrollments there is nothing that other tables could be about.

    Raises dg.Failure, with the files that may have been meant.
    """
    missing = [e for e in extracts if e.is_required and not any(files_to_read(home, sources, e))]
    if missing:
        names = ", ".join(f"{extract.path}{ENDINGS[0]}" for extract in missing)
        where = ", ".join(sorted({str(root) for extract in missing for root in roots_of(home, sources, extract)}))
        which = f"{names} {'is' if len(missing) == 1 else 'are'} required and not in {where}: nothing was built"
        notes = files_that_are_no_extract(home.raw) if "files" in sources.providers else []
        raise dg.Failure(" ".join([f"{which} (docs/data_contract.md).", *notes]), allow_retries=False)


def _extract_spec(key: dg.AssetKey, extract: Table, freshness: dg.FreshnessPolicy) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=["delivery"],
        group_name=GROUPS[Layer.EXTRACT],
        description=f"{extract.description}{' Required.' if extract.is_required else ' Optional.'}",
        owners=[owner_tag(extract.owner)],
        kinds={"file"},
        metadata={"grain": extract.grain, "dagster/column_schema": column_schema(columns_of(extract))},
        code_version=code_version(extract_assets, [extract]),
        freshness_policy=freshness,
    )
