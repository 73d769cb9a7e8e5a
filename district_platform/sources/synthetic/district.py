"""The order in which a district comes about, and the files it goes to.

Years are made and written one after the other, so that memory holds one year of the large extracts at a time.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic import assessments as tests
from district_platform.sources.synthetic import attendance, courses, enrollments, people, programs, staff
from district_platform.sources.synthetic import calendars as cal
from district_platform.sources.synthetic.certifications import certification_rows, certifications_extract
from district_platform.sources.synthetic.folder import PLANTED_DEFECTS
from district_platform.sources.synthetic.plan import Plan, make_plan, schools_extract
from district_platform.sources.synthetic.writing import ExtractFile, write_whole

EXTRACTS = (
    "sis/schools",
    "sis/calendar_dates",
    "sis/sessions",
    "sis/students",
    "sis/enrollments",
    "sis/attendance_codes",
    "sis/attendance_events",
    "sis/attendance_submissions",
    "sis/courses",
    "sis/sections",
    "sis/section_enrollments",
    "sis/section_educators",
    "sis/program_participation",
    "hr/educators",
    "hr/certifications",
    "hr/staff_assignments",
    "assessments/assessment_results",
)


def write_district(
    raw: Path, synthetic: Synthetic, assessments: Assessments, as_of_date: date, progress: Callable[[str], None]
) -> None:
    """Make the district and write every extract, then the planted defects."""
    plan = make_plan(synthetic, as_of_date)
    calendars = cal.make_calendars(plan)
    children, by_year = enrollments.simulate_enrollments(plan, calendars)
    files = {name: ExtractFile(raw / f"{name}.csv") for name in EXTRACTS}
    ids, names = people.student_ids(plan, len(children)), people.NamePools()
    ability = tests.Abilities(plan, children)
    hired = staff.Staff(plan)
    files["sis/schools"].append(schools_extract(plan))
    files["sis/attendance_codes"].append(attendance.attendance_codes(with_defect=False))
    files["sis/courses"].append(courses.courses_extract())
    files["sis/sessions"].append(cal.sessions(plan, calendars.values()))
    for year, calendar in calendars.items():
        progress(f"school year {year - 1}-{year % 100:02d}")
        rows = by_year[year]
        made = courses.make_sections(plan, rows, year)
        hired.staff_year(children, rows, made, calendar)
        joined = programs.participation(plan, children, rows, calendar)
        in_program = joined.loc[joined["program"] == 0, "person"].to_numpy()
        results = tests.simulate_results(plan, children, rows, in_program, ability.of_next_year(), calendar)
        results = tests.scaled(results, assessments.scale)
        events = attendance.simulate_events(plan, children, rows, calendar)
        year_tables = {
            "sis/calendar_dates": cal.calendar_dates(plan, calendar),
            "sis/students": people.students_extract(children, ids, names, _students(children, rows), year),
            "sis/enrollments": enrollments.enrollments_extract(plan, ids, rows, year),
            "sis/attendance_events": attendance.events_extract(plan, ids, events, year),
            "sis/attendance_submissions": attendance.submissions_extract(plan, attendance.submissions(plan, calendar)),
            "sis/sections": courses.sections_extract(plan, made.sections, year),
            "sis/section_enrollments": courses.section_enrollments_extract(plan, ids, made, calendar),
            "sis/section_educators": staff.section_educators_extract(plan, made, hired.teaching[year], year),
            "sis/program_participation": programs.program_participation_extract(plan, ids, joined, year),
            "assessments/assessment_results": tests.results_extract(plan, ids, results, assessments, year),
        }
        for name, table in year_tables.items():
            files[name].append(table)
    files["hr/educators"].append(staff.educators_extract(hired, names))
    files["hr/certifications"].append(certifications_extract(certification_rows(plan, hired)))
    files["hr/staff_assignments"].append(staff.assignments_extract(plan, staff.assignment_rows(hired)))
    for file in files.values():
        file.close()
    write_whole(raw / PLANTED_DEFECTS, "rule_id,key\n")


def _students(children: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The year's students, one row each: person, birth_date."""
    person = np.unique(rows["person"].to_numpy())
    return pd.DataFrame({"person": person, "birth_date": children["birth_date"].to_numpy()[person]})
