"""Results of assessments: one row for each result that has one subject and one scale score, chosen where the API leaves a choice."""

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from district_platform.engine.raw_files import FILE, LINE
from district_platform.settings.edfi import EdfiAssessment
from district_platform.sources.edfi.pulled import Pulled, one_each, school_year

SCALE_SCORE = "scale score"
_ASSESSMENT = ["assessment", "namespace"]
_ISO_DATE = r"^(\d{4}-\d{2}-\d{2})"


def results(pulled: Pulled, kept: ibis.Table) -> ibis.Table:
    """Every record of studentAssessments as a row of the extract; `n_subjects` says how many subjects its assessment has.

    Where it does not say its season, that is the season of the date; where not its school, the student's school on the day.
    """
    rows = pulled["studentAssessments"]
    text = rows.test_date.re_extract(_ISO_DATE, 1)
    rows = rows.mutate(test_date=(text == "").ifelse(rows.test_date, text))
    rows = rows.mutate(school_year=school_year(rows, "test_date"))
    rows = _with_assessment(pulled, rows)
    rows = _with_score(pulled, rows)
    rows = _with_level(pulled, rows)
    rows = _with_school(rows, kept)
    period = pulled.crosswalk("AssessmentPeriod").meant(rows.administration)
    return rows.select(
        FILE,
        LINE,
        "school_year",
        "student_id",
        "school_id",
        "assessment",
        "assessment_name",
        "subject",
        "n_subjects",
        "n_scores",
        "test_date",
        "scale_score",
        "performance_level",
        "is_proficient",
        grade_level=pulled.crosswalk("GradeLevel").meant(rows.grade_level),
        administration=ibis.coalesce(period, _season(rows.test_date)),
        has_period=period.notnull(),
    )


def assessment_results(found: ibis.Table) -> ibis.Table:
    """Extract assessments/assessment_results: the results whose subject is known, or that staging will name."""
    return found.filter(~is_ambiguous(found)).drop("assessment", "n_subjects", "n_scores", "has_period")


def is_ambiguous(found: ibis.Table) -> ir.BooleanValue:
    """Whether a result has several subjects, and nobody has chosen one."""
    return found.subject.isnull() & (found.n_subjects > 1)


def lacks_score_by_choice(found: ibis.Table) -> ir.BooleanValue:
    """Whether a result has several scores, and none of them is known to be the scale score."""
    return found.scale_score.isnull() & (found.n_scores > 1)


def _chosen(pulled: Pulled, choice: Callable[[EdfiAssessment], str | None], of: ir.StringValue) -> ir.StringValue:
    """What the settings choose for each assessment; null where they choose nothing."""
    chosen = {name: choice(each) for name, each in pulled.source.assessments.items()}
    pairs = [(name, value) for name, value in chosen.items() if value]
    return of.cases(*pairs, else_=ibis.null("string")) if pairs else ibis.null("string")


def _with_assessment(pulled: Pulled, rows: ibis.Table) -> ibis.Table:
    """With the assessment's name and subject."""
    every = one_each(pulled["assessments"], _ASSESSMENT).select(*_ASSESSMENT, "title", "family", "subjects")
    joined = rows.left_join(every, _ASSESSMENT).select(rows, every.title, every.family, every.subjects)
    subjects = joined.subjects.unique()
    only = pulled.crosswalk("AcademicSubject").meant((subjects.length() == 1).ifelse(subjects[0], ibis.null("string")))
    return joined.mutate(
        n_subjects=subjects.length().fill_null(0),
        subject=ibis.coalesce(_chosen(pulled, lambda each: each.subject, joined.assessment), only),
        assessment_name=ibis.coalesce(
            _chosen(pulled, lambda each: each.name, joined.assessment), joined.family, joined.title, joined.assessment
        ),
    ).drop("title", "family", "subjects")


def _with_score(pulled: Pulled, rows: ibis.Table) -> ibis.Table:
    """With the score of the method that was chosen, else Scale score, else the only number there is."""
    scores = rows.select(FILE, LINE, "assessment", one=rows.scores.unnest())
    scores = scores.select(FILE, LINE, "assessment", method=scores.one["method"].lower(), result=scores.one["result"])
    scores = scores.mutate(number=scores.result.try_cast("decimal(18, 4)")).drop_null("number")
    chosen = _chosen(pulled, lambda each: each.score, scores.assessment).lower()
    wanted = scores.mutate(
        is_wanted=(scores.method == ibis.coalesce(chosen, SCALE_SCORE)).fill_null(False), chosen=chosen
    )
    by_result = wanted.group_by(FILE, LINE).agg(
        n_scores=wanted.count(),
        wanted=wanted.number.max(where=wanted.is_wanted),
        only=wanted.number.max(),
        is_chosen=wanted.chosen.notnull().any(),
    )
    joined = rows.left_join(by_result, [FILE, LINE])
    is_alone = (joined.n_scores == 1) & ~joined.is_chosen
    return joined.select(
        rows,
        n_scores=joined.n_scores.fill_null(0),
        scale_score=ibis.coalesce(joined.wanted, is_alone.ifelse(joined.only, ibis.literal(None, "decimal(18, 4)"))),
    ).drop("scores")


def _with_level(pulled: Pulled, rows: ibis.Table) -> ibis.Table:
    """With level and proficiency, by the first of its performance levels that has a meaning."""
    crosswalk = pulled.crosswalk("PerformanceLevel")
    known = rows.levels.filter(lambda code: crosswalk.is_known(code))[0]
    return rows.mutate(performance_level=crosswalk.decided(known), is_proficient=crosswalk.more("is_proficient", known))


def _with_school(rows: ibis.Table, kept: ibis.Table) -> ibis.Table:
    """With the school: where no result says it, that of the enrollment on the day, the primary one first."""
    homeless = rows.filter(rows.school_id.isnull()).select(FILE, LINE, "student_id", "test_date")
    stays = kept.select("student_id", "entry_date", "exit_date", "is_primary", at_school="school_id")
    on_day = homeless.join(
        stays,
        [
            "student_id",
            stays.entry_date <= homeless.test_date,
            stays.exit_date.isnull() | (stays.exit_date >= homeless.test_date),
        ],
    )
    preference = (on_day.is_primary == "false").ifelse("1", "0") + on_day.at_school
    found = on_day.group_by(FILE, LINE).agg(found=on_day.at_school.argmin(preference))
    joined = rows.left_join(found, [FILE, LINE])
    return joined.select(
        *(name for name in rows.columns if name != "school_id"),
        school_id=ibis.coalesce(joined.school_id, joined.found),
    )


def _season(date: ir.StringValue) -> ir.StringValue:
    """The testing season of a date: August to November, December to February, March to July."""
    month = date.try_cast("date").month()
    return ibis.cases(
        (month.between(8, 11), "Fall"),
        (month.isin([12, 1, 2]), "Winter"),
        (month.between(3, 7), "Spring"),
        else_=ibis.null("string"),
    )
