"""Passwords: argon2id with the parameters that OWASP names (19 MiB, two passes), and what a new one must be (NIST SP 800-63B).

No rule asks for digits or signs: length is what counts, and fifteen characters are what NIST asks for where a password is all there is.
"""

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = 2
"""Hashes that are computed side by side: each takes a core for a tenth of a second, and 19 MiB."""

SHORTEST, LONGEST = 15, 1024
_FEWEST_DIFFERENT = 6
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is mistaken for something else on paper."""


def hashed(password: str) -> str:
    return _hasher().hash(_as_typed_anywhere(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password has this hash. Without a hash as much is computed, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(password_hash or _nobodys(), _as_typed_anywhere(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


def _as_typed_anywhere(password: str) -> str:
    """Keyboards and systems write the same letters in different ways (Unicode normalization, as NIST asks)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys() -> str:
    """The hash that is verified for an unknown account, so that the answer takes as long."""
    return hashed(secrets.token_hex())


def made_up() -> str:
    """A password by chance: 20 characters in groups of five, 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


def fault_of(password: str, login: str) -> str | None:
    """Why it cannot be this account's new password, in a sentence, or None."""
    if len(password) < SHORTEST:
        return f"The new password is too short: {SHORTEST} characters at least, such as four words."
    if len(password) > LONGEST:
        return f"The new password is too long: {LONGEST:,} characters at most."
    if len(set(password.casefold())) < _FEWEST_DIFFERENT:
        return f"The new password repeats itself: {_FEWEST_DIFFERENT} different characters at least."
    if login.casefold() in password.casefold():
        return "The new password holds the name that you sign in with: choose one that does not."
    return None
