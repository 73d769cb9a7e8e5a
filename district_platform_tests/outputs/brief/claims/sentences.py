"""Which sentences can be checked, and how each is: a pattern and a function that raises UntrueError."""

import re
from collections.abc import Callable

from district_platform_tests.outputs.brief.claims.released import Checker

CLAIM_WORDS = re.compile(
    r"\b(highest|lowest|largest|smallest|most|fewest|more than|less than|fewer|nobody|no one|none|all|every|only|rose|fell|above|below|"
    r"behind|ahead|clearly|widely|nearest|steady|unchanged)\b|\d",
    re.IGNORECASE,
)
SAID_ALWAYS = (
    "They missed 10% or more of their school days",
    "Every row of the list has a result; the share of students chronically absent falls in the next brief.",
    "The school's attendance by week rises; the board hears after six weeks.",
    "Attendance by weekday evens out in the next brief.",
    "What to do, and why",
    "A year still running does not compare with whole years.",
    "The line is the district's average; bars show what chance may add or take (95% interval).",
    "Bars show what chance may add or take (95% interval).",
    "A percentile of 50 is the district's average.",
    "With places given by lot, next year's comparison shows whether the program is the reason.",
    "Give every student who enters during the year a placement check in the first week.",
    "Schools report, each month, how many entered and how many were checked.",
)
"""Sentences on what a word means or what is asked, which no data could make untrue."""
SECTIONS_ON_MEANING = ("How this is measured",)
"""Headings under which words are explained and nothing is claimed of the data."""

Check = Callable[[Checker, re.Match[str]], None]
CHECKS: list[tuple[re.Pattern[str], Check]] = []


def sentence(pattern: str) -> Callable[[Check], Check]:
    """Declares how sentences of this form are checked."""

    def add(check: Check) -> Check:
        CHECKS.append((re.compile(pattern), check))
        return check

    return add
