"""The dashboard."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from district_platform.settings.section import SecretName, Section, SecureUrl

PublicUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?$"
    ),
]
"""An origin: https and a name in lower case, or http on this machine; no path, no slash at its end."""


GOOGLE = "https://accounts.google.com"
"""Its issuer, which signs in people of every organization and of none."""


class Directory(Section):
    """The district's directory by OpenID Connect, where people sign in with the account that they have anyway (docs/access.md)."""

    issuer: SecureUrl | None = Field(
        default=None,
        description='The directory\'s issuer, exactly as it names itself: "https://login.microsoftonline.com/<tenant id>/v2.0", '
        f'"{GOOGLE}"; default: nobody signs in by a directory.',
    )
    client_id: str = Field(
        default="", description="What the directory calls the dashboard (client id, application id)."
    )
    client_secret: SecretName = Field(
        default="directory_client_secret",
        description="Name of the secret with the client secret that the directory gave.",
    )
    tenants: tuple[str, ...] = Field(
        default=(),
        description="Tenant ids (claim tid) whose people are taken; of Microsoft Entra ID, the district's own.",
    )
    domains: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")], ...] = Field(
        default=(),
        description="Domains, in lower case, of the e-mail addresses that are taken; of Google Workspace also the organization's "
        "(claim hd).",
    )
    label: str = Field(default="your district account", description="What people know it by: Sign in with <label>.")
    asks_second_factor: bool = Field(
        default=False,
        description="Whether the directory asks everybody for a second factor, so that the dashboard does not ask again; it cannot "
        "check that.",
    )

    @model_validator(mode="after")
    def _says_who_is_taken(self) -> "Directory":
        if self.issuer is None:
            return self
        if not self.client_id:
            raise ValueError("client_id is needed beside issuer")
        if not (self.tenants or self.domains) or (self.issuer == GOOGLE and not self.domains):
            raise ValueError(
                "say whose people are taken: tenants, or domains (of Google, domains); otherwise anybody's would be"
            )
        return self


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

    directory: Directory = Field(
        default=Directory(), description="The district's directory, by which people sign in (OpenID Connect)."
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
