"""What the page District is drawn from: the release, whose page it is, and the place that is looked at."""

from dataclasses import dataclass

import pandas as pd

from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages.model import Link
from district_platform.web.pages.released import Released, frame
from district_platform.web.reading.queries import released as queries
from district_platform.web.reading.reader import Reader

DISTRICT, PUBLIC = "district", "public"


@dataclass(frozen=True)
class Sight:
    """Released figures of the district, and every group's of one place: a school where one is chosen, else the district."""

    released: Released
    chronic_absence: pd.DataFrame
    attendance_trend: pd.DataFrame
    student_performance: pd.DataFrame
    equity_gaps: pd.DataFrame
    student_growth: pd.DataFrame
    page: Link
    """This page, with the filters that links keep."""
    place: str
    """'the district', or the name of the school."""
    k_school: str | None = None
    year: int = 0
    """School year and administration of results that are looked at."""
    administration: str = ""
    has_school_pages: bool = False
    """Whether the viewer's links to a school lead to its own page."""

    def school_link(self, k_school: str) -> Link:
        if self.has_school_pages:
            return Link("school", (("school", k_school),))
        return self.page.having(school=k_school)


def sight(
    reader: Reader, viewer: Viewer, released: Released, page: Link, k_school: str | None, year: int, administration: str
) -> Sight:
    """Of the school, or of the district where it is None."""

    def at_place(table: str) -> pd.DataFrame:
        return frame(reader.rows(queries.AT_PLACE[table], viewer, school=k_school))

    name = next((school.name for school in released.facts.schools if school.k_school == k_school), k_school)
    return Sight(
        released,
        chronic_absence=at_place("chronic_absence"),
        attendance_trend=at_place("attendance_trend"),
        student_performance=at_place("student_performance"),
        equity_gaps=at_place("equity_gaps"),
        student_growth=at_place("student_growth"),
        page=page,
        place=name or "the district",
        k_school=k_school,
        has_school_pages=viewer.role is Role.DISTRICT,
        year=year,
        administration=administration,
    )
