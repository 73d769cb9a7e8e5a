"""The draft of a mapping: which file is which extract, which header which column, and what is to be asked."""

import difflib
from dataclasses import dataclass, field

from district_platform.dictionary import COLUMNS, EXTRACTS, Table
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.sources.mapped.document import Block
from district_platform.sources.mapped.proposing.binding import Bound
from district_platform.sources.mapped.proposing.matching import LIKELY, SURE, Candidate, Match, match_columns
from district_platform.sources.mapped.proposing.profiling import AMBIGUOUS, ROWS, Profiled, overlap, repeats
from district_platform.sources.mapped.proposing.support import rivals
from district_platform.sources.mapped.proposing.values import means, needs_lookup
from district_platform.sources.mapped.proposing.vendors import Vendor
from district_platform.sources.mapped.proposing.words import words_of

EXTRACTS_BY_PATH = {extract.path: extract for extract in EXTRACTS.values()}

FEWEST = 0.45
"""A file scores at least so much for an extract, from 0 to 1, to be proposed for it."""
SAME_IDS, OTHER_IDS = 0.95, 0.5
"""Share of a column's ids that stand among those of another file: from the first on they are the same, below the second they are not."""
_BONUS = 0.10
"""What the same ids add, up to the score of the key that they rest on: enough to settle a doubt about a name, too little without a name."""
_EASY = frozenset({"school_year", "enrollment_id", "session_id", "calendar_code", "begin_date"})
"""Columns of keys that can be made of others, or be left out."""
_ALSO = {
    "enrollments": ("student_id", "school_id"),
    "sessions": ("begin_date", "end_date"),
    "program_participation": ("begin_date",),
}
"""Without these a file is no such extract, whatever its key says."""
_HOMES = {
    "student_id": "students",
    "school_id": "schools",
    "educator_id": "educators",
    "attendance_code": "attendance_codes",
}
"""The extract in which each id is at home."""
BY_VALUE = 0.80
"""What values alone give to an id: likely, and asked."""
LEAST = 0.2
"""Share of an extract's columns without which a file is no such extract."""
ENOUGH = 0.5
"""Share of an extract's columns that a file must have to be taken for it beside another extract."""
_ALONE = frozenset({"attendance_submissions"})
"""Extracts that are a file of their own or none: days with absences are not the days on which attendance was taken."""
_FEWEST_IDS = 2
_FEWEST_TO_JOIN = 20
"""Different ids without which nothing is joined by them: a few small numbers stand in every file."""
_YES = ("y", "yes", "true", "t", "1", "x", "j", "ja", "s", "si", "free", "f", "r", "reduced")


@dataclass
class DraftBlock:
    """One file as one extract."""

    extract: Table
    source: Profiled
    score: float
    matches: dict[str, Match]
    columns: dict[str, object] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    join: list[dict] = field(default_factory=list)
    runner_up: str = ""
    share: float = 0.0
    """Share of the extract's columns that are found, those of the key counting double."""
    has_keys: float = 0.0
    """The same of the key alone."""
    whole: Block | None = None
    """The block as the vendor's profile has it; None where it was drafted by names and values."""

    @property
    def from_name(self) -> str:
        """The file or step that the block is made of."""
        return self.whole.from_ if self.whole else self.source.group.name

    def header(self, column: str) -> str | None:
        return self.matches[column].candidates[0].header if column in self.matches else None


def draft_blocks(tables: DuckDBTables, sources: list[Profiled], vendor: Vendor | None) -> list[DraftBlock]:
    """A block for each file and the extract that it most likely is, and for each extract with its best file.

    Files are looked at twice: when it is known which file holds students and which schools, their ids are found by value in the others.
    """
    first = [_block(tables, e, s, vendor, {}) for s in sources for e in EXTRACTS.values()]
    ids = _ids_by_value(tables, sources, [b for b in first if b.score >= FEWEST])
    blocks = [_block(tables, e, s, vendor, ids.get(s.group.name, {})) for s in sources for e in EXTRACTS.values()]
    kept = _chosen(blocks)
    for block in kept:
        others = [b for b in blocks if b.source is block.source and b is not block]
        best = max(others, key=lambda b: b.score, default=None)
        block.runner_up = f"{best.extract.path} {best.score:.2f}" if best else ""
    _settle_ids(tables, sources, kept)
    for block in kept:
        _make_columns(block)
    return kept


