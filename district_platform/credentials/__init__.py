"""Secrets, requested by name where they are used from a chain of providers (files, environment, AWS Secrets Manager, system keyring).

    password = secret("ukg_password", settings.credentials)            # a pydantic SecretStr
    rows = with_secrets(["ukg_user", "ukg_password"], settings.credentials, fetch_rows, is_refused=is_unauthorized)

A setting names a secret and never holds its value. A value is unwrapped (`get_secret_value`) in the call that hands it to the
other system and nowhere else: so it is in no log, run configuration, metadata, message or pickle. What the secrets open does not
belong here.
"""

from district_platform.credentials.chain import CredentialError, forget, secret, with_secrets

__all__ = ["CredentialError", "forget", "secret", "with_secrets"]
