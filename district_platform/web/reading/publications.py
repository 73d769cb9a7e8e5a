"""Versions of the publication: which one is current, and whether one is still there."""

import datetime as dt
import json
import os
from dataclasses import dataclass
from pathlib import Path

from district_platform.dictionary.schools import school_year_of
from district_platform.home import Home
from district_platform.quality.files import REPORT_FILE


class NoPublicationError(LookupError):
    """Nothing has been published yet; the message says what to do."""


class PublicationGoneError(LookupError):
    """The version was there and is no longer: a newer run removed it (publication.keep_versions)."""

    def __init__(self, version: str) -> None:
        super().__init__(f"publication {version} is no longer kept; a newer one took its place")
        self.version = version


@dataclass(frozen=True)
class Publication:
    """One version, with what a page says of it."""

    version: str
    folder: Path
    as_of_date: dt.date
    district_name: str

    @property
    def school_year(self) -> int:
        """The school year that as_of_date lies in."""
        return school_year_of(self.as_of_date)


def current_version(home: Home) -> str:
    """Name of the version that readers see, by one readlink. Raises NoPublicationError before the first."""
    try:
        return Path(os.readlink(home.current)).name
    except FileNotFoundError:
        raise NoPublicationError(
            f"{home.root}: nothing is published yet; district-platform run makes a publication"
        ) from None


def publication(home: Home, version: str) -> Publication:
    """What is known of a version. Raises PublicationGoneError where it is not kept, or no name of a version."""
    if version.startswith(".") or Path(version).name != version:
        raise PublicationGoneError(version)
    folder = home.publications / version
    try:
        report = json.loads((folder / "reports" / REPORT_FILE).read_text())
    except FileNotFoundError:
        raise PublicationGoneError(version) from None
    return Publication(version, folder, dt.date.fromisoformat(report["as_of_date"]), report["district_name"])
