"""The released tables: figures that are hidden have no value, and each says beside it what a reader may see.

Everything is decided for all tables of a release at once (`selection`), since they share counts and totals; here it is carried out.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.analysis.grouping import SCHOOL
from district_platform.dictionary import COUNTS, TABLES, Counted, Measure, Table, Told, display_column
from district_platform.dictionary.analysis import EVERYONE
from district_platform.metrics.figures import (
    NOT_AVAILABLE,
    decimals_of,
    figure,
    figures,
    is_fraction,
    numeral,
    published,
    rounded,
    to_told_decimals,
)
from district_platform.privacy import percentages
from district_platform.privacy.choice import HIDDEN
from district_platform.privacy.counts import counts_of, is_count
from district_platform.privacy.gathering import Frames, gather, in_order
from district_platform.privacy.groups import Groups
from district_platform.privacy.history import CORRECTED, Held
from district_platform.privacy.open_counts import as_ranges, is_over_some, rounded_for_readers
from district_platform.privacy.percentages import TENTHS_FROM, Percentages, half_up
from district_platform.privacy.rates import Ranges
from district_platform.privacy.relations import Relations
from district_platform.privacy.selection import decide
from district_platform.privacy.telling import told_counts
from district_platform.privacy.truth import Truth, truth_of
from district_platform.privacy.wording import unsized
from district_platform.settings import Privacy

PROTECTS = "hidden (protects another group)"
OF_ANY_SIZE = "hidden (size not told)"
"""Where the other words would give a group away: fewer than five in all, of three grades, are one or two in each."""
RESTS_ON_RANGE = "hidden (rests on a range)"
NOT_TOLD = "not told"
"""Of a count whose size nobody is told, small or large: the release carries one headcount a group (`telling`)."""

_TENTHS_FROM, _WHOLE_FROM = 3_000, 300
"""From so many students on a tenth, and a whole percent, leaves three numbers of students open even where the size is told."""

_WEIGHTS = frozenset(
    name
    for name, count in COUNTS.items()
    if count.defined_by == "assessments" and count.groups_add_up and not count.part_of
)
"""Counts by which the means of groups add up to the mean of all: told to the tenth, those say how the sizes of small groups relate."""

_SHARES = frozenset(name for name, count in COUNTS.items() if count.part_of and count.told is not Told.EVERYWHERE)

_HIDDEN = "hidden ("

Earlier = Callable[[Groups, Truth], Held]
"""What earlier publications hold a release of these counts to."""

EVERYONE_KEY = dict(EVERYONE)["k_subgroup"]

SUPPRESSION = ("none", "coarsened", "complementary", "primary", "undisclosed")
"""Reasons, the strongest last; their places are the codes used here."""

_NONE, _COARSENED, _COMPLEMENTARY, _PRIMARY, _UNDISCLOSED = range(len(SUPPRESSION))


def _texts(privacy: Privacy) -> np.ndarray:
    """What a reader sees, by reason."""
    return np.array(["", RESTS_ON_RANGE, PROTECTS, fewer_than(privacy.min_group_size), OF_ANY_SIZE], dtype=object)


def fewer_than(minimum: int) -> str:
    """What a reader sees of a small group."""
    return f"hidden (fewer than {minimum})"


@dataclass(frozen=True)
class Released:
    """A release, and what it tells of every count, for the ledger."""

    tables: dict[str, pd.DataFrame]
    groups: Groups
    told_value: np.ndarray
    """Of each count the number that is told, of a share its percentage; nan where none is."""
    told_as: np.ndarray
    """What readers see of it; empty where nothing is told of it by itself."""


def released(
    frames: Frames,
    privacy: Privacy,
    as_of_date: dt.date,
    uncounted_years: frozenset[str] = frozenset(),
    earlier: Earlier | None = None,
) -> Released:
    """Every analysis table as it may leave, by its name; rows in the order of the key, so that the same tables give the same bytes.

    `uncounted_years` are school years whose count day has not come; `earlier` says what was told before.
    Raises PrivacyError where the tables are too many or too large to be related.
    """
    frames = in_order({name: _coarse(frame, TABLES[name], privacy) for name, frame in frames.items()})
    groups = gather(frames)
    truth = truth_of(frames, groups)
    before = Held.nothing(len(groups)) if earlier is None else earlier(groups, truth)
    is_told = told_counts(groups, truth, privacy, uncounted_years) & ~before.is_corrected
    verdicts = _Verdicts.of(groups, truth, is_told, before, privacy)
    tables = {
        name: _released(frame, TABLES[name], groups, verdicts, privacy).assign(as_of_date=as_of_date)
        for name, frame in frames.items()
    }
    return Released(tables, groups, *_told(groups, verdicts, privacy))


def _coarse(frame: pd.DataFrame, table: Table, privacy: Privacy) -> pd.DataFrame:
    """Without the subgroups of single grades, unless the settings ask for them, and without results of unknown schools."""
    kept = pd.Series(True, index=frame.index)
    if {"grade_level", "k_subgroup"} <= set(table.key) and privacy.detail == "groups":
        kept &= frame["grade_level"].isna() | frame["k_subgroup"].eq(EVERYONE_KEY)
    if {"subject", "aggregation", "k_school"} <= set(table.key):
        kept &= frame["aggregation"].ne(SCHOOL) | frame["school_name"].notna()
    return frame[kept]


def _told(groups: Groups, verdicts: "_Verdicts", privacy: Privacy) -> tuple[np.ndarray, np.ndarray]:
    """What the release tells of each count by itself: numbers, words about small groups, percentages and ranges."""
    shares, is_share = verdicts.percentages, Relations(groups).is_share
    is_number = verdicts.is_told[:-1] & (verdicts.reason[:-1] == _NONE) & ~is_share
    value = np.where(is_number, verdicts.value, shares.value)
    words = _texts(privacy)[verdicts.reason[:-1]]
    is_census = _is_census(groups)
    words = np.where(verdicts.is_told[:-1], words, NOT_TOLD)
    told_as = np.where(is_census & (verdicts.reason[:-1] > _COARSENED), words, "")
    told_as[is_number] = [f"{number:.0f}" for number in verdicts.value[is_number]]
    is_percentage = is_share & (shares.state == percentages.NUMBER) & (verdicts.reason[:-1] == _NONE)
    told_as = np.where(is_share, shares.display, told_as)
    numbers = zip(shares.value[is_percentage], shares.decimals[is_percentage], strict=True)
    told_as[is_percentage] = [f"{numeral(number, int(places))} %" for number, places in numbers]
    frozen = verdicts.before.is_frozen
    told_as[frozen] = verdicts.before.told_as[frozen]
    value[is_share & ~is_percentage] = np.nan
    return value, told_as


def _is_census(groups: Groups) -> np.ndarray:
    """Counts that are told everywhere and of students: small groups of them are said to be small."""
    of_word = np.array([_is_of_students(name) for name in groups.words["count"].values])
    return of_word[groups.field("count")]


def _is_of_students(count: str) -> bool:
    """Whether a count is told everywhere and of students: small groups of it are said to be small."""
    return count in COUNTS and COUNTS[count].is_of_students and COUNTS[count].told is Told.EVERYWHERE


@dataclass(frozen=True)
class _Verdicts:
    """What becomes of every count of a release."""

    reason: np.ndarray
    """Why what rests on a count is not told, as codes; the last is no count's."""
    is_told: np.ndarray
    """Whether the number itself may be told."""
    percentages: Percentages
    value: np.ndarray
    """What is told where it is told: the number of students, of the count day as it was told first."""
    before: Held
    """What earlier publications told."""
    is_moved: np.ndarray
    """Told as before, though the data say otherwise now."""
    is_withdrawn: np.ndarray
    """Nothing is told, not even that anybody is in it."""

    @classmethod
    def of(cls, groups: Groups, truth: Truth, is_told: np.ndarray, before: Held, privacy: Privacy) -> "_Verdicts":
        relations, value = Relations(groups), truth.filled.copy()
        reason = np.where((value > 0) & (value < privacy.min_group_size), _PRIMARY, _NONE)
        told = np.flatnonzero(is_told & ~relations.is_share)
        decision = decide(groups.excerpt(told), truth.excerpt(told), privacy)
        hidden = np.where(decision.is_primary, _PRIMARY, _COMPLEMENTARY)
        hidden[decision.is_unsized] = _UNDISCLOSED
        hidden[decision.is_withdrawn] = _UNDISCLOSED
        reason[told] = np.where(decision.state == HIDDEN, hidden, _NONE)
        is_withdrawn = before.is_frozen & (before.told_as == NOT_TOLD)
        is_withdrawn[told[decision.is_withdrawn]] = True
        is_told = is_told & ~is_withdrawn
        _repeat(before, reason, value, privacy)
        shares = percentages.decide(groups, truth, is_told & (reason == _NONE), before, privacy)
        of_share = np.where(shares.is_primary, _PRIMARY, _COMPLEMENTARY)
        of_share = np.where(shares.state == percentages.HIDDEN, of_share, _COARSENED)
        small = (reason == _PRIMARY) & ~relations.has_twin & ~is_told
        of_any_size, too_much = unsized(groups, truth, small, is_told & (reason == _NONE), privacy)
        reason[of_any_size] = _UNDISCLOSED
        is_told = is_told & ~(too_much & ~_is_census(groups))
        of_share = np.where(shares.is_primary & (reason[relations.whole] == _UNDISCLOSED), _UNDISCLOSED, of_share)
        reason = np.where(relations.is_share, np.where(shares.state == percentages.NUMBER, _NONE, of_share), reason)
        nobody = relations.is_share & (value[relations.whole] == 0)
        reason[nobody] = _NONE
        is_told = is_told & (~relations.is_share | (is_told[relations.whole] & (shares.state == percentages.NUMBER)))
        is_moved = before.is_frozen & (value != truth.filled)
        return cls(np.append(reason, _NONE), np.append(is_told, True), shares, value, before, is_moved, is_withdrawn)


