"""A student's days from the table, and a school's absences from its index, with the publication that they are complete as of."""

import datetime as dt
import time
from collections.abc import Callable

from district_platform.destinations.dynamodb.items import EXPIRES, INDEX, INDEX_KEY, Day, day_of
from district_platform.destinations.dynamodb.lease import Current, current
from district_platform.destinations.dynamodb.requests import Requests
from district_platform.destinations.model import DestinationError

_FIRST, _LAST = "0000", "9999~"


class AttendanceStore:
    """What reads the table. `clock` gives seconds since 1970: what has expired is not shown, though DynamoDB deletes it later."""

    def __init__(self, requests: Requests, clock: Callable[[], float] = time.time) -> None:
        self._requests, self._clock = requests, clock

    def complete_as_of(self) -> Current:
        """The last load that was finished. Raises DestinationError before the first."""
        found = current(self._requests)
        if found is None or not found.publication:
            raise DestinationError(f"{self._requests.table}: no load has been finished yet.")
        return found

    def history(self, student: str, first: dt.date | None = None, last: dt.date | None = None) -> list[Day]:
        """The student's days from first to last, by date and school."""
        found = self._requests.pages(
            "query",
            KeyConditionExpression="student_id = :student AND #date BETWEEN :from AND :to",
            ExpressionAttributeNames={"#date": "date", "#expires": EXPIRES},
            FilterExpression="attribute_not_exists(#expires) OR #expires > :now",
            ExpressionAttributeValues={
                ":student": {"S": student},
                ":from": {"S": first.isoformat() if first else _FIRST},
                ":to": {"S": f"{last.isoformat()}~" if last else _LAST},
                ":now": {"N": str(int(self._clock()))},
            },
        )
        return [day_of(item) for item in found]

    def absent(self, school: str, date: dt.date) -> list[str]:
        """Ids of the students who were absent at a school on a day, parts of the day included."""
        found = self._requests.pages(
            "query",
            IndexName=INDEX,
            KeyConditionExpression="#day = :day",
            ExpressionAttributeNames={"#day": INDEX_KEY},
            ExpressionAttributeValues={":day": {"S": f"{school}#{date.isoformat()}"}},
        )
        return sorted(item["student_id"]["S"] for item in found)
