"""The district's directory: OpenID Connect by authorization code, with PKCE, state and nonce.

Nothing that the directory says is taken before its signature, issuer, audience, times and nonce are checked, and nobody whose tenant,
domain or e-mail address is not sure.
"""

import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import SecretStr

from district_platform.credentials import with_secrets
from district_platform.settings import Credentials, Directory, Web
from district_platform.settings.section import SecureUrl
from district_platform.settings.web import GOOGLE

PATH = "/sign-in/directory"
ANSWER = f"{PATH}/answer"
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures that are taken: by a key of the directory alone, never none and never by a secret that we share."""

_SECONDS_TO_ANSWER = 10
_KEPT_SECONDS = 3600
_AWAY_SECONDS = 5
"""How long a directory that did not answer is not asked again, so that nobody queues behind ten-second waits."""
_KEYS_AGAIN_SECONDS = 60
"""How soon keys are read again for a signature by an unknown one."""
_LEEWAY_SECONDS = 60
_SECURE = re.compile(SecureUrl.__metadata__[0].pattern)  # type: ignore[attr-defined]


class DirectoryAwayError(RuntimeError):
    """The directory does not answer, or not with what it should; the message says what, for the log."""


class DirectoryRefusedError(RuntimeError):
    """What came back is no proof of who somebody is; the message says why, without naming anybody."""


@dataclass(frozen=True)
class Person:
    """Whom the directory signed in. `subject` is its own name for the person, which never changes hands."""

    issuer: str
    subject: str
    email: str


@dataclass(frozen=True)
class _Known:
    """What the directory says of itself: its endpoints, and its keys."""

    metadata: Mapping[str, Any]
    keys: Any
    read_at: float


class DirectoryClient:
    """Speaks to the directory. `now` is the wall clock, in seconds since 1970."""

    def __init__(self, web: Web, credentials: Credentials, now: Callable[[], float] = time.time) -> None:
        self._settings, self._credentials, self._now = web.directory, credentials, now
        self._answer = f"{web.public_url}{ANSWER}"
        self._known: _Known | None = None
        self._away_at = 0.0
        self._lock = threading.Lock()

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where somebody is sent to sign in. Raises DirectoryAwayError."""
        endpoint = self._get().metadata["authorization_endpoint"]
        with self._client("") as client:
            address, _ = client.create_authorization_url(
                endpoint, state=state, code_verifier=verifier, nonce=nonce, prompt="select_account"
            )
        return str(address)

    def issuer_is_ours(self, named: str | None) -> bool:
        """Whether an answer comes from this directory (RFC 9207). Raises DirectoryAwayError."""
        must_say = self._get().metadata.get("authorization_response_iss_parameter_supported") is True
        return named == self._settings.issuer or (named is None and not must_say)

    def person(self, code: str, nonce: str, verifier: str) -> Person:
        """Who came back with this code. Raises DirectoryAwayError, DirectoryRefusedError, CredentialError."""
        token = self._redeemed(code, verifier)
        if not isinstance(token.get("id_token"), str):
            raise DirectoryRefusedError("no ID token")
        return person_of(self._claims(token, nonce), self._settings)

    def _redeemed(self, code: str, verifier: str) -> dict[str, Any]:
        import httpx2
        from authlib.integrations.base_client import OAuthError

        endpoint = self._get().metadata["token_endpoint"]

        def redeem(secret: SecretStr) -> dict[str, Any]:
            with self._client(secret.get_secret_value()) as client:
                found: dict[str, Any] = client.fetch_token(
                    endpoint, code=code, code_verifier=verifier, grant_type="authorization_code"
                )
                return found

        try:
            return with_secrets([self._settings.client_secret], self._credentials, redeem, _is_wrong_secret)
        except OAuthError as error:
            raise DirectoryRefusedError(f"the code was refused: {_word(error.error)}") from None
        except (httpx2.HTTPError, ValueError) as error:
            raise DirectoryAwayError(f"the token endpoint: {type(error).__name__}") from None

    def _claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError

        known = self._get()
        try:
            try:
                signed = jwt.decode(token["id_token"], known.keys, algorithms=list(ALGORITHMS))
            except (InvalidKeyIdError, KeyError):
                signed = jwt.decode(token["id_token"], self._get_again(known).keys, algorithms=list(ALGORITHMS))
            exactly = {
                "iss": {"essential": True, "value": self._settings.issuer},
                "aud": {"essential": True, "value": self._settings.client_id},
            }
            params = {
                "nonce": nonce,
                "client_id": self._settings.client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(signed.claims, signed.header, exactly, params)
            claims.validate(now=int(self._now()), leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            what = f"its {error.claim}" if isinstance(error, ClaimError) else type(error).__name__
            raise DirectoryRefusedError(f"the ID token is not valid ({what})") from None
        return claims

    def _client(self, secret: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        ways = self._known.metadata.get("token_endpoint_auth_methods_supported") if self._known else None
        way = "client_secret_post" if ways and "client_secret_basic" not in ways else "client_secret_basic"
        return OAuth2Client(
            self._settings.client_id,
            secret,
            token_endpoint_auth_method=way,
            scope="openid email",
            redirect_uri=self._answer,
            code_challenge_method="S256",
            timeout=_SECONDS_TO_ANSWER,
            verify=self._trusted,
        )

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The certificate authorities, read once and not three times for each sign-in."""
        import httpx2

        return httpx2.create_ssl_context()

    def _get(self) -> _Known:
        known = self._known
        if known is None or self._now() - known.read_at > _KEPT_SECONDS:
            known = self._read()
        return known

    def _get_again(self, known: _Known) -> _Known:
        """For a key that came meanwhile; seldom, so that forged tokens do not make us ask."""
        return self._read() if self._now() - known.read_at > _KEYS_AGAIN_SECONDS else known

    def _read(self) -> _Known:
        import httpx2
        from joserfc.errors import JoseError

        asked_at = self._now()
        with self._lock:
            if self._known and self._known.read_at >= asked_at:
                return self._known  # another thread has read it while this one waited
            if self._now() - self._away_at < _AWAY_SECONDS:
                raise DirectoryAwayError("it did not answer a moment ago")
            try:
                self._known = self._read_now()
            except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                self._away_at = self._now()
                raise DirectoryAwayError(f"what it says of itself: {type(error).__name__}") from None
            return self._known

    def _read_now(self) -> _Known:
        import httpx2
        from joserfc.jwk import KeySet

        issuer = str(self._settings.issuer)
        with httpx2.Client(timeout=_SECONDS_TO_ANSWER, verify=self._trusted) as client:
            metadata = _json(client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
            if metadata.get("issuer") != issuer:
                raise DirectoryAwayError("it names itself otherwise than web.directory.issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not _SECURE.match(str(metadata.get(name))):
                    raise DirectoryAwayError(f"its {name} is no address with TLS")
            keys = KeySet.import_key_set(_json(client.get(metadata["jwks_uri"])))  # type: ignore[arg-type]
        return _Known(metadata, keys, self._now())


def person_of(claims: Mapping[str, Any], settings: Directory) -> Person:
    """The person of claims that were checked already. Raises DirectoryRefusedError unless tenant, domain and address are sure."""
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise DirectoryRefusedError("no subject")
    if settings.tenants and claims.get("tid") not in settings.tenants:
        raise DirectoryRefusedError("another tenant")
    if settings.issuer == GOOGLE and claims.get("hd") not in settings.domains:
        raise DirectoryRefusedError("no account of the organization")
    if not isinstance(email, str) or not email.isascii() or not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise DirectoryRefusedError("no e-mail address")
    if claims.get("email_verified") is not True and claims.get("xms_edov") not in (True, "1", "true"):
        raise DirectoryRefusedError("an e-mail address that was not verified")
    if settings.domains and email.rpartition("@")[2].casefold() not in settings.domains:
        raise DirectoryRefusedError("an e-mail address of another domain")
    return Person(str(settings.issuer), subject, email)


def _json(answer: Any) -> dict[str, Any]:
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _is_wrong_secret(error: Exception) -> bool:
    return getattr(error, "error", "") == "invalid_client"


def _word(text: object) -> str:
    """An error code of the directory, as far as it is one."""
    return str(text) if re.fullmatch(r"[a-z_]{1,40}", str(text)) else "without a code"
