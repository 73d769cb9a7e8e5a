"""Numbers, dates and lists as a person writes them in American English. No figure is decided here.

Every number of the brief passes through one of these functions, so that none is printed as a program holds it.
"""

import datetime as dt
import re
from collections.abc import Sequence

from district_platform.metrics.figures import TEXT, numeral, rounded

MINUS = TEXT.minus
NO_BREAK = "\N{NO-BREAK SPACE}"
ONE_IN = range(3, 11)
CLOSE = 0.5
"""Points within which 'one in five' needs neither 'nearly' nor 'more than'."""
COMMON_SUBJECTS = frozenset({"Reading", "Math", "Mathematics", "Science", "Writing", "Social Studies"})
SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def decimal(value: float, decimals: int = 1) -> str:
    """1234.56 as '1,234.6', a negative with a true minus sign."""
    return numeral(value, decimals, TEXT)


def signed(value: float, decimals: int = 1) -> str:
    """A change, with its sign; zero has none."""
    text = decimal(value, decimals)
    return text if rounded(value, decimals) <= 0 else f"+{text}"


def count(value: float) -> str:
    """4812 as '4,812'."""
    return decimal(value, 0)


def points(size: str) -> str:
    """A difference of rates as it was told, without its sign: '1 point', '18.2 points'."""
    written = size.lstrip(MINUS).removesuffix(".0")
    return f"{written}{NO_BREAK}point{'' if written == '1' else 's'}"


def subject(name: str) -> str:
    """A subject within a sentence: 'math', 'reading'; names and abbreviations as they are ('ELA', 'Spanish')."""
    return name.lower() if name in COMMON_SUBJECTS else name


def plural(n: float, singular: str, several: str | None = None) -> str:
    """A count with its noun: '1 school', '4,812 students'."""
    return f"{count(n)} {singular if n == 1 else several or singular + 's'}"


def was_or_were(n: float) -> str:
    """The verb for a count."""
    return "was" if n == 1 else "were"


def is_or_are(n: float) -> str:
    """The verb for a count."""
    return "is" if n == 1 else "are"


def spelled(n: int) -> str:
    """Small counts as words, as running text has them; '12' from ten on."""
    return SPELLED[n] if 0 <= n < len(SPELLED) else count(n)


def share_of(pct: float, shown: str, students: str) -> tuple[str, str]:
    """A share as people say it, and the verb 'to be': 'nearly one in five students', 'is'; '47.1% of students', 'are' where none fits."""
    parts = min(ONE_IN, key=lambda k: (abs(pct - 100 / k), k))
    apart = pct - 100 / parts
    if not 100 / ONE_IN[-1] - 1 <= pct <= 100 / ONE_IN[0] + 4:
        return f"{shown} of {students}", "are"
    about = "" if abs(apart) <= CLOSE else "more than " if apart > 0 else "nearly "
    return f"{about}one in {spelled(parts)} {students}", "is"


def compared_schools(basis: str | None, what: str) -> str:
    """Which schools a change compares, as a further sentence; nothing where it compares all."""
    found = re.match(r"(\d+) of (\d+) schools", basis or "")
    return f" The change compares the {found[1]} of {found[2]} schools with {what} in both years." if found else ""


def listing(items: Sequence[str], most: int | None = None) -> str:
    """'A', 'A and B', 'A, B, and C'; beyond `most`, 'A, B, and 3 more'."""
    shown = list(items)
    if most is not None and len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    if len(shown) < 3:
        return " and ".join(shown)
    return f"{', '.join(shown[:-1])}, and {shown[-1]}"


def school_year_name(year: int) -> str:
    """2026 as '2025–26'; the turn of a century in full."""
    return f"{year - 1}–{year % 100:02}" if year % 100 else f"{year - 1}–{year}"


def season(administration: str, year: int) -> str:
    """When a test was taken: 'fall 2025', 'winter 2025–26', 'spring 2026' of school year 2026."""
    when = {"Fall": str(year - 1), "Spring": str(year)}.get(administration, school_year_name(year))
    return f"{administration.lower()} {when}"


def shortened(name: str, most: int = 48) -> str:
    """A long name within a sentence, words of its middle left out: names of schools often differ at the end."""
    if len(name) <= most:
        return name
    begin, end = name[: 2 * most // 3].rsplit(" ", 1)[0], name[-(most // 3) :].split(" ", 1)[-1]
    return f"{begin.rstrip(' ,;-–')} … {end}"


def day(date: dt.date) -> str:
    """'February 13, 2026', in English whatever the machine's locale is."""
    return f"{day_of_year(date.month, date.day)}, {date.year}"


def day_of_year(month: int, day_of_month: int) -> str:
    """'October 1', never broken between lines."""
    return f"{MONTHS[month - 1]}{NO_BREAK}{day_of_month}"


def grade(level: str) -> str:
    """A grade level of the contract in words: 'prekindergarten', 'kindergarten', 'grade 3'."""
    return {"PK": "prekindergarten", "KG": "kindergarten"}.get(level) or f"grade {level.lstrip('0')}"


def with_its_number(text: str) -> str:
    """A number that ends a text stays in the line of its word: 'lowest in grade 4'."""
    return re.sub(r" (\d+)$", "\N{NO-BREAK SPACE}\\1", text)


def sentence_case(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def clause(text: str) -> str:
    """A text from elsewhere as one sentence: one full stop, no line breaks."""
    return " ".join(text.split()).rstrip(" .") + "."


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
