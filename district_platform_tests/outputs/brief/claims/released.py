"""The released tables as CSV, and what a sentence says of them in numbers: no code of the brief, nothing of the platform."""

import csv
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

NUMBER = r"[+−]?[\d,]+(?:\.\d+)?"
YEAR = r"\d{4}–\d{2}(?:\d{2})?"
SEASON = r"(?:fall|winter|spring) [\d–]+"

Row = dict[str, str]
Element = tuple[str, str]


GROUPS = {
    "economically disadvantaged students": ("Economically disadvantaged", "Yes"),
    "students who are not economically disadvantaged": ("Economically disadvantaged", "No"),
    "english learners": ("English learner", "Yes"),
    "students who are not english learners": ("English learner", "No"),
    "students with disabilities": ("Disability", "Yes"),
    "students without disabilities": ("Disability", "No"),
    "students experiencing homelessness": ("Homeless", "Yes"),
    "students not experiencing homelessness": ("Homeless", "No"),
    "girls": ("Sex", "F"),
    "boys": ("Sex", "M"),
    "students recorded as x": ("Sex", "X"),
}
SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def written(display: str) -> str:
    """A display of a CSV in the brief's notation."""
    text = display.strip()
    if text.lower().startswith("hidden"):
        return "hidden"
    if not any(character.isdigit() for character in text):
        return "–"
    if re.fullmatch(r"-?\d+(\.\d+)?( %)?", text):
        sign, digits, percent = (
            "−" if text.startswith("-") else "",
            text.lstrip("-").removesuffix(" %"),
            text.endswith("%"),
        )
        whole, point, rest = digits.partition(".")
        return f"{sign}{int(whole):,}{point}{rest}{'%' if percent else ''}"
    return text.replace(" %", "%").replace("≤ ", "≤").replace("≥ ", "≥")


def signed(text: str) -> str:
    return f"+{text}" if re.fullmatch(r"[\d,.]+%?", text) and Decimal(text.replace(",", "").rstrip("%")) > 0 else text


def exact(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace("+", "").replace(",", "").rstrip("%"))


def is_number(text: str) -> bool:
    return re.fullmatch(r"[−+]?[\d,]+(\.\d+)?%?", text) is not None


def bounds(text: str) -> tuple[float, float] | None:
    """Between which a percentage lies that is written so; None where there is none."""
    if is_number(text):
        return float(exact(text)), float(exact(text))
    if text == "hidden":
        return 0.0, 100.0
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]
    if text.startswith(("≤", "<")):
        return 0.0, numbers[0]
    if text.startswith(("≥", ">")):
        return numbers[0], 100.0
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


class UntrueError(AssertionError):
    """A sentence that the released tables do not bear out."""


