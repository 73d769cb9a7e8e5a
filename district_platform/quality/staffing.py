"""Rules about FTE (FTE) and students per teacher (STF). `metrics.staffing` defines the ratio."""

import ibis
import ibis.expr.types as ir

from district_platform.analysis.grouping import SCHOOL
from district_platform.dictionary import Owner
from district_platform.dictionary.staff import TEACHER
from district_platform.facts.staff import BLANK, named_assignments, plain
from district_platform.metrics.staffing import dated_assignments, is_filled, is_possible_fte
from district_platform.quality.model import SEVERE, joined_key, rule, sentence
from district_platform.settings import Quality

EDUCATOR_YEAR = ["educator_id", "school_year"]
SCHOOL_YEAR = ("school_id", "school_year")


@rule(
    "FTE-01",
    title="More than one full position",
    severity="warn",
    owner=Owner.HR,
    table="stg_staff_assignments",
    unit="an educator in a year",
    key=tuple(EDUCATOR_YEAR),
    why="The person counts as more than one teacher, and ratios look better than they are.",
    how_to_fix="End the assignment that was replaced, or correct the FTE of one, in the HR system.",
    extracts=("staff_assignments",),
    thresholds=("max_fte", "severe_fte"),
)
def more_than_one_position(stg_staff_assignments: ibis.Table, quality: Quality) -> ibis.Table:
    """The largest sum of concurrent FTE, swept over the days on which it changes.

    An assignment counts from its begin_date up to, not on, its end_date, so that the next may begin on that day; one of a single
    day counts on it. A missing end is the year's 30 June, a missing beginning its 1 July. FTE that is null or not positive is
    FTE-02's. Equal FTE, dates and position at several schools are one itinerant assignment, and count once; at one school they
    are several. Vacant assignments are nobody's.
    """
    held = stg_staff_assignments.filter(is_filled(stg_staff_assignments.educator_id, quality))
    running = _running_fte(_separate_assignments(_days(held)))
    is_over = running.running_fte > quality.max_fte
    peaks = running.group_by(EDUCATOR_YEAR).agg(
        peak=running.running_fte.max(), first_day=running.day.min(where=is_over)
    )
    over = peaks.filter(peaks.peak > quality.max_fte)
    return over.select(
        finding_key=joined_key(over, *EDUCATOR_YEAR),
        message=sentence(
            (over.peak > quality.severe_fte).ifelse(SEVERE, ""),
            _number(over.peak),
            f" FTE at the same time, more than {quality.max_fte} from ",
            over.first_day,
        ),
        value_found=sentence(_number(over.peak), " FTE"),
        value_expected=ibis.literal(f"at most {quality.max_fte} FTE"),
    )


def _days(assignments: ibis.Table) -> ibis.Table:
    """Assignments with the first day on which they count and the first on which they no longer count."""
    dated = dated_assignments(assignments)
    begin, end = dated.begin_date, dated.end_date
    counted = dated.mutate(first_day=begin, day_after=(end == begin).ifelse(_next_day(end), end))
    return counted.filter(counted.fte > 0, counted.first_day < counted.day_after)


def _next_day(day: ir.DateValue) -> ir.DateValue:
    """The next day. Cast through a timestamp: DuckDB returns one for date plus interval, although Ibis calls it a date."""
    return (day + ibis.interval(days=1)).cast("timestamp").date()


def _separate_assignments(dated: ibis.Table) -> ibis.Table:
    """Equal FTE, dates and position at several schools are one itinerant assignment; at one school they are several."""
    same = [*EDUCATOR_YEAR, "position", "fte", "first_day", "day_after"]
    copy = ibis.row_number().over(ibis.window(group_by=[*same, "school_id"], order_by="assignment_id"))
    return dated.mutate(copy=copy).select(*same, "copy").distinct()


