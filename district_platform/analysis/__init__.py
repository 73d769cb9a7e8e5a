"""Analysis tables: metrics by school, year and subgroup. One function a table, named like it; not yet fit for release."""
