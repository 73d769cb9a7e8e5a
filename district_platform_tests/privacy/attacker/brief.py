"""What the policy brief's text tells: sentences and the table of schools, as anybody can copy them out of the PDF.

A brief says other things on other data, and may be worded anew: what is not recognized is passed over.
"""

import re
from typing import NamedTuple

from .cells import Bounds, Cell, Release, Share
from .tables import Row
from .words import number, percentage, rounded

NUM = r"(\d[\d,]*)"
PCT = r"(\d+(?:\.\d+)?) ?%"
CHRONIC = re.compile(rf"{NUM} of {NUM} students have missed")
CENSUS = re.compile(rf"{NUM} (?:students )?were enrolled(?:, against|; a year earlier it was) {NUM}")
ENROLLED = re.compile(rf"{NUM} students have been enrolled")
LEFT = re.compile(rf"{NUM} \({PCT}\) left before")
ONLINE = re.compile(rf"{NUM} students worked online")
OTHERS = re.compile(rf"at (.{{3,60}}?) \({PCT}, against {PCT} at the other schools")
HEADER = re.compile(
    r"Level|Students per teacher(?: FTE)?|Students|Chronically absent, ?%|(?:Reading|Math), ?(?:%|change)|Attendance, ?%"
)
"""Columns that the brief's table of schools may have after the name."""


class Places(NamedTuple):
    """Keys of schools by the names that the brief uses, and the administration of its proficiency, by school."""

    names: dict[str, str]
    administrations: dict[str, str]
    year: int


def places_of(school_comparison: list[Row]) -> Places:
    """What readers know of schools from the table that lists them."""
    latest = max((int(row["school_year"]) for row in school_comparison), default=0)
    rows = [row for row in school_comparison if int(row["school_year"]) == latest]
    return Places(
        {row["school_name"]: row["k_school"] for row in rows},
        {row["k_school"]: row.get("administration") or "" for row in rows},
        latest,
    )


def read_brief(release: Release, text: str, places: Places) -> None:
    """Add what the text tells to what the tables say."""
    flat = re.sub(r"\s+", " ", text)
    year = places.year
    district = Cell("enrolled", year, "district")
    last = district._replace(year=year - 1)
    for pattern, cells in (
        (CHRONIC, (district.of("chronic"), district.of("judged"))),
        (CENSUS, (district.of("census"), last.of("census"))),
        (ENROLLED, (district,)),
        (ONLINE, (district.of("reconciled"),)),
    ):
        for found in pattern.finditer(flat):
            for cell, value in zip(cells, found.groups(), strict=True):
                tell(release, cell, value, found[0])
    for found in LEFT.finditer(flat):
        tell(release, district.of("exited"), found[1], found[0])
        share(release, district.of("exited"), district, found[2], found[0])
    for found in OTHERS.finditer(flat):
        if key := places.names.get(found[1]):
            school, others = f"school:{key}", f"others than school:{key}"
            for place, value in ((school, found[2]), (others, found[3])):
                share(release, Cell("chronic", year, place), Cell("judged", year, place), value, found[0])
    rows = table_rows(text, places)
    for row in rows:
        read_school(release, row, counted(release, rows, year), places)


def tell(release: Release, cell: Cell, text: str, words: str) -> None:
    value = number(text)
    if value is not None:
        release.say(cell, Bounds(value, value), f"brief: {words}")


def share(release: Release, part: Cell, whole: Cell, text: str, words: str) -> None:
    if found := percentage(text, ""):
        release.shares.append(Share(part, whole, found.low / 100, found.high / 100, f"brief: {words}"))


def table_rows(text: str, places: Places) -> list[dict[str, str]]:
    """Rows of the table of schools: its columns stand before the first row, each figure of a row on a line of its own."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    starts = [i for i, line in enumerate(lines[:-1]) if line == "School" and lines[i + 1] == "Level"]
    found: list[dict[str, str]] = []
    for start in starts:
        names = [i for i in range(start, len(lines)) if lines[i] in places.names]
        ends = [i for i in range(start, len(lines)) if lines[i] in (*places.names, "District")]
        columns = HEADER.findall(" ".join(lines[start : ends[0]])) if ends else []
        for i in names:
            figures = lines[i + 1 : i + 1 + len(columns)]
            found.append({"k_school": places.names[lines[i]], **dict(zip(columns, figures, strict=False))})
    return found


def counted(release: Release, rows: list[dict[str, str]], year: int) -> str:
    """Which count the column Students shows: the one that the tables tell like it."""
    for count in ("census", "enrolled"):
        told = [
            (release.bounds.get(Cell(count, year, f"school:{r['k_school']}")), number(r.get("Students", "")))
            for r in rows
        ]
        both = [(bounds, value) for bounds, value in told if bounds and value is not None and bounds.low == bounds.high]
        if both and all(bounds.low == value for bounds, value in both):
            return count
    return ""


def read_school(release: Release, row: dict[str, str], count: str, places: Places) -> None:
    """A row of the table of schools; dashes and words for what is hidden tell nothing here."""
    school = Cell("enrolled", places.year, f"school:{row['k_school']}")
    words = "table of schools"
    if count:
        tell(release, school.of(count), row.get("Students", ""), words)
    share(release, school.of("chronic"), school.of("judged"), row.get("Chronically absent, %", ""), words)
    administration = places.administrations[row["k_school"]]
    for subject in ("Reading", "Math"):
        tested = school.of("tested", f"{subject}/{administration}")
        value, change = row.get(f"{subject}, %", ""), row.get(f"{subject}, change", "").replace("−", "-").lstrip("+")
        share(release, tested.of("proficient"), tested, value, words)
        now, moved, before = percentage(value, ""), rounded(change), tested._replace(year=places.year - 1)
        if now and moved:
            low, high = (now.low - moved.high) / 100, (now.high - moved.low) / 100
            release.shares.append(Share(before.of("proficient"), before, low, high, f"brief: {words}"))
