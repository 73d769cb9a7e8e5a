"""Which files of a delivery may be read: regular ones inside it, and every other is named with the reason."""

import os
import socket
import threading
from pathlib import Path

import pytest

from district_platform.engine.deliveries import content_of, find_files, looks_of, shown_name, why_unreadable
from district_platform.engine.reading import read_rows

CSV = "id,name\n1,Ann\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "raw"
    (folder / "sis").mkdir(parents=True)
    return folder


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    socket.socket(socket.AF_UNIX).bind(str(path))


def link_to(target: str):
    def make(path: Path) -> None:
        path.symlink_to(target)

    return make


OUTSIDE = "is a link, or lies in one, to a place outside the delivery: deliver the file itself"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (make_pipe, "is a named pipe; a regular file was expected"),
        (make_socket, "is a socket; a regular file was expected"),
        (link_to("/dev/zero"), OUTSIDE),
        (link_to("/etc/hostname"), OUTSIDE),
        (link_to("../../../elsewhere.csv"), OUTSIDE),
        (link_to("nowhere.csv"), "is a link to a file that is not there: deliver the file itself"),
        (link_to("students.csv"), "is a link that leads to itself: deliver the file itself"),
        (Path.mkdir, "is a folder; a file was expected"),
    ],
    ids=["pipe", "socket", "device", "link outside", "link upwards", "broken link", "circle", "folder"],
)
def test_what_is_no_regular_file_of_the_delivery_is_named_and_never_opened(tables, raw, make, reason):
    (raw.parent.parent / "elsewhere.csv").write_text(CSV)
    path = raw / "sis" / "students.csv"
    make(path)
    assert find_files(raw, "sis/students") == [path]
    [read] = read_rows(tables, "rows", ["id", "name"], [("sis/students.csv", path)])
    assert (read.problem, read.n_rows_read) == (reason, 0)


def test_a_folder_that_is_a_link_leads_out_too(raw, tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "educators.csv").write_text(CSV)
    (raw / "hr").symlink_to(tmp_path / "share")
    [path] = find_files(raw, "hr/educators")
    assert why_unreadable(path, raw) == OUTSIDE


def test_links_inside_the_delivery_are_followed_also_where_the_delivery_is_a_link_itself(raw, tmp_path):
    (raw / "2026-02-13.csv").write_text(CSV)
    (raw / "sis" / "students.csv").symlink_to("../2026-02-13.csv")
    (tmp_path / "linked").symlink_to(raw)
    for folder in (raw, tmp_path / "linked"):
        [path] = find_files(folder, "sis/students")
        assert why_unreadable(path, folder) is None


def test_a_digest_of_what_never_ends_is_made_without_opening_it(raw):
    make_pipe(raw / "pipe.csv")
    digests: list[str] = []
    thread = threading.Thread(target=lambda: digests.append(content_of(raw / "pipe.csv")), daemon=True)
    thread.start()
    thread.join(timeout=5)
    assert digests == ["no regular file"]


def test_a_link_to_nothing_has_looks_for_the_sensor(raw):
    (raw / "gone.csv").symlink_to("nowhere.csv")
    [(path, size, _)] = looks_of([raw / "gone.csv"])
    assert (path, size) == (str(raw / "gone.csv"), len("nowhere.csv"))


@pytest.mark.parametrize("unreadable", ["sis/students", "sis", "."])
def test_a_folder_that_cannot_be_looked_into_is_named_and_is_not_absent(tables, raw, monkeypatch, unreadable):
    (raw / "sis" / "students").mkdir()
    (raw / "sis" / "students" / "2026.csv").write_text(CSV)
    closed, iterdir = raw / unreadable, Path.iterdir

    def refuse(folder: Path):
        if folder == closed:
            raise PermissionError(13, "Permission denied")
        return iterdir(folder)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert find_files(raw, "sis/students") == [closed]
    [read] = read_rows(tables, "rows", ["id", "name"], [(shown_name(closed, raw), closed)])
    assert read.problem == "is a folder that cannot be looked into: Permission denied"


def test_a_name_that_is_no_utf_8_is_shown_with_its_bytes_and_not_read(tables, raw):
    folder = raw / "sis" / "students"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/Mu\xf1oz.csv")).write_text(CSV)
    [path] = find_files(raw, "sis/students")
    name = shown_name(path, raw)
    [read] = read_rows(tables, "rows", ["id", "name"], [(name, path)])
    assert (name, read.problem) == (r"sis/students/Mu\xf1oz.csv", "has a name that is no UTF-8: rename it")
    assert looks_of([path])[0][0].endswith(r"Mu\xf1oz.csv")
