"""Who gives a district's extracts: the providers, what each can give, where its extracts lie, and the files that are delivered for it."""

from pathlib import Path

from district_platform.dictionary import EXTRACTS, Table
from district_platform.engine.deliveries import find_files
from district_platform.home import Home
from district_platform.settings import Provider, Settings, SettingsError, Sources
from district_platform.sources.edfi import pulled_files
from district_platform.sources.edfi.descriptors import DESCRIPTORS, crosswalk_file
from district_platform.sources.edfi.resources import GIVEN_BY_EDFI
from district_platform.sources.mapped.converting import delivered_files as mapped_files
from district_platform.sources.mapped.reading import read_mapping

GIVEN_BY_ONEROSTER = frozenset(
    {
        *("schools", "students", "enrollments", "educators", "courses", "sessions", "sections"),
        *("section_enrollments", "section_educators"),
    }
)
"""Extracts that a OneRoster export can say."""

GIVEN_BY: dict[str, tuple[str, frozenset[str]]] = {
    "oneroster": ("OneRoster", GIVEN_BY_ONEROSTER),
    "edfi": ("An Ed-Fi API", GIVEN_BY_EDFI),
}
"""Providers that cannot say every extract: their name, and what they can say."""

CONVERTING = ("oneroster", "mapped", "edfi")
"""Providers whose files are converted into warehouse/converted/<provider>."""


def root_of(home: Home, provider: Provider) -> Path:
    """The folder in which a provider's extracts lie, as the contract has them."""
    return home.converted / provider if provider in CONVERTING else home.raw


def roots_of(home: Home, sources: Sources, extract: Table) -> list[Path]:
    """The folders from which an extract is read, those that go first before the others."""
    return [root_of(home, provider) for provider in sources.providers_of(extract.name)]


def check_providers(sources: Sources) -> None:
    """Raises SettingsError where an extract is asked of a provider that cannot give it, or is none."""
    for name, form in sources.extracts.items():
        for provider, (who, given) in GIVEN_BY.items():
            if provider in form.from_ and name in EXTRACTS and name not in given:
                raise SettingsError(
                    f"sources.extracts.{name}.from: {who} has no {EXTRACTS[name].path}; it gives {', '.join(sorted(given))}."
                )


def mapping_file(home: Home, sources: Sources) -> Path:
    return home.mappings / f"{sources.mapped.name}.toml"


def files_of_provider(home: Home, sources: Sources, provider: Provider) -> list[Path]:
    """The files that are read for a provider: those that somebody delivers, or the last pull; and the decisions by which they are read."""
    if provider == "oneroster":
        export = home.root / sources.oneroster.path
        if export.is_dir():
            return sorted(path for path in export.rglob("*") if path.is_file())
        return [export] if export.exists() else []
    if provider == "mapped":
        mapping = mapping_file(home, sources)
        if not mapping.exists():
            return []
        return [mapping, *mapped_files(read_mapping(mapping), home.root / sources.mapped.path)]
    if provider == "edfi":
        return [*_edfi_crosswalks(home), *pulled_files(home.pulled_edfi)]
    return [path for extract in EXTRACTS.values() for path in find_files(home.raw, extract.path)]


def delivered_files(home: Home, sources: Sources) -> list[Path]:
    """The files that someone delivers, of every provider: what the file sensor watches. What a run pulls itself is not among them."""
    files = []
    for provider in sources.providers:
        files += _edfi_crosswalks(home) if provider == "edfi" else files_of_provider(home, sources, provider)
    return files


def _edfi_crosswalks(home: Home) -> list[Path]:
    return [path for name in DESCRIPTORS if (path := crosswalk_file(home.reference, name)).exists()]


def files_of_extract(settings: Settings, extract: Table) -> list[Path]:
    """An extract's files as they were delivered; those of a provider that converts come as a whole."""
    home, sources = settings.home, settings.sources
    found = []
    for provider in sources.providers_of(extract.name):
        if provider in CONVERTING:
            found += files_of_provider(home, sources, provider)
        else:
            found += find_files(home.raw, extract.path)
    return found
