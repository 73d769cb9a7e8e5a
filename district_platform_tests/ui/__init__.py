"""The UI behind its gate."""
