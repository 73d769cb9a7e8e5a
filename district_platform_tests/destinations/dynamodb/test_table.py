"""What people are told: faults in one sentence, what verify finds, what a day looks like when it is read."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from district_platform.destinations.dynamodb import table
from district_platform.destinations.dynamodb.costs import estimate
from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.destinations.dynamodb.requests import TRIES, Requests
from district_platform.destinations.model import DestinationAwayError, DestinationError
from district_platform.settings import DynamoDB
from district_platform_tests.destinations.dynamodb.days import FIRST, published
from district_platform_tests.destinations.dynamodb.rough import SECTION, service, throttled


class Failing:
    """A client whose every call fails."""

    def __init__(self, error: Exception) -> None:
        self.error, self.n_calls = error, 0

    def __getattr__(self, operation: str):
        def call(**parameters):
            self.n_calls += 1
            raise self.error

        return call


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (throttled("AccessDeniedException"), "The credentials may not do this (get_item)"),
        (throttled("ExpiredTokenException"), "The credentials have expired"),
        (throttled("UnrecognizedClientException"), "AWS does not know these credentials in the region us-east-1"),
        (throttled("ResourceNotFoundException"), "There is no table attendance in the region us-east-1"),
        (NoCredentialsError(), "no credentials were found"),
        (throttled("ValidationException"), "The service refused get_item: ValidationException"),
        (EndpointConnectionError(endpoint_url="http://x"), "cannot be reached in the region us-east-1"),
    ],
)
def test_fault_is_one_sentence_that_says_what_to_do(error: Exception, words: str):
    with pytest.raises(DestinationError) as told:
        AttendanceStore(Requests("aws", SECTION, Failing(error))).complete_as_of()
    assert words in str(told.value)
    assert "secret words" not in str(told.value)
    assert told.value.__cause__ is None


def test_region_that_does_not_exist_is_named_and_one_that_cannot_be_reached_is_not_called_wrong():
    away = EndpointConnectionError(endpoint_url="http://x")
    misspelt = SECTION.model_copy(update={"region": "us-esat-1"})
    for section, words in (
        (misspelt, "us-esat-1 is no region of DynamoDB that boto3 knows. Correct destinations.aws.region."),
        (misspelt.model_copy(update={"endpoint": "http://127.0.0.1:1"}), "cannot be reached in the region us-esat-1"),
        (SECTION.model_copy(update={"region": "us-gov-west-1"}), "cannot be reached in the region us-gov-west-1"),
    ):
        with pytest.raises(DestinationError) as told:
            AttendanceStore(Requests("aws", section, Failing(away))).complete_as_of()
        assert words in str(told.value)


def test_throttling_is_waited_out_longer_and_longer_and_not_for_ever():
    waited: list[float] = []
    client = Failing(throttled())
    with pytest.raises(DestinationAwayError, match="still throttles"):
        Requests("aws", SECTION, client, sleep=waited.append).write([{"PutRequest": {"Item": {}}}])
    assert client.n_calls == TRIES
    assert max(waited[6:]) > max(waited[:3])


def test_verify_says_what_protects_the_table_and_what_does_not():
    section = DynamoDB(
        kind="dynamodb", table="attendance", region="us-east-1", retention_years=5, kms_key="alias/district"
    )
    with service(section=section) as store:
        answers = {answer.about: answer for answer in table.verify(store.requests, section)}
        assert {about for about, answer in answers.items() if not answer.is_right} == {"last load"}
        assert answers["encryption"].says.startswith("by the customer key ")
        store.plain.update_table(TableName="attendance", DeletionProtectionEnabled=False)
        store.plain.update_continuous_backups(
            TableName="attendance", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )
        without_key = section.model_copy(update={"kms_key": None, "retention_years": None})
        wrong = {a.about for a in table.verify(store.requests, without_key) if not a.is_right}
        assert wrong == {"encryption", "point-in-time recovery", "deletion protection", "retention", "last load"}


def test_create_refuses_a_table_that_is_there():
    with service() as store, pytest.raises(DestinationError, match="there is such a table"):
        table.create(store.requests, store.section)


def test_student_has_days_by_date_and_a_school_its_absences(tmp_path: Path):
    days = {
        ("0007", "0101", FIRST): Decimal(1),
        ("0007", "0102", FIRST): Decimal(0),
        ("0007", "0101", FIRST + dt.timedelta(days=1)): Decimal("0.5"),
        ("0008", "0101", FIRST): Decimal("0.5"),
    }
    with service() as store:
        store.loader(tmp_path / "known").load(published(tmp_path, 1, days))
        reading = AttendanceStore(store.requests)
        found = reading.history("0007", FIRST, FIRST)
        assert [(day["school_id"], day["is_absent"]) for day in found] == [
            ("0101", Decimal("1.0000")),
            ("0102", Decimal("0.0000")),
        ]
        assert len(reading.history("0007")) == 3
        assert reading.history("nobody") == []
        assert reading.absent("0101", FIRST) == ["0007", "0008"]
        assert reading.complete_as_of().version == "v00000001-made"


def test_day_that_has_expired_is_not_shown_though_it_is_still_there(tmp_path: Path):
    section = SECTION.model_copy(update={"retention_years": 1})
    with service(section=section) as store:
        store.loader(tmp_path / "known").load(published(tmp_path, 1, {("0007", "0101", FIRST): Decimal(1)}))
        ends = dt.datetime(2027, 6, 30, tzinfo=dt.UTC).timestamp()
        assert len(AttendanceStore(store.requests, clock=lambda: ends - 1).history("0007")) == 1
        assert AttendanceStore(store.requests, clock=lambda: ends + 1).history("0007") == []


def test_costs_are_those_of_the_first_year_of_a_large_district():
    cost = estimate(new=18_000_000, changed=0, gone=0, listed=1_260_000)
    assert (cost.items, cost.units) == (18_000_000, 19_260_000)
    assert round(cost.dollars, 2) == 12.04
    assert round(cost.minutes) == 80
