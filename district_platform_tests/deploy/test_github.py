"""What GitHub reads of the repository: workflows, forms, updates. GitHub itself was not there to run them (docs/deployment.md)."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from district_platform_tests.deploy.dockerfile import ROOT, TOOLS

GITHUB = ROOT / ".github"
SCHEMAS = {
    "github-workflows": sorted(GITHUB.glob("workflows/*.yaml")),
    "dependabot": [GITHUB / "dependabot.yml"],
    "github-issue-forms": sorted(GITHUB.glob("ISSUE_TEMPLATE/[!c]*.yml")),
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
}


def tried(*command: object, at: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), cwd=at, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_are_what_github_reads(schema: str):
    assert SCHEMAS[schema]
    done = tried(TOOLS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *SCHEMAS[schema])
    assert done.returncode == 0, done.stdout + done.stderr


def test_schema_finds_a_typo(tmp_path: Path):
    broken = tmp_path / "ci.yaml"
    broken.write_text((GITHUB / "workflows" / "ci.yaml").read_text().replace("runs-on", "run-on", 1))
    assert tried(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", broken).returncode == 1


def test_a_pull_request_of_a_stranger_can_do_nothing(tmp_path: Path):
    done = tried(TOOLS / "zizmor", "--offline", "--pedantic", GITHUB)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "ci.yaml"
    broken.write_text((GITHUB / "workflows" / "ci.yaml").read_text().replace("pull_request:", "pull_request_target:"))
    assert tried(TOOLS / "zizmor", "--offline", broken).returncode != 0


def test_actions_are_named_by_their_commit():
    used = re.findall(r"uses: (\S+)", "".join(path.read_text() for path in SCHEMAS["github-workflows"]))
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)] == []


def test_every_make_target_of_a_workflow_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = re.findall(r"run: make (.+)", "".join(path.read_text() for path in SCHEMAS["github-workflows"]))
    assert wanted
    assert {target for line in wanted for target in line.split()} <= targets


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("data/raw/sis/students.csv", 1),
        ("warehouse/district.duckdb", 1),
        ("reports/policy_brief.pdf", 1),
        ("data/raw/.gitkeep", 0),
        ("data/reference/access.csv", 0),
        ("district_platform/warehouse/x.py", 0),
    ],
)
def test_a_file_of_a_district_fails_the_job(tmp_path: Path, file: str, code: int):
    assert tried("git", "init", "-q", at=tmp_path).returncode == 0
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert tried("git", "add", "-f", file, at=tmp_path).returncode == 0
    done = tried("sh", GITHUB / "no_real_data.sh", at=tmp_path)
    assert done.returncode == code, done.stderr
    assert (file in done.stderr) == bool(code)


def test_this_repository_tracks_no_file_of_a_district():
    assert tried("sh", GITHUB / "no_real_data.sh").returncode == 0


def test_devcontainer_does_what_the_readme_says():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    commands = [value for name, value in container.items() if name.startswith("post")]
    assert commands == ["make setup", "make run", "make dashboard"]
    done = tried(TOOLS / "hadolint", "--ignore", "DL3008", ROOT / ".devcontainer" / "Dockerfile")
    assert done.returncode == 0, done.stdout
