"""The rules against the synthetic district, which knows its defects: found exactly, and nothing else; duplicates nearly so."""

import csv
from collections import defaultdict

import ibis
import pytest

from district_platform.analysis.staffing import staffing_ratios
from district_platform.dictionary import TABLES
from district_platform.dimensions.schools import dim_calendar_date, dim_school, dim_session
from district_platform.engine import tables
from district_platform.engine.assets import each_table_once
from district_platform.facts.attendance import fct_student_school_attendance_event
from district_platform.facts.daily_attendance import (
    categories,
    fct_student_daily_attendance,
    msr_student_cumulative_attendance,
)
from district_platform.facts.staff import fct_staff_assignment
from district_platform.facts.students import fct_student_school_association
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.quality.model import arguments
from district_platform.settings import Defects, Quality, Settings, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests.quality.conftest import BY_PATH, load


def absentee_categories() -> ibis.Table:
    return categories.absentee_categories()


LINKAGE = ("EDU-02", "ENR-09")
LEAST_PRECISION, LEAST_RECALL = 0.9, 0.8

EVENTS = {"attendance_events": fct_student_school_attendance_event.__name__}

JUDGED_TABLES = (
    dim_school,
    dim_calendar_date,
    dim_session,
    fct_student_school_attendance_event,
    fct_staff_assignment,
    fct_student_school_association,
    staffing_ratios,
    absentee_categories,
    each_table_once(fct_student_daily_attendance, EVENTS),
    msr_student_cumulative_attendance,
)


@pytest.mark.slow
@pytest.mark.parametrize("enabled", [True, False], ids=["with defects", "without defects"])
def test_rules_find_the_planted_defects_and_nothing_else(settings: Settings, enabled: bool):
    synthetic = Synthetic(students=1_000, defects=Defects(enabled=enabled))
    settings = settings.model_copy(update={"synthetic": synthetic, "quality": Quality(max_offenders=100_000)})
    home = settings.home
    generate(home.raw, synthetic, settings.assessments, settings.effective_date)
    planted: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader((home.raw / "_planted_defects.csv").open()):
        planted[row["rule_id"]].add(row["key"])
    with load(home, {}, list(BY_PATH)).connect() as connection:
        for function in JUDGED_TABLES:
            expression = function(**arguments(function, settings))
            tables.replace_with_expression(connection, TABLES[function.__name__], expression)
        results = [evaluate(connection, rule, settings) for rule in RULES.values()]
    found = {result.rule.id: {offender.key for offender in result.offenders} for result in results}
    for rule_id in LINKAGE:
        _assert_found_well_enough(rule_id, found.pop(rule_id), planted.pop(rule_id, set()))
    assert found == {rule_id: planted[rule_id] for rule_id in RULES if rule_id not in LINKAGE}


def _assert_found_well_enough(rule_id: str, found: set[str], planted: set[str]) -> None:
    """Duplicates are probable, never certain (docs/record_linkage.md); without any planted, none may be found."""
    right = len(found & planted)
    precision, recall = right / max(1, len(found)), right / max(1, len(planted))
    print(f"{rule_id}: {len(planted)} planted, {len(found)} found, precision {precision:.3f}, recall {recall:.3f}")
    assert right >= LEAST_PRECISION * len(found)
    assert right >= LEAST_RECALL * len(planted)
