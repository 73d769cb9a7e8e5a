"""The Ed-Fi API that extracts are pulled from."""

from typing import Annotated, Literal

from pydantic import Field

from district_platform.settings.section import SecretName, Section, SecureUrl

STANDIN = "standin"
"""In place of an address: the stand-in, which serves the synthetic district as an Ed-Fi API."""

SchoolYear = Annotated[int, Field(ge=1990, le=2100)]


class EdfiAssessment(Section):
    """What an assessment's results are, where the API leaves a choice."""

    name: str | None = Field(
        default=None, description="assessment_name of its results; default: the assessment's family, else its title."
    )
    subject: str | None = Field(
        default=None, description="The subject of its results; needed where the assessment has several."
    )
    score: str | None = Field(
        default=None,
        description="The assessmentReportingMethod whose score is the scale score; default: Scale score, else the only one.",
    )


class EdfiSource(Section):
    """An Ed-Fi ODS/API from version 5 on, or its successor (docs/sources/edfi.md)."""

    url: SecureUrl | Literal["standin"] | None = Field(
        default=None,
        description="The API's base address, https://<host>/<path>, at which it describes itself; standin serves the synthetic district.",
    )
    key_secret: SecretName = Field(default="edfi_key", description="Name of the secret that is the client's key.")
    secret_secret: SecretName = Field(
        default="edfi_secret", description="Name of the secret that is the client's secret."
    )
    tenant: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_.-]*$",
        description="Tenant or instance, where the API's addresses have one.",
    )
    school_years: tuple[SchoolYear, ...] = Field(
        default=(),
        description="School years to pull, by their spring. Where the API has one ODS a year they are needed; elsewhere all are pulled "
        "unless some are named.",
    )
    page_size: int = Field(default=500, ge=1, le=500, description="Records in one page; 500 at most.")
    timeout_seconds: float = Field(default=120, gt=0, description="Seconds to wait for an answer to begin.")
    resume_hours: float = Field(
        default=12, ge=0, description="A pull that broke off is resumed within this time; after it, it begins anew."
    )
    assessments: dict[str, EdfiAssessment] = Field(
        default={}, description="Choices for single assessments, by their assessmentIdentifier."
    )
