"""What each kind of alert means, who should act and how: the words of messages and of docs/operations.md."""

from dataclasses import dataclass
from enum import StrEnum

from district_platform.dictionary import Owner


class Kind(StrEnum):
    """What can be wrong."""

    RUN_FAILED = "run_failed"
    DESTINATION_BEHIND = "destination_behind"
    CHECK_FAILED = "check_failed"
    SEVERE_FINDINGS = "severe_findings"
    NO_FRESH_EXTRACT = "no_fresh_extract"


@dataclass(frozen=True)
class Meaning:
    title: str
    asks: str
    """What `of_whom` should do."""
    of_whom: str


MEANINGS = {
    Kind.RUN_FAILED: Meaning(
        "Run failed",
        "What was published before stays. Read the step's error in the run's log, mend the cause, and run again.",
        Owner.DATA.value,
    ),
    Kind.DESTINATION_BEHIND: Meaning(
        "Destination is behind",
        "The publication itself stands; readers there see the one before. `district-platform destinations status` says why: mend it, and "
        "the next run catches up.",
        Owner.DATA.value,
    ),
    Kind.CHECK_FAILED: Meaning(
        "Check of severity ERROR failed",
        "Correct the findings at their source; worklists say which rows. While `publishable` fails, nothing new is published.",
        "the rule's owner",
    ),
    Kind.SEVERE_FINDINGS: Meaning(
        "New severe findings",
        "They can only be errors in the data: correct them at their source, from the worklist, before others.",
        "the rule's owner",
    ),
    Kind.NO_FRESH_EXTRACT: Meaning(
        "No fresh extract",
        "See whether the export ran and reached data/raw, and whether runs go on. Figures are as old as the extract.",
        "SIS administrator",
    ),
}


@dataclass(frozen=True)
class Alert:
    """One thing that is wrong."""

    kind: Kind
    subject: str
    """The step, job, check, rule or extract that has the fault. It identifies an alert together with the kind."""
    text: str
    """One line for the person who gets the message."""

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.subject}"
