"""Student: the year as a calendar, what came before, results, programs, and why this viewer may see it.

page        the page
calendar    the year, a letter a day
history     school years with their totals
"""

from district_platform.web.pages.student.page import build

__all__ = ["build"]
