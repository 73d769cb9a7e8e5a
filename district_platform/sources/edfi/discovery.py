"""What an Ed-Fi API says of itself at its base address: data standard, and where tokens and records are.

Version 7 has placeholders for tenant and school year in its addresses. Before 7, `apiMode` says whether the address of the records needs
them, and they are appended. The successor of the ODS/API (version 8) has other paths, which its answer names as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from district_platform.sources.edfi.errors import EdfiError

OLDEST, NEWEST = 4, 6
"""Major versions of the data standard that are read."""

_YEAR_SPECIFIC, _INSTANCE_YEAR_SPECIFIC = "year specific", "instance year specific"
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class Segment:
    """One store of records: an ODS, of one school year where the API has one a year."""

    year: int | None
    address: str
    """Under it lie the resources, as ed-fi/<resource>."""

    @property
    def name(self) -> str:
        return str(self.year) if self.year else "all"


@dataclass(frozen=True)
class Api:
    """An Ed-Fi API, as it describes itself."""

    version: str
    data_standard: int
    token_address: str
    segments: tuple[Segment, ...]


def described(answer: Mapping[str, Any], tenant: str, school_years: Sequence[int]) -> Api:
    """The API of an answer to the base address. Raises EdfiError for one that is no Ed-Fi API, or that needs a setting."""
    try:
        version, addresses = str(answer.get("version", "")), answer["urls"]
        data, oauth = str(addresses["dataManagementApi"]), str(addresses["oauth"])
        [model] = [m for m in answer["dataModels"] if str(m["name"]).lower() == "ed-fi"]
        standard = int(str(model["version"]).split(".")[0])
    except (KeyError, TypeError, ValueError):
        raise EdfiError(
            "sources.edfi.url does not describe an Ed-Fi API: an answer with urls.oauth, urls.dataManagementApi and the data model Ed-Fi "
            "was expected. Set it to the API's base address, without /data or /metadata."
        ) from None
    if not OLDEST <= standard <= NEWEST:
        raise EdfiError(f"The API has data standard {model['version']}; {OLDEST} to {NEWEST} are read.")
    data = _with_context(data, str(answer.get("apiMode", "")).lower().replace("_", " "))
    if "{year}" in _names(data) and not school_years:
        raise EdfiError("The API has one ODS a school year: set sources.edfi.school_years to those to pull.")
    years: Sequence[int | None] = school_years if "{year}" in _names(data) else (None,)
    segments = tuple(Segment(year, _filled(data, tenant, year)) for year in years)
    return Api(version, standard, _filled(oauth, tenant, max(school_years, default=None)), segments)


def _with_context(data: str, mode: str) -> str:
    """The address of records with the context that the versions before 7 leave out of their answer."""
    if mode == _YEAR_SPECIFIC and not re.search(r"/(\d{4}|\{[^}]*year[^}]*\})(/|$)", data, re.IGNORECASE):
        return f"{data.rstrip('/')}/{{year}}"
    if mode == _INSTANCE_YEAR_SPECIFIC and "{" not in data:
        return f"{data.rstrip('/')}/{{instance}}/{{year}}"
    return data


def _names(address: str) -> str:
    """The address with each placeholder as {year} or {tenant}, however the API spells it."""
    return _PLACEHOLDER.sub(lambda found: "{year}" if "year" in found[1].lower() else "{tenant}", address)


def _filled(address: str, tenant: str, year: int | None) -> str:
    named = _names(address)
    if "{tenant}" in named and not tenant:
        raise EdfiError("The API's addresses name a tenant or an instance: set sources.edfi.tenant.")
    return named.replace("{tenant}", tenant).replace("{year}", str(year or "")).rstrip("/")
