"""Which count of which group each column of the published tables tells, as docs/data_dictionary.md describes them.

The mapping serves both the attacker, who reads released rows, and whoever holds its claims against unreleased rows.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .cells import Cell
from .words import TINY, number, percentage

Row = dict[str, str]


class Count(NamedTuple):
    """A column that counts students.

    `is_base` where words in it speak of this very count, `is_full` where all groups have rows. `group` is the column of the row's
    group, of which the count is a part: while that is hidden, the words say nothing of whether anybody is in the part. `may_be_empty` where
    the row is there without anybody in it, so that "not told" may be nobody.
    """

    column: str
    cell: Cell
    is_base: bool = False
    is_full: bool = False
    group: str = ""
    may_be_empty: bool = False


class Percentage(NamedTuple):
    """A column with the share of a population that something holds of; `change` names the column with its change since `before`."""

    column: str
    part: Cell
    whole: Cell
    change: str = ""
    before: tuple[Cell, Cell] | None = None
    is_mean: bool = False
    unit: float = 100.0


class Ratio(NamedTuple):
    """A column with students per FTE; `per` is the column of the FTE."""

    column: str
    cell: Cell
    per: str


class Figure(NamedTuple):
    """A column with a figure that rests on a population and on nothing else: words for why it is hidden are about that."""

    column: str
    cell: Cell


Said = Count | Percentage | Ratio | Figure


def place_of(row: Row) -> str:
    if row.get("aggregation", "School") == "School":
        return f"school:{row['k_school']}"
    if row["aggregation"] == "Level":
        return f"level:{row['school_level']}"
    return "district"


def group_of(row: Row) -> dict[str, str]:
    """Subgroup and grade of a row; grades are a dimension of subgroups in some tables, a column in others."""
    dimension, value = row.get("subgroup_dimension", ""), row.get("subgroup_value", "")
    grade = row.get("grade_level") or ""
    if dimension == "Grade":
        return {"dimension": "", "value": "", "grade": value}
    if dimension in ("", "All students"):
        return {"dimension": "", "value": "", "grade": grade}
    return {"dimension": dimension, "value": value, "grade": grade}


def year_before(cell: Cell) -> Cell:
    return cell._replace(year=cell.year - 1)


def to_date(cell: Cell, running: bool) -> Cell:
    """The cell of the year before; of a running year's rows, up to the same day."""
    return year_before(cell.of(f"{cell.count}_to_date") if running else cell)


def enrollment_summary(row: Row, running: bool) -> Iterator[Said]:
    group = Cell("enrolled", int(row["school_year"]), place_of(row), **group_of(row))
    whole = group._replace(dimension="", value="", grade="")
    yield Count("n_students", group, is_base=True, is_full=True, may_be_empty=says_nothing(row))
    yield Count("n_students_before", year_before(group), is_base=True)
    yield Count("n_students_census", group.of("census"), is_base=True, is_full=True, group="n_students")
    yield Count("n_entered_late", group.of("late"), is_full=True)
    yield Count("n_exited_early", group.of("exited"), is_full=True)
    yield Percentage("pct_of_students", group, whole)


def says_nothing(row: Row) -> bool:
    """Of a place with fewer than the minimum every group has a row, empty or not, in which nothing is told."""
    return all(value == "not told" for column, value in row.items() if column.endswith("_display"))


def chronic_absence(row: Row, running: bool) -> Iterator[Said]:
    group = Cell("attending", int(row["school_year"]), place_of(row), **group_of(row))
    judged, chronic = group.of("judged"), group.of("chronic")
    before = to_date(judged, running)
    yield Count("n_students_attending", group, is_base=True, is_full=True)
    yield Count("n_students_judged", judged, is_base=True, is_full=True, group="n_students_attending")
    yield Figure("pct_attendance", group)
    yield Count("n_chronically_absent", chronic, is_full=True)
    yield Count("n_students_judged_before", before, is_base=True, group="n_students_attending")
    yield Percentage(
        "pct_chronically_absent",
        chronic,
        judged,
        "pct_chronically_absent_change",
        (to_date(chronic, running), before),
    )
    yield Count(
        "n_students_judged_federal",
        group.of("judged_federal"),
        is_base=True,
        is_full=True,
        group="n_students_attending",
    )
    yield Count("n_chronically_absent_federal", group.of("chronic_federal"), is_full=True)
    yield Percentage("pct_chronically_absent_federal", group.of("chronic_federal"), group.of("judged_federal"))
    yield Count("n_students_judged_fs195", group.of("judged_fs195"), is_base=True, group="n_students_attending")
    yield Percentage("pct_chronically_absent_fs195", group.of("chronic_fs195"), group.of("judged_fs195"))


