"""What the page District is drawn from: the release, whose page it is, and the place that is looked at."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages.model import Link
from district_platform.web.pages.released import Released, frame
from district_platform.web.reading.queries import released as queries
from district_platform.web.reading.reader import Reader

DISTRICT, PUBLIC = "district", "public"


@dataclass(frozen=True)
class Sight:
    """Released figures of the district, and every group's of one place: a school where one is chosen, else the district.

    The tables of the place are read when a section asks for them.
    """

    reader: Reader
    viewer: Viewer
    released: Released
    page: Link
    """This page, with the filters that links keep."""
    k_school: str | None
    year: int
    """School year and administration of results that are looked at."""
    administration: str

    @property
    def place(self) -> str:
        """'the district', or the name of the school."""
        if self.k_school is None:
            return "the district"
        return next((s.name for s in self.released.facts.schools if s.k_school == self.k_school), self.k_school)

    @cached_property
    def chronic_absence(self) -> pd.DataFrame:
        return self._at_place("chronic_absence")

    @cached_property
    def attendance_trend(self) -> pd.DataFrame:
        return self._at_place("attendance_trend")

    @cached_property
    def student_performance(self) -> pd.DataFrame:
        return self._at_place("student_performance")

    @cached_property
    def equity_gaps(self) -> pd.DataFrame:
        return self._at_place("equity_gaps")

    @cached_property
    def student_growth(self) -> pd.DataFrame:
        return self._at_place("student_growth")

    def _at_place(self, table: str) -> pd.DataFrame:
        return frame(self.reader.rows(queries.AT_PLACE[table], self.viewer, school=self.k_school))

    def school_link(self, k_school: str) -> Link:
        """To the school's own page for those who have one, else to its released figures."""
        if self.viewer.role is Role.DISTRICT:
            return Link("school", (("school", k_school),))
        return self.page.having(school=k_school)
