"""A synthetic district as it goes on, day by day: children enter, leave, and are corrected in the office's extracts."""

import csv
import datetime
import random
from pathlib import Path

from district_platform_tests.offices import Row

FIRST_DAY = datetime.date(2026, 2, 14)
"""The day after the one on which a synthetic district is looked at."""
TRAITS = ("is_economically_disadvantaged", "is_english_learner", "has_disability", "is_homeless")


class Days:
    """The extracts of a home, edited for one day after another. What happens follows from the seed."""

    def __init__(self, home: Path, seed: int) -> None:
        self.sis = home / "data" / "raw" / "sis"
        self.random = random.Random(seed)
        self.day = FIRST_DAY - datetime.timedelta(days=1)
        self.n_new = 0

    def next_day(self) -> tuple[datetime.date, list[str]]:
        """The next day, and what happened until then: each happening with its year and school, without the child."""
        self.day += datetime.timedelta(days=1)
        self.attendance_is_taken()
        happenings = [self.enters, self.leaves, self.is_corrected, self.is_found_last_year, self.was_never_there]
        chosen = self.random.choices(happenings, weights=[4, 4, 2, 1, 1], k=self.random.choice([0, 1, 1, 2]))
        return self.day, [happening() for happening in chosen]

    def read(self, name: str) -> list[Row]:
        with (self.sis / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: list[Row]) -> None:
        with (self.sis / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def attendance_is_taken(self) -> None:
        """Every school with a school day says so; one child in twenty is absent."""
        calendar = self.read("calendar_dates")
        open_today = sorted(
            {r["school_id"] for r in calendar if r["calendar_date"] == f"{self.day}" and r["is_school_day"] == "true"}
        )
        if not open_today:
            return
        self.write("attendance_submissions", [*self.read("attendance_submissions"), *self.submissions(open_today)])
        events = self.read("attendance_events")
        code = next(c["attendance_code"] for c in self.read("attendance_codes") if float(c["is_absent"] or 0) == 1)
        for enrollment in self.enrolled():
            if enrollment["school_id"] in open_today and self.random.random() < 0.05:
                child = {
                    "school_year": "2026",
                    "school_id": enrollment["school_id"],
                    "student_id": enrollment["student_id"],
                }
                events.append(
                    {**dict.fromkeys(events[0], ""), **child, "event_date": f"{self.day}", "attendance_code": code}
                )
        self.write("attendance_events", events)

    def submissions(self, schools: list[str]) -> list[Row]:
        return [{"school_id": school, "submission_date": f"{self.day}"} for school in schools]

    def enrolled(self) -> list[Row]:
        """Enrollments of the running year that have not ended."""
        return [r for r in self.read("enrollments") if r["school_year"] == "2026" and not r["exit_date"]]

    def enters(self) -> str:
        """A child like another one, with some traits of its own."""
        return self.add("2026", f"{self.day}", "")

    def is_found_last_year(self) -> str:
        """A child of last year whose records come late."""
        return self.add("2025", "2024-09-03", "2025-05-20")

    def add(self, year: str, entry: str, leaving: str) -> str:
        enrollments, students = self.read("enrollments"), self.read("students")
        like = self.random.choice([r for r in enrollments if r["school_year"] == year and r["entry_date"]])
        child = self.random.choice([r for r in students if r["school_year"] == year])
        self.n_new += 1
        student_id = f"{10_000 + self.n_new:08d}"
        traits = {trait: self.random.choice(["true", "false", "false"]) for trait in TRAITS}
        students.append(
            {**child, **traits, "student_id": student_id, "first_name": "New", "last_name": f"Child {self.n_new}"}
        )
        ends = {"exit_date": leaving, "exit_reason": "End of school year" if leaving else ""}
        ids = {"enrollment_id": f"N{self.n_new:08d}", "student_id": student_id, "is_primary": "true"}
        enrollments.append({**like, **ids, "entry_date": entry, **ends})
        self.write("students", students)
        self.write("enrollments", enrollments)
        return f"entered {year} {like['school_id']} grade {like['grade_level']}"

    def leaves(self) -> str:
        enrollments = self.read("enrollments")
        going = self.random.choice(
            [i for i, r in enumerate(enrollments) if r["school_year"] == "2026" and not r["exit_date"]]
        )
        enrollments[going] |= {"exit_date": f"{self.day - datetime.timedelta(days=1)}", "exit_reason": "Transferred"}
        self.write("enrollments", enrollments)
        return f"left 2026 {enrollments[going]['school_id']}"

    def is_corrected(self) -> str:
        """A trait of a child, this year or last, turns out to be otherwise."""
        students = self.read("students")
        row = self.random.choice([r for r in students if r["school_year"] in ("2025", "2026")])
        trait = self.random.choice(TRAITS)
        row[trait] = "false" if row[trait] == "true" else "true"
        self.write("students", students)
        return f"corrected {row['school_year']} {trait}"

    def was_never_there(self) -> str:
        """An enrollment of last year is deleted."""
        enrollments = self.read("enrollments")
        row = self.random.choice([r for r in enrollments if r["school_year"] == "2025"])
        self.write("enrollments", [r for r in enrollments if r is not row])
        return f"deleted 2025 {row['school_id']}"
