"""The catalogue: every rule once, in the order in which they are documented. Adding a rule is adding a function to its subject."""

from types import ModuleType

from district_platform.quality import (
    assessment,
    attendance,
    ceilings,
    contract,
    daily_attendance,
    duplicates,
    enrollment,
    online,
    privacy,
    sections,
    staff,
    staffing,
    store,
    timekeeping,
)
from district_platform.quality.model import Rule

_SUBJECTS = (
    contract,
    ceilings,
    staff,
    staffing,
    enrollment,
    duplicates,
    sections,
    attendance,
    daily_attendance,
    assessment,
    online,
    store,
    timekeeping,
    privacy,
)


def _gathered(subjects: tuple[ModuleType, ...]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for rule in (value for subject in subjects for value in vars(subject).values() if isinstance(value, Rule)):
        if rule.id in rules:
            raise ValueError(f"the catalogue holds {rule.id} twice")
        rules[rule.id] = rule
    return rules


RULES: dict[str, Rule] = _gathered(_SUBJECTS)
"""Every rule, by its id."""
