"""What must outlive a machine: how a room says what it writes that nothing can make again.

Each such module has a constant `KEPT`; `operations/kept.py` lists them all, and backup, restore and state work on that list.
"""

from dataclasses import dataclass


class KeepingError(RuntimeError):
    """A backup, a state or a copied publication cannot be made or taken as things are; the message says why and what to do."""


@dataclass(frozen=True)
class Kept:
    """Something that cannot be made again, or not as it was."""

    name: str
    without: str
    """What is lost without it, for the table of docs/operations.md."""
    paths: tuple[str, ...] = ()
    """Files and folders, relative to the home."""
    tables: tuple[str, ...] = ()
    """Tables of warehouse/district.duckdb; the file itself is remade by a run and stays where it is."""
    travels: bool = True
    """Whether a machine that starts empty needs it. What does not travel is in backups alone."""
