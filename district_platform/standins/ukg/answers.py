"""How names and punches look in an answer (docs/ukg.md). Who is asked about, and what goes wrong, is decided in `app`.

A school year of a batch of employees holds 50,000 punches. Arrow writes them a column at a time; an object of Python's for each would be
most of what the stand-in costs.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

import orjson
import pyarrow as pa
import pyarrow.compute as pc

EASTERN = "(GMT -05:00) Eastern Time (USA; Canada)"
_VENDOR_ZONES = {"America/New_York": EASTERN}

Reference = dict[str, str] | None


def named(name: str | None) -> Reference:
    """A reference by name."""
    return {"qualifier": name} if name else None


def zone(name: str) -> Reference:
    """A time zone by the vendor's name."""
    return named(_VENDOR_ZONES.get(name, name))


def punch_lists(timecards: Sequence[pa.Table]) -> list[orjson.Fragment]:
    """The JSON list of each timecard's punches, which have the columns of a `timesheets.Punch`."""
    begins = pa.array(accumulate((len(timecard) for timecard in timecards), initial=0), pa.int32())
    texts = pa.ListArray.from_arrays(begins, _texts(pa.concat_tables(timecards)))
    return [orjson.Fragment(f"[{text}]") for text in pc.binary_join(texts, ",").to_pylist()]


def _texts(punches: pa.Table) -> pa.StringArray:
    """The JSON object of each punch."""
    fields = {
        "id": punches["punch_id"].cast(pa.string()),
        "employee": _references(punches["person_number"]),
        "punchDtm": _times(punches["punch_dtm"]),
        "roundedPunchDtm": _times(punches["rounded_punch_dtm"]),
        "timeZone": _references(punches["time_zone"], zone),
        "typeOverride": _references(punches["override_type"]),
        "isPhantom": punches["is_phantom"].cast(pa.string()),
        "updatedOnDtm": _times(punches["updated_on_dtm"]),
    }
    parts = [part for name, values in fields.items() for part in (f',"{name}":', values)]
    parts[0] = '{"id":'
    texts = pc.binary_join_element_wise(*parts, "}", "", null_handling="replace", null_replacement="null")
    return texts.combine_chunks()


def _references(names: pa.ChunkedArray, reference: Callable[[str], Reference] = named) -> pa.ChunkedArray:
    """Their references' JSON, each made once."""
    encoded = names.unify_dictionaries() if pa.types.is_dictionary(names.type) else names.dictionary_encode()
    encoded = encoded.combine_chunks()
    texts = [orjson.dumps(reference(name)).decode() for name in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string()).take(encoded.indices)])


def _times(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """ISO text of times in whole seconds, in quotes; null stays null."""
    texts = pc.replace_substring(times.cast(pa.timestamp("s")).cast(pa.string()), " ", "T")
    return pc.binary_join_element_wise('"', texts, '"', "")
