"""Worklists: for each role that owns rules, reports/worklists/<owner>.csv with what it is asked to correct.

They hold ids, and are for those who may see single students: the files are readable by their owner only (0600). Without findings a
worklist is its header alone, so that a role sees that there is nothing to do.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from duckdb import DuckDBPyConnection

from district_platform.dictionary import TABLES, Owner
from district_platform.engine.exports import export_frame_csv
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult

FOLDER = "worklists"
OWNERS = tuple(owner for owner in Owner if any(rule.owner is owner for rule in RULES.values()))
"""The roles that own a rule."""


def file_name(owner: str) -> str:
    return f"{owner.lower().replace(' ', '-')}.csv"


def worklist(results: Iterable[RuleResult], owner: Owner) -> pd.DataFrame:
    """What stops the publication first, then rule by rule; open findings before waived ones, then by key."""
    of_owner = sorted((r for r in results if r.rule.owner is owner), key=lambda r: r.severity)
    rows = [
        (r.rule.id, r.severity, r.rule.title, r.rule.unit, o.key, o.message, r.rule.how_to_fix, o.is_waived)
        for r in of_owner
        for o in r.offenders
    ]
    return pd.DataFrame(rows, columns=list(TABLES["worklist"].columns))


def write(connection: DuckDBPyConnection, results: list[RuleResult], folder: Path) -> Path:
    """Replaces the worklists in `folder`; returns the folder that holds them."""
    target = folder / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(mode=0o700, parents=True)
    for owner in OWNERS:
        path = target / file_name(owner)
        export_frame_csv(connection, worklist(results, owner), path)
        path.chmod(0o600)
    return target
