"""The stand-ins that the demo uses in place of a vendor's system. A server's libraries are imported when it starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from district_platform.sources.ukg.grant import GrantSecrets


@contextmanager
def timekeeping_api(raw: Path) -> Iterator[tuple[str, "GrantSecrets"]]:
    """The timekeeping system of the synthetic district at data/raw: its address while the block lasts, and secrets that it takes."""
    from district_platform.standins.ukg import serve_district

    with serve_district(raw) as served:
        yield served
