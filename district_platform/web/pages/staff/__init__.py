"""Staff hours, for human resources and payroll: everybody who punches.

now         this week so far: who is at work, overtime, missing punches, by the store of punches or the publication
weeks       the work weeks chosen: overtime, a month against the month before, everybody at work
correcting  missing punches, hours far from FTE, other findings
people      how an employee stands in a row
page        the page
"""

from district_platform.web.pages.staff.page import build

__all__ = ["build"]
