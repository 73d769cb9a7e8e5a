"""Names of what quality writes, for those who read it and make none of it."""

REPORT_FILE, SCHEMA_FILE = "data_quality_report.json", "data_quality_report.schema.json"
WORKLISTS = "worklists"
