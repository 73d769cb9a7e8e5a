"""Loads the current publication into a destination, and records how that ended."""

import datetime as dt

from district_platform.credentials import CredentialError
from district_platform.destinations.kinds import destination
from district_platform.destinations.model import Counts, DestinationError, Published
from district_platform.destinations.state import note_begun, note_failure, note_loaded
from district_platform.engine.publication import current_publication
from district_platform.settings import Settings


def load(name: str, settings: Settings, *, take_over: bool = False) -> Counts:
    """Loads the current publication; what earlier loads missed is part of it. With `take_over`, also where another home has loaded.

    Raises DestinationError or CredentialError; the destination then stands as it was, and `state` says since when it is behind.
    """
    home, folder = settings.home, current_publication(settings.home)
    if folder is None:
        raise DestinationError("Nothing is published yet: run `district-platform run` first.")
    note_begun(home, name)
    try:
        counts = destination(name, settings).load(Published(folder, settings.publication.keep_versions, take_over))
    except (DestinationError, CredentialError) as error:
        note_failure(home, name, str(error))
        raise
    except FileNotFoundError:
        if folder.exists():
            raise
        reason = (
            f"The publication {folder.name} was removed while it was loaded, because newer ones followed; load again."
        )
        note_failure(home, name, reason)
        raise DestinationError(reason) from None
    note_loaded(home, name, folder.name, dt.datetime.now(dt.UTC))
    return counts
