"""The SQL of the pages. `scoped` holds the relations on single people; each other module is named after its page and holds its queries.

A query names relations of `scoped` and tables of registry.OPEN. Filters are parameters, such as $grade; a null filter filters nothing:
`($grade is null or grade_level = $grade)`. Who sees which column stands in its `shows`.
"""

from functools import cache

from district_platform.web.reading.queries import classes, district, released, school, scoped, student
from district_platform.web.reading.registry import Registry

PAGES = (released, district, school, student, classes)


@cache
def registry() -> Registry:
    """All queries, checked once."""
    return Registry((query for page in PAGES for query in page.QUERIES), scoped.RELATIONS)
