"""Privacy: what may leave the platform about groups of children (FERPA; docs/privacy.md).

`gathering` turns the counts of our tables into cells. `told_counts` decides which counts may be published at all, `disclosure` which of
these are hidden, and `percentages` how finely percentages are published. `verdicts` brings the decisions together; `told_figures` and
`released` carry them out. `ledger` remembers what earlier publications told, and `across_releases` what follows from that. `audit` attacks
the result.

In this package a figure is *told* when readers see it.
"""
