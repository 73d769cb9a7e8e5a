from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.quality.catalogue import RULES
from district_platform.quality.docs import quality_rules
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.quality.model import arguments
from district_platform.settings import Settings


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_says_why_how_to_fix_it_and_what_a_finding_is(rule):
    assert all((rule.title, rule.unit, rule.why, rule.how_to_fix))
    assert set(rule.tables) <= set(TABLES)
    assert set(rule.extracts) <= set(EXTRACTS)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_yields_keys_and_messages_as_text(rule, tables: DuckDBTables):
    for name in rule.tables:
        tables.replace(TABLES[name], [])
    with RecordLinker(tables) as linker:
        findings = rule(**arguments(rule.function, Settings(), linker))
    assert {name: str(dtype) for name, dtype in findings.schema().items()} == {
        "finding_key": "string",
        "message": "string",
    }


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_thresholds_are_numbers_of_the_settings(rule):
    assert rule.threshold_values(Settings().quality).keys() == set(rule.thresholds)


def test_documentation_is_current():
    page = Path(__file__).parents[2] / "docs" / "quality_rules.md"
    assert page.read_text() == quality_rules(), "run make docs"
