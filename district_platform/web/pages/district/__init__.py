"""District: where do we lose children, since when, and can I believe it? Released figures alone, with the words that hide others.

page        the page and its filters
sights      what it is drawn from
headline    the four figures
attendance, schools, results, programs, staffing, quality    a section each
"""

from district_platform.web.pages.district.page import build

__all__ = ["build"]
