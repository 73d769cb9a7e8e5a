"""The quality rules once more, in plain SQL over the raw files: an independent reading to hold the truth against.

Written from quality.md alone and only as general as the synthetic extracts need. The platform's own rules live in
`district_platform.quality`; nothing here may be imported there.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Contract:
    """What a test needs to know of an extract: typed columns, key, closed domains, references."""

    key: tuple[str, ...]
    types: dict[str, str]
    nullable_key: tuple[str, ...] = ()


DATE, INT, NUM, BOOL = "date", "integer", "decimal(12,2)", "boolean"
YEAR = {"school_year": INT}

CONTRACTS = {
    "sis/schools": Contract(("school_id",), {"is_title_i": BOOL}),
    "sis/calendar_dates": Contract(
        ("school_id", "calendar_code", "calendar_date"), YEAR | {"calendar_date": DATE, "is_school_day": BOOL}
    ),
    "sis/sessions": Contract(
        ("school_id", "school_year", "session_id"),
        YEAR | {"begin_date": DATE, "end_date": DATE, "total_instructional_days": INT},
    ),
    "sis/students": Contract(
        ("school_year", "student_id"),
        YEAR
        | {"birth_date": DATE}
        | dict.fromkeys(("is_economically_disadvantaged", "is_english_learner", "has_disability", "is_homeless"), BOOL),
    ),
    "sis/enrollments": Contract(("enrollment_id",), YEAR | {"entry_date": DATE, "exit_date": DATE, "is_primary": BOOL}),
    "sis/attendance_codes": Contract(("attendance_code",), {"is_absent": NUM}),
    "sis/attendance_events": Contract(
        ("school_year", "school_id", "student_id", "event_date", "session_id", "attendance_code"),
        YEAR | {"event_date": DATE},
        nullable_key=("session_id",),
    ),
    "sis/attendance_submissions": Contract(("school_id", "submission_date"), {"submission_date": DATE}),
    "sis/courses": Contract(("course_id",), {}),
    "sis/sections": Contract(("school_year", "school_id", "section_id"), YEAR),
    "sis/section_enrollments": Contract(
        ("school_year", "school_id", "section_id", "student_id", "begin_date"),
        YEAR | {"begin_date": DATE, "end_date": DATE},
    ),
    "sis/section_educators": Contract(("school_year", "school_id", "section_id", "educator_id"), YEAR),
    "sis/program_participation": Contract(
        ("school_year", "student_id", "program", "begin_date"), YEAR | {"begin_date": DATE, "end_date": DATE}
    ),
    "hr/educators": Contract(("educator_id",), dict.fromkeys(("birth_date", "hire_date", "termination_date"), DATE)),
    "hr/certifications": Contract(("certification_id",), {"issue_date": DATE, "expiration_date": DATE}),
    "hr/staff_assignments": Contract(
        ("assignment_id", "educator_id", "begin_date"),
        YEAR | {"fte": NUM, "begin_date": DATE, "end_date": DATE},
        ("educator_id", "begin_date"),
    ),
    "assessments/assessment_results": Contract(
        ("school_year", "student_id", "subject", "administration"),
        YEAR | {"test_date": DATE, "scale_score": NUM, "performance_level": INT, "is_proficient": BOOL},
    ),
    "online_learning/learner_sessions": Contract(
        ("session_uuid",), {"login_at": "timestamp", "logout_at": "timestamp", "active_minutes": NUM}
    ),
}

DOMAINS = {
    ("sis/students", "sex"): "('F', 'M', 'X')",
    ("sis/students", "race_ethnicity"): "('Hispanic or Latino', 'American Indian or Alaska Native', 'Asian', "
    "'Black or African American', 'Native Hawaiian or Other Pacific Islander', 'White', 'Two or More Races')",
    ("sis/schools", "school_level"): "('Elementary', 'Middle', 'High', 'Other')",
    (
        "sis/enrollments",
        "grade_level",
    ): "('KG', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12')",
    ("sis/attendance_codes", "attendance_excusal_status"): "('Excused', 'Unexcused')",
    ("assessments/assessment_results", "administration"): "('Fall', 'Winter', 'Spring')",
    ("assessments/assessment_results", "performance_level"): "('1', '2', '3', '4')",
}

REFERENCES = [
    ("calendar_dates", "school_id", "schools", ("school_id",)),
    ("sessions", "school_id", "schools", ("school_id",)),
    ("enrollments", "school_id", "schools", ("school_id",)),
    ("attendance_events", "school_id", "schools", ("school_id",)),
    ("attendance_events", "student_id", "students", ("school_year", "student_id")),
    ("attendance_events", "session_id", "sessions", ("school_year", "school_id", "session_id")),
    ("attendance_events", "attendance_code", "attendance_codes", ("attendance_code",)),
    ("attendance_submissions", "school_id", "schools", ("school_id",)),
    ("sections", "school_id", "schools", ("school_id",)),
    ("sections", "course_id", "courses", ("course_id",)),
    ("sections", "session_id", "sessions", ("school_year", "school_id", "session_id")),
    ("section_enrollments", "section_id", "sections", ("school_year", "school_id", "section_id")),
    ("section_enrollments", "student_id", "students", ("school_year", "student_id")),
    ("section_educators", "section_id", "sections", ("school_year", "school_id", "section_id")),
    ("section_educators", "educator_id", "educators", ("educator_id",)),
    ("program_participation", "student_id", "students", ("school_year", "student_id")),
    ("certifications", "educator_id", "educators", ("educator_id",)),
    ("staff_assignments", "educator_id", "educators", ("educator_id",)),
    ("staff_assignments", "school_id", "schools", ("school_id",)),
    ("assessment_results", "student_id", "students", ("school_year", "student_id")),
    ("assessment_results", "school_id", "schools", ("school_id",)),
]

OWN_RULE_FOR_REPEATS = {
    "hr/educators": "EDU-01",
    "assessments/assessment_results": "ASM-01",
    "online_learning/learner_sessions": "ONL-01",
}

PREPARATION = """
create view school_days as
    select distinct school_id, calendar_code, school_year, calendar_date from calendar_dates where is_school_day;
