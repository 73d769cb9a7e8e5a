"""A warehouse made before findings were called so: what a run reads of the one before is still there."""

import datetime as dt

import ibis
import pandas as pd

from district_platform.dictionary import TABLES, schema_of
from district_platform.quality.history import last_runs
from district_platform.quality.renamed import give_todays_names
from district_platform.quality.severe import severe_before

EARLIER = {"finding_key": "offender_key", "n_findings": "n_offenders"}


def left_behind(tables, name: str, *rows: tuple) -> None:
    """A table as an earlier version wrote it."""
    tables.replace(TABLES[name], pd.DataFrame(rows, columns=list(TABLES[name].columns)))
    for column in set(EARLIER) & set(TABLES[name].columns):
        tables.connection.execute(f"alter table {name} rename {column} to {EARLIER[column]}")


def test_severe_findings_of_an_earlier_version_are_not_new_again(tables):
    finding = ("FTE-01", "warn", "human resources", "fct_staff_assignment", "E1|2026", "severe: 1.8 FTE", False)
    left_behind(tables, "quality_findings", finding)
    assert severe_before(tables, "quality_findings") == {("FTE-01", "E1|2026")}
    assert tables.columns("quality_findings") == list(TABLES["quality_findings"].columns)


def test_history_of_an_earlier_version_goes_on(tables):
    run = ("r1", dt.date(2026, 2, 13), dt.datetime(2026, 2, 13, 6), "ENR-01", "warn", "warned", 100, 7, 2)
    left_behind(tables, "quality_history", run)
    give_todays_names(tables, "quality_history")
    [before] = last_runs(tables)
    assert (before.run_id, before.rules["ENR-01"].n_findings, before.rules["ENR-01"].n_open) == ("r1", 7, 5)


def test_table_of_today_and_no_table_stay_as_they_are(tables):
    give_todays_names(tables, "quality_history")
    assert not tables.exists("quality_history")
    tables.replace(TABLES["quality_history"], ibis.memtable([], schema=schema_of(TABLES["quality_history"])))
    give_todays_names(tables, "quality_history")
    assert tables.columns("quality_history") == list(TABLES["quality_history"].columns)
