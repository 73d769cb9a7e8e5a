"""What is known of each destination: the publication that it holds, and since when it is behind."""

import datetime as dt
import json
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from district_platform.engine.files import replacing
from district_platform.engine.publication import current_publication
from district_platform.home import Home
from district_platform.home.kept import Kept

KEPT = Kept("what destinations hold", "each of them is compared or loaded anew", paths=("warehouse/destinations",))


class State(BaseModel):
    """Where a destination stands. Times are of this machine's clock, in UTC."""

    model_config = ConfigDict(frozen=True)

    loaded: str | None = None
    """The publication that readers find there; None before the first."""
    loaded_at: dt.datetime | None = None
    behind_since: dt.datetime | None = None
    """When the first publication that it did not get was finished; None while it holds the latest."""
    reason: str | None = None
    """Why the last load failed."""
    mark: str = ""
    """What loads leave in the database, so that those of another home are known; empty before the first."""


def state_of(home: Home, name: str) -> State:
    """The destination's state; behind, too, where a run was killed before it could say so."""
    state = _read(_path(home, name))
    current = current_publication(home)
    if current is None or state.loaded == current.name or state.behind_since is not None:
        return state
    published_at = dt.datetime.fromtimestamp(current.stat().st_mtime, dt.UTC)
    return state.model_copy(update={"behind_since": published_at})


def note_begun(home: Home, name: str) -> None:
    """Records, before a load, since when the destination is behind, so that a kill leaves it known."""
    _write(_path(home, name), state_of(home, name))


def note_failure(home: Home, name: str, reason: str) -> None:
    """Records that a load failed; the destination is behind since the first publication that it did not get."""
    _write(_path(home, name), state_of(home, name).model_copy(update={"reason": reason}))


def note_loaded(home: Home, name: str, version: str, now: dt.datetime) -> None:
    """Records that the destination holds this publication."""
    _write(_path(home, name), State(loaded=version, loaded_at=now, mark=_read(_path(home, name)).mark))


def mark_of(home: Home, name: str) -> str:
    """The mark of this home's loads into the destination; empty before the first."""
    return _read(_path(home, name)).mark


def made_mark(home: Home, name: str) -> str:
    """The same; the first time it is made, and kept before anything is loaded."""
    state = _read(_path(home, name))
    if not state.mark:
        state = state.model_copy(update={"mark": uuid4().hex})
        _write(_path(home, name), state)
    return state.mark


def behind(home: Home, names: list[str]) -> dict[str, State]:
    """The destinations that do not hold the current publication, by name."""
    states = {name: state_of(home, name) for name in names}
    return {name: state for name, state in states.items() if state.behind_since is not None}


def _path(home: Home, name: str) -> Path:
    return home.destinations / name / "state.json"


def _read(path: Path) -> State:
    return State.model_validate_json(path.read_bytes()) if path.exists() else State()


def _write(path: Path, state: State) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path) as fresh:
        fresh.write_text(json.dumps(state.model_dump(mode="json"), indent=2))
