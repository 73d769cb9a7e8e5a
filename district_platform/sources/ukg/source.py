"""What a source of punches is, which one a district has, and how it fails. Light: nothing of dlt is imported before it is used."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from district_platform.home import Home
from district_platform.settings import Settings


class UkgError(RuntimeError):
    """The timekeeping system could not be read; the message is for the person who can mend it and holds no secret."""


class PartialError(UkgError):
    """All but some employees' timecards came. Those that came have been yielded; whose did not is in `person_numbers`."""

    def __init__(self, message: str, person_numbers: Sequence[str]) -> None:
        super().__init__(message)
        self.person_numbers = tuple(person_numbers)


class PunchSource(Protocol):
    """Persons and punches, batch by batch, as flat rows.

    A person: person_number, ukg_person_id (int), full_name, job_title, school_id, worker_type ('hourly', 'student' or 'salaried'),
    hire_date, termination_date, hourly_rate (Decimal, USD), time_zone (IANA). All but person_number may be None.
    A punch: person_number, punch_id (int), punch_dtm and rounded_punch_dtm (naive, as the clock on the wall showed), time_zone (IANA),
    override_type (None, or what makes it no ordinary punch: 'New Shift', 'In Punch', 'Out Punch'), is_phantom (put there by the
    system for a punch that is missing), updated_on_dtm (naive, of the same clock).
    """

    def persons(self) -> Iterator[list[dict[str, Any]]]:
        """Everyone, each person once."""
        ...

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[list[dict[str, Any]]]:
        """Every punch of these persons on the days from start to end, both included. Iterated to its end without an error, it is
        complete: a punch that did not come does not exist (any more). A punch may come twice.

        Raises PartialError at the end if some persons' punches could not be had, UkgError at once if nothing more can be.
        """
        ...


@contextmanager
def open_source(settings: Settings, home: Home) -> Iterator[PunchSource | None]:
    """The district's source of punches while the block lasts; None where timekeeping is not delivered.

    With `timekeeping.api.url` it is that API. Without, the synthetic district has a stand-in server, started here and ended with
    the block; any other district delivers no timekeeping.
    """
    from district_platform.sources.ukg.client import UkgClient

    timekeeping = settings.timekeeping
    if timekeeping.api.url is not None:
        yield UkgClient.of_settings(timekeeping, settings.credentials)
    elif settings.sources.kind == "synthetic":
        from district_platform.sources.ukg.standin import serve_district

        with serve_district(home.raw) as (url, secrets):
            yield UkgClient(timekeeping, url, lambda: secrets)
    else:
        yield None
