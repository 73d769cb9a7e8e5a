"""Privacy: what may leave the platform about groups of children (FERPA)."""
