"""An attacker of the district's releases who shares nothing with the platform but its published files and pages."""

from .attack import attack

__all__ = ["attack"]
