"""Publications, the object store that holds copies of them, and the engine that builds them."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

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


class SparkEngine(Section):
    """Where Spark runs, and where its tables lie (docs/scale.md). Needs district-platform[spark]."""

    master: str | None = Field(
        default=None,
        description="The cluster's master, as spark-submit takes it; default: local[*], this machine's cores.",
    )
    remote: str | None = Field(
        default=None, description="Instead of `master`, the address of a Spark Connect server: sc://host:15002."
    )
    lake: str = Field(
        default="warehouse/lake",
        min_length=1,
        description="Folder of the large tables, relative to the home or absolute; the cluster sees it by the same path.",
    )
    conf: dict[str, str] = Field(
        default={}, description="Spark's own options, such as spark.driver.memory (default here: 2g)."
    )

    @field_validator("remote")
    @classmethod
    def _remote_is_an_address(cls, remote: str | None) -> str | None:
        if remote is not None and not re.match(r"sc://[^/]", remote):
            raise ValueError("the address of a Spark Connect server begins with sc://, as in sc://host:15002")
        return remote

    @field_validator("lake")
    @classmethod
    def _lake_is_a_folder(cls, lake: str) -> str:
        if "://" in lake:
            raise ValueError("a folder that this machine and the cluster see by the same path, not an address")
        return lake

    @model_validator(mode="after")
    def _one_place(self) -> "SparkEngine":
        if self.master and self.remote:
            raise ValueError("master and remote: name one; Spark runs in one place")
        return self


class Engine(Section):
    kind: Literal["duckdb", "spark"] = Field(
        default="duckdb",
        description="What makes dimensions, facts, measures and analysis: DuckDB, or Spark past one machine (docs/scale.md).",
    )
    memory_limit: Annotated[str, AfterValidator(_is_a_size)] = Field(
        default="6GB", description="DuckDB's memory; beyond it, it spills to disk."
    )
    threads: int | None = Field(default=None, ge=1, description="DuckDB's threads; default: all cores.")
    spark: SparkEngine = Field(default=SparkEngine(), description="Where Spark runs, if `kind` is spark.")
