"""How reading the timekeeping system fails."""


class UkgError(RuntimeError):
    """The timekeeping system could not be read; the message is written for the person who can fix it and holds no secret."""
