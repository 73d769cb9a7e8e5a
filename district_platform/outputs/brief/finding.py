"""What a finding is, and how much it weighs.

`weight` is the smallest size that the 95 % interval of a figure allows, divided by the size that deserves a board's attention
(`YARDSTICKS`). A figure that chance could explain has weight 0, and is at most reported as a level.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Topic(IntEnum):
    """What a finding is about; the order breaks ties."""

    ATTENDANCE = 1
    ACHIEVEMENT = 2
    GAP = 3
    PROGRAMS = 4
    ENROLLMENT = 5
    STAFFING = 6
    SCHOOLS = 7
    GROWTH = 8
    MOBILITY = 9


class Evidence(StrEnum):
    """What a chart can show (`exhibits`)."""

    RESULTS_BY_YEAR = "results by year"
    GAPS = "gaps between groups"
    PROGRAMS = "gains of participants"
    GROWTH_BY_SCHOOL = "growth by school"
    CHRONIC_BY_GRADE = "chronic absence by grade"
    CHRONIC_BY_GROUP = "chronic absence by group"
    CHRONIC_BY_SCHOOL = "chronic absence by school"
    ATTENDANCE_BY_WEEK = "attendance by week"
    ENROLLMENT_BY_YEAR = "enrollment by year"
    ENROLLMENT_BY_GRADE = "enrollment by grade"
    RATIO_BY_LEVEL = "students per teacher by level"


YARDSTICKS: dict[Topic, float] = {
    Topic.ATTENDANCE: 3.0,
    Topic.ACHIEVEMENT: 3.0,
    Topic.GAP: 10.0,
    Topic.PROGRAMS: 0.2,
    Topic.ENROLLMENT: 3.0,
    Topic.SCHOOLS: 30.0,
    Topic.GROWTH: 15.0,
    Topic.MOBILITY: 10.0,
}
"""The size of each that weighs 1: points of chronic absence (change), points of proficiency (change, gap, range between schools),
standard deviations (a program; from 0.2 on an effect is large, Kraft 2020, Educational Researcher 49), percent of students (change),
percentiles of growth above or below the average, percent of students (late entries and early
exits; below the stick they weigh nothing: some moving is normal). Schools differ by nature, hence their longer sticks."""


@dataclass(frozen=True)
class Finding:
    """A statement with its numbers. `headline` could be the brief's title; `figure` is its number, `caption` says of what."""

    topic: Topic
    weight: float
    figure: str
    caption: str
    headline: str
    detail: str
    evidence: Evidence | None = None
    """The chart that shows it, where the figures for one are there."""


def weight(topic: Topic, sure: float) -> float:
    """The weight: the smallest size that is certain, divided by the topic's yardstick."""
    return sure / YARDSTICKS[topic]
