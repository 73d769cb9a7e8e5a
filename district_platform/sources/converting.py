"""Each provider whose files have another form, converted into a folder of its own: whole, or not at all."""

import shutil
from pathlib import Path

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.home import Home
from district_platform.settings import Sources
from district_platform.sources.conversion import Conversion
from district_platform.sources.edfi import convert_edfi
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.reading import read_mapping
from district_platform.sources.oneroster import convert
from district_platform.sources.providers import CONVERTING, mapping_file


def convert_all(tables: DuckDBTables, home: Home, sources: Sources, out: Path | None = None) -> dict[str, Conversion]:
    """What became of the delivery of each provider that converts, by provider; its extracts lie in <out>/<provider>.

    `out` is warehouse/converted unless another folder is given. Raises ConversionError for the first that cannot be converted; what it
    converted before stays.
    """
    out = out or home.converted
    conversions: dict[str, Conversion] = {}
    for provider in sources.providers:
        if provider == "oneroster":
            export = home.root / sources.oneroster.path
            conversions[provider] = convert(export, out / provider, sources.null_words, sources.max_file_bytes)
        elif provider == "mapped":
            mapping = read_mapping(mapping_file(home, sources))
            folder = home.root / sources.mapped.path
            conversions[provider] = convert_mapped(
                tables, mapping, folder, out / provider, sources.null_words, sources.max_file_bytes
            )
        elif provider == "edfi":
            conversions[provider] = convert_edfi(tables, home.pulled_edfi, out / provider, home.reference, sources.edfi)
    return conversions


def remove_former(home: Home) -> None:
    """Removes what earlier versions converted: extracts lay beside each other there, whoever gave them."""
    if home.converted.is_dir():
        for path in home.converted.iterdir():
            if path.is_dir() and path.name not in CONVERTING and not path.name.startswith("."):
                shutil.rmtree(path)
