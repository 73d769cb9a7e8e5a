"""The data quality report as the brief reads it."""

from dataclasses import dataclass
from typing import Any

from district_platform.dictionary import KEY_SEPARATOR
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.quality.delivery_notes import DERIVED_CALENDAR
from district_platform.quality.report import open_findings

FELL_SILENT, WITHOUT_ATTENDANCE = "ATT-06", "ATT-07"
RULES_ON_SCHOOLS = (FELL_SILENT, WITHOUT_ATTENDANCE)
"""Rules of which the brief names what they found: a school in a year whose attendance ends too early, or is not there."""

PASSED, WARNED, FAILED, SKIPPED = "passed", "warned", "failed", "skipped"


@dataclass(frozen=True)
class QualityReport:
    """`reports/data_quality_report.json` of this run, with the `finding_keys` of RULES_ON_SCHOOLS."""

    content: dict[str, Any]

    @property
    def run_id(self) -> str:
        return str(self.content.get("run_id") or "not recorded")

    def rules(self, status: str) -> list[dict[str, Any]]:
        """Rules of a status, those with the most findings first."""
        rules = [rule for rule in self.content.get("rules") or [] if rule.get("status") == status]
        return sorted(rules, key=lambda rule: (-open_findings(rule), str(rule.get("rule_id"))))

    def schools(self, rule_id: str, year: int, facts: Facts) -> list[str]:
        """Names of the schools that a rule about a school in a year has found, of those the report lists."""
        names = {school.k_school: w.shortened(school.name) for school in facts.schools}
        rules = [rule for rule in self.content.get("rules") or [] if rule.get("rule_id") == rule_id]
        keys = [str(key).split(KEY_SEPARATOR) for rule in rules for key in rule.get("finding_keys") or []]
        return [names.get(parts[0], parts[0]) for parts in keys if len(parts) > 1 and parts[1] == str(year)]

    def accounts(self, extract: str) -> list[dict[str, Any]]:
        """What became of each file of an extract, named by its path ('sis/enrollments')."""
        return [account for account in self.content.get("extracts") or [] if _extract(account) == extract]

    def accepted(self, extract: str) -> int:
        """Rows of an extract that could be used."""
        return sum(int(account.get("n_rows_accepted") or 0) for account in self.accounts(extract))

    def rows(self, measure: str) -> int:
        """Rows of all extracts: n_rows_read, n_rows_accepted or n_rows_rejected.

        Of files that were converted, only the rejected rows count here: the others are rows of the extracts that were made of them.
        """
        accounts = self.content.get("extracts") or []
        own = sum(int(account.get(measure) or 0) for account in accounts if not _is_converted(account))
        if measure == "n_rows_accepted":
            return own
        return own + sum(int(account.get("n_rows_rejected") or 0) for account in accounts if _is_converted(account))

    @property
    def notes(self) -> list[str]:
        """What the source itself could not say."""
        return [str(note) for note in self.content.get("notes") or []]

    @property
    def has_derived_calendar(self) -> bool:
        """Whether the days of attendance are derived, because no calendar was delivered."""
        return any(note.startswith(DERIVED_CALENDAR) for note in self.notes)


CONVERTED = ("oneroster", "mapped", "edfi")
"""Providers whose files are converted; their accounts begin with their name."""


def _is_converted(account: dict[str, Any]) -> bool:
    return _extract(account).split("/")[0] in CONVERTED


def _extract(account: dict[str, Any]) -> str:
    return str(account.get("extract") or str(account.get("file") or "").removesuffix(".csv"))
