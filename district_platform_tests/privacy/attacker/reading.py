"""What released tables say, each count by itself: the rows of `tables`, read by the words of `words`."""

from .cells import INF, UNKNOWN, Bounds, Cell, Mean, Release, Share
from .relations import difference
from .tables import TABLES, Count, Figure, Percentage, Ratio, Row, Said, said_of
from .words import count, minimum, number, percentage, rounded, size_of


def named_minimum(tables: dict[str, list[Row]], default: int = 10) -> int:
    """The minimum group size that the release's words name."""
    for rows in tables.values():
        for row in rows:
            for column, text in row.items():
                if column.endswith("_display") and (named := minimum(text)):
                    return named
    return default


def read(tables: dict[str, list[Row]]) -> Release:
    """What the released tables say, each count by itself."""
    release = Release(minimum=named_minimum(tables))
    for name, rows in tables.items():
        if name not in TABLES:
            continue
        for row, said in said_of(name, rows):
            read_one(release, name, row, said)
    for row in tables.get("student_growth", []):
        release.administrations[int(row["school_year"]), row["subject"]] = row["administration"]
    for row in tables.get("school_comparison", []):
        release.levels[f"school:{row['k_school']}"] = row.get("school_level", "")
    return release


def read_one(release: Release, table: str, row: Row, said: Said) -> None:
    value, display = row.get(said.column) or "", row.get(f"{said.column}_display") or ""
    words = f"{table}.{said.column}: {display or value}"
    if isinstance(said, Count):
        if "not available" in display or not (value or display):
            return
        bounds = count(value, display, release.minimum, said.is_base)
        if said.is_base and not said.group and not (said.may_be_empty and display == "not told"):
            bounds = (
                bounds.both(Bounds(1, INF)) if bounds.high >= 1 else bounds
            )  # an empty group has no row, or is told
        if bounds.low == 1 and said.group in row and number(row[said.group]) is None:
            bounds = Bounds(0, bounds.high)
        release.say(said.cell, bounds, words)
        release.columns.add(said.cell)
        if said.is_full:
            release.lists(said.cell)
    elif isinstance(said, Figure):
        read_figure(release, said.cell, value, display, words)
    elif isinstance(said, Ratio):
        read_ratio(release, row, said, words)
    else:
        read_share(release, row, said, words)


def read_figure(release: Release, cell: Cell, value: str, display: str, words: str) -> None:
    """A figure is told of groups of the minimum size or more; where it is hidden, the words say whether the group is smaller."""
    if rounded(value, display):
        release.say(cell, Bounds(release.minimum, INF), words)
    elif "not available" not in display:
        bounds = count("", display, release.minimum, is_base=True)
        if bounds != UNKNOWN:
            release.say(cell, bounds, words)


def read_ratio(release: Release, row: Row, said: Ratio, words: str) -> None:
    """Students per FTE, times the FTE, are the students."""
    told = rounded(row.get(said.column) or "", row.get(f"{said.column}_display") or "")
    try:
        fte = float(row.get(said.per) or "")
    except ValueError:
        return
    if told and fte:
        release.say(said.cell, Bounds(told.low * fte, told.high * fte), words)


def compares_some_schools(row: Row) -> bool:
    """Whether the row's changes are of some of its schools only, so that they tell nothing of all of them the year before."""
    return any(text for column, text in row.items() if column.endswith("change_basis"))


def read_sizes(release: Release, said: Percentage, value: str, display: str, words: str) -> None:
    """Percentages are told as numbers only where neither side is a small group; how wide a range is tells the group's size."""
    release.say(said.whole, size_of(display), words)
    if said.part.count.endswith("attrited") or said.part.count == "census":
        return
    if said.part.count == said.whole.count:
        release.say(said.part, Bounds(release.minimum, INF), words)
    elif rounded(value, display):
        for side in (said.part, difference(said.whole, said.part)):
            release.say(side, Bounds(release.minimum, INF), words)


def read_share(release: Release, row: Row, said: Percentage, words: str) -> None:
    value, display = row.get(said.column) or "", row.get(f"{said.column}_display") or ""
    read = rounded if said.is_mean else percentage
    now = read(value, display)
    kind = Mean if said.is_mean else Share
    add = release.means.append if said.is_mean else release.shares.append
    if now:
        if said.part.count != "census":  # public, and told of small groups, too
            release.say(said.whole, Bounds(release.minimum, INF), words)
        if not said.is_mean:
            read_sizes(release, said, value, display, words)
        add(kind(said.part, said.whole, now.low / said.unit, now.high / said.unit, words))
    if not now or not said.before or compares_some_schools(row):
        return
    changed = row.get(said.change) or "", row.get(f"{said.change}_display") or ""
    if change := rounded(*changed):
        part, whole = said.before
        words = f"{words}, {said.change}: {changed[1] or changed[0]}"
        add(kind(part, whole, (now.low - change.high) / said.unit, (now.high - change.low) / said.unit, words))
