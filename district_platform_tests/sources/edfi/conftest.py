"""A stand-in over a small district, and a client of it that does not really wait."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from district_platform.engine.duckdb_tables import tables_in_memory
from district_platform.settings import Assessments, Retries, Synthetic
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.client import EdfiClient
from district_platform.sources.edfi.pulling import Pull, pull
from district_platform.sources.synthetic import generate
from district_platform.standins.edfi import District, StandIn, serve
from district_platform_tests.clock import Clock
from district_platform_tests.processes import Together
from district_platform_tests.sources.edfi.made import Making

YEARS = (2026,)
SYNTHETIC = {"students": 60, "years": 1, "timekeeping": {"years": 1}, "defects": {"enabled": False}}


@dataclass
class Desk:
    """A stand-in, its client, the waits that the client made, and what a pull told."""

    standin: StandIn
    clock: Clock
    url: str
    folder: Path
    waits: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def client(self, **settings: object) -> EdfiClient:
        source = EdfiSource.model_validate(
            {"url": self.url, "school_years": YEARS, "page_size": 50, "timeout_seconds": 5} | settings
        )
        secrets = (self.standin.key, self.standin.secret)
        retries = Retries(max_retries=2, first_delay_seconds=1)
        return EdfiClient(source, self.url, lambda ask: ask(*secrets), retries, self.waits.append, self.clock)

    def pull(self, client: EdfiClient | None = None, resume_seconds: float = 3_600) -> Pull:
        return pull(client or self.client(), self.folder, self.url, resume_seconds, self.told.append, self.clock)


@contextmanager
def opened(standin: StandIn, clock: Clock, folder: Path) -> Iterator[Desk]:
    with serve(standin) as url:
        yield Desk(standin, clock, url, folder)


@pytest.fixture(scope="session")
def raw(together: Together) -> Path:
    """The canonical extracts of sixty students in one year, without defects."""

    def make(folder: Path) -> None:
        generate(folder, Synthetic.model_validate(SYNTHETIC), Assessments(), dt.date(2026, 2, 13))

    return together("edfi_district", make)


@pytest.fixture
def desk(raw: Path, tmp_path: Path) -> Iterator[Desk]:
    """Data standard 5, by cursor."""
    clock = Clock()
    with opened(StandIn(District(raw), clock=clock), clock, tmp_path / "edfi") as desk:
        yield desk


@pytest.fixture
def by_offset(raw: Path, tmp_path: Path) -> Iterator[Desk]:
    """Data standard 6, by offset."""
    clock = Clock()
    with opened(StandIn(District(raw), 6, "offset", clock=clock), clock, tmp_path / "edfi") as desk:
        yield desk


@pytest.fixture
def making(tmp_path: Path) -> Iterator[Making]:
    """Extracts of a few records."""
    with tables_in_memory() as tables:
        yield Making(tables, tmp_path)
