"""Whose files lie in data/raw: the marker, and the refusal to touch what the generator did not make."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from district_platform.engine.files import file_hash
from district_platform.sources.synthetic.writing import partial_path, write_whole

MARKER = "_synthetic.json"
PLANTED_DEFECTS = "_planted_defects.csv"
TRUE_PRESENCE = "_true_presence.csv"
TIMEKEEPING_PERSONS = "_timekeeping_persons.parquet"
TIMEKEEPING_PUNCHES = "_timekeeping_punches.parquet"
"""What the district's timekeeping system holds: no extracts, but what its stand-in serves (`standins.ukg`)."""
_ALLOWED = frozenset({MARKER, ".gitkeep"})
_SHOWN = 10


class ForeignFilesError(RuntimeError):
    """data/raw holds files the synthetic district did not make."""


@dataclass(frozen=True)
class Marker:
    """What the marker says: what the files were made from, which they are, and once all are whole, their SHA-256."""

    made_from: dict[str, Any] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    sha256: dict[str, str] = field(default_factory=dict)

    def write(self, raw: Path) -> None:
        write_whole(raw / MARKER, json.dumps(self.__dict__, indent=2, sort_keys=True) + "\n")


def read_marker(raw: Path) -> Marker | None:
    path = raw / MARKER
    return Marker(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def refuse_foreign_files(raw: Path, marker: Marker | None) -> None:
    """Raises ForeignFilesError if raw holds a file that is not the marker's, or one changed since it was made."""
    ours = marker or Marker()
    known = _ALLOWED | set(ours.files) | {_partial_name(name) for name in [*ours.files, MARKER]}
    foreign = [name for name in _files_in(raw) if name not in known]
    changed = [
        name for name, digest in ours.sha256.items() if (raw / name).exists() and file_hash(raw / name) != digest
    ]
    if foreign or changed:
        found = sorted(foreign) + [f"{name} (changed since it was made)" for name in sorted(changed)]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise ForeignFilesError(
            f"{raw} holds files the synthetic district did not make: {', '.join(found[:_SHOWN])}{more}. "
            'Move them away to generate a district here, or set sources.kind = "files" to read them.'
        )


def is_current(raw: Path, marker: Marker | None, made_from: dict[str, Any]) -> bool:
    """Whether everything is there, made from just this (`refuse_foreign_files` has compared the contents)."""
    if marker is None or marker.made_from != made_from or set(marker.sha256) != set(marker.files):
        return False
    return bool(marker.files) and all((raw / name).exists() for name in marker.files)


def remove_leftovers(raw: Path, before: list[str], now: list[str]) -> None:
    """Delete what an earlier call made and this one does not, and what a killed one left half written."""
    stale = (set(before) - set(now)) | {_partial_name(name) for name in [*before, *now]}
    for name in sorted(stale):
        (raw / name).unlink(missing_ok=True)


def _files_in(raw: Path) -> list[str]:
    return [path.relative_to(raw).as_posix() for path in raw.rglob("*") if not path.is_dir()]


def _partial_name(name: str) -> str:
    return partial_path(Path(name)).as_posix()
