"""A small server of UKG Pro WFM's API over made-up punches, faithful in what the client relies on, and failing on demand.

    with serve_district(home.raw) as (url, secrets):        # the synthetic district's own
    with serve(StandIn(timesheets, faults=faults)) as url:  # a test's

In this package: `app` answers requests, `answers` says how names and punches look in them, `tokens` grants them, `timesheets` holds
persons and punches and lets them be edited, `faults` says what goes wrong, `server` runs it on 127.0.0.1. What it mirrors stands in
docs/ukg.md; it knows nothing of the client.
"""

from district_platform.standins.ukg.app import StandIn
from district_platform.standins.ukg.faults import Faults
from district_platform.standins.ukg.server import serve, serve_district
from district_platform.standins.ukg.timesheets import Timesheets

__all__ = ["Faults", "StandIn", "Timesheets", "serve", "serve_district"]
