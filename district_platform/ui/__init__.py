"""The Dagster UI of a district, behind a gate: the one way in which this project starts Dagster's webserver.

`gate` is the gate, an ASGI application around another one; `server` runs the webserver behind it, and the daemon beside it.
"""