def _repeat(before: Held, reason: np.ndarray, value: np.ndarray, privacy: Privacy) -> None:
    """Counts that are told as before, with the reason that was given then."""
    frozen = np.flatnonzero(before.is_frozen)
    reason[frozen] = [_reason_of(text, privacy) for text in before.told_as[frozen]]
    told = frozen[~np.isnan(before.value[frozen])]
    value[told] = before.value[told]


def _reason_of(words: str, privacy: Privacy) -> int:
    """The reason behind what a reader saw of a count."""
    texts = {OF_ANY_SIZE: _UNDISCLOSED, NOT_TOLD: _UNDISCLOSED, PROTECTS: _COMPLEMENTARY}
    return texts.get(words, _PRIMARY if words.startswith(_HIDDEN) else _NONE)


def _released(frame: pd.DataFrame, table: Table, groups: Groups, verdicts: _Verdicts, privacy: Privacy) -> pd.DataFrame:
    strongest = np.zeros(len(frame), dtype=np.int64)
    columns = {name: published(name, frame[name]) for name in table.columns}
    for measure in table.measures:
        values, display, reason = _measured(frame, table, measure, groups, verdicts, privacy)
        columns[measure.column] = values
        columns[display_column(measure.column)] = display
        strongest = np.maximum(strongest, reason)
    columns["suppression"] = pd.Series(np.array(SUPPRESSION, dtype=object)[strongest], index=frame.index)
    order = [*table.columns, *(display_column(measure.column) for measure in table.measures), "suppression"]
    return pd.DataFrame({name: columns[name] for name in order})


