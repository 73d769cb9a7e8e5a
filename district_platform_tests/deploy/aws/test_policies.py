"""The evaluation of rights that test_weekly.py uses: what it allows, and that it refuses what a policy leaves out."""

import pytest

from district_platform_tests.deploy.aws.calls import NEEDED, Need, Places, is_allowed, needs_of

PLACES = Places(
    "arn:aws:kms:us-east-1:1:key/k", "us-east-1", "1", {"attendance": "arn:aws:dynamodb:us-east-1:1:table/attendance"}
)
READ = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::state/district/*"}
LIST = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::state"}
KEY = {
    "Effect": "Allow",
    "Action": ["kms:Decrypt"],
    "Resource": PLACES.key,
    "Condition": {"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}},
}
GET = {"service": "s3", "operation": "GetObject", "Bucket": "state", "Key": "district/current.json"}


def refused(call: dict, *statements: dict) -> set[str]:
    return {need.action for need in needs_of([call], PLACES) if not is_allowed(need, statements)}


def test_object_needs_its_right_the_buckets_and_the_key():
    assert refused(GET, READ, LIST, KEY) == set()
    assert refused(GET, READ, LIST) == {"kms:Decrypt"}
    assert refused(GET, READ, KEY) == {"s3:ListBucket"}
    assert refused({**GET, "Key": "other/current.json"}, READ, LIST, KEY) == {"s3:GetObject"}


def test_listing_by_prefix_alone_does_not_tell_a_missing_object_from_a_forbidden_one():
    """With such a policy a first run would end at its first question: is there a state yet?"""
    by_prefix = {**LIST, "Condition": {"StringLike": {"s3:prefix": ["district/*"]}}}
    assert refused(GET, READ, by_prefix, KEY) == {"s3:ListBucket"}
    assert (
        refused({"service": "s3", "operation": "ListObjectsV2", "Bucket": "state", "Prefix": "district/x/"}, by_prefix)
        == set()
    )


def test_key_through_another_service_is_not_the_same_right():
    secret = {"service": "secretsmanager", "operation": "GetSecretValue", "SecretId": "district/x"}
    assert refused(secret, KEY) == {"kms:Decrypt", "secretsmanager:GetSecretValue"}


def test_denial_wins():
    assert not is_allowed(Need("s3:GetObject", "arn:aws:s3:::state/district/a"), [READ, {**READ, "Effect": "Deny"}])


def test_condition_that_is_not_known_is_no_silent_yes():
    with pytest.raises(AssertionError, match="NumericEquals is not known here"):
        is_allowed(Need("s3:ListBucket", "arn:aws:s3:::state"), [{**LIST, "Condition": {"NumericEquals": {"x": "1"}}}])


def test_call_that_is_not_in_the_table_is_found():
    with pytest.raises(KeyError):
        needs_of([{"service": "s3", "operation": "PutBucketPolicy", "Bucket": "state"}], PLACES)
    assert len(NEEDED) == 16
