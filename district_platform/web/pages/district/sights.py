"""What the page District is drawn from: the release, whose page it is, and the place that is looked at."""

from dataclasses import dataclass

import pandas as pd

from district_platform.web.pages.model import Link
from district_platform.web.pages.released import Released

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
