"""A data quality report for the district of `districts`: what briefs are written beside."""

from typing import Any

REPORT: dict[str, Any] = {
    "run_id": "7f3c1d2e-4b5a-4c6d-8e9f-0a1b2c3d4e5f",
    "as_of_date": "2026-02-13",
    "extracts": [
        {"file": "sis/enrollments.csv", "n_rows_read": 15_230, "n_rows_accepted": 15_219, "n_rows_rejected": 11},
        {"file": "hr/educators.csv", "n_rows_read": 412, "n_rows_accepted": 405, "n_rows_rejected": 7},
        {"file": "sis/schools.csv", "n_rows_read": 8, "n_rows_accepted": 8, "n_rows_rejected": 0},
        {"file": "sis/attendance_events.csv", "n_rows_read": 90, "n_rows_accepted": 90, "n_rows_rejected": 0},
    ],
    "rules": [
        {
            "rule_id": "ENR-01",
            "title": "Overlapping primary enrollments of one student",
            "severity": "warn",
            "owner": "SIS data steward",
            "table": "stg_enrollments",
            "status": "warned",
            "reason": None,
            "n_judged": 15_219,
            "n_findings": 42,
            "how_to_fix": "End the earlier enrollment on the day before the later one begins",
        },
        {
            "rule_id": "EDU-04",
            "title": "Invalid certification at the census date",
            "severity": "warn",
            "owner": "human resources",
            "table": "stg_certifications",
            "status": "warned",
            "reason": None,
            "n_judged": 512,
            "n_findings": 9,
            "how_to_fix": "Renew the certification, or assign someone who holds a valid one",
        },
        {
            "rule_id": "SEC-01",
            "title": "Section without an educator, or without students",
            "severity": "warn",
            "owner": "SIS data steward",
            "table": "stg_sections",
            "status": "skipped",
            "reason": "sis/sections was not delivered",
            "n_judged": 0,
            "n_findings": 0,
            "how_to_fix": "Assign one",
        },
        *(
            {
                "rule_id": f"ATT-0{i}",
                "title": "Some rule",
                "severity": "warn",
                "owner": "attendance office",
                "table": "stg_attendance_events",
                "status": "passed",
                "reason": None,
                "n_judged": 100,
                "n_findings": 0,
                "how_to_fix": "Nothing to do",
            }
            for i in range(1, 8)
        ),
    ],
}
