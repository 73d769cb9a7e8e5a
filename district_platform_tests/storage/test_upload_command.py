"""`district-platform upload` and `rekey`, as a person types them."""

from pathlib import Path

import pyrage
import pytest
from botocore.exceptions import EndpointConnectionError
from click.testing import CliRunner, Result

from district_platform.cli import main
from district_platform.credentials import chain
from district_platform.engine.encryption import warehouse_connection
from district_platform.home import Home
from district_platform.outputs.sending import files_to_send
from district_platform.settings import Engine
from district_platform.storage import s3
from district_platform.storage.s3 import Address, StorageError


@pytest.fixture
def settings(home: Home, aws: str) -> Path:
    text = f'[storage]\nendpoint_url = "{aws}"\nregion = "us-east-1"\n[retries]\nmax_retries = 1\nfirst_delay_seconds = 0.1\n'
    home.config_file.write_text(text)
    return home.config_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "attendance_upload.csv"
    path.write_text("Student ID\nQ1\n")
    return path


def district_platform(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_files_are_sent_once_and_what_was_done_is_said(settings, client, bucket, file):
    assert (
        district_platform("upload", file, f"{bucket}to").stdout
        == f"{bucket}to/attendance_upload.csv  14 of 14 bytes sent\n"
    )
    assert (
        district_platform("upload", file, f"{bucket}to").stdout
        == f"{bucket}to/attendance_upload.csv  0 of 14 bytes sent\n"
    )
    body = client.get_object(Bucket=bucket.bucket, Key="to/attendance_upload.csv")["Body"].read()
    assert body == file.read_bytes()


def test_with_recipients_only_they_open_what_was_sent(settings, client, bucket, file, home):
    reader = pyrage.x25519.Identity.generate()
    settings.write_text(f'{settings.read_text()}[encryption]\nrecipients = ["{reader.to_public()}"]\n')
    assert district_platform("upload", file, bucket).exit_code == 0
    [item] = client.list_objects_v2(Bucket=bucket.bucket)["Contents"]
    assert item["Key"] == "attendance_upload.csv.age"
    sealed = client.get_object(Bucket=bucket.bucket, Key=item["Key"])["Body"].read()
    assert pyrage.decrypt(sealed, [reader]) == file.read_bytes()
    assert list(home.outbox.iterdir()) == []


def test_store_that_stays_away_ends_in_one_message_after_the_retries(settings, file):
    settings.write_text(settings.read_text().replace('endpoint_url = "http', 'endpoint_url = "http://127.0.0.1:9" # '))
    result = district_platform("upload", file, "s3://bucket/to")
    assert result.exit_code == 1
    assert "s3://bucket/to/attendance_upload.csv: Could not connect to the endpoint URL" in result.stderr
    assert "Traceback" not in result.stderr


def test_store_that_comes_back_meanwhile_takes_the_file(settings, bucket, file, monkeypatch):
    """Away for the first two tries: nobody has to type the command again."""
    away = [EndpointConnectionError(endpoint_url="https://s3.example.org") for _ in range(2)]
    new_client = s3._new_client

    def client(*given):
        if away:
            raise away.pop()
        return new_client(*given)

    monkeypatch.setattr(s3, "_new_client", client)
    settings.write_text(settings.read_text().replace("max_retries = 1", "max_retries = 2"))
    assert district_platform("upload", file, bucket).stdout.endswith("14 of 14 bytes sent\n")
    assert away == []


def test_address_that_is_none_is_told_before_anything_is_sent(settings, file):
    result = district_platform("upload", file, "bucket/to")
    assert (result.exit_code, "s3://bucket/prefix is one" in result.stderr) == (1, True)


def test_keys_come_from_named_secrets_and_a_wrong_one_is_said_without_it(settings, bucket, file, monkeypatch):
    monkeypatch.setattr(chain, "_remembered", {})
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    named = 'access_key_secret = "s3_id"\nsecret_key_secret = "s3_key"\n[retries]'
    settings.write_text(settings.read_text().replace("[retries]", named))
    monkeypatch.setenv("DISTRICT_SECRET__S3_ID", "AKIATEST")
    result = district_platform("upload", file, bucket)
    assert (result.exit_code, "DISTRICT_SECRET__S3_KEY" in result.stderr) == (1, True)
    monkeypatch.setenv("DISTRICT_SECRET__S3_KEY", "not-a-real-key")
    assert district_platform("upload", file, bucket).exit_code == 0


def test_folder_is_sent_with_its_paths_and_without_hidden_files(tmp_path):
    for name in ("marts/customers.csv", "brief.pdf", ".new/x", "marts/.partial"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    to = Address("bucket", "to")
    addresses = [str(address) for _, address in files_to_send([tmp_path, tmp_path / "brief.pdf"], to)]
    assert addresses == ["s3://bucket/to/brief.pdf", "s3://bucket/to/marts/customers.csv"]


def test_two_files_of_one_name_are_not_sent_over_each_other(tmp_path):
    paths = [tmp_path / folder / "x.csv" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.touch()
    with pytest.raises(StorageError, match=r"would both become s3://bucket/x\.csv"):
        files_to_send(paths, Address("bucket"))


def test_warehouse_is_encrypted_rekeyed_and_opened_again(home, monkeypatch):
    monkeypatch.setattr(chain, "_remembered", {})
    for name in ("FIRST", "SECOND"):
        monkeypatch.setenv(f"DISTRICT_SECRET__{name}", f"{name} key of the warehouse, 32 characters")
    with warehouse_connection(home.database, Engine(), None) as connection:
        connection.execute("create table students as select 1 as id")
    for old, new in ((None, "first"), ("first", "second"), ("second", None)):
        home.config_file.write_text(f'[encryption]\nwarehouse_key_secret = "{new}"\n' if new else "")
        result = district_platform("rekey", *(["--from", old] if old else []))
        assert result.exit_code == 0, result.stderr
        assert ("encrypted under second" if new == "second" else "") in result.stdout
    with warehouse_connection(home.database, Engine(), None) as connection:
        assert connection.execute("select * from students").fetchall() == [(1,)]


def test_rekey_with_a_wrong_old_key_says_so_and_changes_nothing(home, monkeypatch):
    monkeypatch.setattr(chain, "_remembered", {})
    monkeypatch.setenv("DISTRICT_SECRET__FIRST", "FIRST key of the warehouse, 32 characters")
    with warehouse_connection(home.database, Engine(), None) as connection:
        connection.execute("create table students as select 1 as id")
    before = home.database.read_bytes()
    home.config_file.write_text('[encryption]\nwarehouse_key_secret = "first"\n')
    result = district_platform("rekey", "--from", "first")
    assert (result.exit_code, home.database.read_bytes()) == (1, before)
    assert "lies there in the clear" in result.stderr
    assert "FIRST key" not in result.output
