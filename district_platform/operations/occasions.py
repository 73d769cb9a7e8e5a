"""The occasions that were run: who starts runs by a schedule may deliver one twice, and each is run once.

An occasion is a schedule's name and the time that it was for, such as weekly@2026-11-30T10:30:00Z. What was run is noted beside the ledgers
and travels with the state, so that a machine that starts empty knows it, too.
"""

import datetime as dt
import json
import re
from dataclasses import dataclass

from district_platform.engine.files import replacing
from district_platform.home import Home
from district_platform.home.kept import Kept
from district_platform.settings import SettingsError

KEPT = Kept(
    "occasions that were run",
    "a schedule that delivers an event twice makes two runs of it",
    paths=("warehouse/occasions.json",),
)


@dataclass(frozen=True)
class Occasion:
    """A schedule, and the time that it was for."""

    schedule: str
    time: dt.datetime

    @classmethod
    def parse(cls, text: str) -> "Occasion":
        """Reads NAME@TIME. Raises SettingsError for anything else."""
        schedule, _, time = text.partition("@")
        try:
            found = dt.datetime.fromisoformat(time)
        except ValueError:
            found = None
        if not re.fullmatch(r"[a-z][a-z-]*", schedule) or found is None or found.tzinfo is None:
            raise SettingsError(f"--occasion {text}: is not NAME@TIME, such as weekly@2026-11-30T10:30:00Z.")
        return cls(schedule, found.astimezone(dt.UTC))

    def __str__(self) -> str:
        return f"{self.schedule}@{self.time:%Y-%m-%dT%H:%M:%SZ}"


def was_run(home: Home, occasion: Occasion) -> bool:
    """Whether this occasion, or a later one of its schedule, was run to its end."""
    return _noted(home).get(occasion.schedule, "") >= f"{occasion.time:%Y-%m-%dT%H:%M:%SZ}"


def note(home: Home, occasion: Occasion) -> None:
    """Notes that the occasion was run to its end."""
    noted = {**_noted(home), occasion.schedule: f"{occasion.time:%Y-%m-%dT%H:%M:%SZ}"}
    with replacing(home.occasions) as fresh:
        fresh.write_text(f"{json.dumps(noted, indent=1)}\n")


def _noted(home: Home) -> dict[str, str]:
    """The last time of each schedule that was run."""
    if not home.occasions.exists():
        return {}
    noted: dict[str, str] = json.loads(home.occasions.read_text())
    return noted