class Checker:
    """The released tables of one run, and what a sentence of its brief must agree with."""

    def __init__(self, tables: Path, report: dict[str, Any], as_of_date: dt.date) -> None:
        self.tables = {
            path.stem: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in sorted(tables.glob("*.csv"))
        }
        self.report, self.as_of_date = report, as_of_date
        self.n_further_gaps = 0

    # reading

    def rows(self, table: str, **where: object) -> list[Row]:
        wanted = {column: str(value) for column, value in where.items()}
        return [
            r for r in self.tables.get(table, []) if all(r.get(column, "") == value for column, value in wanted.items())
        ]

    def shown(self, row: Row | None, measure: str) -> str:
        return written((row or {}).get(f"{measure}_display") or (row or {}).get(measure, ""))

    def row(self, table: str, **where: object) -> Row:
        found = self.rows(table, **where)
        if len(found) != 1:
            raise UntrueError(f"{len(found)} rows of {table} are {where}")
        return found[0]

    def schools(self, table: str = "school_comparison", **where: object) -> dict[str, Row]:
        return {row["school_name"]: row for row in self.rows(table, **where) if row["school_name"]}

    def school(self, name: str, table: str, **where: object) -> Row:
        """By its name, of which the middle may be cut out."""
        begin, _, end = name.partition(" … ")
        for school, row in self.schools(table, **where).items():
            if school == name or (end and school.startswith(begin) and school.endswith(end)):
                return row
        raise UntrueError(f"no school {name} in {table} where {where}")

    def absence(self, year: int, **where: object) -> Row:
        known = {"aggregation": "District", "grade_level": "", "subgroup_dimension": "All students", **where}
        if "k_school" not in known and known["aggregation"] == "District":
            known["k_school"] = ""
        return self.row("chronic_absence", school_year=year, **known)

    def performance(self, year: int, administration: str, subject: str, **where: object) -> Row:
        known = {"aggregation": "District", "subgroup_dimension": "All students", **where}
        return self.row(
            "student_performance", school_year=year, administration=administration, subject=subject, **known
        )

    def tested(self, **where: object) -> list[Row]:
        """Results of all the district's students."""
        return self.rows("student_performance", aggregation="District", subgroup_dimension="All students", **where)

    def subject(self, word: str) -> str:
        names = {row["subject"] for row in self.tables["student_performance"]}
        return next((name for name in names if name.lower() == word.lower()), word)

    def year(self, text: str) -> int:
        return int(text[:4]) + 1

    def season(self, text: str) -> tuple[int, str]:
        name, year = text.split(" ", 1)
        first = int(year[:4])
        return {"fall": first + 1, "winter": first + 1, "spring": first}[name], name.capitalize()

    @property
    def latest_absence(self) -> int:
        years = [
            int(r["school_year"])
            for r in self.rows(
                "chronic_absence", aggregation="District", subgroup_dimension="All students", grade_level=""
            )
            if r["pct_chronically_absent"]
        ]
        return max(years)

    @property
    def latest_results(self) -> tuple[int, str]:
        order = ("Fall", "Winter", "Spring")
        of_all = self.rows("student_performance", aggregation="District", subgroup_dimension="All students")
        told = [(int(r["school_year"]), order.index(r["administration"])) for r in of_all if r["pct_proficient"]]
        year, rank = max(told)
        return year, order[rank]

    @property
    def running_year(self) -> int:
        return max(int(row["school_year"]) for row in self.tables["enrollment_summary"])

    # claims

    def equal(self, said: str, true: str) -> None:
        if said != true:
            raise UntrueError(f"said {said}, released {true}")

    def holds(self, is_true: bool, what: str) -> None:
        if not is_true:
            raise UntrueError(f"does not hold: {what}")

    def group(self, name: str) -> tuple[str, str]:
        known = GROUPS.get(name.lower())
        if known:
            return known
        value = name.removesuffix(" students")
        for row in self.tables["enrollment_summary"] + self.tables["chronic_absence"] + self.tables["equity_gaps"]:
            if row["subgroup_value"].lower() == value.lower() and row["subgroup_dimension"] not in (
                "Grade",
                "All students",
            ):
                return row["subgroup_dimension"], row["subgroup_value"]
        raise UntrueError(f"no group is called {name}")

    def group_rate(self, name: str) -> Row:
        if grade := re.fullmatch(r"students in (.+)", name, re.IGNORECASE):
            return self.absence(self.latest_absence, grade_level=level_of(grade[1]))
        dimension, value = self.group(name)
        return self.absence(self.latest_absence, subgroup_dimension=dimension, subgroup_value=value)

    def share(self, words: str, pct: Decimal) -> None:
        """'nearly one in five' of a percentage."""
        found = re.search(r"(nearly |more than )?one in (\w+)", words, re.IGNORECASE)
        if not found:
            self.holds(f"{pct}%" in words, f"{words} of {pct}")
            return
        parts = SPELLED.index(found[2]) if found[2] in SPELLED else int(found[2])
        apart = float(pct) - 100 / parts
        about = (found[1] or "").strip().lower()
        self.holds(
            {"": abs(apart) <= 0.5, "nearly": -4 <= apart < -0.5, "more than": 0.5 < apart <= 4.5}[about],
            f"{words} of {pct}",
        )

    def gap(self, low: str, high: str, subject: str) -> Row:
        """The row of a group and its reference, whichever of them is behind; it must be behind, and not by chance."""
        year, administration = self.latest_results
        for one, other, sign in ((low, high, -1), (high, low, 1)):
            for row in self.rows(
                "equity_gaps",
                school_year=year,
                administration=administration,
                subject=self.subject(subject),
                aggregation="District",
                comparison="reference group",
            ):
                try:
                    is_group = (row["subgroup_dimension"], row["subgroup_value"]) == self.group(one)
                except UntrueError:
                    continue
                other_is = row["comparison_value"] == ("No" if other == "other students" else self._value(other))
                if is_group and other_is and row["pct_proficient_gap"]:
                    gap, ends = (
                        float(row["pct_proficient_gap"]),
                        [float(row[f"pct_proficient_gap_ci_{e}"]) for e in ("low", "high")],
                    )
                    self.holds(gap * sign > 0 and ends[0] * ends[1] > 0, f"{low} are behind {high}: {gap} {ends}")
                    return row
        raise UntrueError(f"no gap of {low} and {high} in {subject}")

    def gaps_spoken_of(self) -> list[Row]:
        """Of the latest results: each group beside its reference, in the subjects that the brief compares."""
        year, administration = self.latest_results
        results = self.tested(school_year=year, administration=administration)
        told = {row["subject"] for row in results if row["pct_proficient"]}
        subjects = told & {"Reading", "Math"} or told
        of_district = {"aggregation": "District", "comparison": "reference group"}
        rows = self.rows("equity_gaps", school_year=year, administration=administration, **of_district)
        return [row for row in rows if row["subject"] in subjects]

    def _value(self, name: str) -> str:
        return self.group(name)[1]

    def of_level(self, level: str, subject: str) -> dict[str, str]:
        """Percent proficient of each school of a level, as the brief would write it."""
        year, _ = self.latest_results
        levels = {
            name: row["school_level"].lower() for name, row in self.schools(school_year=self.running_year).items()
        }
        measure = f"pct_proficient_{subject.lower()}"
        return {
            name: self.shown(row, measure)
            for name, row in self.schools(school_year=year).items()
            if levels.get(name) == level.lower()
        }

    def extremes(self, figures: dict[str, str], low: tuple[str, ...], high: tuple[str, ...], is_scoped: bool) -> None:
        """That these are the lowest and the highest told, and that the sentence says 'that can be shown' exactly where it must."""
        told = {name: exact(text) for name, text in figures.items() if is_number(text)}
        self.holds(
            {n for n, v in told.items() if v == min(told.values())} == set(low), f"{low} are the lowest of {told}"
        )
        self.holds(
            {n for n, v in told.items() if v == max(told.values())} == set(high), f"{high} are the highest of {told}"
        )
        ranges = [b for text in figures.values() if not is_number(text) and (b := bounds(text))]
        could_be = any(b[0] <= float(min(told.values())) or b[1] >= float(max(told.values())) for b in ranges)
        self.holds(is_scoped == could_be, f"'that can be shown' is said: {is_scoped}, needed: {could_be}")

    def names(self, text: str) -> tuple[str, ...]:
        known = sorted({r["school_name"] for r in self.tables["school_comparison"]}, key=len, reverse=True)
        found = []
        for name in known:
            if name in text:
                found.append(name)
                text = text.replace(name, "")
        return tuple(found)


