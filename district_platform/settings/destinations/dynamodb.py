"""The attendance history in Amazon DynamoDB."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from district_platform.settings.section import SecretName, Section, SecureUrl


class DynamoDB(Section):
    """The attendance history in a DynamoDB table (docs/attendance_store.md). Needs district-platform[aws]."""

    kind: Literal["dynamodb"] = Field(description="What it is; docs/settings.md lists the kinds.")
    table: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_.-]{3,255}$")] = Field(
        description="Name of the table; `district-platform attendance-store create` makes it."
    )
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,30}$")] = Field(
        description="Amazon's region of the table, such as us-east-1."
    )
    endpoint: SecureUrl | None = Field(
        default=None, description="Address of a server other than Amazon's; https, but for one on this machine."
    )
    retention_years: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Years after the end of a school year (30 June) after which DynamoDB deletes its days; default: never. Ask before: a "
        "record may not be destroyed while a parent's request to see it is open (34 CFR 99.10(e)).",
    )
    kms_key: Annotated[str, StringConstraints(pattern=r"^(arn:aws[a-z-]*:kms:|alias/|[0-9a-f-]{36}).*$")] | None = (
        Field(
            default=None,
            description="The customer key of AWS KMS (ARN, alias/… or id) with which the table is encrypted. Without one, `create` lets "
            "Amazon's key of this account encrypt it, and `verify` says so.",
        )
    )
    access_key_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret with the access key's id; default: the keys that AWS's own tools would find "
        "(role, profile, environment).",
    )
    secret_key_secret: SecretName | None = Field(default=None, description="Name of the secret with the secret key.")

    @model_validator(mode="after")
    def _keys_are_a_pair(self) -> "DynamoDB":
        if (self.access_key_secret is None) != (self.secret_key_secret is None):
            raise ValueError("access_key_secret and secret_key_secret: name both, or neither")
        return self
