"""Literals in the SQL for Spark: only escapes that Spark knows. What it reads is tried by `make test-spark` (`spark/test_wheel.py`)."""

import re

import ibis

from district_platform.engine.spark.statements import query_of

NAMES = ibis.table({"name": "string"}, name="people")


def test_white_space_is_stripped_by_characters_and_not_by_letters_behind_a_backslash():
    stripped = query_of(NAMES.select(name=NAMES.name.strip()))
    assert r"TRIM(' \t\n\r" + "\v\f'" in stripped


def test_every_escape_is_one_of_sparks():
    query = query_of(NAMES.select(odd=ibis.literal("".join(map(chr, range(1, 128))))))
    assert set(re.findall(r"\\(.)", query)) <= set("bnrt0\\'")
