"""Where tables live: connection, writing, I/O manager, lock, publication. Nothing here knows a school; raw SQL stands only here."""
