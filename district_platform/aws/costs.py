"""What a month on AWS costs: how much of each service a district uses, times the service's list price.

Prices are those of us-east-1 on demand, without free tiers, as they were commonly quoted in 2026; AWS's own pages could not be read where
this was written. Ask AWS's calculator before you decide. How long runs take and how large their files are was measured (`MEASURED`).
"""

from dataclasses import dataclass

from district_platform.aws.templates import default_of, template
from district_platform.destinations.dynamodb.costs import DOLLARS_A_MILLION_WRITES

PRICES_OF = "November 2026"
"""When the prices were written down."""

VCPU_HOUR, GB_HOUR, DISK_GB_HOUR = 0.04048, 0.004445, 0.000111
"""Fargate, Linux on x86; disk beyond the first 20 GB."""

LAMBDA_GB_SECOND, LAMBDA_DISK_GB_SECOND = 0.0000166667, 0.0000000309
"""Lambda on x86; disk beyond the first 0.5 GB."""

S3_GB_MONTH, S3_WRITE, S3_READ = 0.023, 0.005 / 1_000, 0.0004 / 1_000
"""S3 Standard; a write is a put, a copy or a list."""

KEY_MONTH, SECRET_MONTH, ALARM_MONTH = 1.00, 0.40, 0.10
"""A key of KMS; a secret of Secrets Manager; an alarm of CloudWatch."""

IMAGE_GB_MONTH, TABLE_GB_MONTH, RECOVERY_GB_MONTH = 0.10, 0.25, 0.20
"""ECR; DynamoDB, and its point-in-time recovery."""

NAT_HOUR = 0.045
"""A NAT gateway, where the subnets have no way out yet; Lambda needs none."""

HOURS_A_MONTH = 730
RUNS_A_MONTH = 365.25 / 12

START_SECONDS = 60
"""For which Fargate is paid before the run begins, while the image is fetched. An allowance: nobody has measured it."""

LAMBDA_STUDENTS = 20_000
"""The most that a district may have to be run in Lambda with room to spare."""

WRITES_A_RUN, READS_A_RUN = 200, 500
"""Requests to S3. A run of a small district made fewer (deploy/aws/test_lambda.py); their number follows the files, not the students."""

IMAGE_GB = 0.5
"""Of the image, compressed. An allowance: none was built where this was written."""

COPIES = {"publications": 3 + 30, "state": 10 + 90, "extracts": 1 + 30}
"""How often a file of each is kept: by the settings, and after that by the buckets' rules for what was replaced."""

UNITS_A_STUDENT_AND_DAY = 1.08
"""Write units of the attendance table (docs/attendance_store.md: a day's change)."""

SCHOOL_DAYS_A_MONTH = 15
"""180 days of a school year over 12 months."""

TABLE_GB_A_STUDENT = 3 * 4 / 100_000
"""Three school years (docs/attendance_store.md: about 4 GB for 100,000 students' year)."""


@dataclass(frozen=True)
class Measured:
    """What a run of a synthetic district of three school years took on two cores, and how large its files were."""

    students: int
    seconds: float
    publication_gb: float
    state_gb: float
    extracts_gb: float


MEASURED = (
    Measured(5_000, seconds=59, publication_gb=0.022, state_gb=0.009, extracts_gb=0.024),
    Measured(100_000, seconds=725, publication_gb=0.44, state_gb=0.18, extracts_gb=0.48),
)
"""Seconds: benchmarks/full_run.py (docs/performance.md). Files of 5,000 students were measured; those of 100,000 are twenty times as
large, by proportion."""


@dataclass(frozen=True)
class Line:
    """A line of the bill: dollars a month."""

    what: str
    how_much: str
    dollars: float


def bills(students: int) -> dict[str, list[Line]]:
    """The bill on Fargate, and in Lambda where the district is small enough."""
    run = usage(students)
    shared = _shared(run)
    found = {"Fargate": [_on_fargate(run), *shared, _alarms("fargate")]}
    if students <= LAMBDA_STUDENTS:
        found["Lambda"] = [_in_lambda(run), *shared, _alarms("lambda")]
    return found


def usage(students: int) -> Measured:
    """What a run takes, on the straight line through what was measured; never less than of the smallest district that was."""
    small, large = MEASURED
    share = max(0.0, (students - small.students) / (large.students - small.students))
    between = {
        name: getattr(small, name) + share * (getattr(large, name) - getattr(small, name))
        for name in ("seconds", "publication_gb", "state_gb", "extracts_gb")
    }
    return Measured(students, **between)


def _on_fargate(run: Measured) -> Line:
    cpus, gb = (int(default_of("fargate", name)) / 1_024 for name in ("Cpu", "Memory"))
    disk = int(default_of("fargate", "DiskGiB")) - 20
    hours = RUNS_A_MONTH * (run.seconds + START_SECONDS) / 3_600
    dollars = hours * (cpus * VCPU_HOUR + gb * GB_HOUR + disk * DISK_GB_HOUR)
    return Line("runs", f"30 of {run.seconds:,.0f} s, {cpus:.0f} vCPU, {gb:.0f} GB, {disk} GB more disk", dollars)


def _in_lambda(run: Measured) -> Line:
    seconds = RUNS_A_MONTH * run.seconds
    return Line(
        "runs", f"30 of {run.seconds:,.0f} s, 10 GB", seconds * (10 * LAMBDA_GB_SECOND + 9.5 * LAMBDA_DISK_GB_SECOND)
    )


def _shared(run: Measured) -> list[Line]:
    stored = {
        "publications": run.publication_gb * COPIES["publications"],
        "state": run.state_gb * COPIES["state"],
        "extracts": run.extracts_gb * COPIES["extracts"],
    }
    units = run.students * UNITS_A_STUDENT_AND_DAY * SCHOOL_DAYS_A_MONTH
    table = run.students * TABLE_GB_A_STUDENT
    requests = RUNS_A_MONTH * (WRITES_A_RUN * S3_WRITE + READS_A_RUN * S3_READ)
    return [
        *(Line(f"{what} kept", f"{gb:,.1f} GB", gb * S3_GB_MONTH) for what, gb in stored.items()),
        Line("requests to S3", f"{RUNS_A_MONTH * (WRITES_A_RUN + READS_A_RUN):,.0f}", requests),
        Line("attendance written", f"{units:,.0f} units", units * DOLLARS_A_MILLION_WRITES / 1_000_000),
        Line("attendance kept", f"{table:,.1f} GB, recovery", table * (TABLE_GB_MONTH + RECOVERY_GB_MONTH)),
        Line("key, secret", "1, 1", KEY_MONTH + SECRET_MONTH),
        Line("image", f"{IMAGE_GB} GB", IMAGE_GB * IMAGE_GB_MONTH),
    ]


def _alarms(name: str) -> Line:
    n = sum(template(each).count("Type: AWS::CloudWatch::Alarm") for each in ("base", name))
    return Line("alarms", str(n), n * ALARM_MONTH)
