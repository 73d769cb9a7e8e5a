"""Who is told when something is wrong."""

from pathlib import Path

from pydantic import Field, model_validator

from district_platform.settings.section import SecretName, Section


class Slack(Section):
    webhook_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret that holds the address of a Slack incoming webhook; default: no Slack.",
    )


class Teams(Section):
    webhook_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret that holds the address of a Microsoft Teams workflow that posts cards; default: no "
        "Teams.",
    )


class Email(Section):
    """Messages to mailboxes of roles, by a mail server that speaks STARTTLS."""

    host: str | None = Field(default=None, description="The mail server; default: no e-mail.")
    port: int = Field(default=587, ge=1, le=65_535, description="Its port for submission.")
    sender: str = Field(default="", description="Address that alerts come from.")
    recipients: tuple[str, ...] = Field(
        default=(), description="Who gets them: mailboxes of roles, rather than people's."
    )
    user: str | None = Field(default=None, description="Name to log in with; default: no login.")
    password_secret: SecretName | None = Field(default=None, description="Name of the secret that holds the password.")
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) that vouch for the server, where the system's own do not."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> "Email":
        if self.host and not (self.sender and self.recipients):
            raise ValueError("host needs sender and recipients")
        if (self.user is None) != (self.password_secret is None):
            raise ValueError("user and password_secret go together")
        return self


class Alerts(Section):
    """Who is told when something is wrong, and how (docs/operations.md)."""

    slack: Slack = Field(default=Slack(), description="Alerts to a Slack channel.")
    teams: Teams = Field(default=Teams(), description="Alerts to a Microsoft Teams channel.")
    email: Email = Field(default=Email(), description="Alerts by e-mail.")
    base_url: str | None = Field(
        default=None,
        description="Address of the Dagster UI for the links in alerts, which a proxy in front of it may serve it under; default: no "
        "links, only run ids.",
    )
    fresh_extracts: tuple[str, ...] = Field(
        default=("sis/enrollments", "sis/attendance_events"),
        description="Extracts delivered so often that one older than automation.max_extract_age_hours is told.",
    )
