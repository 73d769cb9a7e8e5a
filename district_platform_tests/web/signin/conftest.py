"""A directory that a test makes lie, and the secret by which the dashboard speaks to it."""

from collections.abc import Iterator

import pytest

from district_platform_tests.web.signin.hostile import SECRET, Hostile, hostile_directory


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRICT_SECRET__DIRECTORY_CLIENT_SECRET", SECRET)


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_directory() as made:
        yield made
