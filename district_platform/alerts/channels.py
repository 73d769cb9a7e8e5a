"""How a message reaches people: a Slack channel, a Microsoft Teams channel, mailboxes. Laying out and sending; nothing else.

Addresses of webhooks are secrets, and the libraries' errors contain them: only the class of an error and a status leave this module.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from district_platform.alerts.message import Message, as_text
from district_platform.credentials import CredentialError, with_secrets
from district_platform.home import Home
from district_platform.retries import patiently
from district_platform.settings import LOCAL_HOSTS, Credentials, Email, Retries, Settings

SECONDS = 5
"""For an answer. A sensor may take a minute for all channels."""
_TRIES = Retries(max_retries=1, first_delay_seconds=1)
"""A channel that is down for longer is tried again at the next check; no run waits for it."""
_SILENT = logging.getLogger(__name__)
_SILENT.setLevel(logging.CRITICAL + 1)
"""For Slack's client, which writes addresses into its log."""


class ChannelError(RuntimeError):
    """A message was not taken; says by class or status why, and holds no secret."""

    def __init__(self, reason: str, status_code: int | None = None) -> None:
        super().__init__(reason)
        self.status_code = status_code


class Channel(Protocol):
    """A place to which messages can be sent."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None:
        """Raises ChannelError where the message was not taken."""


def channels(settings: Settings) -> list[Channel]:
    """The channels that the settings name, in a fixed order."""
    alerts, credentials = settings.alerts, settings.credentials
    configured: list[Channel] = []
    if alerts.slack.webhook_secret:
        configured.append(Webhook("slack", alerts.slack.webhook_secret, credentials, _to_slack))
    if alerts.teams.webhook_secret:
        configured.append(Webhook("teams", alerts.teams.webhook_secret, credentials, _to_teams))
    if alerts.email.host:
        configured.append(Mailboxes(alerts.email, credentials, settings.home))
    return configured


class Webhook:
    """An address that takes a message as JSON. Anyone who knows the address can post, so it is a secret."""

    def __init__(self, name: str, secret: str, credentials: Credentials, post: Callable[[str, Message], int]) -> None:
        self.name, self._secret, self._credentials, self._post = name, secret, credentials, post

    def send(self, message: Message) -> None:
        _explained(
            partial(with_secrets, [self._secret], self._credentials, partial(self._send_to, message), _is_refused)
        )

    def _send_to(self, message: Message, address: SecretStr) -> None:
        status = self._post(_over_tls(address.get_secret_value()), message)
        if not 200 <= status < 300:
            raise ChannelError(f"HTTP {status}", status)


class Mailboxes:
    """E-mail by a server that takes it over STARTTLS."""

    name = "email"

    def __init__(self, email: Email, credentials: Credentials, home: Home) -> None:
        self._email, self._credentials, self._home = email, credentials, home

    def send(self, message: Message) -> None:
        names = [self._email.password_secret] if self._email.password_secret else []
        hand_over = partial(self._hand_over, _as_email(message, self._email))
        _explained(partial(with_secrets, names, self._credentials, hand_over, _is_refused))

    def _hand_over(self, letter: EmailMessage, password: SecretStr | None = None) -> None:
        email = self._email
        ca_file = self._home.root / email.ca_file if email.ca_file else None
        with smtplib.SMTP(str(email.host), email.port, timeout=SECONDS) as server:
            server.starttls(context=ssl.create_default_context(cafile=ca_file))
            if email.user and password:
                server.login(email.user, password.get_secret_value())
            server.send_message(letter)


def _explained(send: Callable[[], None]) -> None:
    """Sends, and tries once more after a transient fault; raises every error as a ChannelError, without the libraries' texts."""
    try:
        patiently(send, _TRIES)
    except (ChannelError, CredentialError):
        raise
    except Exception as error:
        raise ChannelError(type(error).__name__) from None


def _is_refused(error: Exception) -> bool:
    """Whether an address or a password no longer holds, as after a rotation."""
    if isinstance(error, ChannelError):
        return error.status_code in (401, 403, 404, 410)
    return isinstance(error, smtplib.SMTPAuthenticationError)


def _over_tls(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        raise ChannelError("the address does not begin with https")
    return url


def _to_slack(url: str, message: Message) -> int:
    from slack_sdk.webhook import WebhookClient

    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": message.title[:150]}}]
    for section in message.sections:
        lines = [f"• {_escaped(line)}" for line in section.lines]
        asks = [f"_{_escaped(section.asks)}_"] if section.asks else []
        text = "\n".join([f"*{_escaped(section.heading)}*", *lines, *asks])
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}})
    if message.links:
        links = " ".join(f"<{address}|{_escaped(name)}>" for name, address in message.links.items())
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": links}})
    client = WebhookClient(url, timeout=SECONDS, retry_handlers=[], logger=_SILENT)
    return client.send(text=message.title, blocks=blocks).status_code


def _escaped(text: str) -> str:
    """As Slack's markup wants it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _to_teams(url: str, message: Message) -> int:
    """An adaptive card, as the workflow 'Send webhook alerts to a channel' takes it."""
    import requests

    body: list[dict[str, Any]] = [_block(message.title, size="Large", weight="Bolder")]
    for section in message.sections:
        body.append(_block(section.heading, weight="Bolder", separator=True))
        body += [_block(f"- {line}") for line in section.lines]
        body += [_block(section.asks, isSubtle=True)] if section.asks else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in message.links.items()],
    }
    attachment: dict[str, Any] = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return requests.post(url, json={"type": "message", "attachments": [attachment]}, timeout=SECONDS).status_code


def _block(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **style}


def _as_email(message: Message, email: Email) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"], letter["To"] = email.sender, ", ".join(email.recipients)
    letter["Date"] = formatdate(message.written_at)
    letter["Message-ID"] = f"<{message.id}@district-platform>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(as_text(message))
    return letter
