"""Rules for what leaves the platform: no hidden cell may follow from what is published."""

import ibis

from district_platform.dictionary import Owner
from district_platform.quality.model import rule


@rule(
    "PRV-01",
    title="Hidden cell that can be worked out",
    severity="error",
    owner=Owner.DATA,
    table="privacy_audit",
    unit="a count of a group",
    why="Totals, percentages, changes and earlier releases give a hidden figure away as surely as printing it would (34 CFR "
    "99.31(b)); published once, it cannot be taken back.",
    how_to_fix="The suppression should have hidden more: keep reports/failed/<run_id>/ and report it to those who maintain the "
    "platform. Where the message names an earlier release, go back to the groupings and privacy settings of that release.",
    is_locked=True,
)
def hidden_cell_that_can_be_worked_out(privacy_audit: ibis.Table) -> ibis.Table:
    found = privacy_audit.filter(privacy_audit.message.notnull())
    return found.select("offender_key", "message")
