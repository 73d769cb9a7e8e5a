"""How reading the timekeeping system fails."""


class UkgError(RuntimeError):
    """The timekeeping system could not be read; the message is for the person who can mend it and holds no secret."""
