"""Metrics: one documented function each, used by every table, picture and sentence that shows it."""
