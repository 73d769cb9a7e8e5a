"""The assets of this room, in the order in which they are made."""

import dagster as dg

from district_platform.outputs.call_lists.asset import call_lists_asset
from district_platform.outputs.policy_brief import brief_asset
from district_platform.outputs.publishing import publication_asset
from district_platform.outputs.uploads.asset import attendance_upload_asset
from district_platform.settings import Settings


def output_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    return [
        brief_asset(settings.district_name),
        attendance_upload_asset(),
        call_lists_asset(),
        publication_asset(settings.district_name),
    ]