def _measured(
    frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, verdicts: _Verdicts, privacy: Privacy
) -> tuple[pd.Series, pd.Series, np.ndarray]:
    """A measure's values, what readers see, and why it is not told."""
    ids = [groups.ids[table.name, counted] for counted in counts_of(table, measure)]
    reason = np.max([verdicts.reason[i] for i in ids], axis=0) if ids else np.zeros(len(frame), dtype=np.int64)
    values, display = _figures(frame, table, measure, groups, verdicts, privacy)
    hidden = _texts(privacy)[reason]
    if measure.share and not measure.change_of:
        share = groups.ids[table.name, measure.share]
        hidden = np.where(reason == _COARSENED, np.append(verdicts.percentages.display, "")[share], hidden)
    withdrawn = np.append(verdicts.is_withdrawn, False)
    hidden = np.where(np.any([withdrawn[i] for i in ids], axis=0) if ids else False, NOT_TOLD, hidden)
    absent = _is_known_to_be_absent(frame, table, measure, groups, verdicts.reason)
    display = np.where(reason == _NONE, display, np.where(absent, NOT_AVAILABLE, hidden))
    values = values.mask(reason != _NONE)
    if numbers := [groups.ids[table.name, c] for c in _numbers_of(table, measure)]:
        is_untold = ~np.all([verdicts.is_told[i] for i in numbers], axis=0)
        is_corrected = np.any([np.append(verdicts.before.is_corrected, False)[i] for i in numbers], axis=0)
        is_there = frame[measure.column].notna().to_numpy()
        words = np.where(is_corrected, CORRECTED, NOT_TOLD)
        display, values = np.where(is_untold & is_there, words, display), values.mask(is_untold)
        reason = np.where(is_untold, _NONE, reason)
        if len(numbers) == 1:
            before = np.append(verdicts.before.told_as, "")[numbers[0]]
            is_again = np.append(verdicts.before.is_frozen, False)[numbers[0]] & is_there & (reason != _NONE)
            display = np.where(is_again, before, display)
    return values, pd.Series(display, index=frame.index), reason


