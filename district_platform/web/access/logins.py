"""The name of an account: one form of it, by which accounts, educators and lines of access.csv are compared."""

import unicodedata


def as_login(text: str) -> str:
    """The name as it is kept: upper and lower case, the spaces around it, and how a keyboard composes a letter do not matter.

    Applied twice it changes nothing more: folding may leave letters that are to be composed again.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold()).strip()
