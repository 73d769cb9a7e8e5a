"""Published rules of what may be released, as settings to start from. A district may override single values.

Sources: National Center for Education Statistics, Statistical Methods for Protecting Personally Identifiable Information in
Aggregate Reporting (SLDS Technical Brief 3, NCES 2011-603): ten students at least, percentages coded at both ends the wider the
smaller the group. Delaware Department of Education, Data Privacy: small groups redacted, percentages below 5 and above 95 too,
whatever the group's size. New York State Education Department, report cards: no data on groups of fewer than five.
"""

from typing import Any

_NCES_BANDS: dict[int, dict[str, int]] = {
    0: {"end_pct": 50, "step_pct": 50},
    10: {"end_pct": 20, "step_pct": 30},
    20: {"end_pct": 10, "step_pct": 20},
    40: {"end_pct": 5, "step_pct": 10},
    100: {"end_pct": 2, "step_pct": 4},
    300: {"end_pct": 1, "step_pct": 2},
}
"""By smallest group size: both ends are coded at `end_pct`; a percentage between them that must be coarsened is released in steps.
The ends from 10 on are the brief's; the steps are ours, wide enough for three numbers of students in the smallest group of a band."""

_FIVE_PERCENT_BANDS = {size: band for size, band in _NCES_BANDS.items() if size <= 40}

PROFILES: dict[str, dict[str, Any]] = {
    "nces": {"min_group_size": 10, "rate_bands": _NCES_BANDS},
    "delaware": {"min_group_size": 16, "rate_bands": _FIVE_PERCENT_BANDS},
    "new_york": {"min_group_size": 5, "rate_bands": _NCES_BANDS},
}
"""Values of settings.Privacy, by the name of the profile."""
