"""Certifications and assignments of educators."""

import ibis
import ibis.expr.types as ir

from district_platform.metrics.staffing import dated_assignments, is_filled
from district_platform.settings import Quality

BLANK = ""
"""The name in a crosswalk for what the source system leaves blank."""


def fct_educator_certification(stg_certifications: ibis.Table) -> ibis.Table:
    return stg_certifications.rename(k_educator="educator_id")


def fct_staff_assignment(
    stg_staff_assignments: ibis.Table, position_crosswalk: ibis.Table, program_crosswalk: ibis.Table, quality: Quality
) -> ibis.Table:
    named = named_assignments(dated_assignments(stg_staff_assignments), position_crosswalk, program_crosswalk)
    return named.select(
        "assignment_id",
        k_educator=is_filled(named.educator_id, quality).ifelse(named.educator_id, ibis.null("string")),
        k_school=named.school_id,
        school_year=named.school_year,
        position=ibis.coalesce(named.known_position, named.source_position),
        program=ibis.coalesce(named.known_program, named.source_program),
        fte=named.fte,
        begin_date=named.begin_date,
        end_date=named.end_date,
        source_position=named.source_position,
        source_program=named.source_program,
    )


def named_assignments(
    assignments: ibis.Table, position_crosswalk: ibis.Table, program_crosswalk: ibis.Table
) -> ibis.Table:
    """Assignments with known_position and known_program, from the crosswalks; null where a crosswalk does not have the name. An assignment
    without a program gets the program of its position."""
    delivered = assignments.rename(source_position="position", source_program="program")
    keyed = delivered.mutate(position_key=plain(delivered.source_position), program_key=plain(delivered.source_program))
    positions = position_crosswalk.select(
        position_key=plain(position_crosswalk.source_position),
        known_position="position",
        program_of_position=position_crosswalk.program.nullif(BLANK),
    )
    programs = program_crosswalk.select(program_key=plain(program_crosswalk.source_program), program_of_name="program")
    joined = keyed.left_join(positions, "position_key").drop("position_key_right")
    joined = joined.left_join(programs, "program_key").drop("program_key_right")
    is_blank = joined.program_key == BLANK
    implied = is_blank.ifelse(joined.program_of_position, ibis.null("string"))
    return joined.mutate(known_program=ibis.coalesce(joined.program_of_name, implied)).drop(
        "position_key", "program_key", "program_of_position", "program_of_name"
    )


def plain(name: ir.StringValue) -> ir.StringValue:
    """A name as crosswalks compare it: without regard to upper and lower case and to spaces; empty where it is blank."""
    return name.fill_null(BLANK).strip().re_replace(r"\s+", " ").lower()
