"""Facts: what happened. One function a table, named like it."""
