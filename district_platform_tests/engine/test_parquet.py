"""Tables that lie in Parquet files, read by name."""

import ibis

from district_platform.engine.parquet import parquet_tables


def test_tables_of_files_are_read_by_name(tables, tmp_path):
    path = tmp_path / "it's a codes.parquet"
    tables.connection.execute("create table codes as select 'EX' as code union all select 'UN'")
    tables.connection.execute("copy codes to ? (format parquet)", [str(path)])
    codes = ibis.table({"code": "string"}, name="codes")
    with parquet_tables({"codes": path}) as published:
        assert published.fetch(codes.order_by("code")) == [("EX",), ("UN",)]
        assert published.count("codes") == 2
