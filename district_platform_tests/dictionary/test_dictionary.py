"""The dictionary is whole: what it names exists, and everything it describes is described."""

import pytest

from district_platform.dictionary import COLUMNS, EXTRACTS, TABLES, Layer, columns_of, schema_of


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_table_is_described_and_its_key_stands_in_it(table):
    assert table.description
    assert table.grain
    assert set(table.key) <= set(table.columns)
    assert set(table.nullable_key) <= set(table.key)
    assert len(set(table.columns)) == len(table.columns)
    assert len(schema_of(table)) == len(table.columns)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=lambda c: c.name)
def test_column_is_described_and_used(column):
    assert column.description.endswith((".", "…"))
    assert any(column.name in table.columns for table in TABLES.values())


def test_every_extract_has_a_staged_table_with_the_same_columns():
    for extract in EXTRACTS.values():
        assert TABLES[f"stg_{extract.name}"].columns == extract.columns


def test_references_name_columns_on_both_sides():
    for extract in EXTRACTS.values():
        for reference in extract.references:
            assert set(reference.columns) <= set(extract.columns)
            assert set(reference.targets) <= set(EXTRACTS[reference.table].columns)


def test_measures_and_their_group_sizes_stand_in_the_analysis_table():
    for table in TABLES.values():
        for measure in table.measures:
            assert measure.column in table.columns
            assert set(measure.group_sizes) <= set(table.columns)


def test_every_count_of_students_in_an_analysis_table_is_a_measure_that_privacy_judges():
    for table in TABLES.values():
        if table.layer is Layer.ANALYSIS:
            counts = {c.name for c in columns_of(table) if c.unit == "students"}
            assert counts <= {measure.column for measure in table.measures}


def test_names_of_people_are_marked_as_pii():
    for name in ("first_name", "last_name", "birth_date", "email", "address", "phone_number"):
        assert COLUMNS[name].sensitivity.value == "PII"
