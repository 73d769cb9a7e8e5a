"""What a destination is, and how it fails."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Counts = dict[str, int | str]
"""What a load did, as Dagster and the terminal show it: rows, tables, versions removed."""


class DestinationError(RuntimeError):
    """A destination cannot be loaded or asked; the message says why and what to do, without a secret and without a value of a row.

    It is raised `from None`, because a driver's own message may hold both.
    """


class DestinationAwayError(DestinationError, ConnectionError):
    """The same, where it may pass by itself: the network, a lock, a server that starts. `retries` waits it out."""


@dataclass(frozen=True)
class Published:
    """A finished publication, to be loaded."""

    folder: Path
    keep_versions: int
    is_taking_over: bool = False
    """Whether this home goes on where another one has loaded before."""

    @property
    def version(self) -> str:
        return self.folder.name


@dataclass(frozen=True)
class Answer:
    """What `destinations check` found about one thing."""

    about: str
    is_right: bool
    says: str


class Destination(Protocol):
    """A place to which publications are loaded. Both methods raise DestinationError."""

    def load(self, published: Published) -> Counts:
        """Loads a publication: whole or not at all for a reader, whatever kills the process. Loading it again changes nothing."""

    def check(self) -> list[Answer]:
        """Whether a load would succeed, thing by thing: connection, rights, TLS, space, locks. Changes nothing."""
