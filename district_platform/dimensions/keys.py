"""Keys of the warehouse: readable, deterministic, the same on every engine (docs/data_dictionary.md)."""

import ibis
import ibis.expr.types as ir


def composed(*parts: ir.Value | str) -> ir.StringValue:
    """The parts joined by '-'; null where one of them is."""
    texts = [part if isinstance(part, str) else part.cast("string") for part in parts]
    joined = ibis.literal(texts[0]) if isinstance(texts[0], str) else texts[0]
    for text in texts[1:]:
        joined = joined + "-" + text
    return joined


def k_student(t: ibis.Table) -> ir.StringValue:
    """A student in a year, as the EDU warehouse has it."""
    return composed(t.school_year, t.student_id)


def k_session(t: ibis.Table) -> ir.StringValue:
    return composed(t.school_year, t.school_id, t.session_id)


def k_section(t: ibis.Table) -> ir.StringValue:
    return composed(t.school_year, t.school_id, t.section_id)


def k_calendar_date(t: ibis.Table) -> ir.StringValue:
    return composed(t.school_id, t.calendar_code, t.calendar_date)


def k_subgroup(dimension: str, value: ir.StringValue | str) -> ir.StringValue:
    return composed(dimension, value)
