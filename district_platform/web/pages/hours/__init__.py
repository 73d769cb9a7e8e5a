"""One person's hours: for the employee (My hours), and for human resources (Employee).

clock    from where the hours are, as of when, and what a full week is
worked   what is known of an employee's hours, by the store of punches or the publication
weeks    26 weeks: against FTE, overtime, missing punches, pay
days     day by day: shifts, and punches whose partner is missing
page     both pages
"""

from district_platform.web.pages.hours.clock import Clock
from district_platform.web.pages.hours.page import build, build_employee

__all__ = ["Clock", "build", "build_employee"]