def _running_fte(separate: ibis.Table) -> ibis.Table:
    """Sum of concurrent FTE from each day on which it changes. Grain: an educator, year and such a day."""
    begins = separate.select(*EDUCATOR_YEAR, day="first_day", change="fte")
    ends = separate.select(*EDUCATOR_YEAR, day="day_after", change=-separate.fte)
    changes = ibis.union(begins, ends)
    daily = changes.group_by([*EDUCATOR_YEAR, "day"]).agg(change=changes.change.sum())
    up_to_the_day = ibis.cumulative_window(group_by=EDUCATOR_YEAR, order_by="day")
    return daily.mutate(running_fte=daily.change.sum().over(up_to_the_day))


@rule(
    "FTE-02",
    title="Impossible FTE",
    severity="warn",
    owner=Owner.HR,
    table="stg_staff_assignments",
    unit="an assignment",
    key=("assignment_id",),
    why="The assignment is left out of students per teacher, so that the ratio looks worse than it is.",
    how_to_fix="Correct the FTE of the assignment in the HR system: above 0, at most 1.0.",
    extracts=("staff_assignments",),
)
def impossible_fte(stg_staff_assignments: ibis.Table) -> ibis.Table:
    impossible = stg_staff_assignments.filter(~is_possible_fte(stg_staff_assignments.fte))
    return impossible.select(
        finding_key="assignment_id",
        message=sentence("FTE ", _number(impossible.fte)),
        value_found=sentence("FTE ", _number(impossible.fte)),
        value_expected=ibis.literal("above 0, at most 1.0"),
    )


def schools_judged(staffing_ratios: ibis.Table) -> ir.IntegerScalar:
    """Schools by year."""
    return _schools(staffing_ratios).count()


@rule(
    "STF-01",
    title="Implausible students per teacher",
    severity="warn",
    owner=Owner.HR,
    table="staffing_ratios",
    unit="a school in a year",
    key=SCHOOL_YEAR,
    why="A ratio like this is far more often a missing or surplus assignment than a real class size.",
    how_to_fix="Compare the school's teacher assignments on the census date with its master schedule.",
    extracts=("staff_assignments",),
    thresholds=("ratio_low", "ratio_high", "ratio_severe_low", "ratio_severe_high"),
    count_judged=schools_judged,
)
def implausible_ratio(staffing_ratios: ibis.Table, quality: Quality) -> ibis.Table:
    schools = _schools(staffing_ratios)
    outside = schools.filter((schools.ratio < quality.ratio_low) | (schools.ratio > quality.ratio_high))
    is_severe = (outside.ratio < quality.ratio_severe_low) | (outside.ratio > quality.ratio_severe_high)
    return outside.select(
        "finding_key",
        message=sentence(
            is_severe.ifelse(SEVERE, ""),
            _number(outside.ratio.round(1)),
            f" students per teacher FTE, plausible is {quality.ratio_low} to {quality.ratio_high}",
        ),
        value_found=_number(outside.ratio.round(1)),
        value_expected=ibis.literal(f"{quality.ratio_low} to {quality.ratio_high} students per teacher FTE"),
    )


@rule(
    "STF-02",
    title="Students without teachers",
    severity="warn",
    owner=Owner.HR,
    table="staffing_ratios",
    unit="a school in a year",
    key=SCHOOL_YEAR,
    why="The school has students and no teacher FTE on the census date: it has no ratio, and the ratios of its level and of the "
    "district leave its students out.",
    how_to_fix="Record the school's teacher assignments in the HR system.",
    extracts=("staff_assignments",),
    count_judged=schools_judged,
)
def students_without_teachers(staffing_ratios: ibis.Table) -> ibis.Table:
    schools = _schools(staffing_ratios)
    unstaffed = schools.filter(schools.n_students_census > 0, schools.teacher_fte.fill_null(0) == 0)
    return unstaffed.select(
        "finding_key",
        message=sentence(unstaffed.n_students_census, " students enrolled, no teacher FTE"),
        value_found=ibis.literal("no teacher FTE"),
        value_expected=ibis.literal("teacher FTE above 0"),
    )


