"""restricted/findings.json: the keys of the run's findings, up to 20 for each rule, for people who may see single persons.

The report is mailed and printed, so it holds counts only; worklists hold every finding with its evidence. The folder is
0700 and the files in it 0600.
"""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from district_platform.engine.files import replacing
from district_platform.quality import waivers
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult

FOLDER = "restricted"
FINDINGS_FILE, SCHEMA_FILE = "findings.json", "findings.schema.json"
FINDING_KEYS = 20
"""Keys of a rule that stand here."""
SCHEMA_VERSION = 2
"""That of the report, of which this is a part."""

_SCHEMA = Path(__file__).with_name(SCHEMA_FILE)


def annex(
    report: dict[str, Any], results: Sequence[RuleResult], listed_waivers: Collection[waivers.ListedWaiver] = ()
) -> dict[str, Any]:
    """The content of the annex file: keys of each rule with findings, open ones before waived ones."""
    idle = {(result.rule.id, key) for result in results for key in result.without_finding}
    notes = waivers.notes(listed_waivers, RULES, dt.date.fromisoformat(report["as_of_date"]), idle)
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": report["run_id"],
        "as_of_date": report["as_of_date"],
        "rules": [
            {
                "rule_id": result.rule.id,
                "unit": result.rule.unit,
                "n_findings": result.n_findings,
                "finding_keys": [finding.key for finding in result.findings[:FINDING_KEYS]],
            }
            for result in results
            if result.n_findings
        ],
        "waivers": [{"line": n.line, "rule_id": n.rule_id, "key": n.key, "problem": n.problem.value} for n in notes],
    }


def with_finding_keys(report: dict[str, Any], content: dict[str, Any], *rule_ids: str) -> dict[str, Any]:
    """The report with the `finding_keys` of these rules in their entries; of rules whose keys name no person."""
    found = {rule["rule_id"]: rule["finding_keys"] for rule in content["rules"] if rule["rule_id"] in rule_ids}
    rules = [rule | {"finding_keys": found.get(rule["rule_id"], [])} for rule in report["rules"]]
    return report | {"rules": rules}


def write(content: dict[str, Any], folder: Path) -> Path:
    """Writes the annex and its JSON Schema into `folder`/restricted, each file atomically; returns the annex's path."""
    target = folder / FOLDER
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.chmod(0o700)
    texts = {
        SCHEMA_FILE: _SCHEMA.read_text(),
        FINDINGS_FILE: json.dumps(content, indent=2, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        with replacing(target / name) as fresh:
            fresh.touch(mode=0o600)
            fresh.chmod(0o600)
            fresh.write_text(text)
    return target / FINDINGS_FILE


def read(folder: Path) -> dict[str, Any]:
    """Reads the annex in `folder`/restricted."""
    content: dict[str, Any] = json.loads((folder / FOLDER / FINDINGS_FILE).read_text())
    return content
