"""Exports that would hang a conversion or fill the memory are refused in a sentence that names the file."""

import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from district_platform.sources.oneroster import OneRosterError, convert, reading
from district_platform_tests.sources.oneroster.exports import BASE, ENROLLMENTS, USERS, manifest


def zipped(tmp_path: Path, more: dict[str, str] | None = None) -> Path:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"manifest": manifest(list(BASE)), **BASE, **(more or {})}.items():
            archive.writestr(f"{name}.csv", text)
    return path


def refused(source: Path, tmp_path: Path, **limits: int) -> str:
    with pytest.raises(OneRosterError) as error:
        convert(source, tmp_path / "out", **limits)
    assert not (tmp_path / "out").exists()
    return str(error.value)


def test_a_member_that_is_larger_than_allowed_is_named_after_that_much_of_it(tmp_path):
    source = zipped(tmp_path, {"users": USERS + "x" * 50_000_000})
    tracemalloc.start()
    told = refused(source, tmp_path, most_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told == "users.csv: holds more than 0.001 GB. Export fewer years, or raise max_file_gb under [sources]."
    assert peak < 10_000_000


def test_a_member_that_nothing_is_made_of_is_not_opened(tmp_path):
    source = zipped(tmp_path, {"lineItems": "x,y\n" * 5_000_000})
    tracemalloc.start()
    convert(source, tmp_path / "out", most_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("users", "told"),
    [
        (USERS + "\0" * 2_000_001, "users.csv, line 7: is longer than 2,000,000 characters. Export again."),
        (
            USERS + "s1,,,true,ELM,student,s1,Ada,Oak,1001,,05\n" * 4,
            "users.csv: more than 3 rows cannot be used. The first is on line 7: sourcedId is repeated; the first stands on line 2. "
            "Export again.",
        ),
        (
            USERS + "".join(f"n{n},,,true,ELM,student,s1,Ada,Oak,1001,,05\n" for n in range(6)),
            "users.csv: has more than 10 rows. Export fewer years.",
        ),
    ],
    ids=["a line without an end", "a row over and over", "more rows than a district has"],
)
def test_a_file_without_an_end_is_one_sentence(tmp_path, monkeypatch, users, told):
    monkeypatch.setattr(reading, "MOST_REJECTS", 3)
    monkeypatch.setattr(reading, "MOST_ROWS", 10)
    assert refused(zipped(tmp_path, {"users": users}), tmp_path) == told


def test_a_manifest_without_an_end_is_none(tmp_path):
    text = manifest(list(BASE)) + "".join(f"p{n},x\n" for n in range(1_000))
    told = refused(zipped(tmp_path, {"manifest": text}), tmp_path)
    assert told == "manifest.csv: has more than 1,000 rows, and is no manifest. Export again."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in {"manifest": manifest(list(BASE)), **BASE}.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_a_pipe_in_the_folder_is_named_and_not_opened(folder, tmp_path):
    (folder / "users.csv").unlink()
    os.mkfifo(folder / "users.csv")
    assert refused(folder, tmp_path) == "users.csv is a named pipe; a regular file was expected."


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "elsewhere.csv").write_text(ENROLLMENTS)
    (folder / "enrollments.csv").unlink()
    (folder / "enrollments.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert refused(folder, tmp_path) == (
        "enrollments.csv is a link, or lies in one, to a place outside the delivery: deliver the file itself."
    )


def test_an_export_that_is_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "export.zip")
    assert "is a named pipe" in refused(tmp_path / "export.zip", tmp_path)
