"""Reads mutated deliveries, one after the other, in a process of its own: python -m district_platform_tests.mutated.trial SEED FIRST N

Delivery `number` of a seed is the same each time. What is wrong is printed with seed and number; it is then enough to run that one.
A delivery may take 20 s and 2 GB. Exits with 1 where one broke a promise.
"""

import faulthandler
import gzip
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from district_platform.dictionary import EXTRACTS
from district_platform.engine import database
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.oneroster import OneRosterError, convert
from district_platform.staging.loading import load_extract
from district_platform_tests.mutated import counting, making

MOST_SECONDS, MOST_KILOBYTES = 20, 2_000_000
KINDS = ("csv", "csv.gz", "parquet", "oneroster")


def main(seed: int, first: int, n: int) -> int:
    n_wrong = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        database.connect(":memory:", Engine(memory_limit="1GB")) as connection,
    ):
        for number in range(first, first + n):
            home = Path(folder) / str(number)
            faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
            started = time.monotonic()
            try:
                tried(
                    DuckDBTables(connection),
                    random.Random(f"{seed} {number}"),
                    Path(folder) / str(number),
                    KINDS[number % len(KINDS)],
                )
                used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                assert used < MOST_KILOBYTES, f"{used:,} KB of memory"
            except Exception:
                n_wrong += 1
                print(
                    f"seed {seed}, delivery {number}, {time.monotonic() - started:.1f} s:\n{traceback.format_exc(limit=-6)}"
                )
            faulthandler.cancel_dump_traceback_later()
            shutil.rmtree(home, ignore_errors=True)
    print(
        f"seed {seed}: {n} deliveries, {n_wrong} wrong, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )
    return 1 if n_wrong else 0


def tried(tables: DuckDBTables, rng: random.Random, folder: Path, kind: str) -> None:
    if kind == "oneroster":
        _export(rng, folder)
    else:
        _extract(tables, rng, folder, kind)


def _extract(tables: DuckDBTables, rng: random.Random, raw: Path, kind: str) -> None:
    extract = EXTRACTS[rng.choice(sorted(EXTRACTS))]
    path = raw / f"{extract.path}.{kind}"
    path.parent.mkdir(parents=True)
    n_rows: int | None = None
    if kind == "parquet":
        content, n_rows = making.parquet(rng, extract)
    else:
        content = making.mutated_text(rng, making.text_of(rng, making.rows(rng, extract)))
        content = making.gzipped(rng, content) if kind == "csv.gz" else content
    if kind != "csv" and rng.random() < 0.3:
        content, n_rows = making.mutated_bytes(rng, content), None
    path.write_bytes(content)
    loaded = load_extract(tables, raw, extract)
    [file] = loaded.files
    [account] = tables.connection.execute(
        "select n_rows_read, n_rows_accepted, n_rows_rejected, problem from extract_files where extract = ?",
        [extract.path],
    ).fetchall()
    assert account[0] == account[1] + account[2], account
    [(staged,)] = tables.connection.execute(f"select count(*) from stg_{extract.name}").fetchall()
    assert staged == account[1], (staged, account)
    assert "\n" not in (account[3] or ""), account[3]
    if file.problem:
        assert loaded.n_read == 0, file.problem
    elif kind != "parquet":
        text = (gzip.decompress(content) if kind == "csv.gz" else content).decode(_python_name(file.encoding))
        counted = counting.rows_of_extract(text)
        assert counted == loaded.n_read, f"{extract.path}: {counted} rows counted, {loaded.n_read} read"
    elif n_rows is not None:
        assert n_rows == loaded.n_read, f"{extract.path}: {n_rows} rows written, {loaded.n_read} read"


def _python_name(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _export(rng: random.Random, folder: Path) -> None:
    content, files = making.export(rng)
    is_whole = rng.random() < 0.7
    folder.mkdir()
    (folder / "export.zip").write_bytes(content if is_whole else making.mutated_bytes(rng, content))
    try:
        conversion = convert(folder / "export.zip", folder / "out")
    except OneRosterError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert "\n" not in refusal, refusal
        return
    for file in conversion.files:
        assert file.rows_read == file.rows_accepted + file.rows_rejected, file
        if is_whole:
            data = files[file.file.removesuffix(".csv")]
            counted = counting.rows_of_oneroster(_decoded(data, conversion.notes, file.file))
            assert counted == file.rows_read, f"{file.file}: {counted} rows counted, {file.rows_read} read"


def _decoded(data: bytes, notes: list[str], file: str) -> str:
    wide = [note.split()[2].lower() for note in notes if note.startswith(f"{file}: is UTF-")]
    return data.decode(wide[0]) if wide else data.decode("utf-8-sig", errors="replace")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
