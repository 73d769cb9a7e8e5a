"""The open decisions of a mapping, one a screen: what is asked, what speaks for each answer, and what each answer makes of the mapping."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from district_platform.dictionary import COLUMNS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.sources.mapped.proposing import asking
from district_platform.sources.mapped.proposing.dated import exchanged
from district_platform.sources.mapped.proposing.drafting import DraftBlock, operation_of
from district_platform.sources.mapped.proposing.looking import Look
from district_platform.sources.mapped.proposing.matching import LIKELY
from district_platform.sources.mapped.proposing.support import rivals, unexplained
from district_platform.sources.mapped.proposing.values import means
from district_platform.sources.mapped.proposing.vendor_questions import ASK, GUESS
from district_platform.sources.mapped.questions import Apply, Document, Option, Question
from district_platform.sources.mapped.reading import BY_PATH
from district_platform.sources.mapped.reviewing_values import code_question, value_question
from district_platform.sources.mapped.reviewing_vendors import order_question, vendor_question


def question_of(key: str, doc: Document, look: Look, tables: DuckDBTables, by: str) -> Question | None:
    """The decision under a key of [open]; None where nothing is to be decided any more."""
    text = str(doc["open"][key])
    if key.startswith("files."):
        return (_sheet_year if key.endswith(asking.SHEET_YEAR) else _dates)(key, text, doc)
    if key.startswith("lookups."):
        return value_question(key, text)
    if key.startswith("codes."):
        return code_question(key, text, look)
    if key.startswith("step."):
        return order_question(key, text, doc, look)
    match = re.fullmatch(r"([^#]+)#(\d+)(?:\.(.+))?", key)
    if match is None or match[1] not in doc.get("extract", {}):
        return None
    path, number, what = match[1], int(match[2]), match[3]
    blocks = doc["extract"][path]
    if number > len(blocks):
        return None
    draft = look.draft(path, str(blocks[number - 1]["from"]))
    if draft is None:
        return None
    place = _Place(path, number, draft)
    if what is not None and what.startswith((ASK, GUESS)):
        return vendor_question(key, text, path, what, doc, look)
    if what is None:
        return _confirm(key, text, doc, place, by)
    if what in (asking.INCLUSIVE, asking.BASIS):
        return (_inclusive if what == asking.INCLUSIVE else _basis)(key, text, doc, place)
    makers = {asking.ROWS: _rows, asking.YEAR: _year}
    if what == asking.ONE_PER:
        return _one_per(key, text, place, tables)
    if what.endswith(asking.YES):
        return _yes(key, text, doc, place, what.removesuffix(asking.YES))
    return makers[what](key, text, place) if what in makers else _column(key, text, place, what)


@dataclass(frozen=True)
class _Place:
    """A block of the document, and what was drafted of it."""

    path: str
    number: int
    draft: DraftBlock

    def block(self, doc: Document) -> Document:
        return doc["extract"][self.path][self.number - 1]

    def columns(self, doc: Document) -> Document:
        return self.block(doc)["columns"]


def _dates(key: str, text: str, doc: Document) -> Question:
    file = doc["files"][key.split(".")[1]]
    holder = file.get("sheet", file)
    formats = [str(now)] if isinstance(now := holder["dates"], str) else [str(f) for f in now]
    other = [exchanged(f) for f in formats]

    def put(chosen: list[str]) -> Apply:
        def apply(d: Document) -> None:
            held = d["files"][key.split(".")[1]]
            held.get("sheet", held)["dates"] = chosen[0] if len(chosen) == 1 else chosen

        return apply

    month_first, day_first = (formats, other) if "%m/%d" in formats[0] else (other, formats)
    return Question(
        key, text, ["No day of its dates is above 12, so that both readings give dates. The wrong one moves every date."],
        [Option(f"the month first ({month_first[0]})", put(month_first)), Option(f"the day first ({day_first[0]})", put(day_first))],
    )  # fmt: skip


def _sheet_year(key: str, text: str, doc: Document) -> Question:
    name = key.split(".")[1]

    def typed(answer: str) -> Apply | str:
        if not re.fullmatch(r"(19|20)\d\d", answer.strip()):
            return "Type the year of its spring, such as 2026 for 2025-26."
        return lambda d: d["files"][name]["sheet"].update({"school_year": int(answer.strip())})

    form = doc["files"][name]["sheet"]["dates"]
    return Question(
        key, text, [f"They are written as {form}, without a year."], [], None, typed, "the year of its spring"
    )


def _column(key: str, text: str, place: _Place, column: str) -> Question:
    draft = place.draft
    match = draft.matches.get(column)
    candidates = list(match.candidates) if match else []
    details = [f"{column}: {COLUMNS[column].description}"]
    options = [Option(f"{c.header}   {c.score:.2f} {c.why}", _take(place, column, c.header)) for c in candidates]
    known = [c.header for c in candidates]
    headers = list(draft.source.columns)
    options += [
        Option(
            f"{h}   {'every value is different' if draft.source.columns[h].is_unique else 'values repeat'}",
            _take(place, column, h),
        )
        for h in dict.fromkeys([*rivals(draft.extract, column, headers), *unexplained(draft.extract, column, headers)])
        if h not in known
    ]
    options.append(Option("none: it stays empty", lambda doc: place.columns(doc).pop(column, None)))

    def typed(answer: str) -> Apply | str:
        header = answer.strip().lower()
        if header not in draft.source.columns:
            return f"{draft.source.group.pattern} has no column {answer.strip()}. It has: {', '.join(draft.source.columns)}."
        return _take(place, column, header)

    default = 0 if candidates and candidates[0].score >= LIKELY else None
    score = 0.0 if match is None or match.is_undecided else candidates[0].score
    return Question(key, text, details, options, default, typed, "or the name of another column", score)


def _take(place: _Place, column: str, header: str) -> Apply:
    def apply(doc: Document) -> None:
        drafted = place.draft.matches.get(column)
        is_as_drafted = drafted is not None and drafted.candidates[0].header == header and column in place.columns(doc)
        if not is_as_drafted:
            operation = operation_of(place.draft, column, header)
            place.columns(doc)[column] = operation
            _ask_on(doc, place, column, operation)
        _drop_idle_joins(place.block(doc))

    return apply


def _ask_on(doc: Document, place: _Place, column: str, operation: object) -> None:
    """Opens what is to be asked about a column that a person chose."""
    more = {
        f"{place.path}#{place.number}.{name}": text
        for name, text in asking.follow_up(place.draft, column, operation).items()
    }
    for key, text in {**more, **asking.of_lookup(place.draft, column, operation)}.items():
        doc["open"][key] = text
    if isinstance(operation, dict) and "lookup" in operation:
        known = {
            v: m for v in place.draft.source.columns[operation["of"]].values if (m := means(column, v)) is not None
        }
        doc.setdefault("lookups", {})[operation["lookup"]] = known


def _drop_idle_joins(block: Document) -> None:
    """Removes the joins of which no column is made any more: they would still reject rows."""
    made_of = " ".join(str(operation) for operation in block["columns"].values())
    joins = [join for join in block.get("join", []) if any(str(name) in made_of for name in join["take"])]
    if joins:
        block["join"] = joins
    else:
        block.pop("join", None)


def _inclusive(key: str, text: str, doc: Document, place: _Place) -> Question | None:
    made = place.columns(doc).get("exit_date")
    header = str(made["date"] if isinstance(made, dict) and "date" in made else made or "")
    if not header:
        return None
    filled = place.draft.source.columns[header].n_filled if header in place.draft.source.columns else 0

    def first_day_out(doc: Document) -> None:
        place.columns(doc)["exit_date"] = {"date": header, "add_days": -1}

    return Question(
        key, text,
        [f"{filled:,} rows have {header}. Taken wrongly, every student who left has a day too many or too few."],
        [Option("the last day in school", lambda doc: None), Option("the first day out: a day is taken off", first_day_out)],
    )  # fmt: skip


def _basis(key: str, text: str, doc: Document, place: _Place) -> Question | None:
    if not isinstance(place.columns(doc).get("school_year"), str):
        return None
    header = str(place.columns(doc)["school_year"])
    values = place.draft.source.columns[header].values
    shown = ", ".join(f"{value} ({n:,})" for value, n in list(values.items())[:6])

    def autumn(doc: Document) -> None:
        place.columns(doc)["school_year"] = {"year": header, "add": 1}

    return Question(
        key, text, [f"{header}: {shown}", "2026 is 2025-26 in the contract."],
        [Option("its spring: 2026 is 2025-26", lambda doc: None), Option("its autumn: 2026 is 2026-27", autumn)],
    )  # fmt: skip


def _year(key: str, text: str, place: _Place) -> Question:
    def typed(answer: str) -> Apply | str:
        if not re.fullmatch(r"(19|20)\d\d", answer.strip()):
            return "Type the year of its spring, such as 2026 for 2025-26."

        def put(doc: Document) -> None:
            place.columns(doc)["school_year"] = {"constant": answer.strip()}

        return put

    details = ["The file has no column for it. A constant holds until the year is over: then decide anew."]
    return Question(key, text, details, [], None, typed, "the year of its spring")


def _yes(key: str, text: str, doc: Document, place: _Place, column: str) -> Question | None:
    operation = place.columns(doc).get(column)
    if not isinstance(operation, dict) or "flag" not in operation:
        return None
    header = str(operation["flag"])
    values = place.draft.source.columns[header].values

    def put(chosen: list[str]) -> Apply:
        return lambda d: place.columns(d).update({column: {"flag": header, "in": chosen}})

    def typed(answer: str) -> Apply | str:
        chosen = [part.strip() for part in answer.split(",") if part.strip()]
        if unknown := [value for value in chosen if value not in values]:
            return f"{header} has no value {', '.join(unknown)}."
        return put(chosen)

    details = [f"{column}: {COLUMNS[column].description}", "Every other value means no; an empty one stays empty."]
    options = [Option(f"{value}   {n:,} rows", put([value])) for value, n in list(values.items())[:12]]
    return Question(key, text, details, options, None, typed, "or values, with commas")


def _rows(key: str, text: str, place: _Place) -> Question:
    header = asking.status_header(place.draft) or ""
    values = place.draft.source.columns[header].values

    def typed(answer: str) -> Apply | str:
        chosen = [part.strip() for part in answer.split(",") if part.strip()]
        if unknown := [value for value in chosen if value not in values]:
            return f"{header} has no value {', '.join(unknown)}."
        return lambda doc: place.block(doc).update({"where": [{"column": header, "not_in": chosen}]})

    details = [f"  {value}: {n:,} rows" for value, n in values.items()]
    details.append("Pre-enrolled, no-shows and cancelled rows would count as students.")
    return Question(
        key,
        text,
        details,
        [Option("none: every row is an enrollment", lambda doc: None)],
        None,
        typed,
        "or values, with commas",
    )


def _one_per(key: str, text: str, place: _Place, tables: DuckDBTables) -> Question:
    n = asking.marks_repeated(tables, place.draft)
    headers = asking.day_of_student(place.draft)
    code = place.draft.header("attendance_code") or ""
    values = place.draft.source.columns[code].values if code in place.draft.source.columns else {}

    def typed(answer: str) -> Apply | str:
        chosen = [part.strip() for part in answer.split(",") if part.strip()]
        if unknown := [value for value in chosen if value not in values]:
            return f"{code} has no value {', '.join(unknown)}."
        return lambda doc: place.block(doc).update({"one_per": {"keys": headers, "first": {code: chosen}}})

    options = [
        Option("keep them all: they are marks of different sessions or codes", lambda doc: None),
        Option("keep the first of the file", lambda doc: place.block(doc).update({"one_per": {"keys": headers}})),
    ]
    return Question(
        key,
        text,
        [f"{n:,} rows repeat a student, school and date."],
        options,
        None,
        typed,
        f"or values of {code}, the one that wins first",
    )


def _confirm(key: str, text: str, doc: Document, place: _Place, by: str) -> Question:
    columns = place.columns(doc)
    extract = BY_PATH[place.path]
    details = [f"  {name} = {_shown(columns[name])}" for name in extract.columns if name in columns]
    missing = [name for name in extract.columns if name not in columns]
    details += [f"Not in the file: {', '.join(missing)}."] if missing else []
    is_whole = place.draft.whole is not None
    details.append("As the vendor's profile says." if is_whole else f"Runner-up: {place.draft.runner_up}.")

    def blocks(d: Document) -> list[Document]:
        """A profile's blocks of an extract are confirmed together."""
        return list(d["extract"][place.path]) if is_whole else [place.block(d)]

    def confirm(d: Document) -> None:
        for block in blocks(d):
            block.update({"status": "confirmed", "by": f"{by} {date.today().isoformat()}".strip()})

    def skip(d: Document) -> None:
        for block in blocks(d):
            block.update({"status": "skipped"})

    def typed(answer: str) -> Apply | str:
        column, _, header = (part.strip().lower() for part in answer.partition("="))
        if column not in extract.columns:
            return f"{place.path} has no column {column}. To add one, type column = header, such as {extract.columns[-1]} = …"
        if place.draft.from_name != place.draft.source.group.name:
            return f"It is made of step {place.draft.from_name}: add the column in the mapping's file."
        if header not in place.draft.source.columns:
            return f"{place.draft.source.group.pattern} has no column {header}. It has: {', '.join(place.draft.source.columns)}."
        return _take(place, column, header)

    scores = [place.draft.matches[c].candidates[0].score for c in columns if c in place.draft.matches]
    options = [Option("yes: it is converted in every run", confirm), Option("no: it is left out", skip)]
    hint = "or column = header, to add a column"
    score = place.draft.score if is_whole else min(scores, default=0.0)
    return Question(key, text, details, options, 0, typed, hint, score, stays=True)


def _shown(operation: Any) -> str:
    if isinstance(operation, str):
        return str(operation)
    return ", ".join(f"{name} {value}" for name, value in operation.items())


def belongs_to(key: str, block_key: str, doc: Document) -> bool:
    """Whether an open decision must be taken before a block can be confirmed."""
    if key == block_key:
        return False
    if key.startswith(f"{block_key}."):
        return True
    match = re.fullmatch(r"([^#]+)#(\d+)", block_key)
    if match is None:
        return False
    block = doc["extract"][match[1]][int(match[2]) - 1]
    if key.startswith("files."):
        return key.split(".")[1] == block["from"]
    if key.startswith("codes."):
        return match[1] == "sis/attendance_codes"
    if key.startswith("step."):
        return "step" in doc and block["from"] in doc["step"]
    steps = [rows for blocks in doc.get("step", {}).values() for rows in blocks]
    columns = [rows["columns"] for rows in (block, *(steps if block["from"] in doc.get("step", {}) else []))]
    tables = {str(op.get("lookup")) for made in columns for op in made.values() if not isinstance(op, str)}
    return key.startswith("lookups.") and key.split(".", 2)[1] in tables
