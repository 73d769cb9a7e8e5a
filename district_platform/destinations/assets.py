"""An asset for each destination, after the publication. It fails alone: what was published stays, and the next run catches up."""

import dagster as dg

from district_platform.destinations.copying import COPY
from district_platform.destinations.loading import load
from district_platform.dictionary import Owner
from district_platform.engine.assets import OUTPUT_GROUP, before_leaving, owner_tag
from district_platform.engine.files import text_digest
from district_platform.engine.versions import code_version
from district_platform.retries import retried
from district_platform.settings import Settings

KEY = "destinations"


def destination_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One for each `[destinations.<name>]`."""
    return [_asset(name, settings) for name in settings.destinations]


def places(settings: Settings) -> list[str]:
    """All that a publication goes to beside this machine, by name: the destinations, and the copy in an object store."""
    return [*settings.destinations, *([COPY] if settings.publication.copy_to else [])]


def step_of(name: str) -> str:
    """The step that loads a destination, as Dagster calls it."""
    return f"{KEY}__{name}"


def is_destination(step: str) -> bool:
    """Whether a step loads a destination, or the copy in an object store."""
    return step.startswith(step_of("")) or step == COPY


def _asset(name: str, settings: Settings) -> dg.AssetsDefinition:
    section = settings.destinations[name]

    @retried(settings.retries)
    def loaded() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata=dict(load(name, settings)))

    return dg.asset(
        key=[KEY, name],
        group_name=OUTPUT_GROUP,
        description=f"The publication in {name} ({section.kind}): readers there find all of one publication. A failure is its own.",
        deps=[before_leaving(settings)],
        owners=[owner_tag(Owner.DATA)],
        kinds={section.kind},
        code_version=f"{code_version(load)}-{text_digest(section.model_dump_json())[:12]}",
    )(loaded)
