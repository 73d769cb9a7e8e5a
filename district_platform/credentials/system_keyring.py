"""Secrets in the operating system's keyring (macOS Keychain, Windows Credential Locker, Secret Service, KWallet).

Only keyrings that encrypt are asked: the library also knows backends that write a file anybody can read, or keep nothing at all.
"""

from typing import Any

from pydantic import SecretStr

from district_platform.credentials.provider import CredentialError
from district_platform.settings import Credentials

ENCRYPTED = frozenset(
    f"keyring.backends.{name}" for name in ("macOS", "Windows", "SecretService", "kwallet", "libsecret")
)
"""Modules of the backends that keep what they are given encrypted; every other one is refused."""


class SystemKeyring:
    """The entry `name` of the service `credentials.keyring_service`."""

    def __init__(self, credentials: Credentials) -> None:
        self._service = credentials.keyring_service

    def look_up(self, name: str) -> SecretStr | None:
        backend = _trusted_backend()
        from keyring.errors import KeyringError

        try:
            value = backend.get_password(self._service, name)
        except KeyringError as error:
            raise CredentialError(f"{self.place(name)} cannot be read: {type(error).__name__}.") from None
        return SecretStr(value) if value else None

    def place(self, name: str) -> str:
        return f"system keyring, service {self._service}, entry {name}"


def _trusted_backend() -> Any:
    """The keyring of this machine. Raises CredentialError where it, or one of those it asks in turn, keeps secrets in the clear."""
    try:
        import keyring
    except ImportError:
        raise CredentialError(
            "The system keyring needs the package keyring: install district-platform[keyring], or change "
            "credentials.providers."
        ) from None
    backend = keyring.get_keyring()
    for asked in getattr(backend, "backends", [backend]):
        module = type(asked).__module__
        if module not in ENCRYPTED:
            raise CredentialError(
                f"The keyring backend {module}.{type(asked).__name__} is not known to encrypt what it keeps, and was not asked. "
                f"Use one of {', '.join(sorted(ENCRYPTED))}, or take keyring out of credentials.providers."
            )
    return backend
