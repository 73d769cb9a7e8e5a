"""The order in which a district is made, and the files to which it is written.

Years are made and written one after the other, so that memory holds one year of the large extracts at a time.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.dictionary import EXTRACTS
from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic import (
    absences,
    calendars,
    courses,
    enrollments,
    online,
    people,
    programs,
    seats,
    staff,
    store,
    store_extracts,
)
from district_platform.sources.synthetic import assessments as tests
from district_platform.sources.synthetic.assessment_defects import plant_result_defects
from district_platform.sources.synthetic.attendance_defects import (
    choose_silent_schools,
    plant_event_defects,
    silence,
)
from district_platform.sources.synthetic.certifications import certification_rows, certifications_extract
from district_platform.sources.synthetic.contract_defects import ContractDamage
from district_platform.sources.synthetic.enrollment_defects import (
    YearRecords,
    plant_enrollment_defects,
    year_records,
)
from district_platform.sources.synthetic.folder import (
    PLANTED_DEFECTS,
    TIMEKEEPING_PERSONS,
    TIMEKEEPING_PUNCHES,
    TRUE_PRESENCE,
)
from district_platform.sources.synthetic.online_sessions import sessions_extract
from district_platform.sources.synthetic.online_tracker import tracker_extract
from district_platform.sources.synthetic.plan import Plan, make_plan, schools_extract
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.staff_defects import (
    StaffRecords,
    plant_section_defects,
    plant_staff_defects,
    with_vacancies,
)
from district_platform.sources.synthetic.store_defects import plant_store_defects
from district_platform.sources.synthetic.timekeeping import make_timekeeping
from district_platform.sources.synthetic.timekeeping_defects import plant_timekeeping_defects
from district_platform.sources.synthetic.timekeeping_records import write_records
from district_platform.sources.synthetic.writing import ExtractFile, write_whole


def write_district(
    raw: Path, synthetic: Synthetic, assessments: Assessments, as_of_date: date, progress: Callable[[str], None]
) -> None:
    """Make the district and write every extract, then the planted defects."""
    District(raw, make_plan(synthetic, as_of_date), assessments).write(progress)


class District:
    """A district being made: what its years share, and its open files."""

    def __init__(self, raw: Path, plan: Plan, assessments: Assessments) -> None:
        self._raw, self._plan, self._assessments = raw, plan, assessments
        self._files = {table.path: ExtractFile(raw / f"{table.path}.csv") for table in EXTRACTS.values()}
        self._names = people.NamePools()
        days = calendars.make_calendars(plan)
        children, by_year = enrollments.simulate_enrollments(plan, days)
        self._planter = Planter(plan, len(children))
        self._damage = ContractDamage(plan, self._planter)
        self._years = {year: year_records(children, rows, days[year]) for year, rows in by_year.items()}
        self._children = plant_enrollment_defects(plan, self._planter, children, self._years)
        self._silent = choose_silent_schools(plan, self._planter, days)
        self._ids = people.student_ids(plan, len(self._children))
        self._ability = tests.Abilities(plan, self._children)
        self._staff = staff.Staff(plan)
        self._sections: dict[int, courses.Sections] = {}

    def write(self, progress: Callable[[str], None]) -> None:
        self._write_lists()
        for year, records in self._years.items():
            progress(f"synthetic district: school year {year - 1}-{year % 100:02d}")
            self._write_students(records)
            self._write_sections(records)
            self._write_attendance(records)
            self._write_results(records)
        self._write_staff()
        self._write_store()
        for file in self._files.values():
            file.close()
        write_whole(self._raw / PLANTED_DEFECTS, self._planter.document())

    def _append(self, extract: str, rows: pa.Table, free: np.ndarray | None = None) -> None:
        """Write a batch; `free` marks the rows that contract defects may damage."""
        file = self._files[extract]
        file.append(rows if free is None else self._damage.apply(extract, rows, free, file.next_line))

    def _free(self, rows: pd.DataFrame) -> np.ndarray:
        return ~self._planter.has_defect[rows["person"].to_numpy()]

    def _write_lists(self) -> None:
        plan, planted = self._plan, self._planter.settings.enabled
        self._append("sis/schools", schools_extract(plan))
        self._append("sis/attendance_codes", absences.attendance_codes(planted))
        self._append("sis/courses", courses.courses_extract())
        year_calendars = [records.calendar for records in self._years.values()]
        self._append("sis/sessions", calendars.sessions(plan, year_calendars))
        for calendar in year_calendars:
            self._append("sis/calendar_dates", calendars.calendar_dates(plan, calendar))
        if planted:
            self._planter.record("ATT-02", absences.CODES[absences.UNMAPPED_STATUS][0])

    def _write_students(self, records: YearRecords) -> None:
        year, rows, students = records.calendar.school_year, records.enrollments, records.students
        delivered = people.students_extract(self._children, self._ids, self._names, students, year)
        self._append("sis/students", delivered, self._free(students))
        enrolled = enrollments.enrollments_extract(self._plan, self._ids, rows, year)
        self._append("sis/enrollments", enrolled, self._free(rows))

    def _write_sections(self, records: YearRecords) -> None:
        plan, calendar, rows = self._plan, records.calendar, records.enrollments
        year = calendar.school_year
        made = courses.make_sections(plan, rows, year)
        self._staff.staff_year(self._children, rows, made, calendar)
        made, teaching = plant_section_defects(plan, self._planter, made, self._staff.teaching[year], year)
        self._staff.teaching[year], self._sections[year] = teaching, made
        self._append("sis/sections", courses.sections_extract(plan, made.sections, year))
        seated = courses.section_enrollments_extract(plan, self._ids, made, calendar)
        self._append("sis/section_enrollments", seated, self._free(made.students))
        self._append("sis/section_educators", staff.section_educators_extract(plan, made, teaching, year))

    def _write_attendance(self, records: YearRecords) -> None:
        plan, calendar, silent = self._plan, records.calendar, self._silent
        events = absences.simulate_events(plan, self._children, records.enrollments, calendar)
        if calendar.school_year == plan.school_years[-1]:
            events = self._write_online(records, events)
        events = silence(plan, silent, calendar, events)
        events = plant_event_defects(plan, self._planter, records, events, silent)
        delivered = absences.events_extract(plan, self._ids, events, calendar.school_year)
        self._append("sis/attendance_events", delivered, self._free(events))
        taken = silence(plan, silent, calendar, absences.submissions(plan, calendar))
        self._append("sis/attendance_submissions", absences.submissions_extract(plan, taken))

    def _write_online(self, records: YearRecords, events: pd.DataFrame) -> pd.DataFrame:
        """Learning online in the running year, and the tracker before it; returns the events with what schools marked of it."""
        years = self._plan.school_years
        before, until = (years[-2], None) if len(years) > 1 else (years[-1], online.DAYS_BEFORE_SESSIONS)
        kept = tracker_extract(self._plan, self._planter, self._ids, self._years[before], until)
        self._append("legacy/attendance_tracker", kept)
        year, marked = online.online_year(self._plan, self._planter, records, events)
        sessions = sessions_extract(self._plan, self._planter, self._ids, year)
        self._append("online_learning/learner_sessions", sessions)
        write_whole(self._raw / TRUE_PRESENCE, online.true_presence(self._ids, year))
        return marked

    def _write_results(self, records: YearRecords) -> None:
        plan, calendar, rows = self._plan, records.calendar, records.enrollments
        year = calendar.school_year
        joined = programs.participation(plan, self._children, rows, calendar)
        in_program = joined.loc[joined["program"] == 0, "person"].to_numpy()
        joined_text = programs.program_participation_extract(plan, self._ids, joined, year)
        self._append("sis/program_participation", joined_text, self._free(joined))
        ability = self._ability.of_next_year()
        results = tests.simulate_results(plan, self._children, rows, in_program, ability, calendar)
        results = tests.scaled(results, self._assessments.scale)
        results = plant_result_defects(plan, self._planter, results, year)
        delivered = tests.results_extract(plan, self._ids, results, self._assessments, year)
        self._append("assessments/assessment_results", delivered, self._free(results))

    def _write_staff(self) -> None:
        plan, planter = self._plan, self._planter
        records = StaffRecords(
            educators=staff.educator_rows(self._staff, self._names),
            certifications=certification_rows(plan, self._staff),
            assignments=staff.assignment_rows(self._staff),
            taught=staff.taught_rows(self._staff, self._sections),
        )
        students = {
            year: seats.census_enrollment(plan, kept.enrollments, kept.calendar) for year, kept in self._years.items()
        }
        plant_staff_defects(plan, planter, records, students)
        self._write_timekeeping(records)
        self._append("hr/educators", staff.educators_extract(records.educators))
        self._append("hr/certifications", certifications_extract(records.certifications))
        rows = with_vacancies(records.assignments) if planter.settings.enabled else records.assignments
        taken = {*planter.educators_with_defect, staff.NOBODY}
        nothing_hangs_on = (rows["position"] == seats.AIDE) & ~rows["educator"].isin(taken)
        self._append("hr/staff_assignments", staff.assignments_extract(plan, rows), nothing_hangs_on.to_numpy())

    def _write_timekeeping(self, staff_records: StaffRecords) -> None:
        plan, planter = self._plan, self._planter
        year_calendars = {year: kept.calendar for year, kept in self._years.items()}
        records = make_timekeeping(plan, self._names, year_calendars, staff_records, planter.educators_with_defect)
        plant_timekeeping_defects(plan, planter, records)
        write_records(plan, records, self._raw / TIMEKEEPING_PERSONS, self._raw / TIMEKEEPING_PUNCHES)

    def _write_store(self) -> None:
        plan = self._plan
        records = store.make_store(plan)
        plant_store_defects(plan, self._planter, records)
        self._append("store/stores", store_extracts.stores_extract(plan, records))
        self._append("store/sales_persons", store_extracts.sales_persons_extract(records, self._names))
        self._append("store/products", store_extracts.products_extract(records))
        self._append("store/customers", store_extracts.customers_extract(records, self._names))
        self._append("store/sales", store_extracts.sales_extract(records))
