"""A prefix of a bucket as a folder: fetched once, whole or not at all, and nobody's files overwritten."""

import os
from pathlib import Path

import pytest

from district_platform.storage import journal
from district_platform.storage.mirror import LEDGER, Fetched, fetch
from district_platform.storage.s3 import Address, StorageError


@pytest.fixture
def put(client, bucket):
    def put_object(name: str, text: str, **options) -> None:
        client.put_object(Bucket=bucket.bucket, Key=f"raw/{name}", Body=text.encode(), **options)

    return put_object


@pytest.fixture
def prefix(bucket: Address) -> Address:
    return bucket / "raw"


def files(folder: Path) -> dict[str, str]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LEDGER]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_objects_below_the_prefix_become_files_below_the_folder(s3, put, prefix, client, bucket, tmp_path):
    put("schools.csv", "a")
    put("sales/2026-01-02.csv", "b")
    put("sales/", "")
    client.put_object(Bucket=bucket.bucket, Key="rawer/other.csv", Body=b"no")
    fetched = fetch(s3, prefix, tmp_path)
    assert fetched == Fetched(fetched=("sales/2026-01-02.csv", "schools.csv"), removed=(), n_unchanged=0)
    assert files(tmp_path) == {"schools.csv": "a", "sales/2026-01-02.csv": "b"}


def test_nothing_is_fetched_twice(s3, put, prefix, tmp_path):
    put("monday.csv", "a")
    fetch(s3, prefix, tmp_path)
    put("tuesday.csv", "b")
    assert fetch(s3, prefix, tmp_path) == Fetched(("tuesday.csv",), (), 1)
    os.utime(tmp_path / "monday.csv", (0, 0))
    assert fetch(s3, prefix, tmp_path) == Fetched((), (), 2)
    assert s3.requests["get_object"] == 2


def test_changed_object_is_fetched_anew_and_a_removed_one_goes(s3, put, prefix, client, tmp_path):
    put("monday.csv", "a")
    put("tuesday.csv", "b")
    fetch(s3, prefix, tmp_path)
    put("monday.csv", "A")
    client.delete_object(Bucket=prefix.bucket, Key="raw/tuesday.csv")
    assert fetch(s3, prefix, tmp_path) == Fetched(("monday.csv",), ("tuesday.csv",), 0)
    assert files(tmp_path) == {"monday.csv": "A"}


def test_file_that_changed_or_went_here_is_fetched_again(s3, put, prefix, tmp_path):
    put("monday.csv", "a")
    put("tuesday.csv", "b")
    fetch(s3, prefix, tmp_path)
    (tmp_path / "monday.csv").write_text("x")
    (tmp_path / "tuesday.csv").unlink()
    fetch(s3, prefix, tmp_path)
    assert files(tmp_path) == {"monday.csv": "a", "tuesday.csv": "b"}


def test_stopped_half_way_it_goes_on_and_what_it_began_is_never_seen(s3, put, prefix, tmp_path):
    for day in ("a", "b", "c"):
        put(f"{day}.csv", day)
    s3.fails["get_object"] = [None, None, StorageError("no network")]
    with pytest.raises(StorageError, match="no network"):
        fetch(s3, prefix, tmp_path)
    assert files(tmp_path) == {"a.csv": "a", "b.csv": "b"}
    assert fetch(s3, prefix, tmp_path) == Fetched(("c.csv",), (), 2)


def test_connection_lost_within_an_object_leaves_the_file_that_was(s3, put, prefix, tmp_path, monkeypatch):
    put("monday.csv", "whole")
    fetch(s3, prefix, tmp_path)
    put("monday.csv", "changed")

    def lost(self, size):
        from botocore.exceptions import ResponseStreamingError

        yield b"cha"
        raise ResponseStreamingError(error="connection reset")

    monkeypatch.setattr("botocore.response.StreamingBody.iter_chunks", lost)
    with pytest.raises(StorageError, match=r"monday\.csv: .*connection reset"):
        fetch(s3, prefix, tmp_path)
    assert files(tmp_path) == {"monday.csv": "whole"}


def test_record_cut_short_by_a_kill_costs_one_more_fetch(s3, put, prefix, tmp_path):
    put("monday.csv", "a")
    put("tuesday.csv", "b")
    fetch(s3, prefix, tmp_path)
    ledger = tmp_path / LEDGER
    ledger.write_text(ledger.read_text()[:-20])
    assert fetch(s3, prefix, tmp_path) == Fetched(("tuesday.csv",), (), 1)


def test_somebody_elses_file_is_not_overwritten(s3, put, prefix, tmp_path):
    put("monday.csv", "a")
    (tmp_path / "monday.csv").write_text("made by hand")
    with pytest.raises(StorageError, match=r"monday\.csv did not come from s3://.*move it elsewhere"):
        fetch(s3, prefix, tmp_path)
    assert files(tmp_path) == {"monday.csv": "made by hand"}


def test_somebody_elses_file_that_holds_the_same_is_taken_over(s3, put, prefix, tmp_path):
    put("monday.csv", "a")
    (tmp_path / "monday.csv").write_text("a")
    fetch(s3, prefix, tmp_path)
    assert fetch(s3, prefix, tmp_path).n_unchanged == 1


def test_files_of_somebody_else_stay(s3, put, prefix, tmp_path):
    put("monday.csv", "a")
    (tmp_path / "notes.txt").write_text("mine")
    fetch(s3, prefix, tmp_path)
    assert files(tmp_path) == {"monday.csv": "a", "notes.txt": "mine"}


def test_bytes_that_are_not_those_that_were_sent_are_no_file(s3, put, prefix, tmp_path):
    put("monday.csv", "a", Metadata={"sha256": "0" * 64})
    with pytest.raises(StorageError, match="what was sent had 0000"):
        fetch(s3, prefix, tmp_path)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("key", ["../outside.csv", "/etc/passwd", "a//b.csv", "a\\b.csv", LEDGER])
def test_key_that_leads_out_of_the_folder_is_refused(s3, put, prefix, tmp_path, key):
    put(key, "x")
    with pytest.raises(StorageError, match="is no path below a folder"):
        fetch(s3, prefix, tmp_path / "raw")
    assert files(tmp_path) == {}


def test_another_prefix_replaces_what_came_from_the_first(s3, put, prefix, client, bucket, tmp_path):
    put("monday.csv", "old")
    put("tuesday.csv", "old")
    fetch(s3, prefix, tmp_path)
    client.put_object(Bucket=bucket.bucket, Key="new/monday.csv", Body=b"new")
    fetch(s3, bucket / "new", tmp_path)
    assert files(tmp_path) == {"monday.csv": "new"}
    assert [entry["source"] for entry in journal.entries(tmp_path / LEDGER)] == [f"{bucket / 'new'}"]
