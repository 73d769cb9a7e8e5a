"""A file's bytes before they are rows: hash, encoding, lines, compression; and how a file is replaced whole.

What the rows hold, `reading` says.
"""

import codecs
import gzip
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_RARE_BLANKS = (b"\t", b"\v", b"\f", b"\xa0")
"""A text without any of these bytes needs only plain spaces trimmed, which costs the engine far less than a set of characters."""

_CHUNK = 1 << 20

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, those of UTF-32 first: one begins as UTF-16's does."""

_HEAD, _FEWEST_LETTERS, _ASCII_SHARE = 256, 2, 0.8
"""UTF-16 without a mark: bytes at a file's start that are looked at, letters needed there, and share of them that must be ASCII."""


class TooLargeError(ValueError):
    """A file holds more bytes, decompressed, than may be read."""


@dataclass(frozen=True)
class ByteFacts:
    """What one pass over a file's bytes tells."""

    sha256: str
    encoding: str
    n_lines: int
    has_rare_blanks: bool


def scan_bytes(path: Path, most_bytes: int | None = None) -> ByteFacts:
    """Hash of the file as it lies, encoding and number of lines of its text, in one pass.

    The encoding is UTF-8, UTF-16 or UTF-32 (then lines are not counted), or else Latin-1. Raises TooLargeError where it holds more
    than `most_bytes`, decompressed.
    """
    hasher = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_rare_blanks, n_lines, last = True, False, 0, b"\n"
    wide: str | None = None
    n_bytes = 0
    with path.open("rb") as file:
        compressed = path.name.endswith(".gz")
        content = gzip.GzipFile(fileobj=_Tee(file, hasher)) if compressed else _Tee(file, hasher)
        while chunk := content.read(_CHUNK):
            wide = wide if n_bytes else wide_encoding(chunk)
            n_bytes += len(chunk)
            if most_bytes is not None and n_bytes > most_bytes:
                raise TooLargeError
            n_lines += chunk.count(b"\n")
            last = chunk[-1:]
            has_rare_blanks = has_rare_blanks or any(blank in chunk for blank in _RARE_BLANKS)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    encoding = wide or ("utf-8" if is_utf8 else "latin-1")
    return ByteFacts(hasher.hexdigest(), encoding, n_lines + (last != b"\n"), has_rare_blanks)


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by the byte order mark with which a text begins, or by the zero bytes between its letters; else None.

    Excel's "Unicode text" and PowerShell write UTF-16. A header is ASCII, so that every second byte of it is zero.
    """
    for mark, encoding in _WIDE_MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0:_HEAD:2], head[1:_HEAD:2]
    if len(odd) < _FEWEST_LETTERS:
        return None
    if not even.count(0) and odd.count(0) >= _ASCII_SHARE * len(odd):
        return "utf-16-le"
    if not odd.count(0) and even.count(0) >= _ASCII_SHARE * len(even):
        return "utf-16-be"
    return None


class _Tee(io.RawIOBase):
    """Hashes what is read through it."""

    def __init__(self, file: io.BufferedReader, hasher: "hashlib._Hash") -> None:
        self._file, self._hasher = file, hasher

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._hasher.update(chunk)
        return chunk

    def readable(self) -> bool:
        return True


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def text_digest(text: str) -> str:
    """A short digest of a text, for data versions and for telling whether something has changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """The file's text with any line end read as a newline, and without a byte order mark."""
    bom_aware = "utf-8-sig" if encoding == "utf-8" else encoding
    binary = gzip.open(path) if path.name.endswith(".gz") else path.open("rb")  # noqa: SIM115 - the caller closes it
    return io.TextIOWrapper(binary, encoding=bom_aware, newline=None)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yields an empty folder (0700) to fill; when the block succeeds it replaces what is at `path`, else nothing changes.

    After a kill between the two renames, the old folder lies beside it as .<name>.old; the next call puts it back first.
    """
    fresh, old = path.with_name(f".{path.name}.new"), path.with_name(f".{path.name}.old")
    path.parent.mkdir(parents=True, exist_ok=True)
    if old.exists() and not path.exists():
        old.rename(path)
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    try:
        yield fresh
        if path.exists():
            path.rename(old)
        fresh.rename(path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a path to write to; when the block succeeds, that file replaces the one at `path` in one step, else nothing changes."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        yield fresh
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
