"""The templates of AWS as linters judge them: cfn-lint by AWS's own schemas, checkov by what others learnt of buckets and roles."""

import json
import subprocess
from pathlib import Path

import pytest

from district_platform.aws.templates import NAMES, template
from district_platform_tests.deploy.aws.stacks import loaded
from district_platform_tests.deploy.dockerfile import ROOT, TOOLS

CHECKOV = TOOLS.parent / "checkov" / "bin" / "checkov"
"""In an environment of its own, of requirements-checkov.lock."""

ANSWERED = {
    ("base", "Log"): ["CKV_AWS_18"],
    ("base", "DeadLetters"): ["CKV_AWS_27"],
    ("fargate", "Cluster"): ["CKV_AWS_65"],
    ("lambda", "Run"): ["CKV_AWS_117", "CKV_AWS_173"],
}
"""What checkov would have otherwise; the reasons stand in the templates."""


def linted(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOLS / "cfn-lint", path], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_has_nothing_to_say(name: str):
    done = linted(ROOT / "deploy" / "aws" / f"{name}.yaml")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("fargate", 'AllowedValues: ["1024", "2048", "4096", "8192"]', 'AllowedValues: ["1025"]'),
        ("base", "EnableKeyRotation", "EnableKeyRotations"),
        ("base", 'Action: "s3:GetObject"', 'Action: "s3:GetObjekt"'),
        ("lambda", "Architectures: [x86_64]", "Architectures: [x86]"),
        ("lambda", 'Mode: "OFF"', "Mode: NEVER"),
        ("dynamodb", "!GetAtt Attendance.Arn", "!GetAtt Attendances.Arn"),
    ],
)
def test_cfn_lint_would_find_a_mistake(tmp_path: Path, name: str, right: str, wrong: str):
    assert right in template(name)
    broken = tmp_path / f"{name}.yaml"
    broken.write_text(template(name).replace(right, wrong, 1))
    assert linted(broken).returncode != 0


def checked(folder: Path) -> list[dict]:
    """What checkov says of each template: its report."""
    command = [
        CHECKOV,
        "--directory",
        folder,
        "--framework",
        "cloudformation",
        "--skip-download",
        "--output",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    return said if isinstance(said, list) else [said]


def names(reports: list[dict], kind: str) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for report in reports:
        for check in report["results"][kind]:
            key = Path(check["file_path"]).stem, check["resource"].split(".")[-1]
            found.setdefault(key, []).append(check["check_id"])
    return {key: sorted(ids) for key, ids in found.items()}


def test_checkov_finds_nothing_that_is_not_answered(tmp_path: Path):
    """One run for both: the templates, and beside them one whose key does not rotate and whose bucket is open."""
    for name in NAMES:
        (tmp_path / f"{name}.yaml").write_text(template(name))
    broken = template("base").replace("EnableKeyRotation: true", "EnableKeyRotation: false")
    (tmp_path / "broken.yaml").write_text(broken.replace("BlockPublicAcls: true", "BlockPublicAcls: false"))
    reports = checked(tmp_path)
    failed = names(reports, "failed_checks")
    assert {key: ids for key, ids in failed.items() if key[0] != "broken"} == {}
    assert failed["broken", "Key"] == ["CKV_AWS_7"]
    assert "CKV_AWS_53" in failed["broken", "State"]
    assert {key: ids for key, ids in names(reports, "skipped_checks").items() if key[0] != "broken"} == ANSWERED
    assert reports[0]["summary"]["passed"] > 100


@pytest.mark.parametrize("name", NAMES)
def test_answers_have_reasons(name: str):
    for logical, resource in loaded(name)["Resources"].items():
        skipped = resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
        assert sorted(each["id"] for each in skipped) == ANSWERED.get((name, logical), [])
        assert all(len(each["comment"]) > 30 for each in skipped)
