"""What an exhibit is, and how far back one goes."""

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing

MOST_YEARS = 5


@dataclass(frozen=True)
class Exhibit:
    """A chart: the claim it supports, a line on how to read it, its content in words, and how it is drawn."""

    claim: str
    note: str
    alt: str
    make: Callable[[float, float], Drawing]
