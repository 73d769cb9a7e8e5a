"""Proof that a form was ours and this browser's: a keyed digest of its cookie, which no other site can read or set."""

import hashlib
import hmac
import secrets

_KEY = secrets.token_bytes(32)
"""Made anew with each process: a form that was open over a restart is shown again."""


def token_of(cookie: str) -> str:
    return hmac.new(_KEY, cookie.encode(), hashlib.sha256).hexdigest()


def is_token(offered: str, cookie: str) -> bool:
    return bool(cookie) and hmac.compare_digest(offered.encode(), token_of(cookie).encode())
