"""Machines that run one district in turn, each with a home of its own, on a store that a test can lose at any request."""

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from district_platform.dictionary import TABLES
from district_platform.engine.publication import publish
from district_platform.engine.tables import unbound
from district_platform.operations import state
from district_platform.operations.kept import warehouse_of
from district_platform.privacy.ledger import LEDGER
from district_platform.settings import Settings
from district_platform.settings import State as StateSettings
from district_platform.storage.s3 import S3, Address


class Killed(BaseException):
    """Stands for SIGKILL: nothing that the process would still do reaches the store."""


class Dying(S3):
    """The store as one process sees it; after `lives` requests the process is dead."""

    lives: int | None = None

    def _request(self, operation: str, address: Address, **parameters: Any) -> dict[str, Any]:
        if self.lives is not None:
            if self.lives <= 0:
                raise Killed
            self.lives -= 1
        return super()._request(operation, address, **parameters)


@dataclass
class Machine:
    """A machine with a home. Runs of it are as short as they can be: a fact is told, published, and leaves."""

    root: Path
    at: Address

    @property
    def settings(self) -> Settings:
        self.root.mkdir(parents=True, exist_ok=True)
        os.environ["DISTRICT_HOME"] = str(self.root)
        settings = Settings(state=StateSettings(address=str(self.at), keep_versions=3))
        assert settings.home.root == self.root.resolve()
        return settings

    def wipe(self) -> None:
        """The machine is replaced by an empty one."""
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, fact: str, left: list[tuple[str, set[str]]], lives: int | None = None) -> None:
        """Pulls, tells a fact, publishes, pushes; then the figures leave: `left` gets the version and the facts that were told."""
        with state.held(self.settings) as held:
            assert held is not None
            if isinstance(held.s3, Dying):
                held.s3.lives = lives
            held.pull()
            self.tell(fact)
            held.confirm()
            version = self.publish(fact)
            held.push()
            left.append((version, self.facts()))

    def tell(self, fact: str) -> None:
        """Adds the fact to the ledger, as a publication does before readers see it."""
        with warehouse_of(self.settings).tables() as tables:
            tables.ensure(TABLES[LEDGER])
            number = tables.count(LEDGER) + 1
            row = dict.fromkeys(TABLES[LEDGER].columns, "")
            numbers = {"release_number": number, "school_year": 2026, "told_value": 10.0, "is_running": True}
            tables.append(TABLES[LEDGER], [{**row, **numbers, "count_name": fact, "told_on": dt.date(2026, 2, 13)}])

    def publish(self, fact: str) -> str:
        home = self.settings.home
        return publish(home, fact, 2, lambda building: (building / "reports" / "brief").write_text(fact) and None).name

    def facts(self) -> set[str]:
        """Everything that this machine knows to have been told."""
        if not self.settings.home.database.exists():
            return set()
        with warehouse_of(self.settings).tables() as tables:
            if not tables.exists(LEDGER):
                return set()
            return {fact for (fact,) in tables.fetch(unbound(LEDGER).select("count_name"))}
