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
    return found.select("finding_key", "message")


@rule(
    "PRV-02",
    title="Relation between populations that the delivery breaks",
    severity="warn",
    owner=Owner.DATA,
    table="privacy_relations",
    unit="a relation",
    why="Readers know that who is tested or takes part in a program is enrolled. Where extracts contradict that, the relation tells them "
    "nothing, and this run's audit of the release does without it.",
    how_to_fix="Compare results and program membership with enrollments: students in them are missing from the SIS extract.",
)
def relation_that_the_delivery_breaks(privacy_relations: ibis.Table) -> ibis.Table:
    broken = privacy_relations.filter(privacy_relations.holds_by == "delivery", privacy_relations.n_broken > 0)
    n = broken.n_broken.cast("string")
    return broken.select(finding_key=broken.relation, message=n + ibis.literal(" groups contradict it"))
