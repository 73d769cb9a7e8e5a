"""Disclosure control knows nothing of a district: it could be used on any tables."""

import ast
import sys
from pathlib import Path

import district_platform.disclosure

PACKAGE = "district_platform.disclosure"
ALLOWED = {"numpy", "scipy", "highspy"}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, within functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: a relative import"
            found.add(str(node.module))
    return found


def test_disclosure_control_imports_itself_numpy_scipy_and_highs_alone():
    paths = sorted(Path(str(district_platform.disclosure.__file__)).parent.rglob("*.py"))
    foreign = {
        f"{path.name}: {name}"
        for path in paths
        for name in imported(path)
        if not f"{name}.".startswith(f"{PACKAGE}.")
        and name.partition(".")[0] not in ALLOWED | set(sys.stdlib_module_names)
    }
    assert len(paths) > 10
    assert foreign == set()
