"""Who has which role, and what a role may see. Default deny: nobody sees what is not granted here."""
