"""Who imports whom: every import statement of the package, wherever in a module it stands."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "district_platform"
OTHERS = ("district_platform_tests", "benchmarks")
"""Folders that import the package, and that it does not import."""


@dataclass(frozen=True)
class Arrow:
    """A module imports another; names are dotted and leave out the package's own."""

    importer: str
    imported: str
    place: str
    """File and line."""

    def __str__(self) -> str:
        return f"{self.place} imports {self.imported}"


def room_of(module: str) -> str:
    """The folder or module at the top of the package in which a module stands."""
    return module.partition(".")[0]


@cache
def arrows(root: Path = ROOT) -> tuple[Arrow, ...]:
    """One for each module that a module of `root`'s package imports, at the top, in a function or for its types."""
    known = modules(root)
    return tuple(arrow for arrow in _arrows(root) if arrow.imported in known)


def broken(root: Path = ROOT) -> list[str]:
    """The imports of modules that are not there, by the package, its tests and the benchmarks; mypy, told to pass over libraries
    without types, passes over these too."""
    known = set(modules(root))
    paths = [path for folder in OTHERS for path in sorted((root / folder).rglob("*.py"))]
    others = {path: ast.parse(path.read_text()) for path in paths}
    called = {
        f"{path.relative_to(root)}:{line} imports {imported}"
        for path, tree in others.items()
        for line, imported in _imports(tree, None, known)
        if imported not in known
    }
    return (
        [str(arrow) for arrow in _arrows(root) if arrow.imported not in known]
        + sorted(called)
        + _broken_beside(root, others)
    )


def _broken_beside(root: Path, trees: dict[Path, ast.Module]) -> list[str]:
    """The imports from the tests and the benchmarks of modules that these no longer have."""
    there = {_name(path.relative_to(root)) for path in trees}
    return [
        f"{path.relative_to(root)}:{node.lineno} imports {node.module}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] in OTHERS
        and node.module not in there | set(OTHERS)
    ]


@cache
def modules(root: Path = ROOT) -> dict[str, Path]:
    """The modules of `root`'s package, by name."""
    return {_name(path.relative_to(root / PACKAGE)): path for path in sorted((root / PACKAGE).rglob("*.py"))}


@cache
def _arrows(root: Path) -> tuple[Arrow, ...]:
    found: dict[tuple[str, str], Arrow] = {}
    for importer, path in modules(root).items():
        package = importer if path.name == "__init__.py" else importer.rpartition(".")[0]
        for line, imported in _imports(ast.parse(path.read_text()), package, set(modules(root))):
            if imported != importer:
                place = f"{path.relative_to(root)}:{line}"
                found.setdefault((importer, imported), Arrow(importer, imported, place))
    return tuple(found.values())


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module, package: str | None, known: set[str]) -> Iterator[tuple[int, str]]:
    """Line and module of each import of the package's own; of `from a import b` the module is a.b where that is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = [_own(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _above(package, node.level, node.module) if node.level else _own(node.module or "")
            inner = [".".join(filter(None, (base, alias.name))) for alias in node.names] if base is not None else []
            named = [name if name in known else base for name in inner]
        else:
            continue
        yield from ((node.lineno, name) for name in named if name)


def _own(name: str) -> str | None:
    """The name without the package's own; None where it is another package's."""
    top, _, rest = name.partition(".")
    return rest if top == PACKAGE else None


def _above(package: str | None, level: int, module: str | None) -> str | None:
    """What a relative import in a package of ours means; None in others."""
    if package is None:
        return None
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])
