"""The table as a destination: what a run loads, and what `destinations check` asks."""

from pathlib import Path

from district_platform.destinations.dynamodb import table
from district_platform.destinations.dynamodb.loading import Loader
from district_platform.destinations.dynamodb.requests import Requests, client_of
from district_platform.destinations.model import Answer, Counts, Published
from district_platform.settings import DynamoDB, Settings


class AttendanceTable:
    """The attendance history in DynamoDB."""

    def __init__(self, section: DynamoDB, requests: Requests, folder: Path) -> None:
        self.section, self.requests = section, requests
        self.loader = Loader(section, requests, folder)

    @classmethod
    def of(cls, name: str, section: DynamoDB, settings: Settings) -> "AttendanceTable":
        """The destination of that name. Raises DestinationError, CredentialError."""
        requests = Requests(name, section, client_of(section, settings.credentials))
        return cls(section, requests, settings.home.destinations / name)

    def load(self, published: Published) -> Counts:
        return self.loader.load(published)

    def check(self) -> list[Answer]:
        return table.verify(self.requests, self.section)
