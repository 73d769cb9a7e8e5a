"""What a provider of secrets is."""

from typing import Protocol

from pydantic import SecretStr


class CredentialError(RuntimeError):
    """A secret could not be read; the message has its name and the places where it was looked for, and never a value."""


class Provider(Protocol):
    """A trusted store of secrets, each under a name."""

    def look_up(self, name: str) -> SecretStr | None:
        """The value; None where the provider does not know the name. Raises CredentialError where it cannot be asked."""

    def place(self, name: str) -> str:
        """Where the provider keeps this secret, for the person who is to put it there."""
