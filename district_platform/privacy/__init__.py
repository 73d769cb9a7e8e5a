"""Privacy: what may leave the platform about groups of children (FERPA; docs/privacy.md).

`gathering` makes cells of our tables' counts, `told_counts` says which may be told at all, `disclosure` which of these are hidden, and
`percentages` how finely percentages are told. `verdicts` brings these together, `told_figures` and `released` carry them out. What
earlier publications told stands in `ledger`, and what follows from it in `across_releases`. `audit` attacks the result.
"""
