"""The district's attendance codes, and VIRTUAL beside them."""

import ibis

from district_platform.dictionary.online import PRESENT_VIRTUAL, VIRTUAL


def with_virtual(attendance_codes: ibis.Table) -> ibis.Table:
    """The district's codes, with VIRTUAL added where it is missing: once the SIS has taken a correction, it delivers that code."""
    codes = attendance_codes
    virtual = ibis.memtable([{"attendance_code": VIRTUAL}]).select(
        attendance_code=ibis._.attendance_code.cast("string"),
        attendance_event_category=ibis.literal(PRESENT_VIRTUAL),
        attendance_excusal_status=ibis.null("string"),
        is_absent=ibis.literal(0).cast(codes.is_absent.type()),
    )
    return codes.union(virtual.anti_join(codes, "attendance_code").select(*codes.columns))
