"""The page District, and /public, which is the same without the links to schools' own pages."""

import threading
from collections import OrderedDict
from typing import Any

from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Policy
from district_platform.quality.page import PAGE_FILE
from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.district import attendance, headline, programs, quality, results, schools, staffing
from district_platform.web.pages.district.sights import DISTRICT, PUBLIC, Sight
from district_platform.web.pages.model import Document, Filter, Filters, Link, PageModel, Section
from district_platform.web.pages.released import Released, read_released
from district_platform.web.reading.reader import Reader

BRIEF = "policy_brief.pdf"


FILTERS = ("school", "year", "administration")
KEPT = 16
"""Pages that were built last. They hold released figures alone, and are the same for everybody in the role."""

_kept: "OrderedDict[tuple[Any, ...], PageModel]" = OrderedDict()
_lock = threading.Lock()


def build(viewer: Viewer, filters: Filters, reader: Reader, policy: Policy) -> PageModel:
    """The page, for viewers who may see the district's released tables."""
    asked = {name: filters[name] for name in FILTERS if filters.get(name)}
    key = (str(reader.publication.folder), repr(policy), viewer.role, *asked.items())
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        kept = _build(viewer, asked, reader, policy)
        with _lock:
            _kept[key] = kept
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return kept


def _build(viewer: Viewer, filters: Filters, reader: Reader, policy: Policy) -> PageModel:
    name = PUBLIC if viewer.role is Role.PUBLIC else DISTRICT
    released = read_released(reader, policy)
    notices: list[str] = []
    shown = _filters(released, filters, notices)
    k_school, year, administration = shown[0].value or None, shown[1].value, shown[2].value
    page = Link(name, tuple((each.name, each.value) for each in shown if each.value))
    looked_at = Sight(reader, viewer, released, page, k_school, int(year) if year else 0, administration)
    school = looked_at.place if k_school else None
    return PageModel(
        name=name,
        title=school or reader.publication.district_name,
        sentences=() if school else headline.lead(released),
        figures=() if school else headline.figures(released),
        sections=_sections(looked_at, viewer),
        filters=shown,
        tab=school or ("For the public" if viewer.role is Role.PUBLIC else "District"),
        notices=tuple(notices),
        documents=() if school else _documents(viewer),
        trail=((reader.publication.district_name, page.having(school=None)),) if school else (),
    )


def _sections(seen: Sight, viewer: Viewer) -> tuple[Section, ...]:
    of_place = (attendance.section(seen), results.performance(seen), results.gaps(seen), programs.growth(seen))
    if seen.k_school:
        return of_place
    return (
        of_place[0],
        schools.section(seen),
        *of_place[1:3],
        programs.evaluation(seen),
        of_place[3],
        staffing.section(seen),
        staffing.years(seen),
        quality.section(seen, has_rules=viewer.role is not Role.PUBLIC),
    )


def _documents(viewer: Viewer) -> tuple[Document, ...]:
    """The documents of the page: the brief for everybody, the quality report for roles that can act on it."""
    brief = Document("The policy brief, two pages (PDF)", BRIEF)
    if viewer.role is Role.PUBLIC:
        return (brief,)
    return (brief, Document("The data quality report, with who corrects what (HTML)", PAGE_FILE))


def _filters(released: Released, filters: Filters, notices: list[str]) -> tuple[Filter, ...]:
    facts = released.facts
    places = [("", "All schools"), *((s.k_school, s.name) for s in sorted(facts.schools, key=lambda s: s.name))]
    rows = released.tables.student_performance
    years = sorted({int(year) for year in rows["school_year"]}, reverse=True) if len(rows) else []
    given = set(rows["administration"]) if len(rows) else set()
    administrations = [(name, name) for name in ADMINISTRATIONS if name in given]
    latest = facts.results
    return (
        asking.choice("school", "School", places, filters, notices),
        asking.choice(
            "year",
            "Results of",
            [(str(year), w.school_year_name(year)) for year in years],
            filters,
            notices,
            str(latest.year) if latest else str(years[0]) if years else "",
        ),
        asking.choice(
            "administration",
            "Test in",
            administrations,
            filters,
            notices,
            latest.administration if latest else administrations[-1][0] if administrations else "",
        ),
    )
