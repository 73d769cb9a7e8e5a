"""Publications, the object store that holds copies of them, and the engine that builds them."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from district_platform.settings.section import S3Address, SecretName, Section, SecureUrl


class Publication(Section):
    keep_versions: int = Field(
        default=3, ge=1, description="Publications kept on disk, the current one among them, to go back to."
    )
    copy_to: S3Address | None = Field(
        default=None,
        description="s3://bucket/prefix to which each publication is copied, whole or not at all; default: none is.",
    )
    csv_byte_order_mark: bool = Field(
        default=False,
        description="Begin CSV files with a byte order mark: Excel then reads accents right; some programs trip over it.",
    )


class Storage(Section):
    """The object store that s3:// addresses mean (docs/operations.md). Needs district-platform[aws]."""

    endpoint_url: SecureUrl | None = Field(
        default=None, description="Address of a store other than Amazon's; https, but for one on this machine."
    )
    region: str | None = Field(default=None, description="The store's region; default: the machine's.")
    access_key_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret with the access key's id; default: the keys that AWS's own tools would find "
        "(role, profile, environment).",
    )
    secret_key_secret: SecretName | None = Field(default=None, description="Name of the secret with the secret key.")
    part_size_mb: int = Field(
        default=16, ge=5, le=5_000, description="Larger files are sent in parts of this size, each at most once, MiB."
    )

    @model_validator(mode="after")
    def _keys_are_a_pair(self) -> "Storage":
        if (self.access_key_secret is None) != (self.secret_key_secret is None):
            raise ValueError("access_key_secret and secret_key_secret: name both, or neither")
        return self


def _is_a_size(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", text.strip(), re.IGNORECASE):
        raise ValueError("must be a size, such as 6GB or 800MiB")
    return text.strip()


class Engine(Section):
    memory_limit: Annotated[str, AfterValidator(_is_a_size)] = Field(
        default="6GB", description="DuckDB's memory; beyond it, it spills to disk."
    )
    threads: int | None = Field(default=None, ge=1, description="DuckDB's threads; default: all cores.")
