"""Candidates for findings: one module for each subject, each with a generator of candidates.

`findings` chooses among them.
"""
