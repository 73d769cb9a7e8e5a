"""What a provider of secrets is."""

from typing import Protocol

from pydantic import SecretStr


class CredentialError(RuntimeError):
    """A secret cannot be had; the message says which one by name and where it was looked for, and never holds a value."""


class Provider(Protocol):
    """Somebody trusted who keeps secrets by name."""

    def look_up(self, name: str) -> SecretStr | None:
        """The value; None where the provider does not know the name. Raises CredentialError where it cannot be asked."""

    def place(self, name: str) -> str:
        """Where the provider keeps this secret, for the person who is to put it there."""
