"""Quality: rules over the tables, the catalogue that holds them, and the report of what they find."""
