"""Whose rules hold for a student's day: the program's, the school's, the district's, in this order and for each rule by itself."""

from collections.abc import Mapping

import ibis
import pandas as pd

from district_platform.settings import Reconciliation, ReconciliationPolicy

POLICY = {"minimum_minutes": "int64", "weekly_minimum_minutes": "int64", "marks_everyone": "boolean"}

A_DAY_AT_SCHOOL = ["k_student_xyear", "k_school", "activity_date"]


def with_policy(days: ibis.Table, participation: ibis.Table, reconciliation: Reconciliation) -> ibis.Table:
    """The days with the policy that holds for each."""
    of_schools = _policies(reconciliation.schools, "school")
    known = days.left_join(of_schools, days.k_school == of_schools.school_name).drop("school_name", "school_rank")
    owners = ["school"]
    if reconciliation.programs:
        of_programs = _policies(reconciliation.programs, "program")
        ranks = _first_program_of_each_day(days, participation, of_programs)
        known = known.left_join(ranks, A_DAY_AT_SCHOOL).drop(*(f"{name}_right" for name in A_DAY_AT_SCHOOL))
        known = known.left_join(of_programs, known.day_rank == of_programs.program_rank)
        owners.insert(0, "program")
    chosen = {
        name: ibis.coalesce(
            *(known[f"{owner}_{name}"] for owner in owners), ibis.literal(getattr(reconciliation, name), dtype)
        )
        for name, dtype in POLICY.items()
    }
    return known.select(*days.columns, **chosen)


def _first_program_of_each_day(days: ibis.Table, participation: ibis.Table, of_programs: ibis.Table) -> ibis.Table:
    """The rank of the first program, in the order of the settings, in which the student takes part on the day."""
    stretches = participation.join(of_programs, participation.program == of_programs.program_name).select(
        "program_rank", "begin_date", "end_date", participant="k_student_xyear"
    )
    in_program = days.join(
        stretches,
        [
            days.k_student_xyear == stretches.participant,
            days.activity_date >= stretches.begin_date,
            (days.activity_date <= stretches.end_date) | stretches.end_date.isnull(),
        ],
    )
    return in_program.group_by(A_DAY_AT_SCHOOL).agg(day_rank=in_program.program_rank.min())


def _policies(of: Mapping[str, ReconciliationPolicy], owner: str) -> ibis.Table:
    """One row a school or program: its name, its rank in the settings, and its own rules, as <owner>_<name>."""
    rows = [(name, rank, *(getattr(policy, rule) for rule in POLICY)) for rank, (name, policy) in enumerate(of.items())]
    columns = {"name": "string", "rank": "int64", **POLICY}
    frame = pd.DataFrame(rows, columns=list(columns)).astype(
        {"minimum_minutes": "Int64", "weekly_minimum_minutes": "Int64", "marks_everyone": "boolean"}
    )
    return ibis.memtable(frame, schema=ibis.schema(columns)).rename({f"{owner}_{name}": name for name in columns})
