"""Staff: students per teacher, by need and by level, and who teaches certified."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.candidates.staffing import no_staffing
from district_platform.outputs.brief.facts import Facts, Staffing
from district_platform.outputs.brief.sections.model import TextTable
from district_platform.settings import Quality


def staffing_sentences(facts: Facts, quality: Quality, most: int) -> list[str]:
    """Students per teacher, and at most so many of the schools outside the plausible bounds."""
    staffing = facts.staffing
    if staffing is None:
        return [no_staffing(facts).detail]
    change = staffing.ratio_change
    compared = "" if change is None else f", {_against_before(change)}"
    low, high = (w.decimal(float(bound), 0) for bound in (quality.ratio_low, quality.ratio_high))
    named = [f"{w.shortened(name)} ({w.decimal(ratio)})" for name, ratio in staffing.outside]
    outside = (
        f"Schools outside {low}–{high}: {w.listing(named, most)}." if named else f"No school is outside {low}–{high}."
    )
    sentences = [
        f"{w.decimal(staffing.ratio)} students per teacher FTE in {w.school_year_name(staffing.year)}{compared}, with "
        f"{w.plural(staffing.n_teachers, 'teacher')} and {w.decimal(staffing.teacher_fte)} FTE.",
        *_by_need(staffing),
        outside,
    ]
    if staffing.without_teachers:
        names = [w.shortened(name) for name in staffing.without_teachers]
        sentences.append(f"No teacher on record: {w.listing(names, most)}.")
    return sentences


def _by_need(staffing: Staffing) -> list[str]:
    """Ratios of programs' own teachers, and how many teachers hold what their courses ask for."""
    ratios = [
        f"{w.decimal(ratio)} {students} per FTE of {teachers}"
        for ratio, students, teachers in (
            (staffing.english_learners, "English learners", "their program's teachers"),
            (staffing.with_disability, "students with disabilities", "special education teachers"),
        )
        if ratio is not None
    ]
    certified = staffing.certified
    return [
        *([f"There are {w.listing(ratios)}."] if ratios else []),
        *(
            [f"{w.percent(certified)} of teachers are fully certified for all they teach."]
            if certified is not None
            else []
        ),
    ]


def _against_before(change: float) -> str:
    if w.rounded(change) == 0:
        return "as in the year before"
    return f"{w.decimal(abs(change))} {'more' if change > 0 else 'fewer'} than the year before"


def level_table(facts: Facts) -> TextTable | None:
    """Staffing by level of school; None where there is only one."""
    levels = facts.staffing.by_level if facts.staffing else ()
    if len(levels) < 2:
        return None
    rows = tuple((level, w.decimal(fte), w.decimal(ratio)) for level, fte, ratio in levels)
    return TextTable((("Level", 70, False), ("Teacher FTE", 70, True), ("Students per FTE", 80, True)), rows)
