"""The API, /v1: released tables, rosters and attendance for programs (docs/api.md).

callers     who asks: a key, or somebody with a session; what of it is open to them
limits      how many requests a minute
problems    what is answered when something is wrong (RFC 9457)
parameters  what may be asked for
pages       addresses of next pages: signed, and pinned to a publication
formats     rows as JSON or CSV
answering   one request from caller to audit
rows        the rows of each path
paths       the paths themselves
app         all of it as one application; description: its OpenAPI file and its page for people

It reads publications as the dashboard does, by registered queries within a scope, and writes nothing but the audit.
"""
