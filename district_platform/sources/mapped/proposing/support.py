"""What has to speak for a name before it makes a proposal sure, and what may not speak against it.

The same spelling means something else in another file. So a header that is a column's name is sure only where the kind of thing that it
says it is (a date, an id, a name) is the column's kind, where a word that says nothing but its kind (Description) becomes a whole name by
the extract that it stands in, and where the file has no other id of the same thing.
"""

from collections.abc import Sequence
from functools import cache

from district_platform.dictionary import COLUMNS, Table
from district_platform.sources.mapped.proposing.synonyms import names_of
from district_platform.sources.mapped.proposing.words import raw_words_of, words_of

_KINDS = {
    "id": {"id", "identifier", "ident", "number", "no", "num", "nbr", "nr", "nmbr", "key", "dcid", "guid", "uuid"},
    "code": {"code", "cd"},
    "name": {"name", "title"},
    "text": {"description", "descr", "desc", "comment", "comments", "note", "notes"},
    "date": {"date", "dt", "dte"},
    "year": {"year", "yr"},
    "flag": {"is", "flag", "indicator", "ind"},
}
"""The words by which a header says what kind of thing it holds. A day is none: it may be a date, a number or a flag."""
_BARE = frozenset(
    {*(word for words in _KINDS.values() for word in words), "category", "level", "status", "type", "value"}
)
"""Words of which the file must say what they are of."""
_IDS = (
    _KINDS["id"]
    | _KINDS["code"]
    | {"ref", "refid", "sourced", "sourcedid", "unique", "external", "alternate", "alt", "master"}
)
"""Words of an id that do not say whose it is."""


def doubt_about(extract: Table, column: str, header: str, headers: Sequence[str]) -> str:
    """Why a header of these that is a column's name does not make it sure; empty where nothing speaks against it."""
    kinds, wanted = _kinds_named_by(header), _kinds_of(column)
    if kinds and not kinds & wanted:
        return "its words are of another kind"
    if not kinds and "id" in wanted:
        return "it does not say that it is an id"
    if not _says_enough(extract, column, header):
        return "the word alone does not say of what"
    if len(rivals(extract, column, headers)) > 1:
        return "the file has other ids of it"
    return ""


def rivals(extract: Table, column: str, headers: Sequence[str]) -> list[str]:
    """The headers that could be the id of the same thing, such as dcid, id and student_number in a file of students.

    An id that does not say whose it is, is that of what the file's rows are. A state's id is not the district's.
    """
    if "id" not in _kinds_of(column):
        return []
    owner = _owner(extract.path, column)
    is_home = extract.name == f"{column.removesuffix('_id')}s"
    found = []
    for header in headers:
        words = set(words_of(header))
        said = words - _IDS
        if said < words and (said <= owner | {"district"} if said & owner else is_home and not said):
            found.append(header)
    return found


def _kinds_named_by(name: str) -> frozenset[str]:
    """The kinds that a header or a column says it is of."""
    words = set(raw_words_of(name))
    return frozenset(kind for kind, of_kind in _KINDS.items() if words & of_kind)


@cache
def _kinds_of(column: str) -> frozenset[str]:
    """The kinds that a column's own name says, else those of its type: an id may be a code, and what is listed a code or a name."""
    described = COLUMNS[column]
    if named := _kinds_named_by(column):
        return named | {"id", "code"} if named & {"id", "code"} else named
    if described.type == "boolean":
        return frozenset({"flag"})
    return frozenset({"code", "name", "text"} if described.domain else {"code", "name"})


def _says_enough(extract: Table, column: str, header: str) -> bool:
    """Whether a header names more than a kind, or does so with the words of its extract; an id has to say itself whose it is."""
    words = set(words_of(header))
    if not words <= _BARE:
        return True
    if "id" in _kinds_of(column):
        return False
    words |= {word.removesuffix("s") for word in words_of(extract.name)}
    return any(words.issuperset(name) for name in names_of(extract.path, column) if not _BARE.issuperset(name))


@cache
def _owner(extract: str, column: str) -> frozenset[str]:
    """The words that say whose id a column is, such as teacher, staff and employee."""
    return frozenset(word for name in names_of(extract, column) for word in name) - _IDS
