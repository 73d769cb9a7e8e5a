"""What the second page says of groups, staff, students and method: sentences and tables of text, not yet set."""

from collections.abc import Sequence
from dataclasses import dataclass

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.attendance import SCHOOLS, AbsentGroup
from district_platform.outputs.brief.candidates.attendance import MUCH_ABSENCE, no_absence, share_missed
from district_platform.outputs.brief.candidates.staffing import no_staffing
from district_platform.outputs.brief.facts import Facts, Policy, Staffing, census_of
from district_platform.outputs.brief.finding import YARDSTICKS, Topic
from district_platform.outputs.brief.gaps import Gap
from district_platform.outputs.brief.growth import AVERAGE, SchoolGrowth
from district_platform.outputs.brief.release import Figure
from district_platform.settings import Attendance, Quality


@dataclass(frozen=True)
class TextTable:
    """Columns as heading, share of the width, whether they hold numbers; rows of text; a note above."""

    columns: tuple[tuple[str, float, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


GAP_COLUMNS = (
    ("Group", 176, False),
    ("Subject", 40, False),
    ("Students", 42, True),
    ("Compared with", 84, False),
    ("Students", 42, True),
    ("Gap, points", 50, True),
    ("95% interval", 76, True),
    ("Effect size", 46, True),
)


def gap_table(facts: Facts, most: int) -> TextTable | None:
    """Gaps with both groups' sizes, the surest group first; None where no gap is released."""
    if not facts.results or not facts.results.gaps:
        return None
    shown = _by_group(facts.results.gaps)[:most]
    n_more = len(facts.results.gaps) - len(shown)
    note = (
        f"Percent proficient, {w.season(facts.results.administration, facts.results.year)}: each group less the students it is "
        "compared with, in the same grades. Surest gaps first."
    )
    if n_more:
        note += f" {w.sentence_case(w.plural(n_more, 'further gap'))} {w.is_or_are(n_more)} left out."
    return TextTable(GAP_COLUMNS, tuple(_gap_row(gap) for gap in shown), note)


def _by_group(gaps: Sequence[Gap]) -> list[Gap]:
    """The subjects of one group together; groups in the order of their surest gap."""
    order = {name: rank for rank, name in reversed(list(enumerate(gap.name for gap in gaps)))}
    return sorted(gaps, key=lambda gap: order[gap.name])


def _gap_row(gap: Gap) -> tuple[str, ...]:
    return (
        w.sentence_case(gap.name),
        gap.subject,
        w.count(gap.n_students),
        w.sentence_case(gap.peers),
        w.count(gap.n_peers),
        w.signed(gap.points.size),
        f"{w.signed(gap.points.low)} to {w.signed(gap.points.high)}",
        "–" if gap.effect_size is None else w.signed(gap.effect_size, 2),
    )


def no_gaps(facts: Facts) -> str:
    """Why there are no gaps to speak of."""
    if facts.has_results:
        return "No two groups of one kind have results that can be shown."
    return "No assessment results were delivered, so gaps between groups cannot be stated."


GROUP_COLUMNS = (
    ("Group", 190, False),
    ("Students", 50, True),
    ("Share", 50, True),
    ("Change", 50, True),
    ("Entered late", 60, True),
    ("Left early", 60, True),
)


def group_table(facts: Facts, most: int) -> TextTable | None:
    """Who the students are, for want of results; None where no group's size is released."""
    groups = [group for group in facts.enrollment.groups if group.n_students.value]
    if not groups:
        return None
    rows = tuple(
        (
            w.sentence_case(group.name),
            _cell(group.n_students),
            "–" if group.share.value is None else w.percent(group.share.value),
            group.change.shown if group.change.value is None else w.signed(group.change.value, 0),
            _cell(group.n_entered_late),
            _cell(group.n_exited_early),
        )
        for group in sorted(groups, key=lambda g: -(g.n_students.value or 0))[:most]
    )
    note = f"{no_gaps(facts)} The largest groups of {w.school_year_name(facts.year)}, and how many of them moved:"
    return TextTable(GROUP_COLUMNS, rows, note)


def _cell(shown: Figure) -> str:
    return shown.shown if shown.value is None else w.count(shown.value)


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


def attendance_sentences(facts: Facts, attendance: Attendance) -> list[str]:
    """Attendance and chronic absence by both readings, and where it is surely highest."""
    absence = facts.absence
    if absence is None:
        return [no_absence(facts, attendance).detail]
    year = f"{'so far ' if absence.is_running else ''}in {w.school_year_name(absence.year)}"
    rate, judged = w.percent(absence.now.pct), w.plural(absence.now.n, "student")
    federal = f" ({w.percent(absence.federal.pct)} by the federal reading)" if absence.federal else ""
    sentences = [f"Of {judged} enrolled long enough to judge, {rate} are chronically absent {year}{federal}."]
    if absence.pct_attendance is not None:
        sentences.insert(0, f"Students attended {w.percent(absence.pct_attendance)} of their days.")
    highest = [_highest(group) for group in (*absence.schools[:1], *absence.groups[:1]) if group.sure]
    if highest:
        sentences.append(f"The rate stands out {w.listing(highest)}.")
    return sentences


def _highest(group: AbsentGroup) -> str:
    where, of = ("at", "at") if group.kind == SCHOOLS else ("among", "of")
    return (
        f"{where} {w.shortened(group.name)} ({w.percent(group.rate.pct)}, against {w.percent(group.others.pct)} {of} "
        f"{group.peers})"
    )


@dataclass(frozen=True)
class Paragraph:
    """A text and the few words that head it."""

    heading: str
    text: str


def programs(facts: Facts, most: int) -> Paragraph | None:
    """The surest of the programs in the words of its evaluation, then at most so many others in a few of ours."""
    if not facts.programs:
        return None
    first, *others = facts.programs
    named = [
        f"{effect.program} {w.signed(effect.gained.size)} points in {w.subject(effect.subject)} "
        f"({w.decimal(effect.gained.low)} to {w.decimal(effect.gained.high)})"
        for effect in others
    ]
    alike = [f"Measured alike: {w.listing(named, most)}."] if named and most else []
    return Paragraph(
        f"{first.program}, {w.school_year_name(first.year)}.", " ".join([w.typeset(first.reading), *alike])
    )


def growth_sentences(facts: Facts) -> list[str]:
    """The schools that surely grew more or less than the average; none without growth."""
    if not facts.growth:
        return []
    sure = [growth for growth in facts.growth if growth.sure]
    if not sure:
        return [f"No school's growth can be told from the district's average, percentile {w.decimal(AVERAGE, 0)}."]
    more, less = ([g for g in sure if (g.beyond.size > 0) is is_more] for is_more in (True, False))
    average = f"the district's average, percentile {w.decimal(AVERAGE, 0)}"
    return [
        f"Students grew {than} than {average if i == 0 else 'it'}, beyond chance, at {w.listing(_by_school(group), 2)}."
        for i, (group, than) in enumerate((group, than) for group, than in ((more, "more"), (less, "less")) if group)
    ]


def _by_school(growth: Sequence[SchoolGrowth]) -> list[str]:
    """Each school once, with its subjects."""
    subjects: dict[str, list[str]] = {}
    for g in growth:
        subjects.setdefault(g.school, []).append(f"{w.subject(g.subject)} {w.decimal(g.percentile)}")
    return [f"{w.shortened(school)} ({', '.join(sorted(named))})" for school, named in subjects.items()]


def enrollment_sentences(facts: Facts, quality: Quality) -> list[str]:
    """How many students, and how many came late or left early."""
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    if not enrollment.n_students:
        return [f"The number of students of {year} is {'hidden' if enrollment.is_hidden else 'not known'}."]
    so_far = " so far" if enrollment.is_before_census else ""
    sentences = [
        f"{w.plural(enrollment.n_students, 'student')} {_have(enrollment.n_students)} been enrolled in {year}{so_far}."
    ]
    on = w.day_of_year(quality.census_month, quality.census_day)
    if enrollment.is_before_census:
        return [*sentences, f"The census date, {on}, is still to come: change and mobility cannot be judged yet."]
    if enrollment.n_census:
        before = enrollment.n_census_before
        compared = f", against {w.count(before)} a year earlier" if before else ""
        sentences.append(
            f"On {on}, {w.count(enrollment.n_census)} {w.was_or_were(enrollment.n_census)} enrolled{compared}."
        )
    late, early = enrollment.n_entered_late, enrollment.n_exited_early
    if late is not None:
        sentences.append(f"{w.count(late)} ({w.percent(100 * late / enrollment.n_students)}) first entered after it.")
    if early is not None:
        share = w.percent(100 * early / enrollment.n_students)
        sentences.append(f"{w.count(early)} ({share}) left before the last school day.")
    return sentences


def _have(n: int) -> str:
    return "has" if n == 1 else "have"


def method(facts: Facts, policy: Policy) -> list[str]:
    """What the figures mean and how findings are chosen."""
    census = w.day(census_of(facts.year, policy.quality))
    sticks = {topic: w.decimal(YARDSTICKS[topic], 0) for topic in YARDSTICKS}
    return [
        "Proficient: at or above the test's proficient level. Changes are against the same season a year earlier. Effect size: a "
        "gap in standard deviations of scores.",
        _chronic(policy.attendance),
        f"Students per teacher: full-time equivalents on {census}, or on the day of this brief if earlier. Entered late: after that "
        "date. Left early: before the last school day.",
        "Findings are ranked by the low end of their 95% interval over a size that deserves attention: "
        f"{sticks[Topic.GAP]} points between groups, {sticks[Topic.ACHIEVEMENT]} against last year, {sticks[Topic.SCHOOLS]} between "
        f"schools; {w.decimal(MUCH_ABSENCE, 0)}% chronically absent; {sticks[Topic.ENROLLMENT]}% of enrollment. What is picked out of "
        "many is held to a wider interval (Bonferroni).",
    ]


def _chronic(attendance: Attendance) -> str:
    days, federal = attendance.chronic_absence_min_days, attendance.federal_min_days
    return (
        f"Chronically absent: missed {share_missed(attendance)} of days or more, of students enrolled for {w.plural(days, 'day')} or "
        f"more. The federal reading counts half a day as a whole one, less as nothing, from {w.plural(federal, 'day')} on."
    )
