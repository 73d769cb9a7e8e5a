"""The highest and the lowest of several figures, and whether hidden figures could be beyond them.

Only released figures are used: a hidden figure could have any value, and a range any value within it. So the words reveal nothing that
the release does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.release import Figure


@dataclass(frozen=True)
class Extreme:
    """The members that share the highest (or lowest) figure told. `is_of_all` is false where a withheld one could be beyond or at it."""

    names: tuple[str, ...]
    figure: Figure
    is_of_all: bool


@dataclass(frozen=True)
class Ends:
    """Both ends of the figures told."""

    lowest: Extreme
    highest: Extreme

    @property
    def are_of_all(self) -> bool:
        return self.lowest.is_of_all and self.highest.is_of_all


def ends(members: Sequence[tuple[str, Figure]]) -> Ends | None:
    """The highest and lowest figures told; None if fewer than two are told, or all told figures are equal."""
    told = [(name, figure) for name, figure in members if figure.is_told]
    if len({figure.exact for _, figure in told}) < 2:
        return None
    withheld = [figure for _, figure in members if figure.is_withheld]
    top, bottom = (pick(told, key=lambda member: member[1].exact)[1] for pick in (max, min))
    return Ends(
        Extreme(_at(told, bottom), bottom, all(figure.low > float(bottom.exact) for figure in withheld)),
        Extreme(_at(told, top), top, all(figure.high < float(top.exact) for figure in withheld)),
    )


def _at(told: Sequence[tuple[str, Figure]], figure: Figure) -> tuple[str, ...]:
    return tuple(name for name, other in told if other.exact == figure.exact)


def scope(noun: str, is_of_all: bool) -> str:
    """The beginning of a sentence that holds only for shown figures: 'Of the grades that can be shown, '; empty if it holds for all."""
    return "" if is_of_all else f"Of the {noun} that can be shown, "


def named(extreme: Extreme, most: int = 2) -> str:
    """The members, as a list of names."""
    return w.listing([w.shortened(name) for name in extreme.names], most)
