"""Pages as HTML and CSV: one renderer for the screen, paper, screen readers and tests. It needs no script.

chrome      what stands around a page, and addresses
html        a model or a message as a whole document; forms: those of sign-in
charts, svg the brief's charts within a page
tables      a table as CSV
"""

from district_platform.web.rendering.chrome import Chrome, NavEntry, address, export_address
from district_platform.web.rendering.forms import (
    code_form,
    enrolment_form,
    factor_form,
    invitation_form,
    password_form,
    recovery_codes,
    sign_in_form,
)
from district_platform.web.rendering.html import (
    BROKEN,
    EXPIRED,
    FORBIDDEN,
    NO_PUBLICATION,
    NOT_FOUND,
    PRUNED,
    Message,
    message,
    page,
)
from district_platform.web.rendering.static import STATIC
from district_platform.web.rendering.tables import csv

__all__ = [
    "BROKEN",
    "EXPIRED",
    "FORBIDDEN",
    "NOT_FOUND",
    "NO_PUBLICATION",
    "PRUNED",
    "STATIC",
    "Chrome",
    "Message",
    "NavEntry",
    "address",
    "code_form",
    "csv",
    "enrolment_form",
    "export_address",
    "factor_form",
    "invitation_form",
    "message",
    "page",
    "password_form",
    "recovery_codes",
    "sign_in_form",
]
