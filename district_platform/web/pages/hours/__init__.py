"""One person's hours: for the employee (My hours), and for human resources (Employee).

worked   what is known of an employee's hours, by the store of punches or the publication
weeks    26 weeks: overtime, missing punches, pay
days     day by day: shifts, and punches whose partner is missing
page     both pages
"""

from district_platform.web.pages.hours.page import Clock, build, build_employee

__all__ = ["Clock", "build", "build_employee"]
