"""Staff: students per teacher by need and by level, and who teaches certified."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, Staffing
from district_platform.outputs.brief.release import State
from district_platform.outputs.brief.sections.model import TextTable


def staffing_sentences(facts: Facts) -> list[str]:
    """Ratios of programs' own teachers, and how many teachers hold what their courses ask for."""
    staffing = facts.staffing
    if staffing is None:
        return []
    sentences = [*_left_out(staffing), *_by_need(staffing)]
    if staffing.certified.is_told:
        sentences.append(f"{staffing.certified.shown} of teachers are fully certified for all they teach.")
    return sentences


def _left_out(staffing: Staffing) -> list[str]:
    """The schools that the district's ratio leaves out."""
    n, pct = staffing.n_schools_left_out, staffing.pct_students_left_out
    if not n.is_told or not n.value:
        return []
    share = f", with {pct.shown} of the students" if pct.is_told or pct.state is State.RANGE else ""
    schools = f"{n.shown} {'school' if n.value == 1 else 'schools'}"
    return [f"Students per teacher leave out {schools} without a teacher on record{share}."]


def _by_need(staffing: Staffing) -> list[str]:
    ratios = [
        f"{ratio.shown} {students} for each full-time {teacher}"
        for ratio, students, teacher in (
            (staffing.english_learners, "English learners", "teacher of English learners"),
            (staffing.with_disability, "students with disabilities", "special education teacher"),
        )
        if ratio.is_told
    ]
    return [f"There are {w.listing(ratios)}."] if ratios else []


def level_table(facts: Facts) -> TextTable | None:
    """Staffing by level of school; None where there is only one."""
    levels = [
        level for level in (facts.staffing.by_level if facts.staffing else ()) if level[2].state is not State.NONE
    ]
    if sum(ratio.is_told for _, _, ratio in levels) < 2:
        return None
    headings = (("Level", 80, False), ("Full-time teachers", 70, True), ("Students per teacher", 80, True))
    return TextTable(headings, tuple((f"{level} schools", fte.shown, ratio.shown) for level, fte, ratio in levels))
