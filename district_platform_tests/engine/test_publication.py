"""Publication: one link replaced; all of it or nothing of it, at whatever moment the process dies."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from district_platform.engine.publication import PublicationError, current_publication, publish
from district_platform.home import Home

PUBLISH = """
import sys
from pathlib import Path
from district_platform.engine import publication
from district_platform.home import Home

def write(folder):
    for n in range(20):
        (folder / "out" / f"{n}.txt").write_text(sys.argv[2])
        if n == int(sys.argv[3]):
            import os; os.kill(os.getpid(), 9)
    (folder / "reports" / "brief.txt").write_text(sys.argv[2])

publication.publish(Home(root=Path(sys.argv[1])), sys.argv[2], 2, write)
"""


def writer(text: str):
    def write(folder: Path) -> None:
        (folder / "out" / "t.txt").write_text(text)
        (folder / "reports" / "brief.txt").write_text(text)

    return write


def read(home: Home) -> tuple[str, str]:
    return (home.warehouse / "out" / "t.txt").read_text(), (home.reports / "brief.txt").read_text()


def versions(home: Home) -> list[str]:
    return sorted(version.name for version in home.publications.iterdir())


def test_readers_see_the_new_version_through_fixed_links(home):
    publish(home, "1", 3, writer("one"))
    assert read(home) == ("one", "one")
    publish(home, "2", 3, writer("two"))
    assert read(home) == ("two", "two")


def test_a_reader_who_opened_the_old_version_goes_on_reading_it(home):
    publish(home, "1", 1, writer("one"))
    with (home.reports / "brief.txt").open() as opened:
        publish(home, "2", 1, writer("two"))
        assert opened.read() == "one"


def test_refused_publication_changes_nothing(home):
    publish(home, "1", 3, writer("one"))

    def fail(folder: Path) -> None:
        writer("two")(folder)
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        publish(home, "2", 3, fail)
    assert read(home) == ("one", "one")


@pytest.mark.parametrize("moment", [0, 7, 19])
def test_killed_publication_leaves_the_old_one_and_the_next_succeeds(home, moment):
    publish(home, "1", 3, writer("one"))
    killed = subprocess.run([sys.executable, "-c", PUBLISH, str(home.root), "2", str(moment)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert read(home) == ("one", "one")
    publish(home, "3", 3, writer("three"))
    assert read(home) == ("three", "three")
    assert versions(home) == ["v00000001-1", "v00000002-3"]


def test_versions_are_kept_as_set_and_the_current_one_always(home):
    for label in ("1", "2", "3", "4"):
        publish(home, label, 2, writer(label))
    assert versions(home) == ["v00000003-3", "v00000004-4"]
    assert current_publication(home) == (home.publications / "v00000004-4").resolve()


def test_a_version_leaves_readers_at_once_and_not_file_by_file(home, monkeypatch):
    """Killed while it removes a version, a publication leaves no part of it where readers look; the next one removes the rest."""
    for label in ("1", "2"):
        publish(home, label, 2, writer(label))
    monkeypatch.setattr(shutil, "rmtree", lambda path: (path / "out" / "t.txt").unlink())
    publish(home, "3", 2, writer("3"))
    assert not (home.publications / "v00000001-1").exists()
    monkeypatch.undo()
    publish(home, "4", 2, writer("4"))
    assert versions(home) == ["v00000003-3", "v00000004-4"]


def test_a_clock_that_was_ahead_keeps_no_version_alive(home):
    """The clock says 2031, is set right, and three publications follow: two of them stay, and none of 2031."""
    for label in ("20310101T05", "20260213T05", "20260214T05", "20260215T05"):
        publish(home, label, 2, writer(label))
    assert versions(home) == ["v00000003-20260214T05", "v00000004-20260215T05"]
    assert read(home) == ("20260215T05", "20260215T05")


def test_versions_of_before_the_counter_are_older_and_stay_readable_until_they_are_pruned(home):
    """The newer of the two was made by a clock that was ahead."""
    for name in ("20260101T05-0a1b2c3d", "20310101T05-4e5f6a7b"):
        folder = home.publications / name
        (folder / "out").mkdir(parents=True)
        (folder / "reports").mkdir()
        writer(name)(folder)
    home.current.symlink_to("publications/20310101T05-4e5f6a7b")
    assert current_publication(home) == home.publications / "20310101T05-4e5f6a7b"
    publish(home, "20260213T05", 2, writer("new"))
    assert versions(home) == ["20310101T05-4e5f6a7b", "v00000001-20260213T05"]
    publish(home, "20260214T05", 2, writer("newer"))
    assert versions(home) == ["v00000001-20260213T05", "v00000002-20260214T05"]
    assert read(home) == ("newer", "newer")


def test_the_counter_goes_on_after_a_reader_was_pointed_back(home):
    for label in ("1", "2"):
        publish(home, label, 3, writer(label))
    home.current.unlink()
    home.current.symlink_to("publications/v00000001-1")
    publish(home, "3", 2, writer("three"))
    assert versions(home) == ["v00000002-2", "v00000003-3"]


def test_a_file_of_somebody_elses_in_the_way_is_named_and_kept(home):
    home.reports.mkdir()
    (home.reports / "brief.txt").write_text("mine")
    with pytest.raises(PublicationError, match=r"brief.txt is in the way"):
        publish(home, "1", 2, writer("one"))
    assert (home.reports / "brief.txt").read_text() == "mine"


def test_warehouse_is_for_its_owner_only(home):
    publish(home, "1", 2, writer("one"))
    assert home.publications.stat().st_mode & 0o077 == 0
