"""The dashboard in the system's chromium, as each role. `make test-browser` runs them; `make test` leaves them out."""
