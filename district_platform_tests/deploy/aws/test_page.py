"""Sentences of docs/aws.md that code can hold; its commands are run by test_weekly.py."""

import re
import subprocess

import pytest

from district_platform.aws import costs, handler
from district_platform.aws.templates import NAMES
from district_platform.cli import main
from district_platform.settings import State
from district_platform_tests.code_blocks import blocks
from district_platform_tests.deploy.aws import page
from district_platform_tests.deploy.aws.calls import actions_of
from district_platform_tests.deploy.aws.stacks import loaded, resources
from district_platform_tests.deploy.dockerfile import ROOT


def test_page_lists_the_templates():
    assert [row[0].strip("`") for row in page.rows("What there is")] == [f"{name}.yaml" for name in NAMES]
    assert f"for {costs.LAMBDA_STUDENTS:,} students at most" in page.PAGE


def test_costs_are_those_that_the_command_prints():
    bills = {
        "5,000 students, Fargate": costs.bills(5_000)["Fargate"],
        "5,000 students, Lambda": costs.bills(5_000)["Lambda"],
        "100,000 students, Fargate": costs.bills(100_000)["Fargate"],
    }
    table = page.section("What it costs")
    heads = [cell.strip() for cell in re.findall(r"^\| dollars a month \|(.*)\|$", table, re.MULTILINE)[0].split("|")]
    assert heads == list(bills)
    *lines, together, network = page.rows("What it costs")
    for row, *found in zip(lines, *bills.values(), strict=True):
        assert {line.what for line in found} == {row[0]}
        assert [f"{line.dollars:,.2f}" for line in found] == row[1:]
    assert [f"{sum(line.dollars for line in lines):,.2f}" for lines in bills.values()] == together[1:]
    nat = f"{costs.NAT_HOUR * costs.HOURS_A_MONTH:,.2f}"
    assert network[1:] == [nat, "none", nat]
    assert f"written down in {costs.PRICES_OF}" in table
    small, large = costs.MEASURED
    assert f"{small.seconds} s and {large.seconds} s" in table
    sizes = "publication 22 MB, state\n9 MB, extracts 24 MB"
    assert sizes in table
    assert [round(1_000 * gb) for gb in (small.publication_gb, small.state_gb, small.extracts_gb)] == [22, 9, 24]
    assert "Lambda" not in costs.bills(100_000)
    measured = (ROOT / "docs" / "performance.md").read_text()
    assert all(f"| {m.students:,} | {m.seconds} s |" in measured for m in costs.MEASURED)


def test_sizes_of_fargate_and_lambda_are_those_of_the_templates():
    parameters = loaded("fargate")["Parameters"]
    said = [int(parameters[name]["Default"]) for name in ("Cpu", "Memory", "DiskGiB")]
    assert said == [2 * 1_024, 16 * 1_024, 100]
    assert "2 vCPU, 16 GB and 100 GiB of disk unless you say otherwise" in page.PAGE
    run = resources("lambda", "AWS::Lambda::Function")["Run"]
    assert (run["MemorySize"], run["EphemeralStorage"]["Size"], run["Timeout"]) == (10 * 1_024, 10 * 1_024, 15 * 60)
    assert "10 GB of memory, 10 GB of disk, 15 minutes" in page.PAGE


def test_what_is_told_of_faults_is_so():
    troubles = page.section("When something goes wrong")
    assert "more than 10 minutes" in troubles
    assert "stopped a minute before the end" in troubles
    assert handler.STOPS_BEFORE == 60
    assert f"ends after {State().lease_minutes} minutes" in troubles
    assert "within an hour and three tries" in troubles  # of the schedules' RetryPolicy: test_stacks.py


