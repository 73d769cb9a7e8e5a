"""One loader at a time, and what the table itself says of its loads: two items of the table, `_load`/`lease` and `_load`/`current`.

The lease has a number that rises with each loader (a fencing token): the pointer moves only for the loader who holds the lease with that
number, in a transaction. Batches of items take no condition, so a loader renews its lease before each wave, and stops when it lost it.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from district_platform.destinations.dynamodb.items import OWN, PARTITION, SORT, Item
from district_platform.destinations.dynamodb.requests import ConditionFailedError, Requests
from district_platform.destinations.model import DestinationError

SECONDS = 120
"""How long a lease holds without being renewed. A wave takes seconds."""
_LEASE = {PARTITION: {"S": OWN}, SORT: {"S": "lease"}}
_CURRENT = {PARTITION: {"S": OWN}, SORT: {"S": "current"}}
_IS_MINE = "fencing = :fencing AND held_by = :holder"
Clock = Callable[[], float]


@dataclass(frozen=True)
class Current:
    """What the table says of its loads."""

    publication: int
    """The counter of the last publication that was loaded whole; 0 before the first."""
    version: str
    loaded: str
    """SHA-256 of the loader's list of that load."""
    loading: str
    """The load under way, by its id; empty where the last one was finished."""


class Lease:
    """Held by one loader. `holder` is the same for all loads of one home."""

    def __init__(self, requests: Requests, holder: str, clock: Clock = time.time) -> None:
        self._requests, self._holder, self._clock = requests, holder, clock
        self._fencing = 0

    def acquire(self) -> None:
        """Raises DestinationError where another loader holds it, with who and until when."""
        now = self._clock()
        try:
            answer = self._requests.call(
                "update_item",
                Key=_LEASE,
                UpdateExpression="SET held_by = :holder, held_until = :until, fencing = if_not_exists(fencing, :zero) + :one",
                ConditionExpression="attribute_not_exists(held_until) OR held_until < :now OR held_by = :holder",
                ExpressionAttributeValues={
                    ":holder": {"S": self._holder},
                    ":until": {"N": str(int(now + SECONDS))},
                    ":now": {"N": str(int(now))},
                    ":zero": {"N": "0"},
                    ":one": {"N": "1"},
                },
                ReturnValues="ALL_NEW",
            )
        except ConditionFailedError:
            raise DestinationError(self._who_holds_it()) from None
        self._fencing = int(answer["Attributes"]["fencing"]["N"])

    def renew(self) -> None:
        """Raises DestinationError where another loader has it now."""
        self._set_until(self._clock() + SECONDS)

    def release(self) -> None:
        self._set_until(0)

    def _set_until(self, until: float) -> None:
        try:
            self._requests.call(
                "update_item",
                Key=_LEASE,
                UpdateExpression="SET held_until = :until",
                ConditionExpression=_IS_MINE,
                ExpressionAttributeValues={**self._mine(), ":until": {"N": str(int(until))}},
            )
        except ConditionFailedError:
            raise DestinationError(f"This load stops: {self._who_holds_it()}") from None

    def current(self) -> Current | None:
        """What the table says of its loads; None before the first."""
        return current(self._requests)

    def point(self, now: Current) -> None:
        """Says something new of the loads, if the lease is ours and no later publication was loaded. Raises DestinationError."""
        values: dict[str, Item | dict[str, str]] = {":publication": {"N": str(now.publication)}}
        item = {
            **_CURRENT,
            "publication": {"N": str(now.publication)},
            "version": {"S": now.version},
            "loaded": {"S": now.loaded},
            "loading": {"S": now.loading},
        }
        about = {"TableName": self._requests.table}
        check = {"Key": _LEASE, "ConditionExpression": _IS_MINE, "ExpressionAttributeValues": self._mine(), **about}
        put = {
            "Item": item,
            "ConditionExpression": "attribute_not_exists(publication) OR publication <= :publication",
            "ExpressionAttributeValues": values,
            **about,
        }
        try:
            self._requests.plain("transact_write_items", TransactItems=[{"ConditionCheck": check}, {"Put": put}])
        except ConditionFailedError:
            raise DestinationError(
                f"{self._requests.table}: another loader took over, or loaded a later publication; this load stops."
            ) from None

    def _mine(self) -> dict[str, Any]:
        return {":fencing": {"N": str(self._fencing)}, ":holder": {"S": self._holder}}

    def _who_holds_it(self) -> str:
        item = self._requests.call("get_item", Key=_LEASE, ConsistentRead=True).get("Item", {})
        holder = item.get("held_by", {}).get("S", "another loader")
        until = dt.datetime.fromtimestamp(float(item.get("held_until", {}).get("N", 0)), dt.UTC)
        return (
            f"{self._requests.table}: {holder} holds the lease until {until:%Y-%m-%d %H:%M:%S} UTC. One loads at a time; "
            "try again then."
        )


def current(requests: Requests) -> Current | None:
    """What the table says of its loads; None before the first."""
    item = requests.call("get_item", Key=_CURRENT, ConsistentRead=True).get("Item")
    if not item:
        return None
    texts = {name: item.get(name, {}).get("S", "") for name in ("version", "loaded", "loading")}
    return Current(int(item["publication"]["N"]), **texts)
