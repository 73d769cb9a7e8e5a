"""How reading an Ed-Fi API fails."""

from district_platform.sources.conversion import ConversionError


class EdfiError(ConversionError):
    """The API could not be read, or not what it gave be used. The message says what to do, and holds neither secret nor name."""


class RefusedKeyError(EdfiError):
    """The API does not accept key and secret."""


class NotGrantedError(EdfiError):
    """The API refuses a resource to this client (403). That says nothing about whether it holds records."""


class NotInModelError(EdfiError):
    """The API has no resource of this name at this address (404)."""
