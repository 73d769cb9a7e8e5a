"""School: whom do we call this week, and which grade, section or group slips? Exact figures of one's own school, marked internal.

page        the page, its filters and the search by name
slices      attendance by grade, section, weekday and group
findings    what to correct about courses and educators
"""

from district_platform.web.pages.school.page import build

__all__ = ["build"]
