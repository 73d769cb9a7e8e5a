"""Who is asked for secrets, and what is encrypted."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from district_platform.settings.section import SecretName, Section, SecureUrl


class Credentials(Section):
    """Who is asked for secrets (docs/operations.md). Other settings name a secret and never hold its value."""

    providers: tuple[Literal["file", "environment", "aws_secrets_manager", "keyring"], ...] = Field(
        default=("file", "environment"),
        min_length=1,
        description="Who is asked for a secret, in this order: file (the file <name> in the folder that DISTRICT_SECRETS_DIR names), "
        "environment (DISTRICT_SECRET__<NAME>), aws_secrets_manager, "
        "keyring (the system's own; one that keeps secrets in the clear is refused).",
    )
    aws_prefix: str = Field(default="", description="What stands before a secret's name in AWS Secrets Manager.")
    aws_region: str | None = Field(default=None, description="Region of AWS Secrets Manager; default: the machine's.")
    aws_endpoint_url: SecureUrl | None = Field(
        default=None, description="Address of AWS Secrets Manager, where it is not Amazon's public one."
    )
    keyring_service: str = Field(default="district-platform", description="Service of the entries in the keyring.")
    cache_seconds: int = Field(
        default=60, ge=0, le=3_600, description="How long a secret is remembered; refused, it is read anew at once."
    )


class Encryption(Section):
    """What is encrypted beyond the disk's own encryption (docs/operations.md). Needs district-platform[encryption]."""

    warehouse_key_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret with the key of warehouse/district.duckdb and timekeeping.duckdb (AES-256-GCM; 32 "
        "characters at least); default: the files are not encrypted.",
    )
    recipients: tuple[Annotated[str, StringConstraints(pattern=r"^age1[a-z0-9]{58}$")], ...] = Field(
        default=(),
        description="age public keys (age1…), never the AGE-SECRET-KEY. What is uploaded or copied to an object store is sealed, so "
        "that only they open it.",
    )
    sealed_reports: bool = Field(
        default=False,
        description="Whether files on single people in reports/ (worklists, call lists, restricted, marts, attendance uploads "
        "and their evidence) are published sealed for the recipients, and not in the clear.",
    )

    @model_validator(mode="after")
    def _sealed_for_somebody(self) -> "Encryption":
        if self.sealed_reports and not self.recipients:
            raise ValueError("sealed_reports needs recipients, the public keys of those who may open the files")
        return self
