"""The stand-ins that the demo uses in place of a vendor's system. A server's libraries are imported when it starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from district_platform.sources.ukg.grant import GrantSecrets


@contextmanager
def timekeeping_api(raw: Path) -> Iterator[tuple[str, "GrantSecrets"]]:
    """The timekeeping system of the synthetic district at data/raw: its address while the block lasts, and secrets that it takes."""
    from district_platform.standins.ukg import serve_district

    with serve_district(raw) as served:
        yield served


@contextmanager
def edfi_api(raw: Path) -> Iterator[tuple[str, "SecretStr", "SecretStr"]]:
    """An Ed-Fi API that holds the district at `raw`, data standard 5: its address while the block lasts, and key and secret."""
    from district_platform.standins.edfi import District, StandIn, serve

    standin = StandIn(District(raw))
    with serve(standin) as url:
        yield url, standin.key, standin.secret
