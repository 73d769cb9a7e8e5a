"""Serves the stand-in while a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from district_platform.sources.ukg.grant import GrantSecrets
from district_platform.standins.serving import served
from district_platform.standins.ukg.app import StandIn
from district_platform.standins.ukg.timesheets import Timesheets


@contextmanager
def serve(standin: StandIn) -> Iterator[str]:
    """The API's address while the block lasts."""
    with served(standin.app) as address:
        yield f"{address}/api"


@contextmanager
def serve_district(raw: Path) -> Iterator[tuple[str, GrantSecrets]]:
    """The synthetic district's timekeeping system: its address, and secrets that it takes."""
    standin = StandIn(Timesheets.read(raw))
    with serve(standin) as url:
        yield url, standin.secrets
