"""Reading what stands in a cell of a released table: a number, a range, or words."""

import re

from .cells import INF, UNKNOWN, Bounds

NUMBER = re.compile(r"^[-−+]?\d+(?:[,  ]\d{3})*(?:\.\d+)?$")
RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:–|-|to)\s*(\d+(?:\.\d+)?)\s*%?$")
AT_MOST = re.compile(r"^(?:≤|<=|at most|up to)\s*(\d+(?:\.\d+)?)\s*%?$")
LESS = re.compile(r"^(?:<|less than)\s*(\d+(?:\.\d+)?)\s*%?$")
AT_LEAST = re.compile(r"^(?:≥|>=|at least)\s*(\d+(?:\.\d+)?)\s*%?$")
MORE = re.compile(r"^(?:>|more than)\s*(\d+(?:\.\d+)?)\s*%?$")
FEWER = re.compile(r"fewer than (\d+)")
TINY = 1e-9


def number(text: str) -> float | None:
    """The number that a text is, without its unit; None where it is none."""
    text = (text or "").strip().removesuffix("%").strip()
    if not NUMBER.match(text):
        return None
    return float(re.sub("[,  ]", "", text.replace("−", "-")))


def half_a_unit(text: str) -> float:
    """Half of the last decimal place written: a rounded figure is at most so far from the exact one."""
    text = text.strip().removesuffix("%").strip()
    return 0.5 * 10.0 ** -(len(text.partition(".")[2]))


def rounded(*texts: str) -> Bounds | None:
    """Where the exact figure lies whose roundings are told; each of them narrows it. None without any."""
    found = [(value, half_a_unit(text)) for text in texts if (value := number(text)) is not None]
    if not found:
        return None
    return Bounds(max(v - h for v, h in found) - TINY, min(v + h for v, h in found) + TINY)


def percentage(value: str, display: str) -> Bounds | None:
    """Where a percentage lies, told as a number or as a range; None where nothing is told of it."""
    exact = rounded(value, display)
    if exact:
        return Bounds(max(exact.low, 0), min(exact.high, 100))
    display = (display or "").strip()
    if found := RANGE.match(display):
        return Bounds(float(found[1]) - TINY, float(found[2]) + TINY)
    if found := AT_MOST.match(display) or LESS.match(display):
        return Bounds(0, float(found[1]) + TINY)
    if found := AT_LEAST.match(display) or MORE.match(display):
        return Bounds(float(found[1]) - TINY, 100)
    return None


SIZES = ((20.0, 30.0, 0, 19), (10.0, 20.0, 20, 39), (5.0, 10.0, 40, 99), (2.0, 4.0, 100, 299), (1.0, 2.0, 300, INF))
"""How wide a range is at the ends and between, by the size of the group (NCES 2011-603)."""


def size_of(display: str) -> Bounds:
    """The sizes of groups whose percentages may be told in a range as narrow as this one: larger groups have wider ones at times."""
    display = (display or "").strip()
    if found := RANGE.match(display):
        widths = {(steps, float(found[2]) - float(found[1])) for _, steps, _, _ in SIZES}
    elif found := AT_MOST.match(display):
        widths = {(steps, steps) for end, steps, _, _ in SIZES if end == float(found[1])}
    elif found := AT_LEAST.match(display):
        widths = {(steps, steps) for end, steps, _, _ in SIZES if end == 100 - float(found[1])}
    else:
        return UNKNOWN
    for _, steps, low, _ in SIZES:
        if (steps, steps) in widths:
            return Bounds(low, INF)
    return UNKNOWN


def minimum(display: str) -> int | None:
    """The minimum group size that words name."""
    found = FEWER.search(display or "")
    return int(found[1]) if found else None


def whole_number(display: str) -> Bounds:
    """Bounds of a count that is told as a range of whole numbers, such as '10–19', '≥ 40'."""
    display = (display or "").strip()
    if found := RANGE.match(display):
        return Bounds(float(found[1]), float(found[2]))
    if found := AT_MOST.match(display):
        return Bounds(0, float(found[1]))
    if found := LESS.match(display):
        return Bounds(0, float(found[1]) - 1)
    if found := AT_LEAST.match(display):
        return Bounds(float(found[1]), INF)
    if found := MORE.match(display):
        return Bounds(float(found[1]) + 1, INF)
    return UNKNOWN


def count(value: str, display: str, least: int, is_base: bool) -> Bounds:
    """What a table tells of a count of students: a number, or words for why it is hidden.

    `is_base` says that the count is the row's own group, to which the words refer. Of a part of the group the words speak of
    whatever the part rests on, and tell nothing of the part.
    """
    told = number(value)
    if told is None:
        told = number(display)
    if told is not None:
        return Bounds(told, told)
    display = display or ""
    if is_base:
        if fewer := minimum(display):
            return Bounds(1, fewer - 1)
        if "protects another" in display:
            return Bounds(least, INF)
        if "size not told" in display:
            return Bounds(1, INF)
    return whole_number(display)