def bound_blocks(bound: Bound, sources: dict[str, Profiled]) -> list[DraftBlock]:
    """The blocks of a vendor's profile; of a step, the source is its first file."""
    return [
        DraftBlock(
            EXTRACTS_BY_PATH[path], sources[_first_file(bound, block.from_)], SURE, {}, dict(block.columns), whole=block
        )
        for path, blocks in bound.extract.items()
        for block in blocks
    ]


def _first_file(bound: Bound, name: str) -> str:
    return _first_file(bound, bound.step[name][0].from_) if name in bound.step else name


def _chosen(blocks: list[DraftBlock]) -> list[DraftBlock]:
    """Each file's best extract, and for an extract that is no file's best the file that has most of it."""
    good = [b for b in blocks if b.score >= FEWEST and b.share >= LEAST]
    own = {b.source.group.name: b for b in sorted(good, key=lambda b: b.score)}
    chosen = list(own.values())
    for extract in (e for e in EXTRACTS.values() if e.name not in _ALONE):
        of_extract = [b for b in good if b.extract is extract]
        best = max(of_extract, key=lambda b: b.score, default=None)
        if best and best.has_keys == 1 and best.share >= ENOUGH and not any(b in chosen for b in of_extract):
            chosen.append(best)
    return sorted(chosen, key=lambda b: (list(EXTRACTS).index(b.extract.name), b.source.group.name))


def _ids_by_value(tables: DuckDBTables, sources: list[Profiled], blocks: list[DraftBlock]) -> dict[str, dict[str, str]]:
    """By file, the headers whose values are the ids of another file, each with the column of the contract that it then is."""
    found: dict[str, dict[str, str]] = {}
    for column, home_name in _HOMES.items():
        homes = [b for b in blocks if b.extract.name == home_name and column in b.matches]
        home = max(homes, key=lambda b: b.score, default=None)
        key = home.header(column) if home else None
        if home is None or key is None or home.source.columns[key].n_distinct < _FEWEST_IDS:
            continue
        for source in (s for s in sources if s is not home.source):
            for header, profile in source.columns.items():
                is_id = 1 < profile.n_distinct <= 1.1 * home.source.columns[key].n_distinct and profile.share_date < 0.5
                if is_id and _is_id(tables, sources, source, header, home, key):
                    found.setdefault(source.group.name, {}).setdefault(header, column)
    return found


def _block(
    tables: DuckDBTables, extract: Table, source: Profiled, vendor: Vendor | None, ids: dict[str, str]
) -> DraftBlock:
    headers = list(source.columns)
    known = vendor.columns_in(extract.path, headers) if vendor else {}
    sheet = source.group.written.sheet
    ours = {name: name for name in ((sheet.date, sheet.mark) if sheet else ()) if name in extract.columns}
    matches = match_columns(extract, headers, source.columns, {**ours, **known})
    for header, column in ids.items():
        if column in extract.columns:
            old = [
                c
                for c in (matches[column].candidates if column in matches else ())
                if c.header != header or c.score > BY_VALUE
            ]
            found = (
                old
                if header in [c.header for c in old]
                else [*old, Candidate(header, BY_VALUE, "its values are such ids")]
            )
            matches[column] = Match(column, tuple(sorted(found, key=lambda c: -c.score)))
    good = {name for name, match in matches.items() if match.candidates[0].score >= LIKELY}
    weights = {
        name: 2 if name in extract.key and name not in _EASY else 0.5 if name in _EASY else 1
        for name in extract.columns
    }
    share = sum(weights[name] for name in good) / sum(weights.values())
    keys = [name for name in extract.key if name not in _EASY] + list(_ALSO.get(extract.name, ()))
    has_keys = sum(name in good for name in keys) / len(keys) if keys else 0.5
    alike = difflib.SequenceMatcher(
        None, " ".join(words_of(source.group.name)), " ".join(words_of(extract.name))
    ).ratio()
    unique = (
        _unique_share(tables, source, [matches[c].candidates[0].header for c in extract.key if c in good])
        if has_keys == 1
        else 0.0
    )
    score = 1.0 if known else 0.3 * share + 0.3 * has_keys + 0.25 * unique + 0.15 * alike
    return DraftBlock(extract, source, round(score, 3), matches, share=share, has_keys=has_keys)


