"""Reads filters from an address: a value that does not exist gives a notice, never an error and never more rows."""

import datetime as dt
from collections.abc import Sequence

from district_platform.outputs.brief import wording as w
from district_platform.web.pages.model import Filter, FilterKind, Filters

Options = Sequence[tuple[str, str]]


def choice(name: str, label: str, options: Options, filters: Filters, notices: list[str], default: str = "") -> Filter:
    """The chosen one of some options (value and name); `default` if nothing, or an unknown value, was asked for."""
    asked = filters.get(name, "")
    values = [value for value, _ in options]
    if asked and asked not in values:
        notices.append(f"There is no such {label.lower()} to choose here, so it is left as it is by default.")
    value = asked if asked in values else default
    return Filter(name, label, value, FilterKind.CHOICE, tuple(options))


def date(name: str, label: str, default: dt.date, filters: Filters, notices: list[str]) -> tuple[Filter, dt.date]:
    """A day, as a date field sends it (2026-02-13)."""
    asked, value = filters.get(name, ""), default
    if asked:
        try:
            value = dt.date.fromisoformat(asked)
        except ValueError:
            notices.append(f"{label}: that is no date such as {default.isoformat()}; {w.day(default)} is taken.")
    return Filter(name, label, value.isoformat(), FilterKind.DATE), value
