"""Worklists: what is to be corrected, for each role that owns rules and for each school.

    worklists/<owner>.csv             all that the role's rules found
    worklists/schools/<school>.csv    what was found at the school, whoever corrects it

Beside each lies the same as .xlsx.

They hold ids, and are for people who may see single students: files are 0600, folders 0700. Findings that name a member of staff are in
no school's list. A worklist without findings has its header only, so that a reader sees that there is nothing to do.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from district_platform.dictionary import KEY_SEPARATOR, TABLES, Owner
from district_platform.engine.database import private_folder
from district_platform.engine.files import replacing_folder, text_digest
from district_platform.engine.tables import Tables, unbound
from district_platform.engine.workbooks import ENDING as WORKBOOK_ENDING
from district_platform.engine.workbooks import as_date, write_list
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Finding, RuleResult
from district_platform.quality.files import WORKLISTS

FOLDER, SCHOOLS = WORKLISTS, "schools"
OWNERS = tuple(owner for owner in Owner if any(rule.owner is owner for rule in RULES.values()))
"""The roles that own a rule."""

_LONGEST_NAME = 100
"""Of a file, in characters, before its ending."""

Listed = tuple[RuleResult, Finding]


def file_name(owner: str) -> str:
    return f"{owner.lower().replace(' ', '-')}.csv"


def school_file_name(school_id: str) -> str:
    """The id, with every character but letters, digits, dots, hyphens and underscores written as %XX; for a very long id, its digest."""
    name = quote(school_id, safe="")
    name = f"%2E{name[1:]}" if name.startswith(".") else name
    return f"{name if len(name) <= _LONGEST_NAME else text_digest(school_id)}.csv"


def of_owner(results: Iterable[RuleResult], owner: Owner) -> pd.DataFrame:
    """What the role's rules found."""
    return _frame((result, finding) for result, finding in _findings(results) if result.rule.owner is owner)


def of_school(results: Iterable[RuleResult], school_id: str) -> pd.DataFrame:
    """Findings at the school; a pair belongs to both its schools. Findings that name a member of staff stay with the owning role."""
    return _frame(
        (result, finding)
        for result, finding in _findings(results)
        if finding.staff_id is None and school_id in (finding.school_id or "").split(KEY_SEPARATOR)
    )


def _findings(results: Iterable[RuleResult]) -> Iterator[Listed]:
    """Findings in order: those that stop the publication first, then by rule, open before waived, then by key, 2 before 10."""
    for result in sorted(results, key=lambda result: result.severity):
        for finding in result.findings:
            yield result, finding


def _frame(listed: Iterable[Listed]) -> pd.DataFrame:
    rows = [
        (
            result.rule.id,
            result.severity,
            result.rule.title,
            result.rule.owner.value,
            result.rule.unit,
            finding.key,
            finding.student_id,
            finding.staff_id,
            finding.school_id,
            finding.date,
            finding.value_found,
            finding.value_expected,
            finding.message,
            result.rule.how_to_fix,
            finding.is_waived,
        )
        for result, finding in listed
    ]
    return pd.DataFrame(rows, columns=list(TABLES["worklist"].columns), dtype="object")


def write(tables: Tables, results: list[RuleResult], folder: Path) -> Path:
    """Replaces the worklists in `folder` all at once; if interrupted, the earlier ones stay. Returns the folder that holds them."""
    target = folder / FOLDER
    with replacing_folder(target) as fresh:
        for owner in OWNERS:
            _write(tables, of_owner(results, owner), fresh / file_name(owner))
        for school_id in school_ids(tables):
            private_folder(fresh / SCHOOLS)
            _write(tables, of_school(results, school_id), fresh / SCHOOLS / school_file_name(school_id))
    return target


def _write(tables: Tables, frame: pd.DataFrame, path: Path) -> None:
    path.touch(mode=0o600)
    tables.write_csv(frame, path)
    path.chmod(0o600)
    write_list(path.with_suffix(WORKBOOK_ENDING), "worklist", frame, {"date": as_date})


def school_ids(tables: Tables) -> list[str]:
    """Schools of the district, in the order of their ids."""
    if not tables.exists("stg_schools"):
        return []
    schools = unbound("stg_schools")
    return [school_id for (school_id,) in tables.fetch(schools.select("school_id").distinct().order_by("school_id"))]
