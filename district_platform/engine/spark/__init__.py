"""The second engine: dimensions, facts, measures and analysis on Spark, in a lake of Parquet files that DuckDB reads.

`lake` holds versions of tables and the catalog, `session` opens Spark, `java` finds its Java, `statements` makes SQL for it, `faults`
says in a sentence what went wrong, and `lake_tables` is the seam. Only this package imports pyspark, and only once a run needs it.
"""
