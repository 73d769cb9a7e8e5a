"""The SQL of the pages. The modules `scoped…` hold the relations on single people; each other one is named after its page and holds its
queries.

A query names relations of `scoped` and tables of registry.OPEN. Filters are parameters, such as $grade; a null filter filters nothing:
`($grade is null or grade_level = $grade)`. Who sees which column stands in its `shows`.
"""

from functools import cache

from district_platform.web.reading.queries import (
    api,
    classes,
    desk,
    district,
    hours,
    quality,
    released,
    school,
    scoped,
    scoped_findings,
    scoped_staff,
    scoped_store,
    staff,
    store,
    student,
)
from district_platform.web.reading.registry import Registry

PAGES = (released, district, school, student, classes, desk, quality, staff, hours, store, api)
RELATIONS = (*scoped.RELATIONS, *scoped_findings.RELATIONS, *scoped_staff.RELATIONS, *scoped_store.RELATIONS)
"""In the order in which they stand on each other."""


@cache
def registry() -> Registry:
    """All queries, checked once."""
    return Registry((query for page in PAGES for query in page.QUERIES), RELATIONS)
