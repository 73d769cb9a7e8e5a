"""The timekeeping system UKG Pro Workforce Management, once Kronos: persons and punches, read over its public API.

`open_source` is what others call; it yields a `sources.punches.PunchSource`, or None where no timekeeping is delivered. In this
package: `client` asks (through `sources.session`, which waits out faults), `grant` holds the token, `records` makes flat rows of what
comes, `backup` reads a file instead. The demo's server of the same API is `standins.ukg`. What was confirmed where, and what is assumed,
stands in docs/ukg.md. This package does not know how punches are stored.
"""

from district_platform.sources.ukg.errors import UkgError
from district_platform.sources.ukg.source import DemoApi, open_source

__all__ = ["DemoApi", "UkgError", "open_source"]