def _is_id(
    tables: DuckDBTables, sources: list[Profiled], source: Profiled, header: str, home: DraftBlock, key: str
) -> bool:
    """Whether a header's values are the ids of a home, or other ids that lead to them."""
    if overlap(tables, source, header, home.source, key) >= SAME_IDS:
        return True
    is_many = source.columns[header].n_distinct >= _FEWEST_TO_JOIN
    return is_many and _join(tables, sources, source, header, home, key) is not None


def _unique_share(tables: DuckDBTables, source: Profiled, headers: list[str]) -> float:
    """Share of the rows that are the only one with their key; 0 where nothing of the key is found."""
    n = max((p.n_rows for p in source.columns.values()), default=0)
    return max(0.0, 1 - repeats(tables, source.rows.limit(ROWS), headers) / n) if n and headers else 0.0


def _settle_ids(tables: DuckDBTables, sources: list[Profiled], blocks: list[DraftBlock]) -> None:
    """Ids of one file held against the keys of another: the same ids confirm a column, and another unique column there makes a join."""
    for column, home_name in _HOMES.items():
        home = next((b for b in blocks if b.extract.name == home_name and column in b.matches), None)
        if home is None:
            continue
        key = home.header(column) or ""
        for block in (b for b in blocks if b is not home and column in b.extract.columns):
            _settle(tables, sources, block, column, home, key)


def _settle(
    tables: DuckDBTables, sources: list[Profiled], block: DraftBlock, column: str, home: DraftBlock, key: str
) -> None:
    if block.source is home.source:
        block.matches[column] = home.matches[column]
        return
    found = list(block.matches[column].candidates) if column in block.matches else []
    found += [
        Candidate(h, LIKELY, "an id")
        for h in rivals(block.extract, column, list(block.source.columns))
        if h not in [c.header for c in found]
    ]
    judged = []
    for candidate in found:
        share = overlap(tables, block.source, candidate.header, home.source, key)
        why = f"{candidate.why}; {share:.0%} of its ids are in {home.source.group.name}.{key}"
        if share >= SAME_IDS:
            confirmed = min(round(candidate.score + _BONUS, 3), home.matches[column].candidates[0].score)
            judged.append(Candidate(candidate.header, max(candidate.score, confirmed), why))
        elif share >= OTHER_IDS:
            judged.append(Candidate(candidate.header, candidate.score, why))
        elif join := _join(tables, sources, block.source, candidate.header, home, key):
            block.join.append(join)
            there = f"{join['file']}.{join['on'][candidate.header]}"
            judged.append(Candidate(next(iter(join["take"])), LIKELY, f"by {candidate.header}, which is {there}"))
            break
    judged.sort(key=lambda c: -c.score)
    if judged:
        block.matches[column] = Match(column, tuple(judged[:4]))
    else:
        block.matches.pop(column, None)


def _join(
    tables: DuckDBTables, sources: list[Profiled], source: Profiled, header: str, home: DraftBlock, key: str
) -> dict | None:
    """How the key is found by another id: in its own file or in one that holds both, where the header's ids are unique."""
    for there in (home.source, *(s for s in sources if s is not home.source and s is not source)):
        bridge = key if there is home.source else _same_ids(tables, there, home, key)
        for other, profile in there.columns.items() if bridge else ():
            if other != bridge and profile.is_unique and overlap(tables, source, header, there, other) >= SAME_IDS:
                name = bridge if bridge not in source.columns else f"{there.group.name}.{bridge}"
                return {
                    "file": there.group.name,
                    "on": {header: other},
                    "take": [bridge] if name == bridge else {name: bridge},
                }
    return None


