"""Dimensions: what facts are about. One function a table, named like it."""