create view open_days as select distinct school_id, school_year, calendar_date from school_days;
create view enrolled as
    select *, coalesce(exit_date, date '9999-12-31') as until,
           try_cast(replace(grade_level, 'KG', '0') as integer) as grade,
           make_date(school_year - 1, 9, 1) as first_of_september
    from enrollments;
create view evidence as
    select school_id, school_year, event_date as day from attendance_events where event_date <= $as_of
    union
    select school_id, school_year, submission_date from attendance_submissions
    join open_days using (school_id) where submission_date = calendar_date and submission_date <= $as_of;
create view years as select distinct school_year, least(make_date(school_year - 1, 10, 1), $as_of) as census
    from enrollments;
create view teacher_fte as
    select school_id, school_year, sum(fte) as fte from staff_assignments join years using (school_year)
    where position = 'Teacher' and program in ('General', 'Vocational') and fte > 0 and fte <= 1 and educator_id is not null
      and census between begin_date and end_date
    group by all;
create view ratios as
    select school_id, school_year, n, fte, n / nullif(fte, 0) as ratio
    from (select school_id, school_year, count(distinct student_id) as n from enrolled join years using (school_year)
          where census between entry_date and until group by all)
    left join teacher_fte using (school_id, school_year);
create view assigned as
    select distinct educator_id, school_year, census from staff_assignments join years using (school_year)
    where census between begin_date and end_date;
create view certified as
    select c.*, census, a.school_year,
           (issue_date <= census and coalesce(expiration_date, date '9999-12-31') >= census
            and coalesce(issue_date <= expiration_date, true) and status = 'Active') as is_valid
    from certifications c join assigned a using (educator_id);
