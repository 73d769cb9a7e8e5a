"""Names of the files that quality writes, for modules that only read them."""

REPORT_FILE, SCHEMA_FILE = "data_quality_report.json", "data_quality_report.schema.json"
WORKLISTS = "worklists"
