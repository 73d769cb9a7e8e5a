"""Secrets in AWS Secrets Manager, by the identity that the machine already has (instance role, profile, environment)."""

from typing import Any

from pydantic import SecretStr

from district_platform.credentials.provider import CredentialError
from district_platform.settings import Credentials


class SecretsManager:
    """The secret `<credentials.aws_prefix><name>`; its text is the value, in the version that is current."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def look_up(self, name: str) -> SecretStr | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client().get_secret_value(SecretId=self._id(name))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceNotFoundException":
                return None
            raise CredentialError(f"{self.place(name)} cannot be read: {code}.") from None
        except BotoCoreError as error:
            raise CredentialError(f"{self.place(name)} cannot be read: {type(error).__name__}: {error}") from None
        if "SecretString" not in answer:
            raise CredentialError(f"{self.place(name)} holds bytes; a text is expected.")
        return SecretStr(answer["SecretString"])

    def place(self, name: str) -> str:
        return f"AWS Secrets Manager {self._id(name)}"

    def _id(self, name: str) -> str:
        return f"{self._credentials.aws_prefix}{name}"

    def _client(self) -> Any:
        try:
            import boto3
            from botocore.config import Config
        except ImportError:
            raise CredentialError(
                "AWS Secrets Manager needs boto3: install district-platform[aws], or change credentials.providers."
            ) from None
        patience = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "max_attempts": 4})
        return boto3.client(
            "secretsmanager",
            region_name=self._credentials.aws_region,
            endpoint_url=self._credentials.aws_endpoint_url,
            config=patience,
        )
