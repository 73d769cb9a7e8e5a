"""A file to an object: no part sent twice, and what the store then holds is the file."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from district_platform.storage.s3 import Address, StorageError
from district_platform.storage.upload import upload_file
from district_platform_tests.storage.conftest import MIB


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def made(path: Path, size: int, seed: int = 0) -> Path:
    path.write_bytes(b"".join((seed + block).to_bytes(8, "big") * 128 for block in range(size // 1024)))
    return path


def held(client, address: Address) -> bytes:
    return client.get_object(Bucket=address.bucket, Key=address.key)["Body"].read()


def test_small_file_is_sent_in_one_piece_with_its_digest(s3, client, bucket, outbox, tmp_path):
    (tmp_path / "upload.csv").write_text("Student ID\n1\n")
    sent = upload_file(s3, tmp_path / "upload.csv", bucket / "to/upload.csv", outbox)
    assert held(client, sent.address) == b"Student ID\n1\n"
    assert client.head_object(Bucket=bucket.bucket, Key="to/upload.csv")["Metadata"] == {"sha256": sent.sha256}
    assert (sent.size, sent.n_bytes_sent, s3.requests["put_object"]) == (13, 13, 1)


def test_file_that_is_there_is_not_sent_again(s3, bucket, outbox, tmp_path):
    path = made(tmp_path / "a.parquet", 4096)
    upload_file(s3, path, bucket / "a.parquet", outbox)
    assert upload_file(s3, path, bucket / "a.parquet", outbox).n_bytes_sent == 0
    assert s3.requests["put_object"] == 1


def test_object_with_other_bytes_is_replaced(s3, client, bucket, outbox, tmp_path):
    path = made(tmp_path / "a.parquet", 4096)
    client.put_object(Bucket=bucket.bucket, Key="a.parquet", Body=b"x" * 4096)
    assert upload_file(s3, path, bucket / "a.parquet", outbox).n_bytes_sent == 4096
    assert held(client, bucket / "a.parquet") == path.read_bytes()


def test_parts_that_are_there_are_not_sent_again(s3, client, bucket, outbox, tmp_path):
    """16 MiB in parts of 5: two arrive, then the network is gone; the second call sends what is missing."""
    path = made(tmp_path / "large.bin", 16 * MIB)
    s3.fails["upload_part"] = [None, None, StorageError("no network")]
    with pytest.raises(StorageError, match="no network"):
        upload_file(s3, path, bucket / "large.bin", outbox)
    told: list[int] = []
    sent = upload_file(s3, path, bucket / "large.bin", outbox, told.append)
    assert (sent.n_bytes_sent, sum(told), s3.requests["upload_part"]) == (6 * MIB, 16 * MIB, 4)
    assert held(client, bucket / "large.bin") == path.read_bytes()
    assert list(outbox.iterdir()) == []


def test_file_that_changed_since_begins_anew(s3, client, bucket, outbox, tmp_path):
    path = made(tmp_path / "large.bin", 11 * MIB)
    s3.fails["upload_part"] = [None, StorageError("no network")]
    with pytest.raises(StorageError):
        upload_file(s3, path, bucket / "large.bin", outbox)
    made(path, 11 * MIB, seed=1)
    assert upload_file(s3, path, bucket / "large.bin", outbox).n_bytes_sent == 11 * MIB
    assert held(client, bucket / "large.bin") == path.read_bytes()


def test_file_that_changes_meanwhile_is_not_put_together(s3, client, bucket, outbox, tmp_path):
    path = made(tmp_path / "large.bin", 6 * MIB)
    changed = False

    def change(n_bytes: int) -> None:
        nonlocal changed
        if not changed:
            changed = bool(made(path, 6 * MIB, seed=1))

    with pytest.raises(StorageError, match=r"large\.bin changed while it was sent"):
        upload_file(s3, path, bucket / "large.bin", outbox, change)
    assert "Contents" not in client.list_objects_v2(Bucket=bucket.bucket)


def test_upload_that_the_store_has_forgotten_begins_anew(s3, client, bucket, outbox, tmp_path):
    path = made(tmp_path / "large.bin", 6 * MIB)
    s3.fails["upload_part"] = [None, StorageError("no network")]
    with pytest.raises(StorageError):
        upload_file(s3, path, bucket / "large.bin", outbox)
    [begun] = client.list_multipart_uploads(Bucket=bucket.bucket)["Uploads"]
    client.abort_multipart_upload(Bucket=bucket.bucket, Key="large.bin", UploadId=begun["UploadId"])
    assert upload_file(s3, path, bucket / "large.bin", outbox).n_bytes_sent == 6 * MIB


def test_what_the_store_holds_is_compared_with_the_file(s3, client, bucket, outbox, tmp_path, monkeypatch):
    """A store, or a proxy before it, that takes the file and keeps another one."""
    path = made(tmp_path / "a.parquet", 4096)
    honest = s3._request

    def forgetful(operation, address, **parameters):
        if operation == "put_object":
            parameters = {"Key": parameters["Key"], "Body": b"something else"}
        return honest(operation, address, **parameters)

    monkeypatch.setattr(s3, "_request", forgetful)
    with pytest.raises(StorageError, match="what the store holds is not"):
        upload_file(s3, path, bucket / "a.parquet", outbox)


SEND = """
import sys
from pathlib import Path
from district_platform.settings import Credentials, Storage
from district_platform.storage.s3 import S3, Address
from district_platform.storage.upload import upload_file
endpoint, path, address, outbox = sys.argv[1:]
s3 = S3(Storage(endpoint_url=endpoint, region="us-east-1", part_size_mb=5), Credentials())
upload_file(s3, Path(path), Address.parse(address), Path(outbox), lambda n: (print(n, flush=True), sys.stdin.readline()))
"""
"""Sends a file, and waits for a line after each part."""


def test_killed_upload_goes_on_where_it_was(aws, s3, client, bucket, outbox, tmp_path):
    path = made(tmp_path / "large.bin", 16 * MIB)
    command = [sys.executable, "-c", SEND, aws, str(path), str(bucket / "large.bin"), str(outbox)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        process.stdin.write("\n")
        process.stdin.flush()
        process.stdout.readline()
        process.kill()
    assert upload_file(s3, path, bucket / "large.bin", outbox).n_bytes_sent == 6 * MIB
    assert held(client, bucket / "large.bin") == path.read_bytes()


def test_network_that_is_away_is_a_transient_fault_in_plain_words(outbox, tmp_path, monkeypatch):
    from district_platform.retries import is_transient
    from district_platform.settings import Credentials, Storage
    from district_platform.storage.s3 import S3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-real-key")
    away = S3(Storage(endpoint_url="http://127.0.0.1:9", region="us-east-1"), Credentials())
    path = made(tmp_path / "a.parquet", 1024)
    started = time.monotonic()
    with pytest.raises(StorageError, match=r"s3://bucket/a: Could not connect to the endpoint") as raised:
        upload_file(away, path, Address("bucket", "a"), outbox)
    assert is_transient(raised.value)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("text", ["bucket/key", "s3://", "https://bucket/key", "S3://bucket"])
def test_what_is_no_address_is_told_what_one_looks_like(text):
    with pytest.raises(StorageError, match="s3://bucket/prefix is one"):
        Address.parse(text)


def test_bucket_that_does_not_exist_is_no_transient_fault(s3, outbox, tmp_path):
    from district_platform.retries import is_transient

    path = made(tmp_path / "a.parquet", 1024)
    with pytest.raises(StorageError, match="there is no such bucket") as raised:
        upload_file(s3, path, Address("nowhere-at-all", "a"), outbox)
    assert not is_transient(raised.value)
