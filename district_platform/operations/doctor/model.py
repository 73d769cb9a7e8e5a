"""What a check answers."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    """It works, and will not for long, or nobody could tell."""
    FAIL = "fail"
    """Something that people rely on does not work."""


@dataclass(frozen=True)
class Answer:
    """One line: how it is, and what to do where it is not as it should be."""

    status: Status
    says: str
    to_do: str = ""


def ok(says: str) -> Answer:
    return Answer(Status.OK, says)


def warn(says: str, to_do: str) -> Answer:
    return Answer(Status.WARN, says, to_do)


def fail(says: str, to_do: str) -> Answer:
    return Answer(Status.FAIL, says, to_do)