def test_rights_that_the_page_names_are_those_of_the_policies():
    given = {
        action
        for name in ("base", "dynamodb")
        for policy in resources(name, "AWS::IAM::ManagedPolicy").values()
        for action in actions_of(policy["PolicyDocument"]["Statement"])
    }
    assert {action.split(":")[1] for action in given if action.startswith("dynamodb:")} == {
        *("GetItem", "PutItem", "UpdateItem", "ConditionCheckItem", "BatchWriteItem", "Scan")
    }
    assert "get, put, update, check, write in batches and\nscan" in page.section("What it may do")
    assert not [
        action
        for action in given
        if re.search(r":(Create|Delete[TBKR]|Put(Bucket|Key|Role)|Update(Table|Assume))", action)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_only_one_right_of_a_role_knows_no_resource(name: str):
    roles = resources(name, "AWS::IAM::Role").values()
    policies = [each["PolicyDocument"] for role in roles for each in role.get("Policies", ())]
    policies += [each["PolicyDocument"] for each in resources(name, "AWS::IAM::ManagedPolicy").values()]
    wide = [each for policy in policies for each in policy["Statement"] if each["Resource"] == "*"]
    assert [each["Action"] for each in wide] == (["ecr:GetAuthorizationToken"] if name == "fargate" else [])
    assert not [each for policy in policies for each in policy["Statement"] if "*" in str(each["Action"])]


def test_every_command_of_the_platform_on_the_page_is_there_with_its_options():
    lines = page.commands("district-platform")
    assert len(lines) == 9
    for line in lines:
        words = line.split(">")[0].split()[1:]
        group = main.commands[words[0]]
        found = group.commands[words[1]] if hasattr(group, "commands") else group
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_commands_of_aws_name_parameters_and_stacks_that_are_there():
    deployed = [line for line in page.commands("aws") if " cloudformation deploy " in line]
    stacks = {}
    for line in deployed:
        name = re.search(r"--template-file (?:deploy/aws/)?(\w+)\.yaml", line)[1]
        stacks[name] = re.search(r"--stack-name (\S+)", line)[1]
        given = re.findall(r"(\w+)=", line.partition("--parameter-overrides")[2])
        parameters = loaded(name)["Parameters"]
        assert set(given) <= set(parameters)
        assert {key for key, each in parameters.items() if "Default" not in each} <= set(given)
    assert list(stacks) == list(NAMES)
    assert stacks["base"] == loaded("fargate")["Parameters"]["Base"]["Default"]
    assert all(f"Attendance={stacks['dynamodb']}" in line for line in deployed[2:])
    outputs = loaded("base")["Outputs"]
    assert {"ExtractsBucket", "StateAddress", "RepositoryUri"} <= outputs.keys()


def test_exports_that_stacks_ask_of_each_other_are_there():
    exported = {
        name: {
            each["Export"]["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}")
            for each in loaded(name)["Outputs"].values()
            if "Export" in each
        }
        for name in NAMES
    }
    text = {name: (ROOT / "deploy" / "aws" / f"{name}.yaml").read_text() for name in NAMES}
    asked = {name: set(re.findall(r'ImportValue": !Sub "\$\{Base\}([a-z-]+)"', text[name])) for name in NAMES}
    assert all(asked[name] <= exported["base"] for name in NAMES)
    assert set(re.findall(r'ImportValue": !Sub "\$\{Attendance\}([a-z-]+)"', text["fargate"])) <= exported["dynamodb"]


def test_commands_that_were_not_tried_are_said_to_be_so():
    tried = page.section("What was tried, and what was not")
    assert "those that begin with `district-platform` | those of `aws` and `docker`" in tried
    for block in blocks(page.FILE):
        if block.language == "sh":
            ours = {line.split()[0] in ("district-platform", "export") for line in block.commands}
            assert ours == {block.title.startswith("tried by make test-deploy")}, block.line


def test_image_of_the_page_is_built_by_the_dockerfile():
    [line] = [line for line in page.commands("docker") if " build " in line]
    assert "--build-arg REVISION=" in line
    assert "ARG REVISION" in (ROOT / "Dockerfile").read_text()
    assert subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, check=False).returncode == 0
