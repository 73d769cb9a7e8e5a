"""What to correct at the school: courses without educator or students, educators whose certification does not fit."""

from collections.abc import Iterable, Mapping
from typing import Any

from district_platform.dictionary import KEY_SEPARATOR
from district_platform.outputs.brief import wording as w
from district_platform.outputs.call_lists.wording import name_text
from district_platform.web.pages.model import Column, Section, Table

Finding = Mapping[str, Any]


def section(educators: Iterable[Finding] | None, courses: Iterable[Finding]) -> Section:
    """Open findings; `educators` is None for whoever sees those of courses alone."""
    tables = [_courses(list(courses))]
    if educators is not None:
        tables.insert(0, _educators(list(educators)))
    n = sum(len(table.rows) for table in tables)
    said = f"{w.plural(n, 'finding')} {w.is_or_are(n)} open." if n else "Nothing is open."
    return Section("findings", "To correct", (said,), (), tuple(tables), True)


def _educators(found: list[Finding]) -> Table:
    return Table(
        "educators",
        "Open findings on educators",
        (Column("Educator"), Column("Rule"), Column("What"), Column("Found"), Column("How to correct it")),
        tuple(
            (
                name_text(f["last_name"], f["first_name"]) or "–",
                f["rule_id"],
                f["title"],
                f["evidence"] or "–",
                f["how_to_fix"] or "–",
            )
            for f in found
        ),
        note="Human resources corrects these in its own system.",
        empty="No finding on an educator is open.",
    )


def _courses(found: list[Finding]) -> Table:
    return Table(
        "courses",
        "Open findings on sections",
        (
            Column("Section"),
            Column("School year"),
            Column("Rule"),
            Column("What"),
            Column("Found"),
            Column("How to correct it"),
        ),
        tuple(
            (*_section(f["finding_key"]), f["rule_id"], f["title"], f["evidence"] or "–", f["how_to_fix"] or "–")
            for f in found
        ),
        empty="No finding on a section is open.",
    )


def _section(key: str) -> tuple[str, str]:
    """Section and school year of a key such as 2026|0103|RDG03-03."""
    year, *_, section = key.split(KEY_SEPARATOR)
    return section, w.school_year_name(int(year)) if year.isdigit() else "–"
