"""Code versions: a digest of all code that an asset depends on, so that Dagster shows the asset as out of date when that code changes.

The digest covers the module of the asset's function, every module of the project that this one imports, at the top or inside a function,
and so on; and the files of the package that those modules name (templates, schemas, defaults). A constant that is written as one literal
counts by its value, wherever it is imported from. The settings are left out: they arrive as assets of their own. From the dictionary, the
digest takes the names that a module imports, and the entries of the tables that the asset builds or looks up. Everything is read from the
source files, so that it does not matter which modules are loaded.
"""

import ast
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import isclass, isfunction, ismodule
from pathlib import Path
from types import ModuleType
from typing import Any

from district_platform import dictionary, settings
from district_platform.dictionary import Column, Table, columns_of

PACKAGE = __name__.partition(".")[0]
ROOT = Path(__file__).resolve().parents[1]

_IMPORT = re.compile(rf"^[ \t]*(from {PACKAGE}[\w.]* import (?:\([^)]*\)|.*)|import {PACKAGE}.*)", re.MULTILINE)
"""An import of the project. Parsing only these lines is twenty times as fast as parsing the modules."""

_CONSTANT = re.compile(r"^([A-Z_]+(?:, [A-Z_]+)*)(?:: [^=\n]+)? = (.+)$", re.MULTILINE)
"""A constant on one line at the top level of a module, or several."""


@dataclass(frozen=True, order=True)
class Import:
    """A name that a module of the project imports from another; no name where it imports the module itself."""

    module: str
    name: str = ""


def code_version(function: Callable[..., Any], tables: Iterable[Table] = ()) -> str:
    """A digest of the function's code, and of the dictionary's entries of `tables`: those that it builds or looks up."""
    entries = [f"{table!r}{columns_of(table)!r}" for table in tables]
    return _digest("\n".join([_digest_of_code(function.__module__), *entries]).encode())[:12]


@cache
def _digest_of_code(module: str) -> str:
    """A digest of a module, of all modules and files that belong to it, and of the constants and dictionary names that these import."""
    modules = sorted(reached_modules(module))
    imports = sorted({each for name in modules for each in imports_of(name)})
    constants = [f"{each} = {literals_of(each.module)[each.name]}" for each in imports if _is_literal(each)]
    described = [_described(each) for each in imports if _is_in(each.module, dictionary)]
    return _digest("\n".join([*map(_digest_of_module, modules), *constants, *described]).encode())


def reached_modules(module: str) -> frozenset[str]:
    """The module, and every module of the project that is reached from it by import, but for settings and dictionary."""
    reached: set[str] = set()
    waiting = {module}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= {each.module for each in imports_of(name) if _counts_as_module(each)} - reached
    return frozenset(reached)


def _counts_as_module(each: Import) -> bool:
    return not _is_in(each.module, settings, dictionary) and not _is_literal(each)


def _is_literal(each: Import) -> bool:
    return each.name in literals_of(each.module) and not _is_in(each.module, settings, dictionary)


@cache
def imports_of(module: str) -> frozenset[Import]:
    """What a module imports from the project, anywhere in it."""
    text = source_path(module).read_text(encoding="utf-8")
    try:
        statements = [node for found in _IMPORT.findall(text) for node in ast.parse(found).body]
    except SyntaxError:  # a statement that goes on past what the pattern takes for its end
        statements = list(ast.walk(ast.parse(text)))
    return frozenset(_imports(statements))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[Import]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name) for alias in node.names if alias.name.startswith(f"{PACKAGE}."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == PACKAGE:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield Import(inner) if _is_module(inner) else Import(node.module, alias.name)


@cache
def literals_of(module: str) -> dict[str, str]:
    """Constants of a module that are written as one literal, each with the text of its value."""
    text = source_path(module).read_text(encoding="utf-8")
    found = [(names, value) for names, value in _CONSTANT.findall(text) if _is_literal_text(value)]
    return {name: value for names, value in found for name in names.split(", ")}


def _is_literal_text(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


@cache
def _is_module(name: str) -> bool:
    return source_path(name).exists()


def source_path(module: str) -> Path:
    """The file of a module; one that does not exist where there is no such module of the project."""
    if not module.startswith(f"{PACKAGE}."):
        return Path(str(import_module(module).__file__))
    path = ROOT.joinpath(*module.split(".")[1:])
    package = path / "__init__.py"
    return package if package.exists() else path.with_name(f"{path.name}.py")


def _is_in(module: str, *packages: ModuleType) -> bool:
    return any(module == package.__name__ or module.startswith(f"{package.__name__}.") for package in packages)


@cache
def _digest_of_module(module: str) -> str:
    """A digest of a module's source, and of the files of the package that it names."""
    path = source_path(module)
    source = path.read_bytes()
    beside = _data_files().get(path.parent, {})
    named = [file for name, files in beside.items() if f'"{name}"'.encode() in source for file in files]
    return _digest(b"\n".join([source, *(file.read_bytes() for file in named)]))


@cache
def _data_files() -> dict[Path, dict[str, list[Path]]]:
    """Files of the package that are no code: by the folder of the modules that can name them, and by what they name."""
    found: dict[Path, dict[str, list[Path]]] = {}
    for path in sorted(path for path in ROOT.rglob("*.*") if path.suffix not in (".py", ".pyc") and path.is_file()):
        folder = next(parent for parent in path.parents if (parent / "__init__.py").exists())
        found.setdefault(folder, {}).setdefault(path.relative_to(folder).parts[0], []).append(path)
    return found


@cache
def _described(each: Import) -> str:
    """What a name of the dictionary stands for: the text of a function or class and all that it uses there, else the value.

    The registers of all tables and all columns do not count here: an asset says which entries it depends on.
    """
    if not each.name:
        return _digest_of_module(each.module)
    told: dict[str, str] = {}
    waiting = [getattr(import_module(each.module), each.name)]
    while waiting:
        value = waiting.pop()
        if isfunction(value) or isclass(value):
            node = _definitions(value.__module__)[value.__name__]
            told[value.__name__] = ast.unparse(node)
            waiting += _used(node, value.__module__, told)
        elif not _is_register(value):
            told.setdefault(f"value {len(told)}", _text(value))
    return f"{each}{told}"


def _used(node: ast.AST, module: str, told: dict[str, str]) -> list[object]:
    """Values that a definition names, of its own module or from elsewhere in the dictionary."""
    scope = vars(import_module(module))
    names = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - told.keys())
    return [value for value in (scope.get(name) for name in names) if _is_of_dictionary(value)]


def _is_of_dictionary(value: object) -> bool:
    if isfunction(value) or isclass(value):
        return _is_in(value.__module__, dictionary)
    return value is not None and not ismodule(value) and not callable(value)


def _is_register(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, Table | Column) for entry in value.values())


def _text(value: object) -> str:
    """A value in words that are the same in every process."""
    return f"{sorted(map(repr, value))}" if isinstance(value, set | frozenset) else repr(value)


@cache
def _definitions(module: str) -> dict[str, ast.AST]:
    """Functions and classes at the top level of a module, by name."""
    tree = ast.parse(source_path(module).read_bytes())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
