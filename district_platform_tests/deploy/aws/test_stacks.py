"""What the templates make: on moto where it can, else what they say, beside rules of our own."""

import datetime as dt
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from district_platform.aws import crons, handler
from district_platform.aws.costs import COPIES
from district_platform.aws.handler import COMMANDS, command
from district_platform.cli import main
from district_platform.destinations.dynamodb.requests import Requests
from district_platform.destinations.dynamodb.table import create
from district_platform.settings import Automation, DynamoDB
from district_platform_tests.aws import aws_server
from district_platform_tests.deploy.aws.stacks import NAMES, NOT_MADE, Account, loaded, resources

STACKS = {
    "base": "district",
    "dynamodb": "district-attendance",
    "fargate": "district-fargate",
    "lambda": "district-lambda",
}
RUNNING = ("fargate", "lambda")


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with aws_server() as address, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        account = Account(address)
        account.make_all()
        yield account


@pytest.mark.parametrize("name", NAMES)
def test_stack_is_made_whole_but_for_what_moto_does_not_know(account: Account, name: str):
    [stack] = account.client("cloudformation").describe_stacks(StackName=STACKS[name])["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    wanted = {key for key, each in loaded(name)["Resources"].items() if each["Type"] not in NOT_MADE}
    assert account.made(STACKS[name]).keys() == wanted


class Noted:
    """A client that notes what a table would be made of."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    def describe_table(self, **_: Any) -> dict[str, Any]:
        if self.said:
            return {"Table": {"TableStatus": "ACTIVE"}}
        raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeTable")

    def __getattr__(self, operation: str) -> Any:
        return self.said.update


@pytest.mark.parametrize("years", [None, 7])
def test_table_is_as_the_platform_would_have_made_it(account: Account, years: int | None):
    """The template's properties against the calls of `attendance-store create`; and what moto made of them, as far as it does."""
    section = DynamoDB(
        kind="dynamodb", table="attendance", region="us-east-1", kms_key="alias/district", retention_years=years
    )
    noted = Noted()
    create(Requests("aws", section, noted), section)
    [properties] = resources("dynamodb", "AWS::DynamoDB::Table").values()
    said = {**noted.said}
    recovery, expiry = said.pop("PointInTimeRecoverySpecification"), said.pop("TimeToLiveSpecification", None)
    key = properties["SSESpecification"]["KMSMasterKeyId"]
    assert key == {"Fn::ImportValue": {"Fn::Sub": "${Base}-key"}}
    sealed = {**said["SSESpecification"], "KMSMasterKeyId": key}
    said["SSESpecification"] = {"SSEEnabled" if name == "Enabled" else name: value for name, value in sealed.items()}
    assert {**said, "TableName": {"Ref": "Table"}} == {name: properties[name] for name in said}
    assert recovery == properties["PointInTimeRecoverySpecification"]
    _, on, off = properties["TimeToLiveSpecification"]["Fn::If"]
    assert (expiry or {"Ref": "AWS::NoValue"}) == (on if years else off)
    made = account.client("dynamodb").describe_table(TableName="attendance")["Table"]
    assert made["KeySchema"] == properties["KeySchema"]
    assert [index["IndexName"] for index in made["GlobalSecondaryIndexes"]] == ["absences_by_school_day"]


@pytest.mark.parametrize("bucket", ["Log", "Extracts", "State", "Publications"])
def test_bucket_is_versioned_encrypted_closed_and_forgets_halves(bucket: str):
    said = resources("base", "AWS::S3::Bucket")[bucket]
    assert said["VersioningConfiguration"] == {"Status": "Enabled"}
    assert said["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    [rule] = said["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    by = rule["ServerSideEncryptionByDefault"]
    if bucket == "Log":
        assert by == {"SSEAlgorithm": "AES256"}
    else:
        assert (by, rule["BucketKeyEnabled"]) == (
            {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]}},
            True,
        )
        assert said["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "Log"}
    assert sorted(said["PublicAccessBlockConfiguration"].values()) == [True] * 4
    rules = {each["Id"]: each for each in said["LifecycleConfiguration"]["Rules"]}
    assert rules["halves"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    kept = {"Extracts": ("extracts", 1), "State": ("state", 10), "Publications": ("publications", 3)}
    if bucket in kept:
        name, n = kept[bucket]
        assert COPIES[name] == n + rules["replaced"]["NoncurrentVersionExpiration"]["NoncurrentDays"]


def test_everything_takes_requests_by_tls_alone():
    kinds = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy")
    policies = [each for kind in kinds for each in resources("base", kind).values()]
    assert len(policies) == 5
    for policy in policies:
        [denied] = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
        assert (denied["Principal"], denied["Condition"]) == ("*", {"Bool": {"aws:SecureTransport": "false"}})


def test_what_holds_data_outlives_its_stack():
    kinds = {
        "AWS::S3::Bucket",
        "AWS::KMS::Key",
        "AWS::DynamoDB::Table",
        "AWS::SecretsManager::Secret",
        "AWS::Logs::LogGroup",
    }
    kept = [
        each
        for name in NAMES
        for each in loaded(name)["Resources"].values()
        if each["Type"] in {*kinds, "AWS::ECR::Repository"}
    ]
    assert len(kept) == 10
    assert {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in kept} == {("Retain", "Retain")}


def of_default(parameter: str, name: str) -> str:
    return str(loaded(name)["Parameters"][parameter]["Default"])


@pytest.mark.parametrize("name", RUNNING)
def test_schedules_are_those_of_the_settings_defaults_in_the_districts_zone(name: str):
    automation = Automation()
    nightly, weekly = crons.nightly_and_weekly(automation.daily_cron, automation.weekly_cron)
    assert of_default("NightlySchedule", name) == nightly
    assert of_default("WeeklySchedule", name) == weekly
    assert of_default("TimeZone", name) == automation.timezone
    start = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
    next_five = [f"{time:%a %m-%d %H:%M %Z}" for time in crons.next_times(nightly, automation.timezone, start)]
    assert next_five == [
        "Thu 03-05 05:15 EST",
        "Fri 03-06 05:15 EST",
        "Sat 03-07 05:15 EST",
        "Sun 03-08 05:15 EDT",
        "Tue 03-10 05:15 EDT",
    ]
    next_five = [f"{time:%a %m-%d %H:%M %Z}" for time in crons.next_times(weekly, automation.timezone, start)]
    assert next_five == [
        "Mon 03-09 05:30 EDT",
        "Mon 03-16 05:30 EDT",
        "Mon 03-23 05:30 EDT",
        "Mon 03-30 05:30 EDT",
        "Mon 04-06 05:30 EDT",
    ]


@pytest.mark.parametrize("name", RUNNING)
def test_schedule_starts_a_run_that_knows_its_occasion_and_what_cannot_start_is_told(name: str):
    schedules = resources(name, "AWS::Scheduler::Schedule")
    assert sorted(schedules) == ["Nightly", "Weekly"]
    for logical, schedule in schedules.items():
        occasion = logical.lower()
        assert schedule["ScheduleExpression"] == {"Ref": f"{logical}Schedule"}
        assert schedule["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
        assert (schedule["FlexibleTimeWindow"], schedule["State"]) == ({"Mode": "OFF"}, {"Ref": "Schedules"})
        target = schedule["Target"]
        assert target["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::ImportValue": {"Fn::Sub": "${Base}-dead-letters"}}}
        event = json.loads(target["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-30T10:30:00Z"))
        words = event["containerOverrides"][0]["command"] if name == "fargate" else command(event)
        assert words == [*COMMANDS[occasion], "--occasion", f"{occasion}@2026-11-30T10:30:00Z"]
        assert main.commands[words[0]].make_context(words[0], words[1:]).params["uploads"] == (occasion == "weekly")


def test_schedules_are_off_until_switched_on():
    assert [of_default("Schedules", name) for name in RUNNING] == ["DISABLED", "DISABLED"]


def test_function_is_given_what_lambda_has_and_no_second_try():
    [run] = resources("lambda", "AWS::Lambda::Function").values()
    assert (run["MemorySize"], run["Timeout"], run["EphemeralStorage"]) == (10240, 900, {"Size": 10240})
    assert run["ReservedConcurrentExecutions"] == 1
    [once] = resources("lambda", "AWS::Lambda::EventInvokeConfig").values()
    assert once["MaximumRetryAttempts"] == 0
    assert run["ImageConfig"]["Command"] == [f"{handler.__name__}.{handler.handle.__name__}"]
    [threshold] = [
        a["Threshold"] for a in resources("lambda", "AWS::CloudWatch::Alarm").values() if a["MetricName"] == "Duration"
    ]
    assert threshold == 1_000 * run["Timeout"] * 2 / 3


def test_task_has_no_public_address_takes_no_connection_and_opens_https_alone():
    [ways] = resources("fargate", "AWS::EC2::SecurityGroup").values()
    assert "SecurityGroupIngress" not in ways
    assert [(each["IpProtocol"], each["FromPort"], each["ToPort"]) for each in ways["SecurityGroupEgress"]] == [
        ("tcp", 443, 443)
    ]
    for schedule in resources("fargate", "AWS::Scheduler::Schedule").values():
        assert (
            schedule["Target"]["EcsParameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"]
            == "DISABLED"
        )
    for container in resources("fargate", "AWS::ECS::TaskDefinition")["Task"]["ContainerDefinitions"]:
        assert container["ReadonlyRootFilesystem"] is True
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
        assert "PortMappings" not in container


@pytest.mark.parametrize(
    ("detail", "rules"),
    [
        ({"lastStatus": "STOPPED", "containers": [{"exitCode": 0}, {"exitCode": 1}]}, {"RunFailed"}),
        ({"lastStatus": "STOPPED", "containers": [{"exitCode": 137}, {"exitCode": 0}]}, {"RunFailed"}),
        ({"lastStatus": "STOPPED", "stopCode": "TaskFailedToStart", "containers": [{}, {}]}, {"RunNotStarted"}),
        ({"lastStatus": "STOPPED", "containers": [{"exitCode": 0}, {"exitCode": 0}]}, set()),
        ({"lastStatus": "RUNNING", "containers": [{}, {}]}, set()),
        ({"lastStatus": "STOPPED", "containers": [{"exitCode": 1}], "clusterArn": "another"}, set()),
    ],
)
def test_end_of_a_task_is_told_where_it_failed(detail: dict[str, Any], rules: set[str]):
    event = {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": {"clusterArn": "ours", **detail}}
    patterns = {key: each["EventPattern"] for key, each in resources("fargate", "AWS::Events::Rule").items()}
    assert {key for key, pattern in patterns.items() if matches(pattern, event)} == rules


def matches(pattern: Any, event: Any) -> bool:
    """Whether an event fits a pattern, as EventBridge says: every field of the pattern; of a list of objects, one that fits."""
    if isinstance(pattern, dict):
        if isinstance(event, list):
            return any(matches(pattern, each) for each in event)
        return isinstance(event, dict) and all(
            key in event and matches(value, event[key]) for key, value in pattern.items()
        )
    for choice in pattern:
        if choice == {"Fn::GetAtt": ["Cluster", "Arn"]}:
            choice = "ours"
        if isinstance(choice, dict) and event not in choice["anything-but"]:
            return True
        if choice == event:
            return True
    return False


def test_every_alarm_and_rule_tells_the_topic():
    topic = {"Fn::ImportValue": {"Fn::Sub": "${Base}-faults"}}
    alarms = [each for name in NAMES for each in resources(name, "AWS::CloudWatch::Alarm").values()]
    assert len(alarms) == 5
    assert all(each["AlarmActions"] in ([topic], [{"Ref": "Faults"}]) for each in alarms)
    rules = resources("fargate", "AWS::Events::Rule").values()
    assert [target["Arn"] for rule in rules for target in rule["Targets"]] == [topic, topic]
    [statement] = resources("base", "AWS::SNS::TopicPolicy")["FaultsPolicy"]["PolicyDocument"]["Statement"]
    assert set(statement["Principal"]["Service"]) == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}


def test_environment_of_both_is_settings_and_no_secret():
    task = resources("fargate", "AWS::ECS::TaskDefinition")["Task"]["ContainerDefinitions"][1]
    of_task = {each["Name"] for each in task["Environment"]}
    of_function = set(resources("lambda", "AWS::Lambda::Function")["Run"]["Environment"]["Variables"])
    assert of_task - of_function == {"AWS_DEFAULT_REGION", "HOME", "DISTRICT_HOME", "DISTRICT_CACHE", "DAGSTER_HOME"}
    assert of_function < of_task
    assert not [name for name in of_task if name.startswith("DISTRICT_SECRET__")]


def test_image_is_named_by_its_digest_alone():
    for name in RUNNING:
        pattern = loaded(name)["Parameters"]["ImageDigest"]["AllowedPattern"]
        assert re.fullmatch(pattern, f"sha256:{'a' * 64}")
        assert not re.fullmatch(pattern, "latest")
