"""Copies each publication to an object store, for readers elsewhere; the asset exists only if the settings name an address."""

import datetime as dt
from functools import partial

import dagster as dg

from district_platform.credentials import CredentialError
from district_platform.destinations.state import note_begun, note_failure, note_loaded
from district_platform.dictionary import Owner
from district_platform.engine.assets import OUTPUT_GROUP, asset_inputs, before_leaving, owner_tag
from district_platform.engine.publication import current_publication
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.outputs.sealing import ENDING, SealingError, seal
from district_platform.retries import retried
from district_platform.settings import Credentials, Encryption, Publication, Settings, Storage
from district_platform.storage.publication import copy_publication
from district_platform.storage.s3 import S3, Address, StorageError

COPY = "publication_copy"
"""The asset, and the name under which `destinations.state` knows it."""


def publication_copy(
    warehouse: Warehouse, keeping: Publication, storage: Storage, credentials: Credentials, encryption: Encryption
) -> dg.MaterializeResult:
    """What readers see here, sent to `publication.copy_to`; sealed, where there are recipients. Records since when it is behind."""
    home = warehouse.home
    published = current_publication(home)
    if published is None or keeping.copy_to is None:
        raise dg.Failure("There is no publication to copy, or no address to copy it to.", allow_retries=False)
    note_begun(home, COPY)
    try:
        copied = copy_publication(
            S3(storage, credentials),
            published,
            Address.parse(keeping.copy_to),
            keeping.keep_versions,
            home.outbox,
            partial(seal, encryption=encryption) if encryption.recipients else None,
            ENDING if encryption.recipients else "",
        )
    except (StorageError, CredentialError, SealingError) as error:
        note_failure(home, COPY, str(error))
        raise
    note_loaded(home, COPY, published.name, dt.datetime.now(dt.UTC))
    counts = {
        "files": copied.n_files,
        "bytes sent": copied.n_bytes_sent,
        "versions removed": len(copied.removed_versions),
    }
    return dg.MaterializeResult(metadata={"to": str(copied.to), "is sealed": bool(encryption.recipients), **counts})


def copy_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The asset, or none."""
    if settings.publication.copy_to is None:
        return []
    asset = dg.asset(
        group_name=OUTPUT_GROUP,
        description="The publication in an object store: its pointer is the last object to be written, so that readers there find "
        "all of one publication.",
        ins=asset_inputs(publication_copy),
        deps=[before_leaving(settings)],
        owners=[owner_tag(Owner.DATA)],
        kinds={"s3"},
        code_version=code_version(publication_copy),
    )
    return [asset(retried(settings.retries)(publication_copy))]
