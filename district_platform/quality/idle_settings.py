"""Notes on settings that do not fit what was delivered, so that they change nothing: a misspelt program, most likely.

Settings that no delivery could ever make sense of are refused when they are read (district_platform/settings).
"""

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator

from district_platform.engine.tables import Tables, unbound
from district_platform.settings import Settings


def notes_on_idle_settings(tables: Tables, settings: Settings) -> list[str]:
    """A sentence for each name of a setting that nothing delivered has, where its extract was delivered, and for a day before all data."""
    return [*_note_on_the_day(tables, settings.effective_date), *_notes_on_names(tables, settings)]


def _notes_on_names(tables: Tables, settings: Settings) -> Iterator[str]:
    for setting, names, extract, column in _names(settings):
        known = _known(tables, extract, column)
        for name in sorted(set(names) - known) if known else ():
            yield f"{setting} names {name}, which is in no row of {extract}, and so changes nothing.{_nearest(name, known)}"


def _note_on_the_day(tables: Tables, as_of: dt.date) -> list[str]:
    if not tables.exists("stg_calendar_dates"):
        return []
    [(first,)] = tables.fetch(unbound("stg_calendar_dates").calendar_date.min().as_table())
    if first is None or first <= as_of:
        return []
    return [
        f"The data is looked at on {as_of} (as_of_date), before the first day of any calendar delivered, {first}: nobody has attended "
        "a day."
    ]


def _names(settings: Settings) -> Iterator[tuple[str, Iterable[str], str, str]]:
    """Settings by which districts name what is theirs: the names, and the extract and column where they should stand."""
    yield "[reconciliation.schools]", settings.reconciliation.schools, "sis/schools", "school_id"
    yield "[reconciliation.programs]", settings.reconciliation.programs, "sis/program_participation", "program"
    yield "[web] open_programs", settings.web.open_programs, "sis/program_participation", "program"


def _known(tables: Tables, extract: str, column: str) -> set[str]:
    staged = f"stg_{extract.rpartition('/')[2]}"
    if not tables.exists(staged):
        return set()
    return {value for (value,) in tables.fetch(unbound(staged)[column].as_table().distinct()) if value is not None}


def _nearest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]}?" if close else ""
