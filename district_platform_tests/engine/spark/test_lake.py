"""The lake: immutable versions, a catalog that is replaced last, and nothing left of a run that was killed."""

import os
import stat
from pathlib import Path

import pytest

from district_platform.engine.spark.lake import Lake, LakeError, Maker


def opened(root: Path, run: str) -> Lake:
    lake = Lake(root)
    lake.open(run)
    return lake


def made(lake: Lake, *names: str) -> None:
    for name in names:
        version = lake.fresh(name)
        version.mkdir(mode=0o700)
        (version / "part.parquet").write_text("rows")
        lake.add(name, Maker.SPARK)


def run(root: Path, name: str, *tables: str) -> None:
    """A whole run that makes these tables."""
    lake = opened(root, name)
    made(lake, *tables)
    lake.commit()


def test_a_run_reads_what_the_one_before_has_made(tmp_path):
    run(tmp_path, "first", "dim_school", "dim_student")
    run(tmp_path, "second", "dim_student")
    lake = opened(tmp_path, "third")
    assert {name: version.run for name, version in lake.versions.items()} == {
        "dim_school": "first",
        "dim_student": "second",
    }
    assert (lake.folder("dim_school") / "part.parquet").exists()


def test_a_killed_run_changes_no_catalog_and_the_next_removes_its_versions(tmp_path):
    run(tmp_path, "first", "dim_school")
    killed = opened(tmp_path, "killed")
    made(killed, "dim_school", "dim_student")
    killed.scratch("step").mkdir()

    lake = opened(tmp_path, "next")

    assert (tmp_path / "current").read_text() == "first"
    assert {name: version.run for name, version in lake.versions.items()} == {"dim_school": "first"}
    assert lake.unnamed() == []
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.parquet")) == [
        "dim_school/first/part.parquet"
    ]
    assert not (tmp_path / ".scratch").exists()


def test_intermediate_results_of_a_killed_run_are_never_in_the_way_of_the_next(tmp_path):
    assert opened(tmp_path, "killed").scratch("step_1") != opened(tmp_path, "next").scratch("step_1")


def test_what_a_server_writes_on_for_a_killed_run_while_it_is_removed_goes_with_the_run_after(tmp_path, monkeypatch):
    run(tmp_path, "first", "dim_school")
    killed = opened(tmp_path, "killed")
    made(killed, "dim_school")
    late, remove_folder = tmp_path / "dim_school" / "killed" / "late.parquet", os.rmdir

    def writing_on(folder, **options):
        if "killed" in str(folder):
            late.write_text("rows of a task that has just ended")
        remove_folder(folder, **options)

    monkeypatch.setattr("os.rmdir", writing_on)
    run(tmp_path, "next", "dim_school")
    monkeypatch.undo()
    assert (tmp_path / "current").read_text() == "next"
    assert Lake(tmp_path).unnamed() == [late.parent]

    run(tmp_path, "one_after", "dim_school")
    assert Lake(tmp_path).unnamed() == []


@pytest.mark.parametrize("reached", ["versions", "catalog"])
def test_a_run_killed_while_it_ends_leaves_the_last_catalog_whole(tmp_path, monkeypatch, reached):
    run(tmp_path, "first", "dim_school")
    lake = opened(tmp_path, "killed")
    made(lake, "dim_school")
    replaced = {"versions": f"{tmp_path}/runs/.killed.json.new", "catalog": f"{tmp_path}/.current.new"}[reached]
    monkeypatch.setattr("os.replace", lambda source, target: exit() if str(source) == replaced else None)
    with pytest.raises(SystemExit):
        lake.commit()
    monkeypatch.undo()
    assert opened(tmp_path, "next").folder("dim_school").name == "first"


def test_the_catalog_before_the_current_one_stays_for_readers_and_older_ones_go(tmp_path):
    for name in ("first", "second", "third", "fourth"):
        run(tmp_path, name, "dim_school")
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["fourth.json", "third.json"]
    assert sorted(path.name for path in (tmp_path / "dim_school").iterdir()) == ["fourth", "third"]


def test_a_run_that_makes_nothing_leaves_the_catalog_as_it_is(tmp_path):
    run(tmp_path, "first", "dim_school")
    run(tmp_path, "second")
    assert (tmp_path / "current").read_text() == "first"


def test_only_its_owner_opens_the_lake(tmp_path):
    run(tmp_path / "lake", "first", "dim_school")
    folders = [p for p in (tmp_path / "lake", *(tmp_path / "lake").rglob("*")) if p.is_dir()]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_lake_that_cannot_be_written_is_named_in_one_sentence(tmp_path):
    (tmp_path / "lake").write_text("a file in its place")
    with pytest.raises(
        LakeError, match=r"^The lake \S+/lake cannot be written \(File exists\): .*\[engine.spark\] lake\.$"
    ):
        Lake(tmp_path / "lake").open("first")
