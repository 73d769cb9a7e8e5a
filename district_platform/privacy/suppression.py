"""The released tables: figures that are hidden have no value, and each says beside it what a reader may see.

Everything is decided for all tables of a release at once (`selection`), since they share counts and totals; here it is carried out.
"""

import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, Measure, Table, display_column
from district_platform.metrics.figures import NOT_AVAILABLE, figures, published
from district_platform.privacy.choice import COARSENED, HIDDEN
from district_platform.privacy.counts import counts_of
from district_platform.privacy.gathering import Frames, gather, in_order
from district_platform.privacy.groups import NO_GROUP, Groups
from district_platform.privacy.open_counts import as_ranges, rounded_for_readers
from district_platform.privacy.rates import Ranges
from district_platform.privacy.relations import Relations
from district_platform.privacy.selection import Decision, decide
from district_platform.privacy.truth import Truth, truth_of
from district_platform.settings import Privacy

PROTECTS = "hidden (protects another group)"
OF_ANY_SIZE = "hidden (size not told)"
"""Where the other words would give a group away: fewer than five in all, of three grades, are one or two in each."""
RESTS_ON_RANGE = "hidden (rests on a range)"

SUPPRESSION = ("none", "coarsened", "complementary", "primary", "undisclosed")
"""Reasons, the strongest last; their places are the codes used here."""

_NONE, _COARSENED, _COMPLEMENTARY, _PRIMARY, _UNDISCLOSED = range(len(SUPPRESSION))


def fewer_than(minimum: int) -> str:
    """What a reader sees of a small group."""
    return f"hidden (fewer than {minimum})"


def released(frames: Frames, privacy: Privacy) -> dict[str, pd.DataFrame]:
    """Every analysis table as it may leave, by its name; rows in the order of the key, so that the same tables give the same bytes.

    Raises PrivacyError where the tables are too many or too large to be related.
    """
    frames = in_order(frames)
    groups = gather(frames)
    truth = truth_of(frames, groups)
    return carried_out(frames, groups, truth, decide(groups, truth, privacy), privacy)


def carried_out(
    frames: Frames, groups: Groups, truth: Truth, decision: Decision, privacy: Privacy
) -> dict[str, pd.DataFrame]:
    """The tables as a decision leaves them."""
    reasons = _reasons(groups, decision)
    shown = _displays_of_ranges(groups, truth, decision, privacy)
    return {name: _released(frame, TABLES[name], groups, reasons, shown, privacy) for name, frame in frames.items()}


def _reasons(groups: Groups, decision: Decision) -> np.ndarray:
    """Why each count is not told, as codes; a part of a hidden whole is hidden for its whole's sake. The last is no count's."""
    hidden = np.where(decision.is_primary, _PRIMARY, _COMPLEMENTARY)
    hidden[decision.is_unsized] = _UNDISCLOSED
    reasons = np.where(decision.state == HIDDEN, hidden, np.where(decision.state == COARSENED, _COARSENED, _NONE))
    whole = Relations(groups).whole
    of_hidden = (whole != NO_GROUP) & (decision.state[whole] == HIDDEN)
    reasons[of_hidden] = reasons[whole[of_hidden]]
    return np.append(reasons, _NONE)


def _displays_of_ranges(groups: Groups, truth: Truth, decision: Decision, privacy: Privacy) -> np.ndarray:
    relations = Relations(groups)
    of = np.flatnonzero((decision.state == COARSENED) & relations.is_share)
    displays = np.full(len(groups), "", dtype=object)
    displays[of] = Ranges(truth.filled[of], truth.filled[relations.whole[of]], privacy).displays
    return displays


def _released(
    frame: pd.DataFrame, table: Table, groups: Groups, reasons: np.ndarray, ranges: np.ndarray, privacy: Privacy
) -> pd.DataFrame:
    texts = np.array(["", RESTS_ON_RANGE, PROTECTS, fewer_than(privacy.min_group_size), OF_ANY_SIZE], dtype=object)
    strongest = np.zeros(len(frame), dtype=np.int64)
    columns = {name: published(name, frame[name]) for name in table.columns}
    for measure in table.measures:
        ids = [groups.ids[table.name, counted] for counted in counts_of(table, measure)]
        reason = np.max([reasons[i] for i in ids], axis=0) if ids else np.zeros(len(frame), dtype=np.int64)
        told = texts[reason]
        if measure.share and not measure.change_of:
            told = np.where(reason == _COARSENED, ranges[groups.ids[table.name, measure.share]], told)
        told = np.where(_is_known_to_be_absent(frame, table, measure, groups, reasons), NOT_AVAILABLE, told)
        strongest = np.maximum(strongest, reason)
        columns[measure.column], shown = _for_readers(frame, measure, columns[measure.column])
        columns[measure.column] = columns[measure.column].mask(reason != _NONE)
        columns[display_column(measure.column)] = pd.Series(np.where(reason == _NONE, shown, told), index=frame.index)
    columns["suppression"] = pd.Series(np.array(SUPPRESSION, dtype=object)[strongest], index=frame.index)
    order = [*table.columns, *(display_column(measure.column) for measure in table.measures), "suppression"]
    return pd.DataFrame({name: columns[name] for name in order})


def _for_readers(frame: pd.DataFrame, measure: Measure, values: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """The numbers and texts of a figure that is not hidden."""
    if measure.only_ranges:
        told = as_ranges(frame[measure.column], frame[measure.group_sizes[0]], measure.only_ranges)
        return pd.Series(np.nan, index=frame.index), told
    if measure.rounding:
        return rounded_for_readers(frame, measure, measure.rounding)
    return values, figures(measure.column, frame[measure.column])


def _is_known_to_be_absent(
    frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, reasons: np.ndarray
) -> np.ndarray:
    """Where there is no figure, and readers know it: the measure says so, or one of its counts is told as nobody.

    Elsewhere the words that hide a figure stand although there is none: no interval of a hidden group means one child.
    """
    absent = frame[measure.column].isna().to_numpy()
    if measure.absence_is_public:
        return absent
    nobody = np.zeros(len(frame), dtype=bool)
    for column in measure.group_sizes:
        is_told = reasons[groups.ids[table.name, table.count_in(column)]] == _NONE
        nobody |= is_told & (frame[column].isna() | (frame[column] == 0)).to_numpy(dtype=bool, na_value=True)
    return absent & nobody
