"""Headers of public schemas, labelled by hand: what is proposed for them by their names alone, and how often that is right.

Each row of headers/*.csv is a header in a file of a vendor, with the column of the contract that it is, or none. The wrong ones among those
called sure led to the rules of proposing/support.py, so that what is right here is no proof, but for last.csv: 102 of 102 at its only look,
after which nothing was changed. headers/README.md says where the sets are from, and what each showed when it was first run.

    python -m district_platform_tests.sources.mapped.test_headers [FILE.csv]

prints the counts of these sets, or of another file with their columns (vendor, file, extract, header, column), in which the rows of a
vendor's file follow each other.
"""

import csv
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from district_platform.sources.mapped.proposing.matching import match_columns
from district_platform.sources.mapped.reading import BY_PATH

FOLDER = Path(__file__).parent / "headers"
SETS = ("known.csv", "looked_at.csv", "unseen.csv", "fresh.csv", "further.csv", "last.csv")


def labelled(name: str) -> list[dict[str, str]]:
    """The rows of a set, or of a file of one's own."""
    with (FOLDER / name if name in SETS else Path(name)).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def elsewhere(name: str) -> set[str]:
    """Headers of the sets before this one, without upper case, spaces and signs; of all sets, for a file of one's own."""
    before = SETS[: SETS.index(name)] if name in SETS else SETS
    return {plain(row["header"]) for other in before for row in labelled(other)}


def plain(header: str) -> str:
    return re.sub("[^a-z0-9]", "", header.lower())


def judged(name: str, *, new: bool = False) -> Iterator[tuple[str, str, str, str]]:
    """Of each header: the band in which it is proposed first (else `none`), the header, what is proposed, and what it is.

    Only headers that stand in no set before this one, where `new`. The others are in their file all the same: they are what it is
    recognized by.
    """
    known = elsewhere(name) if new else set()
    for (_, _, extract), group in groupby(labelled(name), lambda r: (r["vendor"], r["file"], r["extract"])):
        rows = list(group)
        matches = match_columns(BY_PATH[extract], [r["header"] for r in rows])
        first = {m.candidates[0].header: m for m in matches.values()}
        for row in rows:
            if plain(row["header"]) in known:
                continue
            match = first.get(row["header"])
            band, column = (match.band, match.column) if match else ("none", "")
            yield band, f"{row['vendor']} {row['file']} {row['header']}", column, row["column"]


def counts(name: str, *, new: bool = False) -> dict[str, tuple[int, int]]:
    """By band: headers, and of these the ones that are proposed right."""
    rows = list(judged(name, new=new))
    return {band: (len(own), sum(p == t for _, _, p, t in own)) for band in ("sure", "likely", "open", "none")
            if (own := [r for r in rows if r[0] == band])}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_at_most_one_in_a_hundred_proposals_called_sure_is_wrong_and_three_of_ten_columns_are_sure(name):
    rows = list(judged(name))
    sure = [row for row in rows if row[0] == "sure"]
    wrong = [row for row in sure if row[2] != row[3]]
    assert len(wrong) <= len(sure) / 100, wrong
    assert len(sure) >= 0.3 * sum(1 for row in rows if row[3])


def test_vendors_and_headers_of_the_last_set_are_new():
    before = {row["vendor"] for name in SETS[:-1] for row in labelled(name)}
    assert not before & {row["vendor"] for row in labelled(SETS[-1])}
    assert sum(1 for _ in judged(SETS[-1], new=True)) >= 300


def show(name: str) -> None:
    for new in (False, True):
        told = {band: f"{right} of {n}" for band, (n, right) in counts(name, new=new).items()}
        print("  in no other set" if new else name, told)
    for row in judged(name):
        if row[2] != row[3] and row[0] in ("sure", "likely"):
            print("  wrong:", *row, sep=" | ")


if __name__ == "__main__":
    for each in sys.argv[1:] or SETS:
        show(each)
