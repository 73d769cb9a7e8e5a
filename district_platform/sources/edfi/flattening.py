"""Pages of the API's JSON as columns: what `resources` names of each record, as text, exactly as it was sent."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from district_platform.sources.edfi.resources import KEYS, PERIODS, SCORES, Resource

Getter = Callable[[dict[str, Any]], Any]


def batch_of(records: Sequence[dict[str, Any]], resource: Resource) -> pa.RecordBatch:
    """A page as columns, a row for each record in its order. A field that is missing, or of another kind than expected, is null."""
    schema = resource.schema
    getters = _getters(resource.name, tuple(resource.columns.items()))
    columns: list[list[Any]] = [[_key(record.get("id")) for record in records]]
    columns += [[get(record) for record in records] for get in getters]
    columns += [[_LISTS[kind](_list(record.get(name))) for record in records] for kind, name in resource.lists.values()]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.record_batch(arrays, schema=schema)


@lru_cache
def _getters(_: str, columns: tuple[tuple[str, str], ...]) -> list[Getter]:
    return [_getter(path, name) for name, path in columns]


def _getter(path: str, name: str) -> Getter:
    """What takes a column's value out of a record."""
    ways = [_way(each) for each in path.split("|")]
    is_list = "[]" in path
    if len(ways) == 1 and not is_list:
        return ways[0]

    def first(record: dict[str, Any]) -> Any:
        for way in ways:
            if (found := way(record)) not in (None, []):
                return [found] if is_list and not isinstance(found, list) else found
        return [] if is_list else None

    return first


def _way(path: str) -> Getter:
    above, _, below = path.partition("[].")
    steps = above.split(".")
    last = below or steps[-1]
    text = _code if last.endswith("Descriptor") else _text
    if below:
        return lambda record: [value for item in _list(_at(record, steps)) if (value := text(_field(item, below)))]
    return lambda record: text(_at(record, steps))


def _at(record: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        record = _field(record, step)
    return record


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def _code(value: Any) -> str | None:
    """The code of a descriptor: what stands after the last # of its URI."""
    return _text(value.rpartition("#")[2]) if isinstance(value, str) else None


def _key(value: Any) -> str | None:
    """A resource id without its dashes: some versions send them, and some do not."""
    return value.replace("-", "").lower() if isinstance(value, str) else None


def _periods(items: list[Any]) -> list[dict[str, str | None]]:
    held = []
    for item in items:
        code = next((_code(value) for name, value in _fields(item) if name.endswith("CharacteristicDescriptor")), None)
        spans = _list(_field(item, "periods")) or [{}]
        held += [
            {"code": code, "begin_date": _text(_field(s, "beginDate")), "end_date": _text(_field(s, "endDate"))}
            for s in spans
        ]
    return [each for each in held if each["code"]]


def _scores(items: list[Any]) -> list[dict[str, str | None]]:
    return [
        {"method": _code(_field(item, "assessmentReportingMethodDescriptor")), "result": _text(_field(item, "result"))}
        for item in items
    ]


def _keys(items: list[Any]) -> list[dict[str, str | None]]:
    references = [_field(item, "credentialReference") for item in items]
    return [
        {
            "credential": _text(_field(each, "credentialIdentifier")),
            "state": _code(_field(each, "stateOfIssueStateAbbreviationDescriptor")),
        }
        for each in references
    ]


def _fields(item: Any) -> list[tuple[str, Any]]:
    return list(item.items()) if isinstance(item, dict) else []


_LISTS: dict[pa.DataType, Callable[[list[Any]], Any]] = {PERIODS: _periods, SCORES: _scores, KEYS: _keys}
