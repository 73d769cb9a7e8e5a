"""How a home is laid out, as a number: an older one is opened as it is, a newer one is refused before anything is read or written."""

import json
from importlib import metadata
from pathlib import Path

from district_platform.home import Home
from district_platform.home.kept import KeepingError

FORMAT = 2
"""1: homes without a stamp, up to version 0.1 (commit aae3dab). 2: since version 0.2. It rises where an older version would misread what
a newer one wrote (docs/upgrading.md)."""


class NewerHomeError(KeepingError):
    """What is to be read was written by a newer version of the platform; the message says which, and what to do."""


def platform_version() -> str:
    """The installed version of the platform."""
    return metadata.version("district-platform")


def stamp() -> dict[str, str | int]:
    """What a home, a backup and a state say of who wrote them."""
    return {"format": FORMAT, "platform": platform_version()}


def refuse_newer(said: dict[str, object], what: Path | str) -> None:
    """Raises NewerHomeError where `said`, a stamp, is of a newer format."""
    if int(str(said.get("format", 1))) > FORMAT:
        raise NewerHomeError(
            f"{what} was written by district-platform {said.get('platform', 'of a newer version')}, which this version "
            f"({platform_version()}) does not understand: install that one, or a later one. Nothing was read or changed."
        )


def refuse_newer_home(home: Home) -> None:
    """Raises NewerHomeError for a home of a newer format."""
    try:
        said = json.loads(home.stamp.read_text())
    except FileNotFoundError:
        return
    except (ValueError, OSError):
        said = {}
    refuse_newer(said, home.root)


def write_stamp(home: Home) -> None:
    """Says in the home that this version wrote there."""
    text = f"{json.dumps(stamp())}\n"
    if not home.stamp.exists() or home.stamp.read_text() != text:
        home.stamp.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.stamp.write_text(text)
