"""Tests that need whole runs, beside `make test`, which is to stay under ten minutes: `make test-whole`."""
