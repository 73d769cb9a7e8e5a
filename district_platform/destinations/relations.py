"""Which published tables a destination gets, by its setting `tables`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from district_platform.destinations.model import DestinationError
from district_platform.dictionary import Column, Layer, Table, columns_of
from district_platform.dictionary.ddl import published_tables
from district_platform.engine.files import text_digest
from district_platform.outputs.marts import MARTS

RELEASED, ALL, ONLY_MARTS = ("released",), ("all",), ("marts",)
SCHOOL = "k_school"


@dataclass(frozen=True)
class Relation:
    """A table as it is called where it is published and loaded."""

    name: str
    table: Table

    @property
    def columns(self) -> list[Column]:
        return columns_of(self.table)

    @property
    def is_released(self) -> bool:
        """Whether everybody with an account there may see it."""
        return self.table.layer is Layer.RELEASE

    @property
    def about(self) -> str:
        """What the table is, for its comment."""
        return f"{self.table.description} One row is {self.table.grain}."


PUBLISHED = {name: Relation(name, table) for name, table in published_tables()}
"""Every table of a publication, by its name there."""


def chosen(tables: Sequence[str]) -> list[Relation]:
    """The tables of a setting, in the order of the dictionary. Raises DestinationError for a name that is not published."""
    if tuple(tables) == RELEASED:
        return [relation for relation in PUBLISHED.values() if relation.is_released]
    if tuple(tables) == ONLY_MARTS:
        return [PUBLISHED[name] for name in MARTS]
    if tuple(tables) == ALL:
        return list(PUBLISHED.values())
    unknown = [name for name in tables if name not in PUBLISHED]
    if unknown:
        raise DestinationError(
            f'tables: no published table is called "{unknown[0]}"; docs/data_dictionary.md has their names.'
        )
    return [relation for name, relation in PUBLISHED.items() if name in tables]


def shape_of(relations: Sequence[Relation]) -> str:
    """A digest of names and types: two loads of a publication with the same shape are the same."""
    columns = ((r.name, [(c.name, c.type) for c in r.columns], r.table.key) for r in relations)
    return text_digest(repr(list(columns)))[:8]


def refuse_others(destination: str, place: str, marks: Iterable[str | None], ours: str) -> None:
    """Raises DestinationError where another home, or another destination of this one, has loaded into the same place.

    What was loaded before there were marks has none, and counts as ours.
    """
    if any(mark and mark != ours for mark in marks):
        raise DestinationError(
            f"{destination}: {place} holds publications of another home or destination, which a load would remove. Name another database "
            f"in the secret; if this one is to replace that: district-platform destinations load --take-over {destination}."
        )


def refuse_differences(destination: str, relation: Relation, differences: Sequence[str]) -> None:
    """Raises DestinationError where a table that was just loaded does not hold what was published."""
    if differences:
        raise DestinationError(
            f"{destination}: {relation.name} does not hold there what was published ({differences[0]}). Readers keep the version "
            "before. Load again; if it stays, report it."
        )
