"""What is written to people: one message for what a look found, in plain parts that each channel lays out its own way."""

from collections.abc import Sequence

from pydantic import BaseModel

from district_platform.alerts.kinds import MEANINGS, Alert, Kind
from district_platform.engine.files import text_digest

MOST_LINES = 20
"""Lines of a section: a message that a channel refuses as too long would never arrive."""


class MessageSection(BaseModel):
    heading: str
    lines: list[str]
    asks: str | None = None
    """Who should do what."""


class Message(BaseModel):
    """A message, as it waits until every channel has taken it."""

    id: str
    """Stays the same for the same message, whoever sends it and however often."""
    title: str
    sections: list[MessageSection]
    links: dict[str, str] = {}
    """Addresses, by the name of the page they lead to."""
    written_at: float


def compose(
    wrong: Sequence[Alert],
    recovered: Sequence[str],
    *,
    district: str,
    written_at: float,
    run_id: str | None = None,
    report: str | None = None,
    base_url: str | None = None,
) -> Message:
    """The message on new alerts and on those that are over; `recovered` are the latter's own words, `report` the path
    of a refused run's."""
    sections = [_section(kind, [alert for alert in wrong if alert.kind is kind]) for kind in Kind]
    sections.append(MessageSection(heading="Recovered", lines=_at_most(recovered)))
    if run_id:
        lines = [f"Run {run_id}", *([f"Report: {report}"] if report else [])]
        sections.append(MessageSection(heading="Where", lines=lines))
    links = {"Open the run": f"{base_url.rstrip('/')}/runs/{run_id}"} if base_url and run_id else {}
    counts = [f"{n} {word}" for n, word in ((len(wrong), "new"), (len(recovered), "recovered")) if n]
    key = repr((sorted(alert.key for alert in wrong), sorted(recovered), run_id, written_at))
    return Message(
        id=text_digest(key),
        title=f"{district}: {', '.join(counts)}",
        sections=[section for section in sections if section.lines],
        links=links,
        written_at=written_at,
    )


def trial(district: str, written_at: float) -> Message:
    """What `district-platform alerts test` sends."""
    text = "This is a test: alerts of the data platform arrive here. Nothing is wrong."
    return Message(
        id=text_digest(f"test {written_at}"),
        title=f"{district}: test of alerts",
        sections=[MessageSection(heading="Test", lines=[text])],
        written_at=written_at,
    )


def as_text(message: Message) -> str:
    """The message as plain text, without its title."""
    parts = []
    for section in message.sections:
        lines = [f"- {line}" for line in section.lines]
        parts.append("\n".join([section.heading, *lines, *([section.asks] if section.asks else [])]))
    parts.extend(f"{name}: {address}" for name, address in message.links.items())
    return "\n\n".join(parts) + "\n"


def _section(kind: Kind, alerts: Sequence[Alert]) -> MessageSection:
    meaning = MEANINGS[kind]
    lines = _at_most([alert.text for alert in alerts])
    return MessageSection(heading=meaning.title, lines=lines, asks=f"Asked of {meaning.of_whom}: {meaning.asks}")


def _at_most(lines: Sequence[str]) -> list[str]:
    n_more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([f"… and {n_more} more"] if n_more > 0 else [])]
