"""A publication as objects: readers find the whole of the old one or the whole of the new one."""

import hashlib
import json
from functools import partial
from pathlib import Path

import pyrage
import pytest

from district_platform.outputs.sealing import ENDING, seal
from district_platform.settings import Encryption
from district_platform.storage.publication import copy_publication
from district_platform.storage.s3 import Address, StorageError

TWO = {"out/fct_sale/school_year=2026/part.parquet": b"PAR1", "reports/policy_brief.pdf": b"%PDF"}


def published(root: Path, version: str, files: dict[str, bytes] = TWO) -> Path:
    publication = root / version
    for name, content in files.items():
        path = publication / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return publication


def read(client, to: Address) -> dict[str, bytes]:
    """What a reader takes: the pointer, the manifest it names, the files that names; each as long and as it says."""

    def body(key: str) -> bytes:
        return client.get_object(Bucket=to.bucket, Key=f"{to.key}/{key}")["Body"].read()

    pointer = json.loads(body("current.json"))
    manifest = body(pointer["manifest"])
    assert hashlib.sha256(manifest).hexdigest() == pointer["sha256"]
    found = {}
    for file in json.loads(manifest)["files"]:
        found[file["name"]] = body(f"publications/{pointer['version']}/{file['name']}")
        assert hashlib.sha256(found[file["name"]]).hexdigest() == file["sha256"]
    return found


def keys(client, to: Address) -> list[str]:
    return [item["Key"] for item in client.list_objects_v2(Bucket=to.bucket).get("Contents", [])]


@pytest.fixture
def to(bucket: Address) -> Address:
    return bucket / "district"


def test_reader_finds_every_file_by_the_pointer(s3, client, to, tmp_path):
    copied = copy_publication(s3, published(tmp_path, "20260101"), to, 3, tmp_path / "outbox")
    assert read(client, to) == TWO
    assert (copied.n_files, copied.n_bytes_sent) == (2, 8)


def test_network_lost_half_way_leaves_readers_the_one_before(s3, client, to, tmp_path):
    """The second file of the new publication does not arrive; the next try sends it alone, and turns the pointer."""
    copy_publication(s3, published(tmp_path, "20260101"), to, 3, tmp_path / "outbox")
    new = published(tmp_path, "20260102", {name: content + b"2" for name, content in TWO.items()})
    s3.fails["put_object"] = [None, StorageError("no network")]
    with pytest.raises(StorageError):
        copy_publication(s3, new, to, 3, tmp_path / "outbox")
    assert read(client, to) == TWO
    assert copy_publication(s3, new, to, 3, tmp_path / "outbox").n_bytes_sent == 5
    assert read(client, to) == {name: content + b"2" for name, content in TWO.items()}


@pytest.mark.parametrize("n_written", [0, 1, 2, 3])
def test_stopped_at_any_request_nothing_is_half_published(s3, client, to, tmp_path, n_written):
    s3.fails["put_object"] = [*[None] * n_written, StorageError("killed")]
    with pytest.raises(StorageError):
        copy_publication(s3, published(tmp_path, "20260101"), to, 3, tmp_path / "outbox")
    assert "district/current.json" not in keys(client, to)


def test_old_versions_and_unfinished_ones_go(s3, client, to, tmp_path):
    s3.fails["put_object"] = [None, StorageError("killed")]
    with pytest.raises(StorageError):
        copy_publication(s3, published(tmp_path, "20260101"), to, 2, tmp_path / "outbox")
    removed = [
        copy_publication(s3, published(tmp_path, f"2026010{day}"), to, 2, tmp_path / "outbox").removed_versions
        for day in (2, 3, 4)
    ]
    assert removed == [("20260101",), (), ("20260102",)]
    assert {key.split("/")[2] for key in keys(client, to) if "publications" in key} == {"20260103", "20260104"}


@pytest.mark.parametrize(
    ("there", "sent"),
    [
        (["20310101T05", "v00000001-20310102T05"], "v00000002-20260213T05"),
        (["v00000041-20260213T05", "v00000042-20260214T05"], "v00000001-20260215T05"),
    ],
    ids=["a clock that was ahead", "a home that was lost, and counts anew"],
)
def test_what_was_sent_last_stays_and_what_was_there_before_goes_first(s3, client, to, tmp_path, there, sent):
    for version in (*there, sent):
        copied = copy_publication(s3, published(tmp_path, version), to, 2, tmp_path / "outbox")
    assert copied.removed_versions == (there[0],)
    assert {key.split("/")[2] for key in keys(client, to) if "publications" in key} == {there[1], sent}


def test_with_recipients_nothing_lies_there_that_anybody_else_can_read(s3, client, to, tmp_path):
    reader = pyrage.x25519.Identity.generate()
    encryption = Encryption(recipients=(str(reader.to_public()),))
    sealing = partial(seal, encryption=encryption)
    copy_publication(s3, published(tmp_path, "20260101"), to, 3, tmp_path / "outbox", sealing, ENDING)
    found = read(client, to)
    assert {name: pyrage.decrypt(content, [reader]) for name, content in found.items()} == {
        f"{name}.age": content for name, content in TWO.items()
    }
    assert not (tmp_path / "outbox" / "20260101").exists()


def test_sealed_files_that_arrived_are_not_sent_again(s3, client, to, tmp_path):
    reader = pyrage.x25519.Identity.generate()
    sealing = partial(seal, encryption=Encryption(recipients=(str(reader.to_public()),)))
    publication = published(tmp_path, "20260101")
    s3.fails["put_object"] = [None, StorageError("no network")]
    with pytest.raises(StorageError):
        copy_publication(s3, publication, to, 3, tmp_path / "outbox", sealing, ENDING)
    copy_publication(s3, publication, to, 3, tmp_path / "outbox", sealing, ENDING)
    assert s3.requests["put_object"] == len(TWO) + len(["manifest", "pointer"])


def test_files_beside_out_and_reports_stay_here(s3, client, to, tmp_path):
    publication = published(tmp_path, "20260101", {**TWO, "private/worklists/x.csv": b"names"})
    copy_publication(s3, publication, to, 3, tmp_path / "outbox")
    assert read(client, to) == TWO
