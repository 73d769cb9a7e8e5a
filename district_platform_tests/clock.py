"""Time as a test wants it."""

from dataclasses import dataclass


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 0

    def __call__(self) -> float:
        return self.now
