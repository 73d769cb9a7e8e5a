"""Headers as words: `Stu_No`, `studentNumber` and `Student Number` are one and the same."""

import re
from functools import cache

_SAME = {
    "no": "number",
    "num": "number",
    "nbr": "number",
    "nr": "number",
    "nmbr": "number",
    "dt": "date",
    "dte": "date",
    "day": "date",
    "sch": "school",
    "schl": "school",
    "site": "school",
    "campus": "school",
    "building": "school",
    "bldg": "school",
    "stu": "student",
    "stud": "student",
    "pupil": "student",
    "child": "student",
    "scholar": "student",
    "gender": "sex",
    "surname": "last name",
    "lastname": "last name",
    "lname": "last name",
    "family": "last",
    "forename": "first name",
    "firstname": "first name",
    "fname": "first name",
    "given": "first",
    "birthdate": "birth date",
    "dob": "birth date",
    "birthday": "birth date",
    "dateofbirth": "birth date",
    "born": "birth date",
    "birth": "birth",
    "descr": "description",
    "desc": "description",
    "yr": "year",
    "gr": "grade",
    "grd": "grade",
    "cd": "code",
    "att": "attendance",
    "attend": "attendance",
    "enr": "enrollment",
    "enrl": "enrollment",
    "enrolment": "enrollment",
    "crs": "course",
    "sect": "section",
    "sec": "section",
    "tchr": "teacher",
    "emp": "employee",
    "worker": "employee",
    "begin": "begin",
    "start": "begin",
    "started": "begin",
    "from": "begin",
    "begins": "begin",
    "stop": "end",
    "finish": "end",
    "ends": "end",
    "leave": "exit",
    "withdrawal": "exit",
    "withdraw": "exit",
    "withdrawn": "exit",
    "leaving": "exit",
    "left": "exit",
    "dropped": "exit",
    "entered": "entry",
    "admit": "entry",
    "admission": "entry",
    "admitted": "entry",
    "enter": "entry",
    "ell": "english learner",
    "lep": "english learner",
    "eng": "english",
    "sped": "special education",
    "iep": "special education",
    "swd": "has disability",
    "ecodis": "economically disadvantaged",
    "mail": "email",
    "e": "e",
    "id": "id",
    "identifier": "id",
    "key": "key",
    "ident": "id",
    "academic": "school",
    "term": "term",
    "subj": "subject",
    "lvl": "level",
    "perf": "performance",
    "pct": "percent",
    "flag": "",
    "indicator": "",
    "ind": "",
    "status": "status",
    "sis": "",
    "local": "",
    "of": "",
    "the": "",
    "a": "",
    "is": "",
}
"""Words that mean another; an empty one says nothing."""

_WORDS = sorted(
    {
        *_SAME,
        *[
            "school",
            "student",
            "number",
            "date",
            "entry",
            "exit",
            "grade",
            "level",
            "year",
            "code",
            "teacher",
            "section",
            "course",
            "name",
            "first",
            "last",
            "middle",
            "birth",
            "term",
            "attendance",
            "enrollment",
            "begin",
            "end",
            "reason",
            "comment",
            "email",
            "hire",
            "status",
            "type",
            "id",
            "title",
            "low",
            "high",
            "state",
            "email",
            "subject",
        ],
    },
    key=len,
    reverse=True,
)


@cache
def words_of(header: str) -> tuple[str, ...]:
    """What the words of a header mean, in alphabetical order, each once: a header says the same in any order."""
    return tuple(sorted({word for part in raw_words_of(header) for word in _SAME.get(part, part).split()}))


@cache
def raw_words_of(header: str) -> tuple[str, ...]:
    """The words of a header as they are written, in lower case."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    found = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    if len(found) > 1 and found[0].isdigit():
        found = found[1:]
    return tuple(part for word in found for part in _parts(word))


@cache
def _parts(word: str) -> tuple[str, ...]:
    """A word that is written together from known ones, such as schoolid; else the word."""
    if word in _WORDS or len(word) < 6:
        return (word,)
    for start in (w for w in _WORDS if len(w) > 2 and word.startswith(w)):
        rest = word[len(start) :]
        if rest in _WORDS:
            return (start, rest)
        if len(rest) > 4 and len(parts := _parts(rest)) > 1:
            return (start, *parts)
    return (word,)
