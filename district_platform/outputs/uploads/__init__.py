"""Corrections of attendance as files that the SIS can take, and the ledger of those that a person approved.

`rows` says which corrections are due, `files` writes them beside their evidence, `ledger` keeps what was approved, taken and refused,
`approval` is what a person does with a file. `facts.reconciliation` decides about each day. docs/reconciliation.md walks through it.
"""