def reconciliation_summary(row: Row, running: bool) -> Iterator[Said]:
    group = Cell("attending", int(row["school_year"]), place_of(row))
    judged, federal = group.of("judged"), group.of("judged_federal")
    yield Count("n_students_attending", group, is_base=True)
    yield Count("n_students_reconciled", group.of("reconciled"))
    yield Count("n_students_judged", judged, is_base=True, group="n_students_attending")
    yield Count("n_students_judged_federal", federal, is_base=True, group="n_students_attending")
    for column, part, whole in (
        ("chronically_absent", group.of("chronic"), judged),
        ("chronically_absent_other", group.of("chronic_other"), judged),
        ("chronically_absent_federal", group.of("chronic_federal"), federal),
        ("chronically_absent_federal_other", group.of("chronic_federal_other"), federal),
    ):
        yield Count(f"n_{column}", part)
        yield Percentage(f"pct_{column}", part, whole)


def attendance_trend(row: Row, running: bool) -> Iterator[Said]:
    days = row.get("week_begin_date") or row.get("weekday") or row.get("weekday_number") or ""
    yield Count(
        "n_students_enrolled", Cell("on_a_day", int(row["school_year"]), place_of(row), detail=days), is_base=True
    )


def student_performance(row: Row, running: bool) -> Iterator[Said]:
    detail = f"{row['subject']}/{row['administration']}"
    group = Cell("tested", int(row["school_year"]), place_of(row), **group_of(row), detail=detail)
    before = year_before(group)
    yield Count("n_tested", group, is_base=True, is_full=True)
    yield Count("n_tested_before", before, is_base=True)
    yield Figure("mean_scale_score", group)
    total, part = group.of("score_total"), group.of("proficient")
    yield Percentage("pct_proficient", part, group, "pct_proficient_change", (year_before(part), before))
    yield Percentage(
        "mean_scale_score", total, group, "mean_scale_score_change", (year_before(total), before), True, 1.0
    )
    if cohort := grade_before(group):
        yield Count("n_tested_cohort_before", cohort, is_base=True)
        parts = (cohort.of("proficient"), cohort)
        yield Percentage("pct_proficient", part, group, "pct_proficient_cohort_change", parts)
        yield Percentage(
            "mean_scale_score",
            total,
            group,
            "mean_scale_score_cohort_change",
            (cohort.of("score_total"), cohort),
            True,
            1.0,
        )


def grade_before(cell: Cell) -> Cell | None:
    """The same cohort a year before, one grade down; None of a group that is no grade."""
    if cell.dimension or not cell.grade.isdigit() or cell.grade == "01":
        return None
    return year_before(cell)._replace(grade=f"{int(cell.grade) - 1:02d}")


def student_growth(row: Row, running: bool) -> Iterator[Said]:
    # growth is up to the latest administration of its year, and told of no other
    group = Cell("growth", int(row["school_year"]), place_of(row), **group_of(row), detail=row["subject"])
    total, before = group.of("percentile_total"), year_before(group)
    yield Count("n_growth", group, is_base=True, is_full=True)
    yield Count("n_growth_before", before, is_base=True)
    yield Figure("mean_growth_percentile", group)
    change = "mean_growth_percentile_change"
    yield Percentage("mean_growth_percentile", total, group, change, (before.of("percentile_total"), before), True, 1.0)


def staffing_ratios(row: Row, running: bool) -> Iterator[Said]:
    group = Cell("census", int(row["school_year"]), place_of(row))
    learners = group._replace(dimension="English learner", value="Yes")
    disability = group._replace(dimension="Disability", value="Yes")
    yield Count("n_students_census", group, is_base=True, group="n_students")
    yield Count("n_students_census_before", year_before(group), is_base=True)
    yield Count("n_english_learners_census", learners, is_base=True, may_be_empty=True)
    yield Count("n_students_with_disability_census", disability, is_base=True, may_be_empty=True)
    yield Ratio("students_per_teacher_fte", group, "teacher_fte")
    yield Ratio("english_learners_per_teacher_fte", learners, "english_learner_teacher_fte")
    yield Ratio("students_with_disability_per_teacher_fte", disability, "special_education_teacher_fte")


