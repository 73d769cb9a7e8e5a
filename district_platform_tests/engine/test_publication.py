"""Publication: one link replaced; all of it or nothing of it, at whatever moment the process dies."""

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
    assert sorted(version.name for version in home.publications.iterdir()) == ["1", "3"]


def test_versions_are_kept_as_set_and_the_current_one_always(home):
    for version in ("1", "2", "3", "4"):
        publish(home, version, 2, writer(version))
    assert sorted(version.name for version in home.publications.iterdir()) == ["3", "4"]
    assert current_publication(home) == (home.publications / "4").resolve()


def test_a_file_of_somebody_elses_in_the_way_is_named_and_kept(home):
    home.reports.mkdir()
    (home.reports / "brief.txt").write_text("mine")
    with pytest.raises(PublicationError, match=r"brief.txt is in the way"):
        publish(home, "1", 2, writer("one"))
    assert (home.reports / "brief.txt").read_text() == "mine"


def test_warehouse_is_for_its_owner_only(home):
    publish(home, "1", 2, writer("one"))
    assert home.publications.stat().st_mode & 0o077 == 0
