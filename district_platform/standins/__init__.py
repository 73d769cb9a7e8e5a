"""Stand-ins: servers that speak another system's API over the synthetic district, for the demo and for tests.

`demo` says which of them the demo uses. Only the definitions, which wire the demo, and tests import this package.
"""
