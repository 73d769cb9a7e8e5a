"""The one list: every kept table is on it (of files: whole/test_next_run.py), and the page for operators has it."""

from district_platform.dictionary import TABLES
from district_platform.documentation import ROOT
from district_platform.operations.kept import KEPT


def test_every_table_that_is_kept_from_run_to_run_is_on_the_list():
    kept = {name for each in KEPT for name in each.tables}
    assert {table.name for table in TABLES.values() if "Kept from" in table.description} <= kept
    assert kept <= TABLES.keys()


def test_page_for_operators_says_what_is_lost_without_each():
    page = (ROOT / "docs" / "operations.md").read_text()
    for each in KEPT:
        assert f"| {each.name} |" in page
        assert f"| {each.without} |" in page
