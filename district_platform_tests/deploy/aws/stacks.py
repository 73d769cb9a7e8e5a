"""The stacks of deploy/aws on a server that speaks AWS's services (moto), and the templates as data."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import yaml
from botocore.config import Config

from district_platform.aws.templates import NAMES, template
from district_platform_tests.aws import KEYS

REGION = "us-east-1"
DIGEST = f"sha256:{'0' * 64}"
_KEYS = {
    "aws_access_key_id": KEYS["AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": KEYS["AWS_SECRET_ACCESS_KEY"],
}

NOT_MADE = {
    "AWS::CloudWatch::Alarm",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SecretsManager::Secret",
}
"""Kinds of resource that moto leaves out; cfn-lint judges them by AWS's own schemas."""


class _Loader(yaml.SafeLoader):
    """Reads !Ref, !Sub and the others as {"Ref": …}, {"Fn::Sub": …}."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt":
        value = str(value).split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


@cache
def loaded(name: str) -> dict[str, Any]:
    """A template as data."""
    data: dict[str, Any] = yaml.load(template(name), _Loader)
    return data


def resources(name: str, kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one kind: their properties by name."""
    return {key: each.get("Properties", {}) for key, each in loaded(name)["Resources"].items() if each["Type"] == kind}


@dataclass(frozen=True)
class Account:
    """An account of AWS at an address, in which the stacks are made."""

    address: str

    def client(self, service: str) -> Any:
        """boto3's client. It waits long and asks once: a stack that is asked for twice is there already."""
        patience = Config(read_timeout=600, retries={"total_max_attempts": 1})
        return boto3.client(service, endpoint_url=self.address, region_name=REGION, config=patience, **_KEYS)

    def make(self, name: str, stack: str, **parameters: str) -> None:
        """Makes a stack of a template."""
        self.client("cloudformation").create_stack(
            StackName=stack,
            TemplateBody=template(name),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )

    def make_all(self) -> None:
        """Makes the four stacks, as docs/aws.md does."""
        ec2 = self.client("ec2")
        subnets = ec2.describe_subnets()["Subnets"]
        tables = ec2.describe_route_tables()["RouteTables"]
        self.make("base", "district", AlertEmail="it@example.org")
        self.make("dynamodb", "district-attendance")
        where = {"Attendance": "district-attendance", "ImageDigest": DIGEST}
        network = {
            "VpcId": subnets[0]["VpcId"],
            "Subnets": ",".join(each["SubnetId"] for each in subnets[:2]),
            "RouteTables": tables[0]["RouteTableId"],
        }
        self.make("fargate", "district-fargate", **where, **network)
        self.make("lambda", "district-lambda", **where)

    def outputs(self, stack: str) -> dict[str, str]:
        [found] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}

    def made(self, stack: str) -> dict[str, str]:
        """The physical names of a stack's resources by their logical ones; those that moto left out are not among them."""
        listed = self.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed if "LogicalResourceId" in each}

    def policies(self, name: str, stack: str) -> list[dict[str, Any]]:
        """All statements of a template's role of runs: its own, and those of the policies that it names, which moto does not attach."""
        iam, role = self.client("iam"), self.made(stack)["RunRole"]
        documents = [
            iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        exports = {each["Name"]: each["Value"] for each in self.client("cloudformation").list_exports()["Exports"]}
        stacks = {"Base": "district", "Attendance": "district-attendance"}
        for named in resources(name, "AWS::IAM::Role")["RunRole"]["ManagedPolicyArns"]:
            export = named.get("Fn::If", [None, named])[1]["Fn::ImportValue"]["Fn::Sub"]
            parameter, _, rest = export.removeprefix("${").partition("}")
            arn = exports[f"{stacks[parameter]}{rest}"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            documents.append(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
        parsed = [
            yaml.safe_load(each) if isinstance(each, str) else each for each in documents
        ]  # moto writes some as Python does
        return [statement for document in parsed for statement in document["Statement"]]


__all__ = ["NAMES", "NOT_MADE", "REGION", "Account", "loaded", "resources"]
