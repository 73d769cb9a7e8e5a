"""Who has which role, and what a role opens. Default deny: what is not granted here is not seen."""
