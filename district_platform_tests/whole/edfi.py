"""The synthetic district as canonical extracts in which that is otherwise, or blank, which Ed-Fi cannot say; and its homes.

This is the list of what is lost on the way through Ed-Fi (docs/sources/edfi.md, What is lost), and of the ids that are Ed-Fi's.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from district_platform.dictionary import EXTRACTS
from district_platform.settings import Assessments, Synthetic
from district_platform.sources.edfi.resources import GIVEN_BY_EDFI
from district_platform.sources.synthetic import generate
from district_platform.standins.edfi import StandIn, serve
from district_platform.standins.edfi.vocabulary import resource_id, school_number
from district_platform_tests.whole.acceptance import rewrite

SIZE = {"students": 240, "years": 2, "seed": 11, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
TEST = "State Assessment"
AS_OF = "as_of_date = 2026-02-13\n"
SETTINGS = f"""{AS_OF}[sources]
kind = "{{kind}}"
{{more}}
[assessments]
main_test = "{TEST}"
"""
NOT_OF_EDFI = sorted(set(EXTRACTS) - GIVEN_BY_EDFI)
"""Extracts that Ed-Fi has no resource for: they come canonical in every home."""

CODES = {
    "AE": "Excused Absence", "AI": "Excused Absence", "SO": "Excused Absence", "AU": "Unexcused Absence",
    "HE": "Excused Absence@0.5", "PE": "Excused Absence@0.25", "HU": "Unexcused Absence@0.5",
    "TE": "Tardy", "TU": "Tardy", "FT": "In Attendance",
}  # fmt: skip
MEANINGS = {
    "Excused Absence": ("Excused Absence", "Excused", "1"),
    "Excused Absence@0.5": ("Excused Absence", "Excused", "0.5"),
    "Excused Absence@0.25": ("Excused Absence", "Excused", "0.25"),
    "Unexcused Absence": ("Unexcused Absence", "Unexcused", "1"),
    "Unexcused Absence@0.5": ("Unexcused Absence", "Unexcused", "0.5"),
    "Tardy": ("Tardy", "", "0"),
    "In Attendance": ("In Attendance", "", "0"),
}
"""What is left of our codes: a suspension is an excused absence, and a tardy is neither excused nor unexcused."""
EVENTS = {
    "Staff Development": "Teacher only day",
    "Professional Development": "Teacher only day",
    "Weather Closure": "Weather day",
}
BANDS = {"K-5": "KG-05", "6-8": "06-08", "9-12": "09-12", "K-12": "KG-12"}


def students_who_came(raw: Path) -> set[tuple[str, str]]:
    """School year and id of students with an enrollment that did not end before it began; three others of this seed never came."""
    stays = pd.read_csv(raw / "sis/enrollments.csv", dtype=str, keep_default_na=False)
    came = stays[(stays["exit_date"] == "") | (stays["exit_date"] >= stays["entry_date"])]
    assert len(stays) - len(came) == 3
    return set(zip(came["school_year"], came["student_id"], strict=True))


def as_edfi_says(path: str, rows: pd.DataFrame, came: set[tuple[str, str]]) -> pd.DataFrame:
    """The rows of an extract as they come back from Ed-Fi; `came` are the students who came, by year."""
    rows = rows.copy()
    if path == "sis/enrollments":
        rows = rows[(rows["exit_date"] == "") | (rows["exit_date"] >= rows["entry_date"])].copy()
    elif path == "sis/students":
        rows = rows[[student in came for student in zip(rows["school_year"], rows["student_id"], strict=True)]].copy()
    if "school_id" in rows:
        rows["school_id"] = [str(school_number(school)) for school in rows["school_id"]]
    if "grade_band" in rows:
        rows["grade_band"] = rows["grade_band"].map(BANDS)
    if path == "sis/calendar_dates":
        told = rows["calendar_event"].map(
            lambda event: EVENTS.get(event, "Holiday" if event else "Non-instructional day")
        )
        rows["calendar_event"] = told.where(rows["is_school_day"] == "false", "")
    elif path == "sis/sessions":
        rows["session_name"] = rows["session_id"]
    elif path == "sis/enrollments":
        rows["enrollment_id"] = [resource_id("studentSchoolAssociations", each) for each in rows["enrollment_id"]]
    elif path == "sis/attendance_codes":
        rows = pd.DataFrame([(code, *meaning) for code, meaning in MEANINGS.items()], columns=rows.columns)
    elif path == "sis/attendance_events":
        rows["attendance_code"] = rows["attendance_code"].map(CODES)
        assert not rows.duplicated(["student_id", "school_id", "event_date"]).any(), "one event a day, to begin with"
    elif path == "hr/certifications":
        rows["certification_id"] += "/WA"
    elif path == "hr/staff_assignments":
        programs = rows.groupby(["school_year", "educator_id", "school_id"])["program"]
        rows["program"] = rows["program"].where(programs.transform("nunique") == 1, "")
        resource = "staffEducationOrganizationAssignmentAssociations"
        rows["assignment_id"] = [resource_id(resource, each) for each in rows["assignment_id"]]
    elif path == "assessments/assessment_results":
        rows["assessment_name"] = TEST
    return rows


def make_district(raw: Path) -> None:
    generate(raw, Synthetic.model_validate(SIZE), Assessments(), dt.date(2026, 2, 13))


def canonical_home(home: Path, raw: Path) -> None:
    """A home of canonical files in which everything is as Ed-Fi says it."""
    came = students_who_came(raw)
    for extract in EXTRACTS.values():
        rewrite(
            raw, home / "data" / "raw", extract.path, lambda rows, path=extract.path: as_edfi_says(path, rows, came)
        )
    (home / "district.toml").write_text(SETTINGS.format(kind="files", more=""))


@contextmanager
def edfi_home(home: Path, raw: Path, standin: StandIn) -> Iterator[dict[str, str]]:
    """A home that pulls from a stand-in while the block lasts; yields settings for its processes: the secrets, and no long waits."""
    came = students_who_came(raw)
    for name in NOT_OF_EDFI:
        path = EXTRACTS[name].path
        rewrite(raw, home / "data" / "raw", path, lambda rows, path=path: as_edfi_says(path, rows, came))
    with serve(standin) as url:
        years = list(standin.district.years)
        more = f'[sources.edfi]\nurl = "{url}"\nschool_years = {years}\ntimeout_seconds = 20\n'
        more += "".join(f'[sources.extracts.{name}]\nfrom = "files"\n' for name in NOT_OF_EDFI)
        (home / "district.toml").write_text(SETTINGS.format(kind="edfi", more=more))
        yield {
            "secret__edfi_key": standin.key.get_secret_value(),
            "secret__edfi_secret": standin.secret.get_secret_value(),
            "retries__max_retries": "2",
            "retries__first_delay_seconds": "0.05",
        }
