"""Nothing in a district's home can be read by another account, and what Dagster keeps names nobody."""

import csv
import re
import stat
import subprocess
from pathlib import Path

import pytest

from district_platform.home.permissions import close_folder
from district_platform.settings import load_settings
from district_platform.sources.extracts import open_delivery

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_to_others(folder: Path) -> dict[str, str]:
    """Every folder and file below that another account can use, with its mode; links are what they lead to."""
    below = [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]
    modes = {path.relative_to(folder).as_posix(): path.stat().st_mode for path in below}
    return {name: oct(mode) for name, mode in modes.items() if mode & OTHERS}


@pytest.mark.parametrize("part", [".dagster", "warehouse", "data", "reports"])
def test_no_other_account_reads_anything_that_a_run_left(district, part):
    assert open_to_others(district / part) == {}


def values(path: Path, *columns: str) -> set[str]:
    with path.open(encoding="utf-8") as file:
        return {row[column] for row in csv.DictReader(file) for column in columns} - {""}


def test_what_dagster_keeps_names_no_student_educator_or_customer(district):
    raw = district / "data" / "raw"
    canaries = values(raw / "sis" / "students.csv", "student_id", "last_name", "birth_date")
    canaries |= values(raw / "sis" / "enrollments.csv", "enrollment_id")
    canaries |= values(raw / "hr" / "certifications.csv", "certification_id")
    canaries |= values(raw / "store" / "customers.csv", "customer_id", "phone_number", "address")
    long_enough = {value.encode() for value in canaries if len(value) >= 6}
    files = [path.read_bytes() for path in (district / ".dagster").rglob("*") if path.is_file()]
    kept = b'"'.join({text for file in files for text in file.split(b'"')})  # each text of the log's JSON once
    assert len(long_enough) > 1_000
    assert {value for value in long_enough if stands_in(kept, value)} == set()


def stands_in(text: bytes, value: bytes) -> bool:
    """Whether the value stands there by itself: an id of eight digits is in the middle of some duration or hash by chance."""
    return value in text and bool(re.search(rb"(?<![0-9a-f])(?<![0-9]\.)" + re.escape(value) + rb"(?![0-9a-f])", text))


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        (b'{"student": "00003774"}', True),
        (b"2026|S1|00003774|2025-09-01", True),
        (b"student00003774", True),
        (b"students.00003774", True),
        (b"315.77800000377465", False),
        (b"9f00003774c1", False),
        (b"12.00003774", False),
    ],
)
def test_id_in_the_middle_of_another_number_is_none(text: bytes, is_there: bool):
    assert stands_in(text, b"00003774") == is_there


def test_what_an_earlier_version_left_open_is_closed_and_links_are_not_followed(tmp_path):
    home, other = tmp_path / "home", tmp_path / "other"
    for folder in (home / "history", other):
        folder.mkdir(parents=True, mode=0o755)
        (folder / "events.db").touch()
        (folder / "events.db").chmod(0o644)  # whatever the umask of this process
        folder.chmod(0o755)
    (home / "link").symlink_to(other)
    close_folder(home)
    assert open_to_others(home) == {}
    assert stat.S_IMODE((other / "events.db").stat().st_mode) == 0o644


@pytest.fixture
def delivery(home, monkeypatch) -> Path:
    """A folder with two delivered extracts."""
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    home.root.chmod(0o755)
    folder = home.raw / "sis"
    folder.mkdir(parents=True)
    for name in ("schools", "students"):
        (folder / f"{name}.csv").write_text("school_id\n")
    return folder


@pytest.mark.parametrize(
    ("folder_mode", "modes", "n_open"),
    [(0o755, (0o644, 0o644), 2), (0o755, (0o600, 0o640), 1), (0o700, (0o644, 0o644), 0), (0o755, (0o600, 0o600), 0)],
)
def test_delivered_files_that_others_can_read_are_counted_with_the_chmod_to_do(
    delivery, home, folder_mode, modes, n_open
):
    for name, mode in zip(("schools", "students"), modes, strict=True):
        (delivery / f"{name}.csv").chmod(mode)
    for folder in (delivery, home.raw, home.root / "data"):
        folder.chmod(folder_mode)
    warning = open_delivery(home, load_settings().sources)
    assert (warning or "").startswith(f"{n_open} delivered file" if n_open else "")
    assert (warning is None) == (n_open == 0)
    if warning:
        subprocess.run(warning[warning.index("chmod -R") :].split(), check=True)
        assert open_delivery(home, load_settings().sources) is None
