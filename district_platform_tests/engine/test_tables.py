"""Writing a table: by name, typed, keyed, whole or not at all."""

from decimal import Decimal

import ibis
import pandas as pd
import pytest

from district_platform.dictionary import TABLES
from district_platform.engine.database import transaction
from district_platform.engine.tables import (
    ContractError,
    append_records,
    create_temporary,
    ensure_table,
    fetch,
    replace_with_expression,
    replace_with_frame,
    row_count,
)

SUBGROUP = TABLES["dim_subgroup"]
ASSIGNMENT = TABLES["fct_staff_assignment"]


def subgroups(*rows: tuple[str, str, str, int]) -> ibis.Table:
    return ibis.memtable(rows, columns=["k_subgroup", "subgroup_dimension", "subgroup_value", "display_order"])


def written(connection) -> list[tuple]:
    return connection.execute("select * from dim_subgroup order by 1").fetchall()


def test_columns_are_matched_by_name_not_by_position(connection):
    shuffled = subgroups(("Sex-F", "Sex", "F", 1)).select(
        "display_order", "subgroup_value", "subgroup_dimension", "k_subgroup"
    )
    replace_with_expression(connection, SUBGROUP, shuffled)
    assert written(connection) == [("Sex-F", "Sex", "F", 1)]


def test_second_write_replaces_the_first(connection):
    replace_with_expression(connection, SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1), ("Sex-M", "Sex", "M", 2)))
    replace_with_expression(connection, SUBGROUP, subgroups(("Sex-X", "Sex", "X", 3)))
    assert written(connection) == [("Sex-X", "Sex", "X", 3)]


def test_repeated_key_is_refused_and_the_old_table_survives(connection):
    replace_with_expression(connection, SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1)))
    twice = subgroups(("Sex-M", "Sex", "M", 2), ("Sex-M", "Sex", "M", 3))
    with (
        pytest.raises(ContractError, match=r"dim_subgroup: 1 keys \(k_subgroup\) repeat: Sex-M"),
        transaction(connection),
    ):
        replace_with_expression(connection, SUBGROUP, twice)
    assert written(connection) == [("Sex-F", "Sex", "F", 1)]


def test_missing_key_is_refused(connection):
    with pytest.raises(ContractError, match=r"1 rows have no key \(k_subgroup\)"), transaction(connection):
        replace_with_expression(
            connection,
            SUBGROUP,
            subgroups(("Sex-F", "Sex", "F", 1), ("Sex-M", "Sex", "M", 2)).mutate(
                k_subgroup=ibis._.k_subgroup.nullif("Sex-M")
            ),
        )


def test_unknown_and_missing_columns_are_named(connection):
    wrong = subgroups(("Sex-F", "Sex", "F", 1)).rename(label="subgroup_value")
    with pytest.raises(ContractError, match=r"missing columns \['subgroup_value'\].*dictionary \['label'\]"):
        replace_with_expression(connection, SUBGROUP, wrong)


def test_fte_made_of_floats_is_refused(connection):
    row = dict.fromkeys(ASSIGNMENT.columns) | {"assignment_id": "A1", "fte": 0.1}
    floats = ibis.memtable(
        [row],
        schema={c: "float64" if c == "fte" else t for c, t in ibis.schema(_assignment_types()).items()},
    )
    with pytest.raises(ContractError, match=r"fte is float64, the dictionary says decimal\(9, 4\)"):
        replace_with_expression(connection, ASSIGNMENT, floats)


def _assignment_types() -> dict[str, str]:
    from district_platform.dictionary import schema_of

    return dict(schema_of(ASSIGNMENT).items())


def test_frame_keeps_decimals_exact_and_whole_numbers_whole(connection):
    row = dict.fromkeys(ASSIGNMENT.columns) | {"assignment_id": "A1", "fte": Decimal("0.1"), "school_year": 2026.0}
    replace_with_frame(connection, ASSIGNMENT, pd.DataFrame([row]))
    assert connection.execute("select fte, school_year from fct_staff_assignment").fetchall() == [
        (Decimal("0.1000"), 2026)
    ]


def test_empty_frame_makes_a_typed_empty_table(connection):
    replace_with_frame(connection, ASSIGNMENT, pd.DataFrame(columns=list(ASSIGNMENT.columns)))
    types = {row[0]: row[1] for row in connection.execute("describe fct_staff_assignment").fetchall()}
    assert row_count(connection, "fct_staff_assignment") == 0
    assert (types["fte"], types["begin_date"], types["school_year"]) == ("DECIMAL(9,4)", "DATE", "BIGINT")


def test_frame_with_a_value_of_the_wrong_type_is_refused(connection):
    frame = pd.DataFrame([{"assignment_id": "A1", "school_year": "soon"}]).reindex(columns=list(ASSIGNMENT.columns))
    with pytest.raises(ContractError, match="fct_staff_assignment"):
        replace_with_frame(connection, ASSIGNMENT, frame)


def test_table_and_columns_carry_the_dictionarys_words(connection):
    replace_with_expression(connection, SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1)))
    [(about,)] = connection.execute("select comment from duckdb_tables() where table_name = 'dim_subgroup'").fetchall()
    comments = connection.execute("select comment from duckdb_columns() where table_name = 'dim_subgroup'").fetchall()
    assert about == f"{SUBGROUP.description} One row is a subgroup."
    assert all(comment for (comment,) in comments)


def test_missing_input_says_what_to_do(connection):
    unbuilt = ibis.table(dict(subgroups(("a", "b", "c", 1)).schema().items()), name="dim_not_there")
    with pytest.raises(ContractError, match="an input is missing; materialize it first"):
        replace_with_expression(connection, SUBGROUP, unbuilt)


def test_rows_held_in_memory_can_be_fetched_and_kept(connection):
    codes = ibis.memtable({"attendance_code": ["EX", "UN"]})
    assert fetch(connection, codes.order_by("attendance_code")) == [("EX",), ("UN",)]
    kept = create_temporary(connection, "codes", codes)
    assert fetch(connection, kept.count().as_table()) == [(2,)]


def test_the_same_expression_is_asked_anew_of_the_rows_that_there_are(connection):
    labels = ibis.table({"label": "string"}, name="labels")
    for label in ("first", "second"):
        create_temporary(connection, "labels", ibis.memtable({"label": [label]}))
        assert fetch(connection, labels.select("label")) == [(label,)]


def test_what_a_record_does_not_say_is_null(connection):
    ensure_table(connection, SUBGROUP)
    append_records(connection, SUBGROUP, [{"subgroup_value": "F", "k_subgroup": "Sex-F"}, {"k_subgroup": "Sex-M"}])
    append_records(connection, SUBGROUP, [])
    assert written(connection) == [("Sex-F", None, "F", None), ("Sex-M", None, None, None)]
