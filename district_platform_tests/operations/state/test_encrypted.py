"""A district whose warehouse is encrypted, on machines that start empty: its settings, which name the key, come from the store, too."""

import os

import duckdb
import pytest

from district_platform.settings import Settings, load_settings
from district_platform.storage.s3 import Address
from district_platform_tests.operations.state.machines import Machine


class Keyed(Machine):
    """A machine that knows of the district only where its state is, and where its secrets are."""

    @property
    def settings(self) -> Settings:
        self.root.mkdir(parents=True, exist_ok=True)
        os.environ["DISTRICT_HOME"] = str(self.root)
        return load_settings()


def test_machine_that_starts_empty_takes_the_settings_first_and_keeps_the_rest_under_their_key(
    store, tmp_path, monkeypatch
):
    at = Address("state", "district")
    monkeypatch.setenv("DISTRICT_STATE__ADDRESS", str(at))
    monkeypatch.setenv("DISTRICT_SECRET__WAREHOUSE_KEY", "k" * 43)
    first, second = Keyed(tmp_path / "first", at), Keyed(tmp_path / "second", at)
    first.settings.home.config_file.write_text('[encryption]\nwarehouse_key_secret = "warehouse_key"\n')
    left: list[tuple[str, set[str]]] = []
    first.run("a", left)
    second.run("b", left)
    assert [facts for _, facts in left] == [{"a"}, {"a", "b"}]
    for machine in (first, second):
        with pytest.raises(duckdb.Error, match=r"[Ee]ncrypt"):
            duckdb.connect(str(machine.settings.home.database), read_only=True)
