"""What people see in a browser: pages by role, from publications.

    access      who looks, and what they may see
    reading     queries over one publication, each with the scope it needs
    pages       a page as a model: words, figures, tables, charts
    rendering   a model as HTML or CSV
    signin      accounts, sessions, the audit
    guard       what holds for every request, before anybody asks who it is
    site        what all routes share; answering: pages for whoever asks
    district    a home's publications, or those of the made-up district (demo) that visitors see
    warming     opens the first pages of a new publication in advance
    app         the routes as one application; opening: put together; server: as a process

From a home, `web` reads publications and, through `timekeeping`, the store of punches; it writes only `warehouse/access/`.
"""