"""

RULES = {
    "EDU-03": """select distinct educator_id from section_educators join assigned using (educator_id, school_year)
        where role = 'Teacher of Record' and educator_id not in (select educator_id from certifications)""",
    "EDU-04": """select distinct c.certification_id from certified c where not c.is_valid and not exists (
        from certified o where o.educator_id = c.educator_id and o.census = c.census and o.subject = c.subject
        and o.grade_band = c.grade_band and o.is_valid)""",
    "EDU-05": """select distinct educator_id || '|' || course_id from section_educators
        join sections using (school_year, school_id, section_id) join courses using (course_id)
        where educator_id in (select educator_id from certifications) and not exists (
        from certifications c where c.educator_id = section_educators.educator_id
        and c.subject = courses.subject and c.grade_band = courses.grade_band)""",
    "FTE-01": """with starts as (select distinct educator_id, school_year, begin_date as day from staff_assignments)
        select distinct educator_id || '|' || school_year from (
            select educator_id, school_year, day, sum(fte) as total from starts
            join (select distinct educator_id, school_year, fte, begin_date, end_date, position from staff_assignments)
            using (educator_id, school_year)
            where begin_date <= day and end_date > day group by all having total > 1)""",
    "FTE-02": "select assignment_id from staff_assignments where fte is null or fte <= 0 or fte > 1",
    "STF-01": "select school_id || '|' || school_year from ratios where ratio not between 8 and 30",
    "STF-02": "select school_id || '|' || school_year from ratios where coalesce(fte, 0) = 0",
    "STF-03": """select r.school_id || '|' || r.school_year from ratios r
        join ratios b on b.school_id = r.school_id and b.school_year = r.school_year - 1
        where abs(r.ratio / b.ratio - 1) > 0.25""",
    "ENR-01": """select least(a.enrollment_id, b.enrollment_id) || '|' || greatest(a.enrollment_id, b.enrollment_id)
        from enrolled a join enrolled b using (student_id, school_year) where a.enrollment_id < b.enrollment_id
        and a.is_primary and b.is_primary and a.until >= a.entry_date and b.until >= b.entry_date
        and a.entry_date < b.until and b.entry_date < a.until""",
    "ENR-02": "select enrollment_id from enrollments where exit_date < entry_date - 1",
    "ENR-03": """select enrollment_id from enrollments join (
            select school_id, calendar_code, school_year, min(calendar_date) as first, max(calendar_date) as last
            from calendar_dates group by all) using (school_id, calendar_code, school_year)
        where entry_date not between first and last or exit_date not between first and last""",
    "ENR-04": """select enrollment_id from enrolled join students using (school_year, student_id)
        where date_sub('year', birth_date, first_of_september)
        not between grade + 4 and grade + case when grade = 0 then 7 when grade >= 9 then 9 else 8 end""",
    "ENR-05": """select enrollment_id from enrolled join schools using (school_id) where grade
        not between replace(low_grade, 'KG', '0')::integer and replace(high_grade, 'KG', '0')::integer""",
    "ENR-06": """select enrollment_id from enrollments anti join students using (school_year, student_id)""",
    "ENR-07": """select enrollment_id from enrollments
        anti join calendar_dates using (school_id, calendar_code, school_year)""",
    "ENR-08": """select e.enrollment_id from (
            select *, lead(entry_date) over (partition by student_id, school_year order by entry_date) as next_entry
            from enrolled where is_primary and until >= entry_date) e
        where exists (from school_days d where d.school_id = e.school_id and d.school_year = e.school_year
            and d.calendar_code = e.calendar_code and calendar_date > exit_date and calendar_date < next_entry)""",
    "SEC-01": """select school_year || '|' || school_id || '|' || section_id from sections s
        where not exists (from section_educators t where (t.school_year, t.school_id, t.section_id)
                = (s.school_year, s.school_id, s.section_id))
           or not exists (from section_enrollments t where (t.school_year, t.school_id, t.section_id)
                = (s.school_year, s.school_id, s.section_id))""",
    "SEC-02": """select enrollment_id from enrolled e where until >= entry_date and calendar_code <> 'NONE'
        and not exists (from section_enrollments s where s.student_id = e.student_id and s.school_id = e.school_id
            and s.school_year = e.school_year and begin_date <= until
            and coalesce(end_date, date '9999-12-31') >= entry_date)""",
    "ATT-01": """select * from attendance_events anti join
        (from attendance_codes where is_absent between 0 and 1) using (attendance_code)""",
    "ATT-02": """select attendance_code from attendance_codes
        where is_absent > 0 and attendance_excusal_status is null""",
    "ATT-03": """select concat_ws('|', school_year, school_id, student_id, event_date, coalesce(session_id, ''),
            attendance_code) from attendance_events e
        anti join open_days d on d.school_id = e.school_id and d.calendar_date = e.event_date""",
    "ATT-04": """select concat_ws('|', school_year, school_id, student_id, event_date, coalesce(session_id, ''),
            attendance_code) from attendance_events a
        where not exists (from enrolled e where e.student_id = a.student_id and e.school_id = a.school_id
            and e.school_year = a.school_year and event_date between entry_date and until)""",
    "ATT-05": """select concat_ws('|', school_year, school_id, student_id, event_date) from attendance_events
        group by school_year, school_id, student_id, event_date having count(*) > 1""",
    "ATT-06": """select r.school_id || '|' || r.school_year from (
            select school_id, school_year, max(calendar_date) as last from calendar_dates group by all
            having last > $as_of) r
        join (select school_id, school_year, max(day) as latest from evidence group by all)
        using (school_id, school_year)
        where (select count(*) from open_days d where d.school_id = r.school_id and d.school_year = r.school_year
            and calendar_date > latest and calendar_date <= $as_of) > 7""",
    "ATT-07": """select distinct school_id || '|' || school_year from enrollments
        anti join evidence using (school_id, school_year)""",
    "ATT-08": """select student_id || '|' || e.school_year from enrolled e join school_days d
        on d.school_id = e.school_id and d.calendar_code = e.calendar_code and d.school_year = e.school_year
        and calendar_date between entry_date and until and calendar_date <= $as_of
        group by student_id, e.school_year having count(distinct calendar_date) > 185""",
    "ATT-10": """with submitted as (
            select school_id, school_year, min(submission_date) as first, max(submission_date) as last
            from attendance_submissions join (select distinct school_id, school_year, calendar_date from calendar_dates)
            using (school_id) where submission_date = calendar_date and submission_date <= $as_of group by all),
        spans as (select d.*, count(day) over (partition by d.school_id, d.school_year order by calendar_date) as run,
                day is null as is_missing
            from open_days d join submitted using (school_id, school_year)
            left join evidence e on (e.school_id, e.school_year, day) = (d.school_id, d.school_year, calendar_date)
            where calendar_date between first and last)
        select concat_ws('|', school_id, school_year, min(calendar_date)) from spans where is_missing
        group by school_id, school_year, run having count(*) >= 5""",
    "ASM-01": """select concat_ws('|', school_year, student_id, subject, administration) from assessment_results
        where scale_score not between 200 and 800""",
    "ASM-02": """select concat_ws('|', a.school_year, a.student_id, subject, administration)
        from assessment_results a where not exists (from enrollments e where e.student_id = a.student_id
            and e.school_year = a.school_year and e.grade_level = a.grade_level)""",
}


def findings(raw: Path, as_of: str) -> dict[str, set[str]]:
    """The findings' keys by rule id, for every rule but EDU-02 and ENR-09; rules without findings are left out."""
    found: dict[str, set[str]] = {}
    with duckdb.connect() as db:
        db.execute("set threads = 1")
        for extract, contract in CONTRACTS.items():
            for rule_id, key in _accept(db, raw, extract, contract):
                found.setdefault(rule_id, set()).add(key)
        for rule_id, key in _dangling(db):
            found.setdefault(rule_id, set()).add(key)
        for statement in PREPARATION.replace("$as_of", f"date '{as_of}'").split(";\n"):
            db.execute(statement)
        for rule_id, sql in RULES.items():
            keys = {row[0] for row in db.execute(sql.replace("$as_of", f"date '{as_of}'")).fetchall()}
            if keys:
                found.setdefault(rule_id, set()).update(keys)
    return found


