"""What has to speak for a name before it makes a proposal sure, and what may not speak against it.

The same spelling means something else in another file. So a header that is a column's name is sure only where the kind of thing that it
says it is (a date, an id, a name) is the column's kind, where a word that says nothing but its kind (Description) becomes a whole name by
the extract that it stands in, and where the file has no other id of the same thing.
"""

from collections.abc import Sequence
from functools import cache

from district_platform.dictionary import COLUMNS, EXTRACTS, Table
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
    {
        *(word for words in _KINDS.values() for word in words),
        "begin",
        "category",
        "end",
        "level",
        "status",
        "type",
        "value",
    }
)
"""Words of which the file must say what they are of."""
_IDS = (
    _KINDS["id"]
    | _KINDS["code"]
    | {"ref", "refid", "sourced", "sourcedid", "unique", "external", "alternate", "alt", "master"}
)
"""Words of an id that do not say whose it is."""
_ALSO_NUMBERED = frozenset({
    "address", "apartment", "apt", "bus", "cell", "contact", "counselor", "country", "county",
    "father", "fax", "guardian", "homeroom", "house", "household", "instructor", "line", "locker", "mobile",
    "mother", "order", "page", "parent", "period", "phone", "postal", "rank", "room", "route", "row", "seat",
    "state", "street", "telephone", "token", "transaction", "version", "year", "zip",
})  # fmt: skip
"""What has ids, numbers or codes of its own in such files, beside what the contract has columns of. A state's id says whose it is."""
_RESULTS = frozenset({"grade", "level", "mark", "result", "score", "value"})
"""Words by which a result is called in a file of results, whatever else they mean."""
_DIVIDED = frozenset({"assessment_name"})
"""Always asked: what one system calls a test is another's test and subject."""
_PERSONS = frozenset({"student_id", "educator_id", "sales_person_id", "customer_id", "learner_id", "sis_student_id"})
"""The ids of persons."""


def doubt_about(extract: Table, column: str, header: str, headers: Sequence[str]) -> str:
    """Why a header of these that is a column's name does not make it sure; empty where nothing speaks against it."""
    kinds, wanted = _kinds_named_by(header), _kinds_of(column)
    if kinds and not kinds & wanted:
        return "its words are of another kind"
    if not kinds and "id" in wanted:
        return "it does not say that it is an id"
    if not _says_enough(extract, column, header):
        return "the word alone does not say of what"
    if len(rivals(extract, column, headers)) > 1 or unexplained(extract, column, headers):
        return "the file has other ids that may be it"
    if "id" not in wanted and any(_is_name_too(extract, column, other) for other in headers if other != header):
        return "another header is a name for it too"
    if wanted == {"date"} and any(
        set(words_of(other)) > set(words_of(header)) and _kinds_named_by(other) == wanted for other in headers
    ):
        return "another date has its words and more"
    if column in _DIVIDED:
        return "systems divide it in other ways"
    return ""


def doubt_without_values(extract: Table, column: str, header: str, headers: Sequence[str]) -> str:
    """Why a header of one word is not sure before its values show a closed list, a grade or an e-mail address; empty where it is.

    One word is enough where it is the column's whole name, a part of no other column's name, and in no other header of the file. A word of
    kind (Name, Date) is enough as the only one of its kind in the file.
    """
    [word, *more] = words_of(header)
    if more:
        return ""
    others = [other for other in headers if other != header]
    if word in _BARE:
        kinds = _kinds_named_by(header)
        return "others of its kind stand beside it" if any(kinds & _kinds_named_by(o) for o in others) else ""
    is_whole = words_of(column.removeprefix("has_")) == (word,)
    if not is_whole or any(word in words_of(name) for name in _columns() if name != column):
        return "one word that can mean another thing"
    if COLUMNS[column].type.startswith(("decimal", "float", "int")):
        return "one word that does not say a number of what"
    return "others of its name stand beside it" if any(word in words_of(other) for other in others) else ""


def is_settled_by_values(extract: Table, column: str, header: str) -> bool:
    """Whether values of a column's form show that one word means it: of a closed list, a grade or an e-mail address.

    Dates, numbers and texts are alike in all files. So are grades and levels in a file of results, which are results as well.
    """
    if "scale_score" in extract.columns and _RESULTS & set(words_of(header)):
        return False
    return bool(COLUMNS[column].domain) or column in ("email", "low_grade", "high_grade", "grade_level")


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


def unexplained(extract: Table, column: str, headers: Sequence[str]) -> list[str]:
    """The headers of ids of which nobody sees whose they are, such as SAP Id or ProfileLocalId beside Student ID.

    An id is explained by a word of another column of the contract (course, exit), or by what is known to have numbers of its own (phone).
    An id alone is that of the file's rows. A code is no id of a person.
    """
    if "id" not in _kinds_of(column):
        return []
    is_person = column in _PERSONS
    owner = _owner(extract.path, column)
    named = owner if is_person else owner | {"district"}
    wanted = _KINDS["id"] if is_person else _KINDS["id"] | _KINDS["code"]
    found = []
    for header in headers:
        raw = set(raw_words_of(header))
        glued = {word.removesuffix("id") for word in raw - _IDS if len(word) > 3 and word.endswith("id")}
        said = (set(words_of(header)) - _IDS) | glued
        is_id = bool(raw & wanted or glued)
        is_named = bool(said) and not glued and said <= named
        is_alone = not said and not raw - _IDS
        if is_id and not is_named and not is_alone and not said & (_explaining() - owner):
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


def _is_name_too(extract: Table, column: str, header: str) -> bool:
    """Whether a header is a name of a column, of its kind, however much else may speak against it."""
    kinds = _kinds_named_by(header)
    return words_of(header) in names_of(extract.path, column) and (not kinds or bool(kinds & _kinds_of(column)))


def _says_enough(extract: Table, column: str, header: str) -> bool:
    """Whether a header names more than a kind, or does so with the words of its extract; an id has to say itself whose it is."""
    words = set(words_of(header))
    if not words <= _BARE or (len(words) > 1 and tuple(sorted(words)) == words_of(column)):
        return True
    if "id" in _kinds_of(column):
        return False
    words |= {word.removesuffix("s") for word in words_of(extract.name)}
    return any(words.issuperset(name) for name in names_of(extract.path, column) if not _BARE.issuperset(name))


@cache
def _owner(extract: str, column: str) -> frozenset[str]:
    """The words that say whose id a column is, such as teacher, staff and employee."""
    return frozenset(word for name in names_of(extract, column) for word in name) - _IDS


@cache
def _columns() -> frozenset[str]:
    """Every column of the contract."""
    return frozenset(column for extract in EXTRACTS.values() for column in extract.columns)


@cache
def _explaining() -> frozenset[str]:
    """The words that say what an id is of."""
    names = {words_of(column) for column in _columns()}
    for extract in EXTRACTS.values():
        names.update(*(names_of(extract.path, column) for column in extract.columns if "id" in _kinds_of(column)))
    said = (word for name in names for word in name)
    return (frozenset(said) - _BARE - _IDS) | _ALSO_NUMBERED