@rule(
    "STF-03",
    title="Sudden change of students per teacher",
    severity="warn",
    owner=Owner.HR,
    table="staffing_ratios",
    unit="a school in a year, compared with the year before",
    key=SCHOOL_YEAR,
    why="Staffing moves slowly; a jump is as a rule a year whose assignments are incomplete.",
    how_to_fix="Compare the teacher assignments of the two years on their census dates.",
    extracts=("staff_assignments",),
    thresholds=("max_ratio_change_pct",),
    count_judged=schools_judged,
)
def sudden_ratio_change(staffing_ratios: ibis.Table, quality: Quality) -> ibis.Table:
    """Also where one of the two years has students and no teacher FTE, and so no ratio (STF-02)."""
    now = _schools(staffing_ratios)
    before = now.select("k_school", school_year=now.school_year + 1, ratio_before="ratio")
    years = now.join(before, ["k_school", "school_year"])
    allowed = years.ratio_before * ibis.literal(quality.max_ratio_change_pct / 100, "decimal(9, 4)")
    moved = (years.ratio - years.ratio_before).abs() > allowed
    appeared = years.ratio.isnull() != years.ratio_before.isnull()
    changed = years.filter(moved.fill_null(False) | appeared)
    return changed.select(
        "finding_key",
        message=sentence(
            "students per teacher FTE ",
            _number(changed.ratio.round(1)),
            ", the year before ",
            _number(changed.ratio_before.round(1)),
        ),
        value_found=_number(changed.ratio.round(1)),
        value_expected=sentence(
            f"within {quality.max_ratio_change_pct} % of ", _number(changed.ratio_before.round(1)), ", the year before"
        ),
    )


def _schools(staffing_ratios: ibis.Table) -> ibis.Table:
    """The schools' rows, with the ratio as an exact number: a threshold is not crossed by a float's last digit."""
    schools = staffing_ratios.filter(staffing_ratios.aggregation == SCHOOL)
    return schools.mutate(
        ratio=schools.students_per_teacher_fte.cast("decimal(18, 4)"),
        finding_key=joined_key(schools, "k_school", "school_year"),
    )


def _number(value: ir.NumericValue) -> ir.StringValue:
    """The number as text, without trailing zeros."""
    return value.cast("float64").cast("string")


@rule(
    "STF-04",
    title="Unknown position or program",
    severity="warn",
    owner=Owner.HR,
    table="stg_staff_assignments",
    unit="a position or a program as the source system names it",
    key=("column_name", "value"),
    why="Nobody knows whether these are teachers, and of whom: their FTE is in no ratio.",
    how_to_fix="Say what it is in data/reference/position_crosswalk.csv or program_crosswalk.csv (docs/data_contract.md).",
    extracts=("staff_assignments",),
)
def unknown_position_or_program(
    stg_staff_assignments: ibis.Table, position_crosswalk: ibis.Table, program_crosswalk: ibis.Table
) -> ibis.Table:
    """The program is judged of teachers alone: of nobody else does a figure ask for it."""
    named = named_assignments(stg_staff_assignments, position_crosswalk, program_crosswalk)
    position = named.filter(named.known_position.isnull())
    program = named.filter(named.known_position == TEACHER, named.known_program.isnull())
    unknown = ibis.union(
        position.select(column=ibis.literal("position"), name=plain(position.source_position), fte=position.fte),
        program.select(column=ibis.literal("program"), name=plain(program.source_program), fte=program.fte),
    )
    counted = unknown.group_by("column", "name").agg(n=unknown.count(), fte=unknown.fte.sum())
    return counted.select(
        finding_key=joined_key(counted, "column", "name"),
        message=sentence(
            counted.column,
            " ",
            (counted.name == BLANK).ifelse("(blank)", counted.name),
            ": ",
            counted.n,
            (counted.n == 1).ifelse(" assignment, ", " assignments, "),
            _number(counted.fte),
            " FTE",
        ),
        value_found=sentence(counted.column, " ", (counted.name == BLANK).ifelse("(blank)", counted.name)),
        value_expected=ibis.literal("a name that the crosswalk has"),
    )
