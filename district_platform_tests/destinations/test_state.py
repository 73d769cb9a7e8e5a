"""A destination fails alone, says since when it is behind, and catches up."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from district_platform.destinations import loading
from district_platform.destinations.assets import destination_assets, is_destination, step_of
from district_platform.destinations.model import Counts, DestinationAwayError, DestinationError, Published
from district_platform.destinations.state import State, behind, state_of
from district_platform.engine.publication import publish
from district_platform.home import Home
from district_platform.settings import Settings, load_settings

SETTINGS = """
[destinations.bi]
kind = "postgresql"
url_secret = "bi_url"
[retries]
max_retries = 2
first_delay_seconds = 0.01
"""


class Fake:
    """A destination that fails as often as it is told, and keeps what it was given."""

    def __init__(self, *faults: Exception) -> None:
        self.faults, self.loaded = list(faults), []

    def load(self, published: Published) -> Counts:
        if self.faults:
            raise self.faults.pop(0)
        self.loaded.append(published.version)
        return {"tables": 1}


@pytest.fixture
def settings(home: Home) -> Settings:
    home.config_file.write_text(SETTINGS)
    return load_settings()


@pytest.fixture
def holding(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fake]:
    """Puts a fake in the place of every destination."""

    def put(*faults: Exception) -> Fake:
        fake = Fake(*faults)
        monkeypatch.setattr(loading, "destination", lambda name, settings: fake)
        return fake

    return put


def published(home: Home, label: str) -> str:
    return publish(home, label, 3, lambda building: None).name


def test_what_was_loaded_is_not_behind(settings: Settings, holding: Callable[..., Fake]) -> None:
    version, fake = published(settings.home, "one"), holding()
    loading.load("bi", settings)
    assert fake.loaded == [version]
    state = state_of(settings.home, "bi")
    assert (state.loaded, state.behind_since, state.reason) == (version, None, None)
    assert behind(settings.home, ["bi"]) == {}


def test_behind_since_the_first_publication_that_was_missed_until_the_next_load(
    settings: Settings, holding: Callable[..., Fake]
) -> None:
    holding(DestinationError("The disk of the server is full."), DestinationError("Still full."))
    since = []
    for label in ("one", "two"):
        published(settings.home, label)
        with pytest.raises(DestinationError):
            loading.load("bi", settings)
        since.append(state_of(settings.home, "bi").behind_since)
    assert since[0] == since[1]
    assert state_of(settings.home, "bi").reason == "Still full."
    loading.load("bi", settings)
    assert behind(settings.home, ["bi"]) == {}


def test_killed_before_it_could_say_so_it_is_behind_since_the_publication(settings: Settings) -> None:
    version = published(settings.home, "one")
    time = dt.datetime.fromtimestamp((settings.home.publications / version).stat().st_mtime, dt.UTC)
    assert state_of(settings.home, "bi") == State(behind_since=time)


def test_nothing_published_is_nothing_missed(settings: Settings, holding: Callable[..., Fake]) -> None:
    holding()
    assert behind(settings.home, ["bi"]) == {}
    with pytest.raises(DestinationError, match="Nothing is published yet"):
        loading.load("bi", settings)


@pytest.mark.parametrize(
    ("fault", "n_failed", "succeeds"),
    [
        (DestinationAwayError("The server starts."), 2, True),
        (DestinationAwayError("The server starts."), 3, False),
        (DestinationError("The password is wrong."), 1, False),
    ],
)
def test_transient_faults_alone_are_tried_again(
    settings: Settings, holding: Callable[..., Fake], fault: DestinationError, n_failed: int, succeeds: bool
) -> None:
    published(settings.home, "one")
    fake = holding(*[fault] * n_failed)
    (asset,) = destination_assets(settings)
    result = dg.materialize([asset, dg.AssetSpec("publication")], raise_on_error=False)
    assert result.success == succeeds
    assert not fake.faults
    assert step_of("bi") == asset.op.name
    assert is_destination(asset.op.name)


def test_no_destination_no_asset(home: Home) -> None:
    assert destination_assets(load_settings()) == []


def test_state_is_for_the_owner_alone(settings: Settings, holding: Callable[..., Fake]) -> None:
    holding()
    published(settings.home, "one")
    loading.load("bi", settings)
    folder: Path = settings.home.destinations / "bi"
    assert folder.stat().st_mode & 0o077 == 0
