"""Which source of punches a district has."""

import datetime as dt
from pathlib import Path

import pytest

from district_platform.home import Home
from district_platform.settings import Settings, load_settings
from district_platform.sources.ukg import open_source
from district_platform.standins.demo import timekeeping_api
from district_platform_tests.sources.ukg.conftest import Desk


@pytest.fixture
def settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    return load_settings()


def test_without_a_url_other_districts_have_no_timekeeping(settings: Settings, home: Home) -> None:
    with open_source(settings, home) as source:
        assert source is None


def test_with_a_url_its_secrets_are_those_that_the_settings_name(
    desk: Desk, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISTRICT_TIMEKEEPING__API__URL", desk.url)
    monkeypatch.setenv("DISTRICT_TIMEKEEPING__API__USER", "payroll-reader")
    names = {name: f"UKG_{name.upper()}" for name in vars(desk.standin.secrets)} | {"user": "PAYROLL_READER"}
    for name, value in vars(desk.standin.secrets).items():
        monkeypatch.setenv(f"DISTRICT_SECRET__{names[name]}", value.get_secret_value())
    with open_source(load_settings(), home) as source:
        assert source is not None
        assert sum(len(page) for page in source.persons()) == 5


def test_the_synthetic_district_asks_its_stand_in(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRICT_HOME", str(district))
    settings = load_settings()
    with open_source(settings, settings.home, timekeeping_api) as source:
        assert source is not None
        people = [person["person_number"] for page in source.persons() for person in page]
        days = source.timecards(people, dt.date(2025, 11, 1), dt.date(2025, 11, 2))
        assert {row["punch_dtm"].date() for page in days for row in page.to_pylist()} == {
            dt.date(2025, 11, 1),
            dt.date(2025, 11, 2),
        }
