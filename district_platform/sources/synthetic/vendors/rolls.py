"""What a roster says of a district: who is at which school and in which class today, and nothing of yesterday."""

from functools import cached_property

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import Canonical

CLASS = ["school_year", "school_id", "section_id"]


class Rolls:
    """The rows of a district that hold today: of its last school year, of students who have not left."""

    def __init__(self, canonical: Canonical) -> None:
        self.canonical = canonical
        self.year = str(canonical.years[-1])

    @cached_property
    def stays(self) -> pd.DataFrame:
        """The enrollments of the last year that go on."""
        rows = self.canonical.enrollments
        return rows[(rows["school_year"] == self.year) & (rows["exit_date"] == "")]

    @cached_property
    def students(self) -> pd.DataFrame:
        """Everybody who is enrolled."""
        rows = self.canonical.students
        return rows[(rows["school_year"] == self.year) & rows["student_id"].isin(self.stays["student_id"])]

    @cached_property
    def sections(self) -> pd.DataFrame:
        """The classes of the last year, with the name and the dates of their sessions."""
        rows = self.canonical.read("sis/sections")
        sessions = self.canonical.read("sis/sessions").drop(columns="total_instructional_days")
        return rows[rows["school_year"] == self.year].merge(sessions, on=["school_id", "school_year", "session_id"])

    @cached_property
    def seats(self) -> pd.DataFrame:
        """Who sits in a class and has not left it."""
        rows = self.canonical.read("sis/section_enrollments")
        is_there = rows["student_id"].isin(self.stays["student_id"]) & (rows["end_date"] == "")
        return rows[(rows["school_year"] == self.year) & is_there]

    @cached_property
    def taught(self) -> pd.DataFrame:
        """Who teaches a class."""
        rows = self.canonical.read("sis/section_educators")
        return rows[rows["school_year"] == self.year]

    @cached_property
    def teachers(self) -> pd.DataFrame:
        """Educators with a class, each with the school of the first."""
        first = self.taught.drop_duplicates("educator_id")[["educator_id", "school_id"]]
        return self.canonical.read("hr/educators").merge(first, on="educator_id")

    def session_ids(self, said: pd.Series) -> dict[tuple[str, ...], str]:
        """What the vendor calls the session of each school, of the sections' sessions."""
        keys = self.sections[["school_id", "school_year", "session_id"]].itertuples(index=False, name=None)
        return dict(zip(keys, said, strict=True))

    # As a roster means our rows: those that it has, and what it says of them.

    def schools_first_days(self, rows: pd.DataFrame) -> pd.Series:
        """For each row with a school, the first day of the year's longest session there."""
        sessions = self.canonical.read("sis/sessions")
        whole = sessions[(sessions["school_year"] == self.year) & (sessions["session_id"] == "FY")]
        return rows["school_id"].map(whole.set_index("school_id")["begin_date"])

    def only_students(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[(rows["school_year"] == self.year) & rows["student_id"].isin(self.stays["student_id"])]

    def only_stays(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["enrollment_id"].isin(self.stays["enrollment_id"])]

    def only_used_sessions(self, rows: pd.DataFrame) -> pd.DataFrame:
        key = ["school_id", "school_year", "session_id"]
        used = set(self.sections[key].itertuples(index=False, name=None))
        return rows[[k in used for k in rows[key].itertuples(index=False, name=None)]]

    def only_seats(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The seats of today, each from the first to the last day of its class."""
        kept = rows[rows.index.isin(self.seats.index)]
        begins = self.sections.set_index(CLASS)["begin_date"]
        return kept.assign(begin_date=begins.reindex(pd.MultiIndex.from_frame(kept[CLASS])).to_numpy(), end_date="")

    def only_teachers(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["educator_id"].isin(self.taught["educator_id"])]

    def only_this_year(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["school_year"] == self.year]

    def only_taught_courses(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["course_id"].isin(self.sections["course_id"])]
