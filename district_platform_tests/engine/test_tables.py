"""The seam: tables are written by name, typed, keyed, whole or not at all, and read as rows, frames and Arrow."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from district_platform.dictionary import TABLES
from district_platform.engine.tables import ContractError, MissingTableError, unbound

SUBGROUP = TABLES["dim_subgroup"]
ASSIGNMENT = TABLES["fct_staff_assignment"]


def subgroups(*rows: tuple[str, str, str, int]) -> ibis.Table:
    return ibis.memtable(rows, columns=["k_subgroup", "subgroup_dimension", "subgroup_value", "display_order"])


def written(tables) -> list[tuple]:
    return tables.connection.execute("select * from dim_subgroup order by 1").fetchall()


def test_columns_are_matched_by_name_not_by_position(tables):
    shuffled = subgroups(("Sex-F", "Sex", "F", 1)).select(
        "display_order", "subgroup_value", "subgroup_dimension", "k_subgroup"
    )
    tables.replace(SUBGROUP, shuffled)
    assert written(tables) == [("Sex-F", "Sex", "F", 1)]


def test_second_write_replaces_the_first(tables):
    tables.replace(SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1), ("Sex-M", "Sex", "M", 2)))
    tables.replace(SUBGROUP, subgroups(("Sex-X", "Sex", "X", 3)))
    assert written(tables) == [("Sex-X", "Sex", "X", 3)]


def test_repeated_key_is_refused_and_the_old_table_survives(tables):
    tables.replace(SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1)))
    twice = subgroups(("Sex-M", "Sex", "M", 2), ("Sex-M", "Sex", "M", 3))
    with (
        pytest.raises(ContractError, match=r"dim_subgroup: 1 keys \(k_subgroup\) repeat: Sex-M"),
        tables.transaction(),
    ):
        tables.replace(SUBGROUP, twice)
    assert written(tables) == [("Sex-F", "Sex", "F", 1)]


def test_missing_key_is_refused(tables):
    with pytest.raises(ContractError, match=r"1 rows have no key \(k_subgroup\)"), tables.transaction():
        tables.replace(
            SUBGROUP,
            subgroups(("Sex-F", "Sex", "F", 1), ("Sex-M", "Sex", "M", 2)).mutate(
                k_subgroup=ibis._.k_subgroup.nullif("Sex-M")
            ),
        )


def test_unknown_and_missing_columns_are_named(tables):
    wrong = subgroups(("Sex-F", "Sex", "F", 1)).rename(label="subgroup_value")
    with pytest.raises(ContractError, match=r"missing columns \['subgroup_value'\].*dictionary \['label'\]"):
        tables.replace(SUBGROUP, wrong)


def test_fte_made_of_floats_is_refused(tables):
    row = dict.fromkeys(ASSIGNMENT.columns) | {"assignment_id": "A1", "fte": 0.1}
    floats = ibis.memtable(
        [row],
        schema={c: "float64" if c == "fte" else t for c, t in ibis.schema(_assignment_types()).items()},
    )
    with pytest.raises(ContractError, match=r"fte is float64, the dictionary says decimal\(9, 4\)"):
        tables.replace(ASSIGNMENT, floats)


def _assignment_types() -> dict[str, str]:
    from district_platform.dictionary import schema_of

    return dict(schema_of(ASSIGNMENT).items())


def test_frame_keeps_decimals_exact_and_whole_numbers_whole(tables):
    row = dict.fromkeys(ASSIGNMENT.columns) | {"assignment_id": "A1", "fte": Decimal("0.1"), "school_year": 2026.0}
    tables.replace(ASSIGNMENT, pd.DataFrame([row]))
    assert tables.connection.execute("select fte, school_year from fct_staff_assignment").fetchall() == [
        (Decimal("0.1000"), 2026)
    ]


def test_empty_frame_makes_a_typed_empty_table(tables):
    tables.replace(ASSIGNMENT, pd.DataFrame(columns=list(ASSIGNMENT.columns)))
    types = {row[0]: row[1] for row in tables.connection.execute("describe fct_staff_assignment").fetchall()}
    assert tables.count("fct_staff_assignment") == 0
    assert (types["fte"], types["begin_date"], types["school_year"]) == ("DECIMAL(9,4)", "DATE", "BIGINT")


def test_frame_with_a_value_of_the_wrong_type_is_refused(tables):
    frame = pd.DataFrame([{"assignment_id": "A1", "school_year": "soon"}]).reindex(columns=list(ASSIGNMENT.columns))
    with pytest.raises(ContractError, match="fct_staff_assignment"):
        tables.replace(ASSIGNMENT, frame)


def test_table_and_columns_carry_the_dictionarys_words(tables):
    tables.replace(SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1)))
    [(about,)] = tables.connection.execute(
        "select comment from duckdb_tables() where table_name = 'dim_subgroup'"
    ).fetchall()
    comments = tables.connection.execute(
        "select comment from duckdb_columns() where table_name = 'dim_subgroup'"
    ).fetchall()
    assert about == f"{SUBGROUP.description} One row is a subgroup."
    assert all(comment for (comment,) in comments)


def test_missing_input_says_what_to_do(tables):
    unbuilt = ibis.table(dict(subgroups(("a", "b", "c", 1)).schema().items()), name="dim_not_there")
    with pytest.raises(ContractError, match="an input is missing; materialize it first"):
        tables.replace(SUBGROUP, unbuilt)


def test_rows_held_in_memory_can_be_fetched_and_kept(tables):
    codes = ibis.memtable({"attendance_code": ["EX", "UN"]})
    assert tables.fetch(codes.order_by("attendance_code")) == [("EX",), ("UN",)]
    kept = tables.temporary("codes", codes)
    assert tables.fetch(kept.count().as_table()) == [(2,)]


def test_the_same_expression_is_asked_anew_of_the_rows_that_there_are(tables):
    labels = ibis.table({"label": "string"}, name="labels")
    for label in ("first", "second"):
        tables.temporary("labels", ibis.memtable({"label": [label]}))
        assert tables.fetch(labels.select("label")) == [(label,)]


def test_what_a_record_does_not_say_is_null(tables):
    tables.ensure(SUBGROUP)
    tables.append(SUBGROUP, [{"subgroup_value": "F", "k_subgroup": "Sex-F"}, {"k_subgroup": "Sex-M"}])
    tables.append(SUBGROUP, [])
    assert written(tables) == [("Sex-F", None, "F", None), ("Sex-M", None, None, None)]


def test_rows_are_deleted_by_their_values(tables):
    tables.replace(
        SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1), ("Sex-M", "Sex", "M", 2), ("Grade-01", "Grade", "01", 1))
    )
    tables.delete("dim_subgroup", subgroup_dimension="Sex", display_order=1)
    assert [key for key, *_ in written(tables)] == ["Grade-01", "Sex-M"]


def test_a_table_of_an_earlier_version_is_kept_beside_the_new_one(tables):
    tables.connection.execute("create table dim_subgroup as select 'Sex-F' as k_subgroup")
    tables.ensure(SUBGROUP)
    tables.ensure(SUBGROUP)
    assert tables.count("dim_subgroup") == 0
    assert tables.count("dim_subgroup_earlier") == 1


def test_what_is_only_tried_can_be_read_in_the_block_and_is_gone_after_it(tables):
    tables.replace(SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1)))
    with tables.transaction(keep=False):
        tables.replace(SUBGROUP, subgroups(("Sex-M", "Sex", "M", 2), ("Sex-X", "Sex", "X", 3)))
        assert tables.count("dim_subgroup") == 2
    assert written(tables) == [("Sex-F", "Sex", "F", 1)]


def test_nothing_of_a_transaction_that_fails_is_kept(tables):
    tables.ensure(SUBGROUP)
    with suppress(RuntimeError), tables.transaction():
        tables.append(SUBGROUP, subgroups(("Sex-F", "Sex", "F", 1)))
        raise RuntimeError
    assert written(tables) == []


def test_reading_a_table_that_is_not_there_names_it(tables):
    with pytest.raises(MissingTableError, match="dim_subgroup"):
        tables.fetch(unbound("dim_subgroup"))


def test_temporary_tables_are_dropped_where_they_are(tables):
    tables.temporary("codes", ibis.memtable({"attendance_code": ["EX"]}))
    tables.drop("codes", "never_made")
    with pytest.raises(MissingTableError, match="codes"):
        tables.fetch(ibis.table({"attendance_code": "string"}, name="codes"))


def test_a_frame_has_decimals_and_dates_of_python(tables):
    row = dict.fromkeys(ASSIGNMENT.columns) | {
        "assignment_id": "A1",
        "fte": Decimal("0.1"),
        "begin_date": date(2025, 8, 18),
    }
    tables.replace(ASSIGNMENT, [row])
    frame = tables.frame(unbound("fct_staff_assignment"))
    assert (frame["fte"][0], frame["begin_date"][0]) == (Decimal("0.1000"), date(2025, 8, 18))
    assert str(tables.arrow(unbound("fct_staff_assignment")).schema.field("fte").type) == "decimal128(9, 4)"
