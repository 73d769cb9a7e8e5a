"""Where tables live. The rest of the house speaks to `tables.Tables`; DuckDB, SQL, files and Dagster's I/O manager are behind it.

Nothing here knows a school.
"""
