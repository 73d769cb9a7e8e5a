"""The state in a run of Dagster's: held from its start to its end, sent on between the publication and whatever leaves this machine."""

from collections.abc import Iterator
from typing import cast

import dagster as dg

from district_platform.dictionary import Owner
from district_platform.engine.assets import OUTPUT_GROUP, PUBLICATION, STATE, owner_tag
from district_platform.engine.publication import Permission
from district_platform.engine.versions import code_version
from district_platform.operations.state import State, StateError, held
from district_platform.retries import retried
from district_platform.settings import Settings

PERMISSION = "permission"
"""The resource's name: the state that a run holds, by which it may publish."""


class Unshared:
    """The permission of a home whose state is nowhere else: the warehouse's lock is enough."""

    def confirm(self) -> None:
        """Does nothing."""


def permission_resource(settings: Settings) -> dg.ResourceDefinition:
    """Holds the state for a run. A run that the daemon launched pulls it here; the command line has done so before."""

    @dg.resource(required_resource_keys={"warehouse"}, description="Whether this machine may publish.")
    def permission(_: dg.InitResourceContext) -> Iterator[Permission]:
        with held(settings) as state:
            if state is not None and not state.is_in_step:
                _take(state)
            yield state or Unshared()

    return permission


def state_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The asset, or none where the settings name no place for the state."""
    if settings.state.address is None:
        return []

    def state(permission: dg.ResourceParam[Permission]) -> dg.MaterializeResult:
        pushed = cast(State, permission).push()
        return dg.MaterializeResult(metadata={"version": pushed.name if pushed else "as it was"})

    asset = dg.asset(
        name=STATE,
        group_name=OUTPUT_GROUP,
        description="What nothing can make again, in an object store, before any figure of this publication leaves this machine.",
        deps=[PUBLICATION],
        owners=[owner_tag(Owner.DATA)],
        kinds={"s3"},
        code_version=code_version(state_assets),
    )
    return [asset(retried(settings.retries)(state))]


def _take(state: State) -> None:
    pulled = state.pull()
    if pulled and pulled.changed_settings:
        raise StateError(
            "The state came with other settings than this process was started with: reload the definitions, or start it again."
        )
