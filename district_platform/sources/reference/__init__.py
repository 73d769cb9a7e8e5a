"""Tables that the district edits itself, under data/reference: how each is read, and which lines are refused."""
