"""The table: its keys, its index of absences, and how it is protected; what `create` makes and `verify` looks at."""

import time
from typing import Any

from district_platform.destinations.dynamodb.items import EXPIRES, INDEX, INDEX_KEY, PARTITION, SORT
from district_platform.destinations.dynamodb.lease import current
from district_platform.destinations.dynamodb.requests import Requests, Sleep
from district_platform.destinations.model import Answer, DestinationError
from district_platform.settings import DynamoDB

RECOVERY_DAYS = 35
_SECONDS_TO_WAIT = 300


def create(requests: Requests, section: DynamoDB, sleep: Sleep = time.sleep) -> None:
    """Makes the table with its protection, and waits until it is there. Raises DestinationError, also where there is one."""
    if _described(requests) is not None:
        raise DestinationError(
            f"{section.table}: there is such a table. attendance-store verify says whether it is right."
        )
    key = {"KMSMasterKeyId": section.kms_key} if section.kms_key else {}
    requests.call(
        "create_table",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in (PARTITION, SORT, INDEX_KEY)],
        KeySchema=_keys(PARTITION, SORT),
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": _keys(INDEX_KEY, PARTITION),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["category", "is_absent"]},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        SSESpecification={"Enabled": True, "SSEType": "KMS", **key},
    )
    for _ in range(_SECONDS_TO_WAIT):
        if (_described(requests) or {}).get("TableStatus") == "ACTIVE":
            break
        sleep(1)
    requests.call(
        "update_continuous_backups",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": RECOVERY_DAYS,
        },
    )
    if section.retention_years is not None:
        requests.call("update_time_to_live", TimeToLiveSpecification={"Enabled": True, "AttributeName": EXPIRES})


def verify(requests: Requests, section: DynamoDB) -> list[Answer]:
    """Whether the table is as `create` makes it, thing by thing. Raises DestinationError where it cannot be asked."""
    found = _described(requests)
    if found is None:
        requests.call("describe_table")  # raises, and says what to do
    assert found
    return [
        _key_answer(found),
        _index_answer(found),
        _encryption(found, section),
        _recovery(requests),
        Answer(
            "deletion protection",
            bool(found.get("DeletionProtectionEnabled")),
            "on" if found.get("DeletionProtectionEnabled") else "off: one call can delete the table; switch it on",
        ),
        _retention(requests, section),
        _last_load(requests),
    ]


def _described(requests: Requests) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = requests.unexplained("describe_table")["Table"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
            return None
        requests.call("describe_table")
        raise
    return found


def _key_answer(found: dict[str, Any]) -> Answer:
    is_right = found.get("KeySchema") == _keys(PARTITION, SORT)
    return Answer(
        "keys", is_right, "student_id, date" if is_right else "not student_id and date: this is another program's table"
    )


def _index_answer(found: dict[str, Any]) -> Answer:
    indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", [])}
    is_right = INDEX in indexes and indexes[INDEX]["KeySchema"] == _keys(INDEX_KEY, PARTITION)
    return Answer("index", is_right, INDEX if is_right else f"{INDEX} is missing, or has other keys")


def _encryption(found: dict[str, Any], section: DynamoDB) -> Answer:
    described = found.get("SSEDescription", {})
    arn = described.get("KMSMasterKeyArn", "")
    if described.get("Status") not in ("ENABLED", "UPDATING"):
        return Answer("encryption", False, "by a key that Amazon owns, not by one of yours")
    if section.kms_key is None:
        return Answer(
            "encryption", False, "by Amazon's key of this account: name a customer key as destinations.<name>.kms_key"
        )
    wanted = section.kms_key.rpartition("/")[2]
    if not section.kms_key.startswith("alias/") and not arn.endswith(wanted):
        return Answer("encryption", False, f"by the key {arn}, not by the one that the settings name")
    return Answer("encryption", True, f"by the customer key {arn}")


def _recovery(requests: Requests) -> Answer:
    found = requests.call("describe_continuous_backups")["ContinuousBackupsDescription"]
    state = found.get("PointInTimeRecoveryDescription", {})
    if state.get("PointInTimeRecoveryStatus") != "ENABLED":
        return Answer("point-in-time recovery", False, "off: a deletion could not be undone; switch it on")
    return Answer("point-in-time recovery", True, f"on, {state.get('RecoveryPeriodInDays', RECOVERY_DAYS)} days")


def _retention(requests: Requests, section: DynamoDB) -> Answer:
    found = requests.call("describe_time_to_live")["TimeToLiveDescription"]
    is_on = found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING") and found.get("AttributeName") == EXPIRES
    wanted = section.retention_years is not None
    if wanted and is_on:
        says = f"days expire {section.retention_years} years after their school year"
    elif wanted:
        says = f"the settings say {section.retention_years} years, but the table's time to live is off"
    else:
        says = "the table deletes what has expires_at, though the settings name no retention" if is_on else "none"
    return Answer("retention", wanted == is_on, says)


def _last_load(requests: Requests) -> Answer:
    last = current(requests)
    if last is None or not last.publication:
        return Answer("last load", False, "none has been finished")
    return Answer(
        "last load", not last.loading, last.version if not last.loading else f"{last.version}; one is not finished"
    )


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
