"""The workflows image and deploy: what they may do and run, and their scripts against programs in place of `aws` and `docker`."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from district_platform.cli import main
from district_platform_tests.deploy.aws.stacks import loaded
from district_platform_tests.deploy.dockerfile import ROOT, stages

GITHUB = ROOT / ".github"
WORKFLOWS: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text().replace("\non:", "\nwhen:")) for path in GITHUB.glob("workflows/*.yaml")
}
DIGEST = f"sha256:{'a1' * 32}"
OWN = f"sha256:{'b2' * 32}"

AWS = """#!/bin/sh
echo "aws $*" >>"$TOLD"
case "$*" in
  *RepositoryUri*) echo 1.dkr.ecr.us-east-1.amazonaws.com/district ;;
  *describe-stacks*) printf 'TimeZone\\tVpcId\\n' ;;
  *create-change-set*) echo arn:aws:cloudformation:us-east-1:1:changeSet/deploy/x ;;
  *describe-change-set*) printf 'Modify\\tTrue\\tTask\\tAWS::ECS::TaskDefinition\\n' ;;
  *describe-images*) [ -e "$THERE" ] || exit 254; echo OWN ;;
esac
"""
DOCKER = '#!/bin/sh\necho "docker $*" >>"$TOLD"\ncase "$1" in push) touch "$THERE" ;; login) cat >/dev/null ;; esac\n'


def steps(workflow: str, job: str) -> list[dict[str, Any]]:
    return list(WORKFLOWS[workflow]["jobs"][job]["steps"])


@pytest.fixture
def ran(tmp_path: Path):
    """Runs a script with `aws` and `docker` that write down how they were called; returns the calls and what the step tells."""
    for name, text in (("aws", AWS.replace("OWN", OWN)), ("docker", DOCKER)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    told, output = tmp_path / "told", tmp_path / "output"
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        **{"TOLD": str(told), "THERE": str(tmp_path / "there"), "GITHUB_OUTPUT": str(output)},
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }

    def run(script: str, *words: str) -> tuple[list[str], str]:
        for path in (told, output):
            path.unlink(missing_ok=True)
        subprocess.run(["sh", GITHUB / script, *words], env=environment, check=True, capture_output=True)
        return told.read_text().splitlines(), output.read_text()

    return run


def test_image_is_made_of_a_tag_alone_and_a_deployment_by_hand_alone():
    assert WORKFLOWS["image"]["when"] == {"push": {"tags": ["v*"]}}
    assert set(WORKFLOWS["deploy"]["when"]) == {"workflow_dispatch"}


@pytest.mark.parametrize("workflow", ["image", "deploy"])
def test_workflow_may_do_nothing_that_a_job_does_not_ask_for(workflow: str):
    assert WORKFLOWS[workflow]["permissions"] == {}
    for job in WORKFLOWS[workflow]["jobs"].values():
        assert job["permissions"]
        assert "contents" not in job["permissions"] or job["permissions"]["contents"] == "read"
        assert job["timeout-minutes"] <= 60


def test_image_is_tried_and_scanned_before_it_is_sent_and_attested_at_the_end():
    names = [step.get("name") or step.get("uses", step.get("id")).split("@")[0] for step in steps("image", "build")]
    order = [
        "Build",
        "It says",
        "A made-up district",
        "Faults that are known",
        "docker/login-action",
        "Send, with the list",
    ]
    at = [next(n for n, name in enumerate(names) if name.startswith(begin)) for begin in order]
    assert at == sorted(at)
    assert steps("image", "name")[-1]["uses"].startswith("actions/attest-build-provenance@")
    machines = WORKFLOWS["image"]["jobs"]["build"]["strategy"]["matrix"]["include"]
    assert [each["platform"] for each in machines] == ["amd64", "arm64"]


def test_commands_that_the_image_is_tried_with_are_there_and_write_where_it_may():
    tried = [step["run"] for step in steps("image", "build") if "docker run" in step.get("run", "")]
    assert [line.split("platform:tried ")[1].split()[0] for line in tried] == ["--help", "run"]
    words = tried[1].split("platform:tried ")[1].split()
    main.commands["run"].make_context("run", words[1:])
    own = stages((ROOT / "Dockerfile").read_text())[-1].environment
    places = set(re.findall(r"--tmpfs (/[a-z/]+)", tried[1]))
    assert {own[name] for name in ("DISTRICT_HOME", "DAGSTER_HOME", "DISTRICT_CACHE", "TMPDIR")} <= places
    assert all("--read-only --cap-drop ALL" in line and "--network none" in line for line in tried)


def test_deployment_shows_the_change_and_waits_for_reviewers_before_it_happens():
    jobs = WORKFLOWS["deploy"]["jobs"]
    assert [jobs[name]["environment"] for name in ("show", "deploy")] == ["preview", "production"]
    assert jobs["deploy"]["needs"] == "show"
    assert "execute-change-set" not in str(jobs["show"])
    assert "secrets.AWS" not in (GITHUB / "workflows" / "deploy.yaml").read_text()
    assert [
        step["with"]["role-to-assume"]
        for name in jobs
        for step in steps("deploy", name)
        if "aws-actions" in step.get("uses", "")
    ] == ["${{ vars.AWS_DEPLOY_ROLE }}"] * 2


def test_deployment_names_templates_and_stacks_that_are_there():
    options = WORKFLOWS["deploy"]["when"]["workflow_dispatch"]["inputs"]["stack"]["options"]
    assert all((ROOT / "deploy" / "aws" / f"{each}.yaml").exists() for each in options)
    assert WORKFLOWS["deploy"]["env"]["STACK"] == "district-${{ inputs.stack }}"
    assert "RepositoryUri" in loaded("base")["Outputs"]


def test_change_set_changes_template_and_image_and_keeps_all_else(ran):
    calls, output = ran("change_set.sh", "district-fargate", "deploy/aws/fargate.yaml", DIGEST)
    [made] = [call for call in calls if " create-change-set " in call]
    parameters = made.split("--parameters ")[1].split(" --query")[0].split()
    assert parameters == [
        f"ParameterKey=ImageDigest,ParameterValue={DIGEST}",
        "ParameterKey=TimeZone,UsePreviousValue=true",
        "ParameterKey=VpcId,UsePreviousValue=true",
    ]
    assert "--template-body file://deploy/aws/fargate.yaml" in made
    assert output == "change=arn:aws:cloudformation:us-east-1:1:changeSet/deploy/x\n"
    assert not [call for call in calls if "execute" in call]


def test_image_is_copied_once_and_its_digest_is_that_of_the_accounts_registry(ran):
    image = f"ghcr.io/a/b@{DIGEST}"
    calls, output = ran("image_to_aws.sh", image)
    tag = "1.dkr.ecr.us-east-1.amazonaws.com/district:a1a1a1a1a1a1"
    assert [call for call in calls if call.startswith("docker ")] == [
        "docker login --username AWS --password-stdin 1.dkr.ecr.us-east-1.amazonaws.com",
        f"docker pull --platform linux/amd64 {image}",
        f"docker tag {image} {tag}",
        f"docker push {tag}",
    ]
    assert output == f"digest={OWN}\n"
    calls, output = ran("image_to_aws.sh", image)
    assert not [call for call in calls if call.startswith("docker ")]
    assert output == f"digest={OWN}\n"
