"""The one list: nothing that a run cannot make again is missing in it, and the page for operators has it."""

from district_platform.dictionary import TABLES
from district_platform.documentation import ROOT
from district_platform.operations.kept import KEPT

MADE_AGAIN = (
    *("data/raw", "data/oneroster"),
    *(
        "warehouse/build",
        "warehouse/converted",
        "warehouse/pulled",
        "warehouse/standin",
        "warehouse/errors",
        "warehouse/outbox",
    ),
    *("warehouse/district.duckdb", "warehouse/home.json", "warehouse/state.json", "warehouse/last_backup.json"),
)
"""What the next run, or who delivers, makes anew; and what a home notes of itself."""


def test_every_file_of_a_used_district_is_on_the_list_or_made_again(next_run):
    known = (*(path for kept in KEPT for path in kept.paths), *MADE_AGAIN)
    files = [path.relative_to(next_run) for path in next_run.rglob("*") if path.is_file() and not path.is_symlink()]
    shown = [path.as_posix() for path in files if not any(part.startswith(".") for part in path.parts)]
    assert len(shown) > 50
    assert [name for name in shown if not name.startswith(known)] == []


def test_every_table_that_is_kept_from_run_to_run_is_on_the_list():
    kept = {name for each in KEPT for name in each.tables}
    assert {table.name for table in TABLES.values() if "Kept from" in table.description} <= kept
    assert kept <= TABLES.keys()


def test_page_for_operators_says_what_is_lost_without_each():
    page = (ROOT / "docs" / "operations.md").read_text()
    for each in KEPT:
        assert f"| {each.name} |" in page
        assert f"| {each.without} |" in page
