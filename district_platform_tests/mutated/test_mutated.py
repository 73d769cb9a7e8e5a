"""Deliveries made wrong at random, and the counter of their rows, each held by rows that are shown; whole/test_mutated.py reads many."""

import random

import pyarrow as pa
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform_tests.mutated import counting, making


def test_a_seed_makes_the_same_deliveries_again():
    def made() -> list[bytes]:
        rng = random.Random("7 3")
        return [making.mutated_text(rng, making.text_of(rng, making.rows(rng, EXTRACTS["sales"]))) for _ in range(20)]

    assert made() == made()
    assert len(set(made())) > 15


def test_rows_of_parquet_are_those_with_a_value():
    """As of text: a file of which nothing is left but a column of nulls has no rows (seed 2388073386, delivery 98)."""
    assert making.n_filled(pa.table({"id": [None, " ", "\u2003\t", "1", None], "n": [None, None, None, None, 0]})) == 2


@pytest.mark.parametrize(
    ("text", "n_rows"),
    [
        ("id,name\n1,Ann\n2,Ben\n", 2),
        ("\n,\nid,name\r1,Ann\r\n\n,,,\n2,Ben", 2),
        ('id,name\n1,"Ann\n\nBen"\n', 1),
        ('id,name\n1,"Ann\n2,Ben\n', 2),
        ('id,name\n1,"Ann"x\n2,Ben\n', 2),
        ("id,name\n1\n1,2,3\n1,2,\n", 3),
        ('id,name\n1,"a\nb",3\n', 2),
        ("id,name,\n1,2\n1\n", 2),
    ],
    ids=[
        "plain",
        "blank rows",
        "line in quotes",
        "never closed",
        "text after a quote",
        "ragged",
        "ragged on two lines",
        "blank header",
    ],
)
def test_rows_are_counted_as_the_contract_says(text: str, n_rows: int):
    assert counting.rows_of_extract(text) == n_rows


@pytest.mark.parametrize(
    ("text", "n_rows"),
    [("a,b\n1,2\n\n3\n", 2), ('a,b\n1,"2\n3"\n', 1), ('a,b\n"1"x,2\n3,4\n', 2), ('a,b\n1,"2\n3"x\n4,5\n', 2)],
    ids=["ragged", "line in quotes", "text after a quote", "text after a quote on the next line"],
)
def test_rows_of_an_export_are_counted_as_its_page_says(text: str, n_rows: int):
    assert counting.rows_of_oneroster(text) == n_rows