def _numbers_of(table: Table, measure: Measure) -> list[Counted]:
    """The counts whose numbers a measure tells: its own, or for the change of a count both."""
    if is_count(table.count_in(measure.column).count):
        return [table.count_in(measure.column)]
    changed = measure.column.removesuffix("_change")
    if changed != measure.column and is_count(changed):
        return [table.count_in(size) for size in measure.group_sizes]
    return []


def _figures(
    frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, verdicts: _Verdicts, privacy: Privacy
) -> tuple[pd.Series, np.ndarray]:
    """A measure's values as they may be told, and as readers see them."""
    exact = _as_told_first(frame, table, measure, groups, verdicts)
    if measure.only_ranges:
        texts = as_ranges(exact, frame[measure.group_sizes[0]], measure.only_ranges)
        return pd.Series(np.nan, index=frame.index), texts
    values, display = _figures_of_all(frame, table, measure, groups, verdicts, privacy, exact)
    if measure.rounding:
        of_some = is_over_some(frame, measure.rounding)
        rounded, texts = rounded_for_readers(frame.assign(**{measure.column: exact}), measure, measure.rounding)
        return values.astype(float).where(~of_some, rounded), np.where(of_some, texts, display)
    return values, display


def _figures_of_all(
    frame: pd.DataFrame,
    table: Table,
    measure: Measure,
    groups: Groups,
    verdicts: _Verdicts,
    privacy: Privacy,
    exact: pd.Series,
) -> tuple[pd.Series, np.ndarray]:
    """The same where a figure is over all of its students."""
    if measure.share is not None and not is_count(measure.column):
        numbers, decimals = _percentage(table, measure, measure.share, groups, verdicts)
        return _written(measure, pd.Series(numbers, index=frame.index).where(exact.notna()), decimals)
    if measure.rounded_by:
        own, all_ = (groups.ids[table.name, c] for c in (table.count_in(measure.group_sizes[-1]), measure.rounded_by))
        return _by_size(measure, exact, own, all_, verdicts, privacy)
    if of_shares := [groups.ids[table.name, c] for c in measure.rests_on if c.count in _SHARES]:
        decimals = np.append(verdicts.percentages.decimals, 1)
        return _written(measure, exact, np.min([decimals[i] for i in of_shares], axis=0))
    if measure.group_sizes and all(table.count_in(size).count in _WEIGHTS for size in measure.group_sizes):
        value = np.append(verdicts.value, np.nan)
        smallest = np.min([value[groups.ids[table.name, table.count_in(size)]] for size in measure.group_sizes], axis=0)
        if is_fraction(measure.column):
            return _written(measure, exact, np.where(smallest >= TENTHS_FROM, decimals_of(measure.column), 0))
    told = to_told_decimals(measure.column, exact)
    return told, figures(measure.column, told)


