"""The system's keyring: asked where it encrypts, refused where it does not."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from district_platform.credentials import CredentialError, chain, secret, system_keyring
from district_platform.settings import Credentials

ASKED = Credentials(providers=("keyring",), keyring_service="district")


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.was_asked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self.was_asked = True
        return self.entries.get((service, username))


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setattr(chain, "_remembered", {})
    backend = Kept()
    backend.set_password("district", "sis_password", "correct horse")
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


def test_entry_of_the_service_is_the_secret(entries, monkeypatch):
    monkeypatch.setattr(system_keyring, "ENCRYPTED", {Kept.__module__})
    assert secret("sis_password", ASKED).get_secret_value() == "correct horse"


def test_missing_entry_is_told_with_service_and_name(entries, monkeypatch):
    monkeypatch.setattr(system_keyring, "ENCRYPTED", {Kept.__module__})
    with pytest.raises(CredentialError, match="system keyring, service district, entry other"):
        secret("other", ASKED)


def test_backend_not_known_to_encrypt_is_not_asked(entries):
    with pytest.raises(CredentialError, match=r"Kept is not known to encrypt.*keyring\.backends\.macOS"):
        secret("sis_password", ASKED)
    assert not entries.was_asked


def test_chain_of_backends_is_as_good_as_its_worst(entries, monkeypatch):
    both = ChainerBackend()
    monkeypatch.setattr(ChainerBackend, "backends", [entries])
    monkeypatch.setattr(keyring, "get_keyring", lambda: both)
    with pytest.raises(CredentialError, match="Kept is not known to encrypt"):
        secret("sis_password", ASKED)
    assert not entries.was_asked


def test_machine_without_a_keyring_says_so(monkeypatch):
    monkeypatch.setattr(chain, "_remembered", {})
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    with pytest.raises(CredentialError, match=r"keyring\.backends\.fail\.Keyring"):
        secret("sis_password", ASKED)