def _accept(db: duckdb.DuckDBPyConnection, raw: Path, extract: str, contract: Contract) -> list[tuple[str, str]]:
    """Load an extract: rows that can be read, once each, become a table; the others are findings."""
    name = extract.split("/")[1]
    db.execute(
        f"create table raw_{name} as select *, row_number() over () + 1 as line "
        f"from read_csv('{raw}/{extract}.csv', all_varchar = true, header = true, delim = ',')"
    )
    columns = [row[0] for row in db.execute(f"describe raw_{name}").fetchall() if row[0] != "line"]
    unreadable = [f"({c} is not null and try_cast({c} as {t}) is null)" for c, t in contract.types.items()]
    unreadable += [f"{c} is null" for c in contract.key if c not in contract.nullable_key]
    bad = " or ".join(unreadable)
    typed = ", ".join(f"try_cast({c} as {contract.types[c]}) as {c}" if c in contract.types else c for c in columns)
    order = "test_date desc, line" if extract.startswith("assessments") else "line"
    key = ", ".join(contract.key)
    db.execute(
        f"create table kept_{name} as select *, row_number() over (partition by {key} order by {order}) as nth "
        f"from raw_{name} where not ({bad})"
    )
    db.execute(f"create view {name} as select {typed} from kept_{name} where nth = 1")
    found = [("CON-02", f"{extract}.csv:{line}") for (line,) in _rows(db, f"select line from raw_{name} where {bad}")]
    repeats = _rows(db, f"select line, concat_ws('|', {key}) from kept_{name} where nth > 1")
    if extract in OWN_RULE_FOR_REPEATS:
        found += [(OWN_RULE_FOR_REPEATS[extract], str(key)) for _, key in repeats]
    else:
        found += [("CON-03", f"{extract}.csv:{line}") for line, _ in repeats]
    for (owner, column), domain in DOMAINS.items():
        if owner == extract:
            lines = _rows(db, f"select line from kept_{name} where nth = 1 and {column} not in {domain}")
            found += [("CON-04", f"{extract}.csv:{line}:{column}") for (line,) in lines]
    return found


def _dangling(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    keys = {extract.split("/")[1]: contract.key for extract, contract in CONTRACTS.items()}
    for table, column, target, on in REFERENCES:
        key = ", ".join(f"coalesce({c}::varchar, '')" for c in keys[table])
        sql = f"select concat_ws('|', {key}) from {table} anti join {target} using ({', '.join(on)})"
        found += [("CON-05", f"{table}.{column}|{k}") for (k,) in _rows(db, f"{sql} where {column} is not null")]
    return found


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return db.execute(sql).fetchall()
