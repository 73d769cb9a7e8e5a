"""Record linkage: which records of a table are probably one person. Splink does the linking; nothing here knows Dagster.

`model` says what a model is, `linker` runs one on DuckDB, `names` prepares names; `educators` and `students` hold the two models.
"""
