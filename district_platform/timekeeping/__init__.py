"""The store of punches: a relational database that follows the timekeeping system (docs/timekeeping.md).

Here: its tables, the two databases that can hold them, what a load does, where each employee's load stands, the jobs. Not here: how the
timekeeping system is spoken to (`sources.ukg`), nor what punches mean (staging and `facts`, which read them through `reading`).
"""
