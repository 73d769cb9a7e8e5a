"""Call lists: per school, the students to reach this week, reports/call_lists/<school_id>.csv. docs/attendance.md.

`students` says who is on a list and what it says of them, `asset` brings the lists to disk.
"""
