"""What leaves: the brief, the published tables."""
