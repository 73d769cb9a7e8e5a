"""docs/architecture.md is true of the code: arrows go one way, in the order of the page's table of rooms, and nothing runs in a circle."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from district_platform_tests.imports import PACKAGE, ROOT, Arrow, arrows, broken, room_of

PAGE = (ROOT / "docs" / "architecture.md").read_text()
CODE = [path for folder in (PACKAGE, "district_platform_tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
MAX_LINES = 400


def table(heading: str) -> list[list[str]]:
    """The cells of the rows of the table under a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def names(cell: str) -> list[str]:
    """What stands in a cell between backticks."""
    return re.findall(r"`([^`]+)`", cell)


ROOMS = [name.rstrip("/").removesuffix(".py") for row in table("Rooms") for name in names(row[0])]


def upward(found: tuple[Arrow, ...]) -> list[str]:
    """The imports that go against the order of the rooms."""
    floor = {room: number for number, room in enumerate(ROOMS)}
    return [str(arrow) for arrow in found if floor[room_of(arrow.imported)] > floor[room_of(arrow.importer)]]


def circle(found: tuple[Arrow, ...]) -> list[str]:
    """Modules that import each other in a circle, none where there is no such."""
    graph = TopologicalSorter[str]()
    for arrow in found:
        graph.add(arrow.importer, arrow.imported)
    try:
        graph.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def between(found: tuple[Arrow, ...], importers: list[str], imported: list[str]) -> list[str]:
    """The imports from some rooms or modules to others."""
    return [str(arrow) for arrow in found if is_in(arrow.importer, importers) and is_in(arrow.imported, imported)]


def is_in(module: str, places: list[str]) -> bool:
    return any(f"{module}.".startswith(f"{place}.") for place in places)


def test_page_names_every_room_once_and_no_other() -> None:
    at_the_top = {path.stem for path in (ROOT / PACKAGE).iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert sorted(ROOMS) == sorted(at_the_top - {"__init__"})


def test_every_import_leads_to_a_module() -> None:
    assert broken() == []


def test_no_room_imports_one_below_it_on_the_page() -> None:
    assert upward(arrows()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(arrows()) == []


@pytest.mark.parametrize(("who", "whom"), [row[:2] for row in table("Who must not know whom")])
def test_what_must_not_know_something_does_not_import_it(who: str, whom: str) -> None:
    importers = (
        [room for room in ROOMS if room not in names(who + whom)] if who.startswith("any room but") else names(who)
    )
    imported = [room for room in ROOMS if room not in names(who)] if whom == "any other room" else names(whom)
    assert between(arrows(), importers, imported) == []


@pytest.mark.parametrize(
    "path", sorted({name for row in table("Where to change what") for name in names(row[1]) if "/" in name})
)
def test_page_names_places_that_exist(path: str) -> None:
    place = path.replace("<subject>.py", "").split("<")[0]
    assert (ROOT / PACKAGE / place).exists() or (ROOT / place).exists(), path


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in CODE}
    assert {name: n for name, n in lengths.items() if n > MAX_LINES} == {}


def write(root: Path, **modules: str) -> tuple[Arrow, ...]:
    """The arrows of a package with these modules; `__` in a name stands for a folder."""
    for name, text in modules.items():
        path = (root / PACKAGE).joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return arrows(root)


@pytest.mark.parametrize(
    "text",
    [
        "from district_platform.facts import staff\n",
        "def late():\n    from district_platform.facts.staff import plain\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import district_platform.facts.staff\n",
        "from ..facts import staff\n",
    ],
)
def test_import_is_seen_wherever_and_however_it_is_written(tmp_path: Path, text: str) -> None:
    found = write(tmp_path, metrics__rates=text, facts__staff="")
    assert [(arrow.importer, arrow.imported) for arrow in found] == [("metrics.rates", "facts.staff")]
    assert upward(found) == [
        f"district_platform/metrics/rates.py:{text.count(chr(10), 0, text.index('facts')) + 1} imports facts.staff"
    ]


def test_import_of_a_module_that_has_moved_is_seen(tmp_path: Path) -> None:
    write(tmp_path, metrics__rates="from district_platform.facts.moved import plain\n", facts__staff="")
    benchmark = tmp_path / "benchmarks" / "speed.py"
    benchmark.parent.mkdir()
    benchmark.write_text("from district_platform_tests.moved import timed\n")
    assert broken(tmp_path) == [
        "district_platform/metrics/rates.py:1 imports facts.moved",
        "benchmarks/speed.py:1 imports district_platform_tests.moved",
    ]


def test_circle_within_a_room_is_seen(tmp_path: Path) -> None:
    found = write(
        tmp_path,
        sources__client="from district_platform.sources.source import Error\n",
        sources__source="def opened():\n    from district_platform.sources import client\n",
    )
    assert set(circle(found)) == {"sources.client", "sources.source"}
    assert upward(found) == []
