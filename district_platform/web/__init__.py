"""What people see in a browser: pages by role, over publications.

    access      who looks, and what they may see
    reading     queries over one publication, each with the scope it needs
    pages       a page as a model: words, figures, tables, charts
    rendering   a model as HTML or CSV
    app         sign-in and addresses

`web` reads publications and nothing else of a home.
"""
