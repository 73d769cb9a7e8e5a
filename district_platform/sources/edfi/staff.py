"""Educators, their certifications and assignments."""

import ibis

from district_platform.engine.raw_files import FILE, LINE
from district_platform.sources.edfi.pulled import ODS_YEAR, SEGMENT, Pulled, one_each, school_year, year_of
from district_platform.sources.edfi.schools import band, grade_spans


def educators(pulled: Pulled) -> ibis.Table:
    """Extract hr/educators. Of several employments the first hire counts; one that goes on means employed."""
    rows = one_each(pulled["staffs"], ["educator_id"])
    directories = one_each(pulled["staffDirectories"], ["educator_id"])
    directories = directories.select("educator_id", directory_email=directories.emails[0])
    employed = pulled["staffEducationOrganizationEmploymentAssociations"]
    newest = employed.group_by("educator_id").agg(newest=employed[SEGMENT].max())
    employed = employed.join(newest, "educator_id").filter(lambda t: t[SEGMENT] == t.newest)
    jobs = employed.group_by("educator_id").agg(
        hire_date=employed.hire_date.min(),
        last_end=employed.end_date.max(),
        goes_on=employed.end_date.isnull().any(),
    )
    joined = rows.left_join(directories, "educator_id").select(rows, directories.directory_email)
    joined = joined.left_join(jobs, "educator_id").select(joined, jobs.hire_date, jobs.last_end, jobs.goes_on)
    return joined.select(
        FILE,
        LINE,
        "educator_id",
        "first_name",
        "last_name",
        "birth_date",
        "hire_date",
        email=ibis.coalesce(joined.emails[0], joined.directory_email),
        termination_date=joined.goes_on.ifelse(ibis.null("string"), joined.last_end),
    )


def certifications(pulled: Pulled) -> ibis.Table:
    """Extract hr/certifications: a row for each credential of an educator, and for each of its subjects where it has several.

    Its id is <identifier>/<state>, with the subject where it has several. Before data standard 6 a status comes with the TPDM extension
    alone.
    """
    staff = pulled["staffs"]
    held = staff.select("educator_id", SEGMENT, one=staff.credentials.unnest())
    held = held.select("educator_id", SEGMENT, credential=held.one["credential"], state=held.one["state"])
    rows = pulled["credentials"].mutate(credential_key=lambda t: t.credential + ibis.literal("/") + t.state)
    rows = one_each(rows, ["credential_key"])
    spans = grade_spans(pulled, rows, "credential_key")
    rows = rows.left_join(spans, "credential_key").select(rows, spans.low, spans.high)
    n_subjects = rows.subjects.length().fill_null(0)
    subjects = (n_subjects > 0).ifelse(rows.subjects, ibis.literal([""], "array<string>"))
    rows = rows.mutate(n_subjects=n_subjects, subject=subjects.unnest())
    owned = held.select("educator_id", "credential", "state").distinct().join(rows, ["credential", "state"])
    subject = pulled.crosswalk("AcademicSubject").meant(owned.subject).nullif("")
    longer = owned.credential_key + ibis.literal("/") + owned.subject
    return owned.select(
        FILE,
        LINE,
        "educator_id",
        "issue_date",
        "expiration_date",
        certification_id=(owned.n_subjects > 1).ifelse(longer, owned.credential_key),
        certification_type=pulled.crosswalk("TeachingCredential").meant(owned.certification_type),
        subject=subject,
        grade_band=band(owned.low, owned.high),
        status=pulled.crosswalk("CredentialStatus").meant(owned.status),
    )


def staff_assignments(pulled: Pulled) -> ibis.Table:
    """Extract hr/staff_assignments, with the FTE of each. Positions and programs keep the sender's words: the crosswalks of the platform
    read them. The program is that of the educator at the school, where there is one alone."""
    rows = pulled["staffEducationOrganizationAssignmentAssociations"]
    ended = ibis.coalesce(year_of(rows.end_date), _latest_year(rows))
    year = ibis.coalesce(rows[ODS_YEAR], ended, school_year(rows, "begin_date"))
    rows = one_each(rows.mutate(school_year=year), ["educator_id", "school_id", "position", "begin_date"])
    programs = pulled["staffSchoolAssociations"]
    alone = programs.group_by(SEGMENT, "educator_id", "school_id").agg(
        n_programs=programs.program.nunique(), only=programs.program.min()
    )
    alone = alone.filter(alone.n_programs == 1)
    joined = rows.left_join(alone, [SEGMENT, "educator_id", "school_id"]).select(rows, program=alone.only)
    return joined.select(
        FILE,
        LINE,
        "school_year",
        "educator_id",
        "school_id",
        "position",
        "program",
        "fte",
        "begin_date",
        "end_date",
        assignment_id="id",
    )


def _latest_year(rows: ibis.Table) -> ibis.Value:
    """The latest school year in which an assignment of the ODS begins: that of one that goes on, where no ODS says its year."""
    return year_of(rows.begin_date).max().over(ibis.window(group_by=rows[SEGMENT]))
