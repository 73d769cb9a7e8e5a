"""Which alerts were sent, and which messages still wait: a file in the warehouse's folder, so that it outlives every process.

An open alert is not sent again until it is over. A message waits for each channel by itself until that channel has taken it.
"""

from collections.abc import Sequence

from filelock import FileLock
from pydantic import BaseModel

from district_platform.alerts.kinds import Alert
from district_platform.alerts.message import Message
from district_platform.alerts.runs import Observations
from district_platform.engine.files import replacing
from district_platform.home import Home
from district_platform.home.kept import Kept

KEPT = Kept("alerts", "alerts that are open are told once more", paths=("warehouse/alerts",))

WAIT_SECONDS = 60
"""For another process that is sending; it needs seconds a channel."""


class OpenAlert(BaseModel):
    """An alert that was sent and is not over."""

    text: str
    since: float


class Waiting(BaseModel):
    """A message, and the channels that have not taken it."""

    message: Message
    channels: list[str]


class Ledger(BaseModel):
    looked_at: float | None = None
    """Until when runs were looked at."""
    handled: dict[str, float] = {}
    """Runs that were looked at, by their end."""
    open: dict[str, OpenAlert] = {}
    outbox: list[Waiting] = []

    def take(self, seen: Observations, now: float) -> tuple[list[Alert], list[str]]:
        """Records what a check found; returns what to send: new alerts, and the texts of those that are over.

        What is found both right and wrong (a step that failed, and succeeded when tried again) counts as wrong.
        """
        wrong = {alert.key: alert for alert in seen.wrong}
        news = [alert for key, alert in wrong.items() if key not in self.open or key in seen.worse]
        over = [key for key in self.open if key in seen.right and key not in wrong]
        recovered = [self.open.pop(key).text for key in over]
        for alert in news:
            since = self.open[alert.key].since if alert.key in self.open else now
            self.open[alert.key] = OpenAlert(text=alert.text, since=since)
        return news, recovered

    def post(self, message: Message, channels: Sequence[str]) -> None:
        self.outbox.append(Waiting(message=message, channels=list(channels)))

    def drop_channels(self, configured: Sequence[str]) -> None:
        """Forgets what waits for channels that are no longer configured."""
        for waiting in self.outbox:
            waiting.channels = [name for name in waiting.channels if name in configured]
        self.outbox = [waiting for waiting in self.outbox if waiting.channels]


def alone(home: Home) -> FileLock:
    """Held by the one process that looks and sends; raises filelock.Timeout when another takes too long."""
    home.alerts.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileLock(home.alerts / ".lock", timeout=WAIT_SECONDS)


def read_ledger(home: Home) -> Ledger:
    """The ledger; an empty one before the first alert."""
    path = home.alert_ledger
    return Ledger.model_validate_json(path.read_text()) if path.exists() else Ledger()


def write_ledger(home: Home, ledger: Ledger) -> None:
    with replacing(home.alert_ledger) as fresh:
        fresh.write_text(ledger.model_dump_json(indent=2))
