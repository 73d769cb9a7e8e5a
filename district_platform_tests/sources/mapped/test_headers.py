"""Headers of public schemas, labelled by hand: what is proposed for them by their names alone, and how often that is right.

Each row of headers/*.csv is a header in a file of a vendor, with the column of the contract that it is, or none. known.csv was used for
synonyms. looked_at.csv is of other vendors; what it showed changed a weight. unseen.csv and fresh.csv are of still others, and what they
showed changed nothing. headers/README.md says where they are from, and how often each was run.
"""

import csv
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from district_platform.sources.mapped.proposing.matching import match_columns
from district_platform.sources.mapped.reading import BY_PATH

FOLDER = Path(__file__).parent / "headers"
SETS = ("known.csv", "looked_at.csv", "unseen.csv", "fresh.csv")


def labelled(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def elsewhere(name: str) -> set[str]:
    """Headers of the sets before this one, without upper case, spaces and signs."""
    return {plain(row["header"]) for other in SETS[: SETS.index(name)] for row in labelled(other)}


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


@pytest.mark.parametrize(
    ("name", "new", "wrong_in_100"),
    [
        ("known.csv", False, 1),
        ("looked_at.csv", False, 1),
        ("unseen.csv", False, 1),
        ("fresh.csv", False, 2),  # 3 of 188 at the only look before these figures; docs/sources/mapping.md says which
        ("fresh.csv", True, 1),
    ],
)
def test_few_proposals_called_sure_are_wrong(name, new, wrong_in_100):
    sure = [row for row in judged(name, new=new) if row[0] == "sure"]
    wrong = [row for row in sure if row[2] != row[3]]
    assert len(sure) > 25
    assert len(wrong) <= wrong_in_100 * len(sure) / 100, wrong


def test_a_third_of_the_headers_was_never_looked_at():
    seen, unseen = labelled("known.csv") + labelled("looked_at.csv"), labelled("unseen.csv") + labelled("fresh.csv")
    assert len(seen) + len(unseen) >= 300
    assert len(unseen) >= 0.33 * (len(seen) + len(unseen))
    assert not {r["vendor"] for r in seen} & {r["vendor"] for r in unseen}


def test_300_headers_of_the_last_set_stand_in_no_other():
    assert sum(1 for _ in judged("fresh.csv", new=True)) >= 300


if __name__ == "__main__":
    for name in SETS:
        print(name, {band: f"{right} of {n}" for band, (n, right) in counts(name).items()})
        if name == "fresh.csv":
            print("  in no other set", {band: f"{right} of {n}" for band, (n, right) in counts(name, new=True).items()})
        for row in judged(name):
            if row[2] != row[3] and row[0] in ("sure", "likely"):
                print("  wrong:", *row, sep=" | ")
