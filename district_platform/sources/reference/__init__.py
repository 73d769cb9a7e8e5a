"""Tables that the district edits itself, under data/reference: how each is read, and what is no line of it."""
