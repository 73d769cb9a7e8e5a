"""Makes names comparable: spelling details are removed, and nicknames are added."""

from functools import cache

import ibis
import ibis.expr.types as ir
import pyarrow as pa


@ibis.udf.scalar.builtin
def strip_accents(text: str) -> str:
    """DuckDB's own: é becomes e."""
    raise NotImplementedError("runs in DuckDB")


def comparable(name: ir.StringValue) -> ir.StringValue:
    """The letters of a name, lower case, without accents; null where there are none."""
    return _plain(name).re_replace("[^a-z]", "").nullif("")


def parts(name: ir.StringValue) -> ir.ArrayValue:
    """The words of a name, so that a double-barrelled one meets either of its halves."""
    return _plain(name).re_split("[^a-z]+").filter(lambda part: part != "")


def with_names_compared(people: ibis.Table) -> ibis.Table:
    """Adds what the models compare: first_name and last_name in comparable form, first_name_forms, last_name_parts."""
    plain = people.mutate(
        last_name_parts=parts(people.last_name),
        first_name=comparable(people.first_name),
        last_name=comparable(people.last_name),
    )
    known = ibis.memtable(_full_names()).rename(known_as="first_name")
    joined = plain.left_join(known, plain.first_name == known.known_as)
    own = ibis.array([joined.first_name])
    forms = joined.full_names.fill_null(ibis.literal([], "array<string>")).concat(own)
    return joined.mutate(first_name_forms=joined.first_name.isnull().ifelse(None, forms)).drop("known_as", "full_names")


def _plain(name: ir.StringValue) -> ir.StringValue:
    return strip_accents(name).lower()


@cache
def _full_names() -> pa.Table:
    """The full names that each nickname may stand for, by the list that the `nicknames` package keeps (Bob: Robert, …)."""
    from nicknames import NickNamer  # only when records are linked

    by_nickname = sorted((name, sorted(full)) for name, full in NickNamer().canonical_lookup.items())
    names, full_names = zip(*by_nickname, strict=True)
    return pa.table({"first_name": pa.array(names, pa.string()), "full_names": pa.array(full_names)})
