"""A stand-in with a few people, and a client of it that does not really wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from district_platform.settings import Retries, Timekeeping
from district_platform.sources.ukg.client import UkgClient
from district_platform.standins.ukg import StandIn, serve
from district_platform_tests.clock import Clock
from district_platform_tests.sources.ukg.timesheets import timesheets


@dataclass
class Desk:
    """A stand-in, its client, and the waits the client made."""

    standin: StandIn
    clock: Clock
    url: str
    waits: list[float] = field(default_factory=list)

    def client(self, retries: Retries | None = None, **settings: object) -> UkgClient:
        timekeeping = Timekeeping.model_validate({"api": {"timeout_seconds": 5}} | settings)
        return UkgClient(timekeeping, self.url, lambda ask: ask(self.standin.secrets), retries, self.waits.append)


@contextmanager
def opened(standin: StandIn, clock: Clock) -> Iterator[Desk]:
    with serve(standin) as url:
        yield Desk(standin, clock, url)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Five people with a shift on each of two days."""
    clock = Clock()
    days = [f"2025-09-0{day} {time}" for day in (2, 3) for time in ("08:00:10", "12:01:00", "12:29:59", "16:02:00")]
    with opened(StandIn(timesheets({f"00000{n}": days for n in range(1, 6)}), clock=clock), clock) as desk:
        yield desk
