"""A delivery made wrong at random: an extract as CSV, gzip or Parquet, or a OneRoster export as a .zip."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.dictionary import Column, Table, columns_of
from district_platform_tests.mutated.counting import is_blank
from district_platform_tests.sources.oneroster.exports import BASE, manifest

TOKENS = [
    *(
        '"',
        '""',
        ",",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\ufeff",
        "\t",
        "\u00a0",
        "\u2003",
        "\x1c",
        "\x1b[31m",
        "é",
        "🎒",
        "'",
        "\\",
        ";",
        "|",
    ),
    *('"\n"', ",,,,,,,,", " , , ", "\n\n\n", "NULL", "'; drop table x; --", "-0", "1e400", "infinity", "NaN", "9" * 40),
    *(
        "2026-02-30",
        "0000-00-00",
        "2026-13-01",
        "99999-01-01",
        "02/13/2026",
        "2026-02-13T10:00:00Z",
        "[bold]",
        "x" * 5_000,
        "ſ",
        "İ",
    ),
]
LINES = [
    *("\n", ",,,\n", '"\n', "a\n", '"",""\n', ",\u00a0\t,\n", "\u2003,\u2003\n", "\x1c\n", "\ufeff\n"),
    *(",".join("x" * 3_000) + "\n", '"a\n' + "b\n" * 150 + '"\n'),
]
NAMES = [
    "_file",
    "_line",
    "_key",
    "value",
    "column_name",
    "file_row_number",
    "extract",
    "Ä",
    "a b",
    'q"q',
    "",
    "select",
    "x" * 300,
]
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def value(rng: random.Random, column: Column, n: int) -> str:
    """A value that fits the column, mostly."""
    if column.domain:
        return str(rng.choice(list(column.domain)))
    usual = {"int64": "2026", "date": f"2026-02-{n % 28 + 1:02}", "boolean": "true", "timestamp": "2026-02-13 10:00:00"}
    return usual.get(str(column.type), f"{n}" if str(column.type) != "string" else f"k{n}")


def rows(rng: random.Random, extract: Table) -> list[list[str]]:
    columns = columns_of(extract)
    return [[column.name for column in columns]] + [
        [value(rng, column, n) for column in columns] for n in range(rng.choice([0, 1, 5, 40, 300]))
    ]


def text_of(rng: random.Random, cells: list[list[str]]) -> str:
    def written(cell: str) -> str:
        return f'"{cell}"' if rng.random() < 0.1 else cell

    return "".join(",".join(map(written, row)) + "\n" for row in cells)


def with_token(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] + rng.choice(TOKENS) + text[place + rng.choice([0, 0, 1, 5]) :]


def with_token_in_header(rng: random.Random, text: str) -> str:
    header, newline, body = text.partition("\n")
    return with_token(rng, header) + newline + body


def without_a_part(rng: random.Random, text: str) -> str:
    begin, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return rng.choice([text[:begin], text[begin:], text[:begin] + text[end:], text + text[begin:end]])


def other_lines(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    kind = rng.randrange(5)
    if kind == 0:
        rng.shuffle(lines)
    elif kind == 1:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(LINES))
    elif kind == 2:
        lines = [line.replace("\n", rng.choice(["\n", "\r\n", "\r"])) for line in lines]
    elif kind == 3:
        lines += lines[rng.randrange(len(lines)) :]
    else:
        lines[0] = rng.choice([lines[0].upper(), lines[0].replace("_", " "), "", lines[0].replace(",", ";")])
    return "".join(lines)


def more_columns(rng: random.Random, text: str) -> str:
    n, name = rng.choice([1, 1, 1, 600, 5_000]), rng.choice(NAMES)
    first, *others = text.splitlines() or [""]
    header = ",".join([first, *(name if n == 1 else f"{name}{i}" for i in range(n))])
    return "\n".join([header, *(f"{line}{',z' * n}" for line in others[:20])]) + "\n"


MUTATIONS: list[Callable[[random.Random, str], str]] = [
    with_token,
    with_token,
    without_a_part,
    other_lines,
    more_columns,
]


def mutated_text(rng: random.Random, text: str) -> bytes:
    for _ in range(rng.choice([0, 1, 1, 2, 5])):
        text = rng.choice(MUTATIONS)(rng, text)
    encoded = text.encode(rng.choice(ENCODINGS), errors="replace")
    return mutated_bytes(rng, encoded) if rng.random() < 0.2 else encoded


def mutated_bytes(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 3, 20])):
        place = rng.randrange(len(changed) + 1)
        changed[place : place + rng.choice([0, 1, 1, 4])] = rng.randbytes(rng.choice([0, 1, 1, 4]))
    return bytes(changed[: rng.randrange(len(changed) + 1)]) if rng.random() < 0.2 else bytes(changed)


def parquet(rng: random.Random, extract: Table) -> tuple[bytes, int]:
    """The file, and how many of its rows are not blank."""
    header, *cells = rows(rng, extract)
    arrays = {name: pa.array([row[place] for row in cells], pa.string()) for place, name in enumerate(header)}
    n_rows = len(cells)
    for name in rng.sample(header, rng.choice([0, 0, 1, 2])):
        others: list[pa.Array] = [
            pa.nulls(n_rows),
            pa.array(range(n_rows), pa.int32()),
            pa.array([n / 3 for n in range(n_rows)], pa.float64()),
            pa.array([b"\xff\0"] * n_rows, pa.binary()),
            pa.array([[name]] * n_rows, pa.list_(pa.string())),
            pa.array([{"a": 1}] * n_rows),
            pa.array(["  "] * n_rows).dictionary_encode(),
            pa.array([10**9] * n_rows, pa.timestamp("us", tz="UTC")),
        ]
        arrays[name] = rng.choice(others)
    if rng.random() < 0.3:
        arrays[rng.choice(NAMES)] = pa.array(["x"] * n_rows, pa.string())
    table = pa.table(arrays)
    if rng.random() < 0.3:
        table = table.drop_columns(rng.sample(table.column_names, 1))
    content = io.BytesIO()
    pq.write_table(table, content, compression=rng.choice(["snappy", "zstd", "none"]))
    return content.getvalue(), n_filled(table)


def n_filled(table: pa.Table) -> int:
    """How many rows hold a value."""
    rows = table.to_pylist()
    return sum(not is_blank(["" if value is None else str(value) for value in row.values()]) for row in rows)


def export(rng: random.Random) -> tuple[bytes, dict[str, bytes]]:
    """A OneRoster .zip and the files in it."""
    files = {"manifest": manifest(list(BASE)).encode(), **{name: text.encode() for name, text in BASE.items()}}
    for name in rng.sample(list(files), rng.choice([0, 1, 1, 2])):
        files[name] = mutated_text(rng, files[name].decode())
    folder = rng.choice(["", "", "export/"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, data in files.items():
            archive.writestr(f"{folder}{name}.csv", data)
    return content.getvalue(), files


def gzipped(rng: random.Random, content: bytes) -> bytes:
    half = rng.randrange(len(content) + 1)
    return rng.choice([gzip.compress(content), gzip.compress(content[:half]) + gzip.compress(content[half:])])
