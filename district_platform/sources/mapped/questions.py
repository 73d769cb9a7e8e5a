"""What a decision is when it is asked: its text, what speaks for each answer, and what each makes of the mapping."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Document = Any
"""A mapping as tomlkit has it: comments and order stay."""
Apply = Callable[[Document], None]


@dataclass(frozen=True)
class Option:
    label: str
    apply: Apply


@dataclass
class Question:
    """One decision."""

    key: str
    text: str
    details: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    default: int | None = None
    typed: Callable[[str], Apply | str] | None = None
    """What a typed answer does; a text says why it is none."""
    hint: str = ""
    score: float = 0.0
    """How certain the default is: what --accept-above is held against."""
    stays: bool = False
    """Whether the decision is asked again after a typed answer."""
