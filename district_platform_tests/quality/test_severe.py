"""Severe findings: counted by rule, and which of them the run before had not."""

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.quality.severe import severe_before, severe_counts


def findings(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    """Rule, key, message, waived."""
    whole = [
        (rule, "warn", "human resources", "fct_staff_assignment", key, text, waived) for rule, key, text, waived in rows
    ]
    return pd.DataFrame(whole, columns=list(TABLES["quality_findings"].columns))


def test_severe_findings_that_the_run_before_had_not_are_new(tables):
    before = findings(("FTE-01", "E1|2026", "severe: 1.8 FTE", False), ("FTE-01", "E2|2026", "1.2 FTE", False))
    tables.replace(TABLES["quality_findings"], before)
    now = findings(("FTE-01", "E1|2026", "severe: 1.9 FTE", False), ("FTE-01", "E2|2026", "severe: 1.6 FTE", False))
    assert severe_counts(now, severe_before(tables, "quality_findings")) == {"FTE-01": (2, 1)}


def test_waived_findings_and_those_that_are_not_severe_do_not_count(tables):
    now = findings(("FTE-01", "E1|2026", "severe: 1.9 FTE", True), ("STF-01", "S1|2026", "31 students", False))
    assert severe_counts(now, severe_before(tables, "quality_findings")) == {}


def test_finding_whose_waiver_has_ended_is_new(tables):
    tables.replace(TABLES["quality_findings"], findings(("FTE-01", "E1|2026", "severe: 1.9 FTE", True)))
    now = findings(("FTE-01", "E1|2026", "severe: 1.9 FTE", False))
    assert severe_counts(now, severe_before(tables, "quality_findings")) == {"FTE-01": (1, 1)}
