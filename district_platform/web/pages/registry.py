"""All pages: their names, who they are for, and what builds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from district_platform.outputs.brief.facts import Policy
from district_platform.settings import Settings
from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages import classes, desk, district, hours, quality, school, staff, store, student
from district_platform.web.pages.model import Filters, PageModel
from district_platform.web.reading.reader import Reader

Builder = Callable[[Viewer, Filters, Reader], PageModel]


@dataclass(frozen=True)
class Page:
    """A page: who it is for, and its function. Raises NotFoundError for what is not there or not in the viewer's scope."""

    name: str
    title: str
    roles: frozenset[Role]
    build: Builder
    in_nav: bool = True
    """Whether it stands in the navigation of its roles; a page of one person is reached from others."""


def pages(settings: Settings) -> Mapping[str, Page]:
    """Every page by name, in the order of the navigation."""
    policy = Policy(settings.quality, settings.attendance)
    leaders = frozenset({Role.DISTRICT, Role.ANALYST})
    clock = hours.Clock.of(settings)
    school_people = frozenset({Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR})
    every = (
        Page("district", "District", leaders, partial(district.build, policy=policy)),
        Page("school", "School", school_people, partial(school.build, policy=policy)),
        Page("classes", "My classes", frozenset({Role.TEACHER}), classes.build),
        Page("desk", "Attendance desk", frozenset({Role.CLERK}), desk.build),
        Page("quality", "Quality", frozenset({Role.STEWARD}), quality.build),
        Page("staff", "Staff hours", frozenset({Role.HR}), partial(staff.build, clock=clock)),
        Page("hours", "My hours", frozenset({Role.EMPLOYEE}), partial(hours.build, clock=clock)),
        Page("store", "Store", frozenset({Role.STORE}), store.build),
        Page("employee", "Employee", frozenset({Role.HR}), partial(hours.build_employee, clock=clock), in_nav=False),
        Page("student", "Student", school_people | {Role.TEACHER}, student.build, in_nav=False),
        Page(
            "public", "For the public", frozenset({Role.PUBLIC}), partial(district.build, policy=policy), in_nav=False
        ),
    )
    return {page.name: page for page in every}
