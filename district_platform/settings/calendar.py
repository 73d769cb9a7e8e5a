"""What stands in for a calendar that nobody delivers."""

from decimal import Decimal

from pydantic import Field

from district_platform.settings.section import Section


class Calendar(Section):
    """What happens where no calendar is delivered."""

    derive: bool = Field(
        default=False,
        description="Whether the days on which schools recorded attendance stand in for a calendar, where none is delivered. Days "
        "without any record, such as a day on which every student came and no school submits, are missing then.",
    )
    derive_share: Decimal = Field(
        default=Decimal("0.2"),
        gt=0,
        le=1,
        description="A weekday is instructional if at least this share of the year's schools recorded anything on it.",
    )
