"""A small server of an Ed-Fi API over the synthetic district, faithful in what the client relies on, and failing on demand.

    standin = StandIn(District(raw), data_standard=6, pages_by="offset")
    with serve(standin) as url: ...

In this package: `district` holds the canonical extracts by school year, `records` and `staff_records` write their rows as Ed-Fi JSON,
`vocabulary` has Ed-Fi's words and ids for ours, `app` answers requests, `tokens` grants them, `faults` says what goes wrong. It is written
after Ed-Fi's public specifications (docs/sources/edfi.md) and knows nothing of the client.
"""

from district_platform.standins.edfi.app import StandIn, serve
from district_platform.standins.edfi.district import District
from district_platform.standins.edfi.faults import Faults

__all__ = ["District", "Faults", "StandIn", "serve"]
