"""Keys of a store: of secrets that the settings name, read anew when the store refuses them."""

import pytest
from botocore.exceptions import ClientError

from district_platform.credentials import chain
from district_platform.settings import Credentials, SettingsError, Storage, load_settings
from district_platform.storage import s3 as module
from district_platform.storage.s3 import S3, Address, StorageError

NAMED = Storage(access_key_secret="s3_id", secret_key_secret="s3_key")


class Client:
    """A store that knows one secret key; `asked` is with which it was asked."""

    valid = "new"
    asked: list[str] = []  # noqa: RUF012 - of all clients of a test

    def __init__(self, storage: Storage, keys: tuple) -> None:
        self.key = keys[1].get_secret_value()

    def head_object(self, **_: str) -> dict[str, int]:
        self.asked.append(self.key)
        if self.key != self.valid:
            raise ClientError({"Error": {"Code": "SignatureDoesNotMatch", "Message": "…"}}, "HeadObject")
        return {"ContentLength": 1}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> S3:
    monkeypatch.setattr(chain, "_remembered", {})
    monkeypatch.setattr(module, "_new_client", Client)
    monkeypatch.setattr(Client, "asked", [])
    monkeypatch.setenv("DISTRICT_SECRET__S3_ID", "AKIATEST")
    monkeypatch.setenv("DISTRICT_SECRET__S3_KEY", "old")
    return S3(NAMED, Credentials())


def test_rotated_key_is_taken_up_without_a_restart(s3, monkeypatch):
    monkeypatch.setattr(Client, "valid", "old")
    s3.call("head_object", Address("bucket", "key"))
    monkeypatch.setattr(Client, "valid", "new")
    monkeypatch.setenv("DISTRICT_SECRET__S3_KEY", "new")
    assert s3.call("head_object", Address("bucket", "key")) == {"ContentLength": 1}
    assert Client.asked == ["old", "old", "new"]


def test_refused_key_is_said_in_words_without_its_value(s3):
    with pytest.raises(StorageError, match="the secret key does not belong to the access key") as raised:
        s3.call("head_object", Address("bucket", "key"))
    assert (Client.asked, raised.value.code) == (["old"], "SignatureDoesNotMatch")
    assert "old" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_one_key_without_the_other_is_refused(home):
    home.config_file.write_text('[storage]\naccess_key_secret = "s3_id"\n')
    with pytest.raises(SettingsError, match="name both, or neither"):
        load_settings()
