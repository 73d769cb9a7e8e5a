"""Where tables are stored. All other packages use `tables.Tables`; DuckDB, SQL, files and Dagster's I/O manager are behind it.

Nothing here knows what a school is.
"""