def school_comparison(row: Row, running: bool) -> Iterator[Said]:
    yield from (s for s in enrollment_summary(row, running) if not isinstance(s, Count) or s.column in row)
    for said in chronic_absence(row, running):
        if not isinstance(said, Count) or said.column in row:
            yield said
    yield from staffing_ratios(row, running)
    administration = row.get("administration") or ""
    for subject in ("Reading", "Math"):
        scored = dict(row, subject=subject, administration=administration)
        column = subject.lower()
        tested = Cell("tested", int(row["school_year"]), place_of(row), detail=f"{subject}/{administration}")
        part, before = tested.of("proficient"), year_before(tested)
        yield Count(f"n_tested_{column}", tested, is_base=True)
        yield Count(f"n_tested_{column}_before", before, is_base=True)
        changed = f"pct_proficient_{column}_change"
        yield Percentage(f"pct_proficient_{column}", part, tested, changed, (year_before(part), before))
        for said in student_growth(scored, running):
            if isinstance(said, Count):
                suffix = "_before" if said.column.endswith("_before") else ""
                yield said._replace(column=f"n_growth_{column}{suffix}", is_full=False)
            elif isinstance(said, Figure):
                yield said._replace(column=f"mean_growth_percentile_{column}")
            elif isinstance(said, Percentage):
                mean = f"mean_growth_percentile_{column}"
                yield said._replace(column=mean, change=f"{mean}_change")


def equity_gaps(row: Row, running: bool) -> Iterator[Said]:
    detail = f"{row['subject']}/{row['administration']}/{row['comparison']}/{row['comparison_value']}"
    group = Cell("group", int(row["school_year"]), place_of(row), **group_of(row), detail=detail)
    yield Count("n_group", group)
    yield Count("n_comparison", group.of("comparison"))


def program_evaluation(row: Row, running: bool) -> Iterator[Said]:
    detail = f"{row['program']}/{row['subject']}/{row['from_administration']}/{row['to_administration']}"
    group = Cell("participants", int(row["school_year"]), place_of(row), **group_of(row), detail=detail)
    for column, name in (
        ("n_participants", "participants"),
        ("n_comparison", "compared"),
        ("n_participants_not_compared", "not_compared"),
        ("n_participants_attrited", "participants_attrited"),
        ("n_comparison_attrited", "compared_attrited"),
    ):
        yield Count(column, group.of(name))
    yield Figure("change_participants", group)
    yield Percentage("pct_participants_attrited", group.of("participants_attrited"), group.of("participants_first"))
    yield Percentage("pct_comparison_attrited", group.of("compared_attrited"), group.of("compared_first"))


TABLES: dict[str, Callable[[Row, bool], Iterator[Said]]] = {
    made.__name__: made
    for made in (
        enrollment_summary,
        chronic_absence,
        reconciliation_summary,
        attendance_trend,
        student_performance,
        student_growth,
        staffing_ratios,
        school_comparison,
        equity_gaps,
        program_evaluation,
    )
}


def said_of(table: str, rows: list[Row]) -> Iterator[tuple[Row, Said]]:
    """What the columns of each row of a table are about."""
    latest = max((int(row["school_year"]) for row in rows), default=0)
    of_census = shares_are_of_census(rows)
    for row in rows:
        for said in TABLES[table](row, int(row["school_year"]) == latest):
            if said.column in row or f"{said.column}_display" in row:
                if of_census and said.column == "pct_of_students" and isinstance(said, Percentage):
                    said = said._replace(part=said.part.of("census"), whole=said.whole.of("census"))
                yield row, said


def shares_are_of_census(rows: list[Row]) -> bool:
    """Whether pct_of_students is the share of the count day's students, not of the year's: whichever the told counts fit."""
    fits = {"n_students": True, "n_students_census": True}
    n_seen = dict.fromkeys(fits, 0)
    for column in fits:
        totals = {(r["school_year"], place_of(r)): told(r, column) for r in rows if not any(group_of(r).values())}
        for row in rows:
            share = percentage(row.get("pct_of_students") or "", row.get("pct_of_students_display") or "")
            part, whole = told(row, column), totals.get((row["school_year"], place_of(row)))
            if share and part is not None and whole and any(group_of(row).values()):
                n_seen[column] += 1
                fits[column] &= share.low - TINY <= 100 * part / whole <= share.high + TINY
    likeliest = max(fits, key=lambda column: (fits[column], n_seen[column]))
    return likeliest == "n_students_census"


def told(row: Row, column: str) -> float | None:
    """A count that a row tells, in its column or in the words beside it."""
    value = number(row.get(column) or "")
    return number(row.get(f"{column}_display") or "") if value is None else value
