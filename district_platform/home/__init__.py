"""The folder that holds one district, and the paths in it."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Home(BaseModel):
    """The folder that holds one district, and the paths in it. Every path exists once, here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: Path

    @property
    def config_file(self) -> Path:
        return self.root / "district.toml"

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def reference(self) -> Path:
        return self.root / "data" / "reference"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def database(self) -> Path:
        return self.warehouse / "district.duckdb"

    @property
    def timekeeping_database(self) -> Path:
        """Punches, where no other database is named for them."""
        return self.warehouse / "timekeeping.duckdb"

    @property
    def lock(self) -> Path:
        return self.warehouse / ".lock"

    @property
    def waiting(self) -> Path:
        """Lock held by a run that waits for `lock`; it shows that this run is alive."""
        return self.warehouse / ".waiting"

    @property
    def converted(self) -> Path:
        """Canonical extracts made from files of another form, a folder for each provider."""
        return self.warehouse / "converted"

    @property
    def pulled_edfi(self) -> Path:
        """What an Ed-Fi API held at the last pull, a file for each resource."""
        return self.warehouse / "pulled" / "edfi"

    @property
    def standin_edfi(self) -> Path:
        """The synthetic district that the stand-in of an Ed-Fi API serves."""
        return self.warehouse / "standin" / "edfi"

    @property
    def mappings(self) -> Path:
        """How files of another form become extracts, as the district decided it."""
        return self.root / "mappings"

    @property
    def build(self) -> Path:
        """Files of the run under way, before they are published."""
        return self.warehouse / "build"

    @property
    def errors(self) -> Path:
        """Files that were set aside because they could not be used, each with its reason."""
        return self.warehouse / "errors"

    @property
    def uploads(self) -> Path:
        """What was approved for the student information system: files by date, and the ledger."""
        return self.warehouse / "uploads"

    @property
    def upload_ledger(self) -> Path:
        return self.uploads / "ledger.csv"

    @property
    def alerts(self) -> Path:
        """Which alerts were sent, and to whom."""
        return self.warehouse / "alerts"

    @property
    def alert_ledger(self) -> Path:
        return self.alerts / "ledger.json"

    @property
    def access_database(self) -> Path:
        """Accounts and sessions of the dashboard, and the audit of who saw what."""
        return self.warehouse / "access" / "access.sqlite"

    @property
    def occasions(self) -> Path:
        """The last time of each schedule that was run."""
        return self.warehouse / "occasions.json"

    @property
    def outbox(self) -> Path:
        """Sealed files that wait to be sent, and journals of uploads under way."""
        return self.warehouse / "outbox"

    @property
    def destinations(self) -> Path:
        """What each destination holds, and since when it is behind."""
        return self.warehouse / "destinations"

    @property
    def stamp(self) -> Path:
        """Which version of the platform wrote here (`home.format`)."""
        return self.warehouse / "home.json"

    @property
    def state_record(self) -> Path:
        """What this home and the store of its state last had in common."""
        return self.warehouse / "state.json"

    @property
    def backup_record(self) -> Path:
        """The last backup: when, and where."""
        return self.warehouse / "last_backup.json"

    @property
    def last_publication(self) -> Path:
        """Of the last publication what a run needs of it on a machine that does not have it."""
        return self.warehouse / "last_publication.json"

    @property
    def publications(self) -> Path:
        return self.warehouse / "publications"

    @property
    def current(self) -> Path:
        return self.warehouse / "current"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def failed_reports(self) -> Path:
        return self.reports / "failed"

    @property
    def dagster_home(self) -> Path:
        return Path(os.environ.get("DAGSTER_HOME") or self.root / ".dagster")


CACHE_VARIABLE = "DISTRICT_CACHE"

SECRETS_VARIABLE = "DISTRICT_SECRETS_DIR"
"""Names the folder with a file for each secret, as containers and systemd hand them over."""


def cache_folder() -> Path:
    """What can be made again and belongs to no district: DISTRICT_CACHE, else the account's own cache."""
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "district-platform"
    return Path(os.environ.get(CACHE_VARIABLE) or own).absolute()


def district_home() -> Home:
    """The district's folder: DISTRICT_HOME, else the current directory."""
    return Home(root=Path(os.environ.get("DISTRICT_HOME") or Path.cwd()).resolve())


def shown(path: Path) -> str:
    """A path as the person at the terminal can use it: relative to where they stand, else absolute."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path.absolute())
