"""Which rights each call of the platform's code needs, and whether a role's policies give them.

`NEEDED` is the table: every call that a run makes stands in it, with the actions that IAM checks for it, by AWS's service authorization
reference and the services' guides. A call that is not in it fails the test, so that nobody forgets the policy.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

Call = dict[str, Any]


@dataclass(frozen=True)
class Need:
    """One action on one resource, through which service the key is used."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Places:
    """The ARNs that needs are made of."""

    key: str
    region: str
    account: str
    tables: dict[str, str] = field(default_factory=dict)

    def used_key(self, action: str, service: str) -> Need:
        return Need(action, self.key, (("kms:ViaService", f"{service}.{self.region}.amazonaws.com"),))


Needs = Callable[[Call, Places], list[Need]]


def _object(action: str) -> Needs:
    return lambda call, places: [Need(action, f"arn:aws:s3:::{call['Bucket']}/{call['Key']}")]


def _bucket(call: Call, places: Places) -> list[Need]:
    """For a missing object S3 says 404 only to who may list the whole bucket: the request names no prefix."""
    return [Need("s3:ListBucket", f"arn:aws:s3:::{call['Bucket']}")]


def _listing(call: Call, places: Places) -> list[Need]:
    return [Need("s3:ListBucket", f"arn:aws:s3:::{call['Bucket']}", (("s3:prefix", call.get("Prefix", "")),))]


def _condition(call: Call, places: Places) -> list[Need]:
    """A write with If-Match or If-None-Match reads the object's tag."""
    return _object("s3:GetObject")(call, places) if call.keys() & {"IfMatch", "IfNoneMatch"} else []


def _source(call: Call, places: Places) -> list[Need]:
    return [Need("s3:GetObject", f"arn:aws:s3:::{call['CopySource']['Bucket']}/{call['CopySource']['Key']}")]


def _each(call: Call, places: Places) -> list[Need]:
    return [
        Need("s3:DeleteObject", f"arn:aws:s3:::{call['Bucket']}/{each['Key']}") for each in call["Delete"]["Objects"]
    ]


def _opened(service: str) -> Needs:
    return lambda call, places: [places.used_key("kms:Decrypt", service)]


def _sealed(call: Call, places: Places) -> list[Need]:
    return [places.used_key("kms:GenerateDataKey", "s3")]


def _secret(call: Call, places: Places) -> list[Need]:
    secret = f"arn:aws:secretsmanager:{places.region}:{places.account}:secret:{call['SecretId']}-AbCdEf"
    return [Need("secretsmanager:GetSecretValue", secret)]


def _table(*actions: str) -> Needs:
    def needs(call: Call, places: Places) -> list[Need]:
        names = {call["TableName"]} if "TableName" in call else set(call["tables"])
        return [Need(action, places.tables[name]) for name in sorted(names) for action in actions]

    return needs


def _transaction(call: Call, places: Places) -> list[Need]:
    actions = {"Put": "dynamodb:PutItem", "ConditionCheck": "dynamodb:ConditionCheckItem"}
    return _table(*(actions[kind] for kind in call["kinds"]))(call, places)


_read = (_object("s3:GetObject"), _bucket, _opened("s3"))
_of_table = _opened("dynamodb")

NEEDED: dict[tuple[str, str], tuple[Needs, ...]] = {
    ("s3", "GetObject"): _read,
    ("s3", "HeadObject"): _read,
    ("s3", "ListObjectsV2"): (_listing,),
    ("s3", "PutObject"): (_object("s3:PutObject"), _condition, _sealed),
    ("s3", "CopyObject"): (_source, _object("s3:PutObject"), _opened("s3"), _sealed),
    ("s3", "DeleteObjects"): (_each,),
    ("s3", "CreateMultipartUpload"): (_object("s3:PutObject"), _sealed),
    ("s3", "UploadPart"): (_object("s3:PutObject"), _opened("s3"), _sealed),
    ("s3", "CompleteMultipartUpload"): (_object("s3:PutObject"), _opened("s3")),
    ("s3", "ListParts"): (_object("s3:ListMultipartUploadParts"), _bucket),
    ("secretsmanager", "GetSecretValue"): (_secret, _opened("secretsmanager")),
    ("dynamodb", "GetItem"): (_table("dynamodb:GetItem"), _of_table),
    ("dynamodb", "UpdateItem"): (_table("dynamodb:UpdateItem"), _of_table),
    ("dynamodb", "BatchWriteItem"): (_table("dynamodb:BatchWriteItem"), _of_table),
    ("dynamodb", "TransactWriteItems"): (_transaction, _of_table),
    ("dynamodb", "Scan"): (_table("dynamodb:Scan"), _of_table),
}

BESIDE = {
    "s3:DeleteObject": "versions of the state and of publications beyond those that are kept are removed; a first week has none",
    "kms:DescribeKey": "DynamoDB looks at the key of the table in its caller's name (docs/attendance_store.md); no call of ours shows it",
    "logs:CreateLogStream": "Lambda writes the function's output in its role's name",
    "logs:PutLogEvents": "Lambda writes the function's output in its role's name",
    "sqs:SendMessage": "Lambda sends an event that failed to the dead letters in its role's name",
}
"""Actions that a run's role has although no call of the code needs them, and why."""


def recorded(*files: Path) -> list[Call]:
    """The calls that were written by `recording/sitecustomize.py`."""
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def needs_of(calls: Iterable[Call], places: Places) -> set[Need]:
    """Everything that these calls need. Raises KeyError for a call that is not in the table."""
    return {
        need for call in calls for each in NEEDED[call["service"], call["operation"]] for need in each(call, places)
    }


def is_allowed(need: Need, statements: Iterable[dict[str, Any]]) -> bool:
    """Whether the statements of a role allow it, as IAM decides: one that allows, none that denies."""
    effects = {statement["Effect"] for statement in statements if _applies(statement, need)}
    return effects == {"Allow"}


def actions_of(statements: Iterable[dict[str, Any]]) -> set[str]:
    """The actions that the statements allow, as they are written."""
    return {action for statement in statements for action in _listed(statement["Action"])}


def _applies(statement: dict[str, Any], need: Need) -> bool:
    return (
        _matches(need.action, _listed(statement["Action"]))
        and _matches(need.resource, _listed(statement["Resource"]))
        and all(_holds(test, wanted, dict(need.context)) for test, wanted in statement.get("Condition", {}).items())
    )


def _holds(test: str, wanted: dict[str, Any], context: dict[str, str]) -> bool:
    assert test in ("StringEquals", "StringLike", "ArnEquals", "ArnLike"), f"{test} is not known here"
    return all(key in context and _matches(context[key], _listed(values)) for key, values in wanted.items())


def _matches(text: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