def _as_told_first(
    frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, verdicts: _Verdicts
) -> pd.Series:
    """A measure's values, where headcounts are told as before: themselves, and ratios with them above the line."""
    exact, is_moved = frame[measure.column], np.append(verdicts.is_moved, False)
    ids = [groups.ids[table.name, counted] for counted in counts_of(table, measure)]
    moved = np.any([is_moved[i] for i in ids], axis=0) if ids else np.zeros(len(frame), dtype=bool)
    if not moved.any():
        return exact
    first = np.append(verdicts.value, np.nan)[ids[0]]
    if _numbers_of(table, measure) and len(ids) == 1:
        return exact.mask(moved & exact.notna(), pd.Series(first, index=frame.index).astype(exact.dtype))
    now = frame[measure.group_sizes[0]].to_numpy(dtype=float, na_value=np.nan)
    is_ratio = len(ids) == 1 and is_fraction(measure.column)
    return exact.where(~moved, exact * (first / now) if is_ratio else None)


def _percentage(
    table: Table, measure: Measure, share: Counted, groups: Groups, verdicts: _Verdicts
) -> tuple[np.ndarray, np.ndarray]:
    """A percentage of students by its size; a change as the difference of two that are told, both rounded as the coarser one is, so that
    it tells no more than they do."""
    shares = verdicts.percentages
    told, exact, decimals = (
        np.append(shares.value, np.nan),
        np.append(shares.exact, np.nan),
        np.append(shares.decimals, 0),
    )
    own = groups.ids[table.name, share]
    if not measure.change_of:
        return told[own], decimals[own]
    [here] = [m.share for m in table.measures if m.column == measure.change_of and m.share]
    now = groups.ids[table.name, here]
    coarser = np.minimum(decimals[now], decimals[own])
    sides = [np.where(decimals[ids] == coarser, told[ids], half_up(exact[ids], coarser)) for ids in (now, own)]
    return sides[0] - sides[1], coarser


def _by_size(
    measure: Measure, exact: pd.Series, own: np.ndarray, whole: np.ndarray, verdicts: _Verdicts, privacy: Privacy
) -> tuple[pd.Series, np.ndarray]:
    """A percentage of which the share and its whole are counts: of what is told where both are, else a number where it leaves three
    numbers of students open even to a reader who knew the whole, else a range."""
    told, value = verdicts.is_told & (verdicts.reason == _NONE), np.append(verdicts.value, np.nan)
    both = told[own] & told[whole] & (value[whole] > 0) & exact.notna().to_numpy()
    size = value[whole]
    of_told = np.divide(100 * value[own], size, out=np.full(len(exact), np.nan), where=both)
    values, display = _written(
        measure,
        exact.where(~both, pd.Series(of_told, index=exact.index)),
        np.where(both | (size >= _TENTHS_FROM), 1, 0),
    )
    narrow = (size < _WHOLE_FROM) & ~both & exact.notna().to_numpy()
    number = np.round(exact.to_numpy(dtype=float, na_value=np.nan)[narrow] * size[narrow] / 100)
    display[narrow] = Ranges(number, size[narrow], privacy).displays
    return values.mask(narrow), display


def _written(measure: Measure, values: pd.Series, decimals: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """Numbers rounded to their decimals, and as text."""
    pairs = list(zip(values.to_numpy(dtype=float, na_value=np.nan), decimals.tolist(), strict=True))
    told = [np.nan if np.isnan(v) else float(rounded(v, d)) for v, d in pairs]
    texts = [figure(measure.column, v, decimals=max(d, 0)) for v, (_, d) in zip(told, pairs, strict=True)]
    return pd.Series(told, index=values.index, name=values.name), np.array(texts, dtype=object)


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