def program_row(c: Checker, program: str, subject: str, way: str) -> Row:
    rows = [
        r
        for r in c.rows(
            "program_evaluation", program=program, aggregation="District", subgroup_dimension="All students"
        )
        if r["did_estimate"] and r["subject"].lower() == subject.lower()
    ]
    row = max(rows, key=lambda r: int(r["school_year"]))
    estimate, low, high = (float(row[name]) for name in ("did_estimate", "did_ci_low", "did_ci_high"))
    c.holds((estimate > 0) is (way == "more") and low * high > 0, f"{program}: {estimate} ({low} to {high})")
    return row


def growth_row(c: Checker, school: str, subject: str, way: str) -> Row:
    of_all = c.rows("student_growth", aggregation="School", subgroup_dimension="All students")
    year = max(
        int(r["school_year"]) for r in of_all if r["mean_growth_percentile"] and r["mean_growth_percentile_ci_low"]
    )
    row = c.school(
        school, "student_growth", school_year=year, subject=c.subject(subject), subgroup_dimension="All students"
    )
    low, high = (float(row[f"mean_growth_percentile_ci_{end}"]) - 50 for end in ("low", "high"))
    c.holds(low * high > 0 and (low > 0) is (way == "more"), f"{school}, {subject}: {low} to {high}")
    return row


def whole(text: str) -> int:
    """A count of a CSV, which a program may have written as '49.0'."""
    return int(Decimal(text))


def enrolled(c: Checker, year: int) -> Row:
    return c.row("enrollment_summary", school_year=year, aggregation="District", subgroup_dimension="All students")


def staffed(c: Checker) -> Row:
    told = [r for r in c.rows("staffing_ratios", aggregation="District") if r["students_per_teacher_fte"]]
    return max(told, key=lambda r: int(r["school_year"]))


def points(text: str) -> str:
    return text.lstrip("−").removesuffix(".0")


def by_grade(c: Checker) -> dict[str, str]:
    year = c.latest_absence
    grades = {
        r["grade_level"]: c.shown(r, "pct_chronically_absent")
        for r in c.rows("chronic_absence", school_year=year, aggregation="District", subgroup_dimension="All students")
        if r["grade_level"]
    }
    enrolled = {
        r["subgroup_value"]
        for r in c.rows(
            "enrollment_summary", school_year=c.running_year, aggregation="District", subgroup_dimension="Grade"
        )
    }
    return {**dict.fromkeys(enrolled, "hidden"), **grades}


def count(word: str) -> int:
    return SPELLED.index(word.lower()) if word.lower() in SPELLED else int(word.replace(",", ""))


def level_of(words: str) -> str:
    return {"prekindergarten": "PK", "kindergarten": "KG"}.get(
        words.lower()
    ) or f"{int(words.removeprefix('grade ')):02}"
