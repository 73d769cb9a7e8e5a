"""Which cells are hidden of small tables, and what is told of them."""

from dataclasses import replace

import numpy as np
import pytest

from district_platform.disclosure import suppress
from district_platform.disclosure.equations import NO_CELL
from district_platform_tests.disclosure.small_tables import TOTAL, Split, Table, linked_tables, names_of, with_totals


def hidden(table: Table, splits: list[Split], **settings) -> dict[str, set[str]]:
    """The cells of a one-way table that are hidden, of which no size is told, and of which nothing is told."""
    found = suppress(linked_tables(table, splits, **settings))
    names = np.array([name for (name,) in names_of(table)])
    of = {"hidden": found.is_hidden, "unsized": found.is_unsized, "withdrawn": found.is_withdrawn}
    return {what: set(names[which]) for what, which in of.items() if which.any()}


def test_nothing_is_hidden_where_nothing_is_small():
    assert hidden(*with_totals({("a",): 40, ("b",): 10, ("c",): 0})) == {}


def test_cell_that_would_follow_by_subtraction_is_hidden_with_the_one_that_costs_least():
    table, splits = with_totals({("a",): 40, ("b",): 5, ("c",): 30})
    weight = {("a",): 3.0, ("b",): 1.0, ("c",): 2.0, (TOTAL,): 9.0}
    assert hidden(table, splits, weight=weight) == {"hidden": {"b", "c"}}


def test_public_cells_are_told_and_nothing_is_told_of_what_they_would_give_away():
    """Of two people of whom one has a trait and one has not, any word about both groups would tell of each."""
    table, splits = with_totals({("with",): 1, ("without",): 1})
    assert hidden(table, splits, public=[(TOTAL,)]) == {
        "hidden": {"with", "without"},
        "unsized": {"with", "without"},
        "withdrawn": {"with", "without"},
    }


@pytest.mark.parametrize(("of_the_year", "hidden_cells"), [(5, {"of the year"}), (50, set())], ids=["small", "large"])
def test_a_public_part_of_a_hidden_whole_stays_told(of_the_year, hidden_cells):
    """4 are counted elsewhere; those of the year, whom nobody else tells, are hidden without them. It ends, too."""
    table = {("of the count day",): 4, ("of the year",): of_the_year}
    tables = linked_tables(table, [], public=[("of the count day",)])
    found = suppress(replace(tables, whole=np.array([1, NO_CELL])))
    assert {
        name for (name,), is_hidden in zip(names_of(table), found.is_hidden, strict=True) if is_hidden
    } == hidden_cells
    assert not found.is_withdrawn.any()


@pytest.mark.parametrize(("minimum", "protection_level"), [(2, 1), (3, 2)])
def test_nothing_is_told_of_a_cell_by_itself_that_the_words_give_away(minimum, protection_level):
    """'Fewer than 2' is one."""
    found = hidden({("a",): 1}, [], minimum=minimum, protection_level=protection_level)
    assert found == {"hidden": {"a"}, "withdrawn": {"a"}}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"weight": np.ones(2)}, "weight has 2 entries for 3 cells"),
        ({"value": np.array([3.0, -1.0, 2.0])}, "the value of cell 1 is -1"),
        ({"value": np.array([3.0, 1.0, 1.0])}, "1 equations do not hold, the first is number 0"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(wrong, message):
    tables = linked_tables(*with_totals({("a",): 1, ("b",): 2}))
    with pytest.raises(ValueError, match=message):
        replace(tables, **wrong)
