"""Rules about learning online (ONL). Sessions that do not count, and why, are in learner_session_rejects."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, Owner
from district_platform.quality.model import rule, sentence

EXPORT = EXTRACTS["learner_sessions"]


def session_rows_read(extract_files: ibis.Table) -> ir.IntegerScalar:
    """Rows of the files of sessions."""
    return extract_files.n_rows_read.sum(where=extract_files.extract == EXPORT.path).fill_null(0)


@rule(
    EXPORT.repeats.rule_id,
    title="Session, or line of the tracker, delivered more than once",
    severity="warn",
    owner=Owner.ONLINE,
    table="extract_rejects",
    unit="a session or a line with surplus rows",
    key=("session_uuid",),
    why="Exports of two weeks overlap, or a session was still open in the first one. The most complete row is kept, then the "
    "one logged out last; what only the others say is lost.",
    how_to_fix="Nothing where the rows agree. Else ask the vendor which one holds, and deliver each session once.",
    extracts=(EXPORT.name,),
    count_judged=session_rows_read,
)
def delivered_more_than_once(extract_rejects: ibis.Table) -> ibis.Table:
    surplus = extract_rejects.filter(extract_rejects.rule_id == EXPORT.repeats.rule_id)
    placed = surplus.select("finding_key", place=surplus.file_name + ":" + surplus.line_number.cast("string"))
    return placed.group_by("finding_key").agg(
        message=sentence("surplus rows: ", placed.place.group_concat(", ", order_by=placed.place)),
        value_found=sentence(placed.count() + 1, " rows"),
        value_expected=ibis.literal("one row"),
    )