def _same_ids(tables: DuckDBTables, source: Profiled, home: DraftBlock, key: str) -> str | None:
    """The column of a file that holds the ids of the home's key."""
    for header, profile in source.columns.items():
        if profile.is_unique and overlap(tables, source, header, home.source, key) >= SAME_IDS:
            return header
    return None


def _make_columns(block: DraftBlock) -> None:
    """The operations of a block: the best header of each column, and what can be made of others."""
    for column, match in block.matches.items():
        best = match.candidates[0]
        if best.score < LIKELY and column not in block.extract.key:
            continue
        block.columns[column] = operation_of(block, column, best.header)
        block.why[column] = f".{round(best.score * 100):02d} {best.why}" if best.score < 1 else f"1.0 {best.why}"
    dates = [c for c in ("entry_date", "event_date", "calendar_date", "begin_date", "test_date") if c in block.columns]
    if "school_year" in block.extract.columns and "school_year" not in block.columns and dates:
        block.columns["school_year"] = {"year": block.header(dates[0])}
        block.why["school_year"] = f"made of {dates[0]}"
    if "enrollment_id" in block.extract.columns and "enrollment_id" not in block.columns:
        parts = [block.columns.get(c) for c in ("student_id", "school_id", "entry_date")]
        if all(isinstance(part, str) for part in parts):
            block.columns["enrollment_id"] = {"concat": parts, "by": "-"}
            block.why["enrollment_id"] = "made of student, school and entry"


def operation_of(block: DraftBlock, column: str, header: str) -> object:
    """How a column is made of a header, by the form of its values."""
    profile = block.source.columns.get(header)
    if column == "school_year" and profile is not None:
        if profile.share_date > 0.9:
            return {"year": header}
        if profile.share_integer < 1:
            return {"year": header, "add": 1}
    if profile and profile.values and needs_lookup(column, list(profile.values)):
        return {"lookup": f"{block.source.group.name}_{column}", "of": header}
    if profile and COLUMNS[column].type == "boolean" and profile.share_boolean < 1 and profile.values:
        return {"flag": header, "in": yes_among(profile.values)}
    return header


def yes_among(values: dict[str, int]) -> list[str]:
    """The values that probably mean yes: a draft, which is asked about."""
    return [v for v in values if v.lower() in _YES] or list(values)[-1:]


def lookups_of(block: DraftBlock) -> dict[str, dict[str, str]]:
    """The tables of values that a block needs, with what is known; a value without a meaning is left to be asked."""
    tables = {}
    for column, operation in block.columns.items():
        if isinstance(operation, dict) and "lookup" in operation:
            values = block.source.columns[operation["of"]].values
            tables[operation["lookup"]] = {v: m for v in values if (m := means(column, v)) is not None}
    return tables


def dates_of(blocks: list[DraftBlock], source: Profiled) -> tuple[list[str], bool]:
    """The formats of a file's dates that are read as such, and whether day and month could be the other way round."""
    formats: list[str] = []
    is_ambiguous = False
    for block in (b for b in blocks if b.source is source):
        for column in block.columns:
            header = block.header(column)
            profile = source.columns.get(header or "")
            if profile is None or COLUMNS[column].type != "date" or not profile.dates:
                continue
            best = profile.date_formats
            is_ambiguous = is_ambiguous or any(AMBIGUOUS.get(f) in best for f in best)
            formats += [f for f in best[:1] if f not in formats]
    if len(formats) > 1 and is_ambiguous:
        settled = [f for f in formats if f in AMBIGUOUS]
        is_ambiguous = len(set(settled)) != 1
    return ([] if formats == ["%Y-%m-%d"] else formats), is_ambiguous
