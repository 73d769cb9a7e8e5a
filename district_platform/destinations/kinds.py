"""Which module loads which kind of destination. A kind's libraries are imported only where one of it is configured."""

from district_platform.destinations.model import Destination, DestinationError
from district_platform.settings import Settings


def destination(name: str, settings: Settings) -> Destination:
    """The destination of that name in the settings. Raises CredentialError where its secret cannot be read."""
    section = settings.destinations[name]
    match section.kind:
        case kind:
            raise DestinationError(f"{name}: destinations of kind {kind} cannot be loaded by this version yet.")
