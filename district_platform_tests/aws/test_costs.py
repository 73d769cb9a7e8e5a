"""The bill: by hand for one district, what grows with students, and for whom Lambda is no choice."""

import pytest
from click.testing import CliRunner

from district_platform.aws.costs import LAMBDA_STUDENTS, MEASURED, bills, usage
from district_platform.cli import main


def dollars(students: int, where: str) -> dict[str, float]:
    return {line.what: line.dollars for line in bills(students)[where]}


def test_runs_of_a_month_by_hand():
    """5,000 students: 30.4375 runs of 59 s; Fargate is paid for a minute more, for 2 vCPU, 16 GB and 80 GB of disk beyond the first 20."""
    hours = 30.4375 * (59 + 60) / 3_600
    assert dollars(5_000, "Fargate")["runs"] == pytest.approx(hours * (2 * 0.04048 + 16 * 0.004445 + 80 * 0.000111))
    assert dollars(5_000, "Lambda")["runs"] == pytest.approx(30.4375 * 59 * (10 * 0.0000166667 + 9.5 * 0.0000000309))


def test_files_and_table_by_hand():
    bill = dollars(5_000, "Fargate")
    assert bill["publications kept"] == pytest.approx(33 * 0.022 * 0.023)  # 3 by the settings, 30 days of replaced ones
    assert bill["state kept"] == pytest.approx(100 * 0.009 * 0.023)
    assert bill["attendance kept"] == pytest.approx(3 * 4 / 100_000 * 5_000 * 0.45)
    assert bill["attendance written"] == pytest.approx(5_000 * 15 * 1.08 * 0.625 / 1_000_000)
    assert bill["alarms"] == pytest.approx(0.2)  # dead letters, dropped


def test_what_was_measured_is_told_as_it_was_and_between_it_lies_a_straight_line():
    assert [usage(each.students) for each in MEASURED] == list(MEASURED)
    assert usage(52_500).seconds == pytest.approx((59 + 725) / 2)
    assert usage(500).seconds == 59  # a small district is not free


def test_large_district_is_not_offered_what_it_has_no_room_in():
    assert set(bills(LAMBDA_STUDENTS)) == {"Fargate", "Lambda"}
    assert set(bills(LAMBDA_STUDENTS + 1)) == {"Fargate"}


def test_command_prints_both_bills_and_what_is_not_in_them():
    printed = CliRunner().invoke(main, ["aws", "cost", "--students", "5000"])
    assert printed.exit_code == 0
    assert "together" in printed.output
    assert "List prices of us-east-1 on demand as of November 2026" in printed.output
    assert "a NAT gateway is $32.85 more" in printed.output
