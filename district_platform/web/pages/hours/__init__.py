"""One person's hours: for the employee (My hours), and for human resources (Employee).

worked   what is known of an employee's hours, by the publication or by the store of punches
weeks    26 weeks: overtime, missing punches, pay
days     day by day: shifts, and punches whose partner is missing
page     both pages
"""

from district_platform.web.pages.hours.page import build, build_employee

__all__ = ["build", "build_employee"]
