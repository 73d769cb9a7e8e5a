"""Which decisions a draft leaves to a person, each by the key under which it stands in [open]: what nobody can see from the files alone.

Always asked, never guessed: exit dates, school years stated as a year, which of several ids, the order of day and month, what attendance
codes mean, which rows are no enrollment, and how several marks a day become one.
"""

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.sources.mapped.proposing.drafting import DraftBlock, dates_of
from district_platform.sources.mapped.proposing.looking import Look
from district_platform.sources.mapped.proposing.profiling import Profiled, repeats
from district_platform.sources.mapped.proposing.values import means
from district_platform.sources.mapped.proposing.vendor_questions import VendorQuestions
from district_platform.sources.mapped.proposing.words import words_of

YES = ":yes"
"""What stands behind a column whose values are to be read as yes and no."""
INCLUSIVE, BASIS, ROWS, ONE_PER, YEAR = (
    "exit_date:inclusive",
    "school_year:basis",
    "rows",
    "one_per",
    "school_year:constant",
)
SHEET_YEAR = ".school_year"
"""What stands behind a file over whose columns are dates without a year."""
_STATUS_WORDS = {"status", "noshow", "show", "service", "type", "cancelled", "deleted"}
_MOST_STATUSES = 12
WORTH_ASKING = 0.42
"""A header that is less like a column is not asked about: the column is shown as not in the file, and can be named."""
_CODES = "sis/attendance_codes"


def open_decisions(tables: DuckDBTables, look: Look) -> dict[str, str]:
    """What is to be decided, in the order in which it is asked, with a sentence on each."""
    found: dict[str, str] = {}
    for name, source in look.sources.items():
        written = source.group.written
        if written.sheet and written.sheet.school_year is not None:
            found[f"files.{name}{SHEET_YEAR}"] = (
                f"Of which school year are the dates over the columns of {source.group.pattern}?"
            )
        if dates_of(look.blocks, source)[1] or written.other_order:
            found[f"files.{name}.dates"] = f"Is the day or the month first in the dates of {source.group.pattern}?"
    if look.bound is not None:
        files = {name: look.sources[name] for name in look.bound.files.values()}
        dates = {name: look.dates(name) for name in files}
        found |= VendorQuestions(tables, look.bound, files, dates).open()
    for block in (b for b in look.blocks if b.whole is None):
        key = f"{block.extract.path}#{look.number(block)}"
        found |= {f"{key}.{name}": text for name, text in _of_block(tables, block).items()}
        found |= _of_values(block)
        if block.extract.path == _CODES:
            found |= _of_codes(block)
        found[key] = f"Is {block.source.group.pattern} the extract {block.extract.path}?"
    return found


def _of_block(tables: DuckDBTables, block: DraftBlock) -> dict[str, str]:
    found = {}
    file = block.source.group.pattern
    for column in block.extract.columns:
        match = block.matches.get(column)
        is_likely = match is not None and match.candidates[0].score >= WORTH_ASKING
        if match and (column in block.columns or is_likely) and match.band != "sure":
            found[column] = f"Which column of {file} is {column}?"
        elif match is None and column in block.extract.key and column not in block.columns and column != "session_id":
            if column == "school_year":
                found[YEAR] = f"Of which school year is {file}?"
            else:
                found[column] = f"Which column of {file} is {column}?"
    for column, operation in block.columns.items():
        found |= follow_up(block, column, operation)
    return found | _of_rows(tables, block)


def follow_up(block: DraftBlock, column: str, operation: object) -> dict[str, str]:
    """What is asked about a column, however it was chosen."""
    if column == "exit_date":
        return {INCLUSIVE: "Is the exit date the last day in school, or the first day out?"}
    if column == "school_year" and isinstance(operation, str):
        return {BASIS: "Does the school year name its spring or its autumn?"}
    if isinstance(operation, dict) and "flag" in operation:
        return {
            f"{column}{YES}": f"Which values of {operation['flag']} in {block.source.group.pattern} mean yes ({column})?"
        }
    return {}


def _of_rows(tables: DuckDBTables, block: DraftBlock) -> dict[str, str]:
    found = {}
    if block.extract.name == "enrollments" and status_header(block):
        found[ROWS] = f"Which values of {status_header(block)} are no enrollment?"
    if block.extract.name == "attendance_events" and marks_repeated(tables, block):
        found[ONE_PER] = "How do several marks of a student on one day become one?"
    return found


def status_header(block: DraftBlock) -> str | None:
    """The column that may say which rows are no enrollment."""
    used = {block.header(column) for column in block.columns}
    for header, profile in block.source.columns.items():
        is_status = set(words_of(header)) & _STATUS_WORDS and header not in used
        if is_status and 1 < len(profile.values) <= _MOST_STATUSES:
            return header
    return None


def marks_repeated(tables: DuckDBTables, block: DraftBlock) -> int:
    """Rows of attendance beyond the first of a student on a day; 0 where the columns are not known."""
    headers = day_of_student(block)
    return repeats(tables, block.source.rows, headers) if headers else 0


def day_of_student(block: DraftBlock) -> list[str]:
    """The headers of the student, the school and the date."""
    join = {new: here for j in block.join for here in j["on"] for new in j["take"]}
    found = [block.header(c) for c in ("student_id", "school_id", "event_date")]
    headers = [join.get(h, h) for h in found if h]
    return headers if len(headers) == 3 and all(h in block.source.columns for h in headers) else []


def _of_values(block: DraftBlock) -> dict[str, str]:
    """Values of a closed list whose meaning is not known, the most frequent first."""
    return {
        key: text
        for column, operation in block.columns.items()
        for key, text in of_lookup(block, column, operation).items()
    }


def of_lookup(block: DraftBlock, column: str, operation: object) -> dict[str, str]:
    """The values of one column of which nobody knows what they mean."""
    if not (isinstance(operation, dict) and "lookup" in operation):
        return {}
    title, header = operation["lookup"], operation["of"]
    return {
        f"lookups.{title}.{value}": f"What does {value} mean in {header} ({n:,} rows)?"
        for value, n in block.source.columns[header].values.items()
        if means(column, value) is None
    }


def _of_codes(block: DraftBlock) -> dict[str, str]:
    """What each code means for attendance, unless the file says it."""
    header = block.header("attendance_code")
    if header is None or "is_absent" in block.columns:
        return {}
    return {f"codes.{code}": f"What does the attendance code {code} mean?" for code in codes_in(block.source, header)}


def codes_in(source: Profiled, header: str) -> list[str]:
    return list(source.columns[header].values)
