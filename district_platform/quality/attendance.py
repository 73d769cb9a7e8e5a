"""Rules about attendance (ATT)."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, Owner
from district_platform.quality.model import joined_key, rule, sentence


@rule(
    "ATT-01",
    title="Attendance code without a usable meaning",
    severity="error",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_events",
    unit="an event",
    why="It is unknown whether the student was there; an absence could be published as presence.",
    how_to_fix="Add the code to sis/attendance_codes with an is_absent from 0 to 1, or correct the code of the events.",
    extracts=("attendance_events",),
    is_locked=True,
)
def unmapped_attendance_code(stg_attendance_events: ibis.Table, stg_attendance_codes: ibis.Table) -> ibis.Table:
    """Every event is judged, whatever its date. Without the extract attendance_codes no event has a meaning."""
    usable = stg_attendance_codes.filter(stg_attendance_codes.is_absent.between(0, 1))
    meaningless = stg_attendance_events.anti_join(usable, "attendance_code")
    known = stg_attendance_codes.select("attendance_code", mapped_code="attendance_code", is_absent="is_absent")
    n_events = meaningless.count().over(ibis.window(group_by="attendance_code"))
    events = meaningless.mutate(n_events=n_events).left_join(known, "attendance_code")
    return events.select(
        offender_key=_event_key(events),
        message=sentence("code '", events.attendance_code, "' ", _fault(events), " (", events.n_events, " events)"),
    )


def _fault(events: ibis.Table) -> ir.StringValue:
    return ibis.cases(
        (events.mapped_code.isnull(), ibis.literal("is not in sis/attendance_codes")),
        (events.is_absent.isnull(), ibis.literal("has no is_absent")),
        else_=sentence("has is_absent ", events.is_absent, ", outside 0 to 1"),
    )


def _event_key(events: ibis.Table) -> ir.StringValue:
    return joined_key(events, *EXTRACTS["attendance_events"].key)
