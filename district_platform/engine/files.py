"""A file's bytes before they are rows: hash, encoding, lines, compression; and how a file is replaced whole.

What the rows hold, `reading` says.
"""

import codecs
import gzip
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_RARE_BLANKS = (b"\t", b"\v", b"\f", b"\xa0")
"""Bytes without which plain spaces are all there is to trim, which costs the engine far less than a set of characters."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class ByteFacts:
    """What one pass over a file's bytes tells."""

    sha256: str
    encoding: str
    n_lines: int
    has_rare_blanks: bool


def scan_bytes(path: Path) -> ByteFacts:
    """Hash of the file as it lies, encoding and number of lines of its text, in one pass; Latin-1 where it is not UTF-8."""
    hasher = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_rare_blanks, n_lines, last = True, False, 0, b"\n"
    with path.open("rb") as file:
        compressed = path.name.endswith(".gz")
        content = gzip.GzipFile(fileobj=_Tee(file, hasher)) if compressed else _Tee(file, hasher)
        while chunk := content.read(_CHUNK):
            n_lines += chunk.count(b"\n")
            last = chunk[-1:]
            has_rare_blanks = has_rare_blanks or any(blank in chunk for blank in _RARE_BLANKS)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    encoding = "utf-8" if is_utf8 else "latin-1"
    return ByteFacts(hasher.hexdigest(), encoding, n_lines + (last != b"\n"), has_rare_blanks)


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
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what shall stand at `path`: when the block ends well it replaces it at once, else nothing changes."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        yield fresh
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
