"""Segments as a district writes them in district.toml."""

from pathlib import Path

import pytest

from district_platform.settings import SettingsError, load_settings


def write(home: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRICT_HOME", str(home))
    (home / "district.toml").write_text(text)


def test_segments_of_the_file_replace_the_defaults_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "[store.segments.Gold]\nmin_lifetime_value = 99.95\n[store.segments.Other]\n", monkeypatch)
    assert list(load_settings().store.segments) == ["Gold", "Other"]


@pytest.mark.parametrize(
    "segments",
    [
        "[store.segments.Gold]\nmin_transactions = 2\n",
        "[store.segments.Everyone]\n[store.segments.Gold]\nmin_transactions = 2\n",
        "[store.segments.Everyone]\n[store.segments.Others]\n",
    ],
    ids=["nobody takes the rest", "the rest before others", "the rest twice"],
)
def test_the_last_segment_and_no_other_takes_everyone_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segments: str
) -> None:
    write(tmp_path, segments, monkeypatch)
    with pytest.raises(SettingsError, match="the last one, and no other, must be without minimums"):
        load_settings()


@pytest.mark.parametrize(
    "wider",
    [
        "min_lifetime_value = 60\nmin_transactions = 1\n",
        "min_lifetime_value = 300\nmin_transactions = 2\n",
        "min_transactions = 2\n",
    ],
    ids=["lower", "the same", "without a minimum of the other kind"],
)
def test_a_segment_that_nobody_can_reach_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wider: str
) -> None:
    premium = "[store.segments.Premium]\nmin_lifetime_value = 300\nmin_transactions = 2\n"
    write(tmp_path, f"[store.segments.Regular]\n{wider}{premium}[store.segments.Occasional]\n", monkeypatch)
    with pytest.raises(SettingsError, match="nobody can be in Premium: it comes after Regular"):
        load_settings()


def test_segments_of_which_neither_holds_the_other_may_stand_in_any_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    often = "[store.segments.Often]\nmin_lifetime_value = 50\nmin_transactions = 20\n"
    write(tmp_path, f"{often}[store.segments.Much]\nmin_lifetime_value = 500\n[store.segments.Others]\n", monkeypatch)
    assert list(load_settings().store.segments) == ["Often", "Much", "Others"]
