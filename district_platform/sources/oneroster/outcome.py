"""What a conversion tells: the error that ends it; for the rest, `sources.conversion`."""

from district_platform.sources.conversion import ConversionError, FileCount, Reject

__all__ = ["FileCount", "OneRosterError", "Reject"]


class OneRosterError(ConversionError):
    """The export cannot be converted. The message says which file, what is wrong with it, and what to do."""
