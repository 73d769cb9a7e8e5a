"""Pages: each a function of a viewer, filters and a reader that returns a `PageModel`; `registry` lists them."""
