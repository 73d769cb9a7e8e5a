"""The dashboard."""

from typing import Annotated

from pydantic import Field, StringConstraints

from district_platform.settings.section import Section

PublicUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?$"
    ),
]
"""An origin: https and a name in lower case, or http on this machine; no path, no slash at its end."""


class Web(Section):
    """The dashboard: its address, which decides what it answers to, and what it shows (docs/access.md)."""

    public_url: PublicUrl = Field(
        default="http://127.0.0.1:8501",
        description='The address that people type, such as "https://data.example.org", under which a proxy with TLS shows the '
        "dashboard; default: this machine alone. Requests for another name are refused. Without a slash at its end.",
    )
    in_container: bool = Field(
        default=False,
        description="Whether the dashboard runs in a container whose port is published on this machine alone, so that it may listen on "
        "all addresses of the container; the image sets it.",
    )
    proxies: tuple[str, ...] = Field(
        default=("127.0.0.1",),
        description="Addresses of the proxies before the dashboard, whose word on the client's address and on TLS is taken.",
    )
    open_programs: tuple[str, ...] = Field(
        default=(),
        description="Programs whose participants teachers and the district leader see by name, as the student information system names "
        "them. All others are shown to the school's principal and counselor alone: a program can tell a disability.",
    )

    attendance_store: str | None = Field(
        default=None,
        description="Name of a destination of kind dynamodb from which the API answers a student's days; default: from the publication.",
    )

    @property
    def is_public(self) -> bool:
        """Whether it is reached from other machines, by https."""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        """The name and port that browsers ask for."""
        return self.public_url.partition("://")[2]
