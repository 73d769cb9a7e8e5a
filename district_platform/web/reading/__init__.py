"""What pages read: one publication at a time, by registered queries within a viewer's scope.

publications   versions, which is current, which is gone
connection     the one place that opens DuckDB: read-only, locked to the version's folder
registry       Query and Relation: what a query needs, shows and to whom
scopes         what questions of one scope have in common, kept in memory
reader         Reader.rows(query, viewer, **filters), and its cache
queries/       the SQL
"""
