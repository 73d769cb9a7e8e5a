"""The district store's data marts."""

import itertools
from decimal import Decimal

from pydantic import Field, model_validator

from district_platform.settings.section import Section


class CustomerSegment(Section):
    """What a customer must reach, up to a month's end, to be in a segment; without a minimum, nothing."""

    min_lifetime_value: Decimal | None = Field(default=None, description="Spent at least, USD, returns taken off.")
    min_transactions: int | None = Field(default=None, ge=1, description="Transactions at least.")

    def takes_all_of(self, other: "CustomerSegment") -> bool:
        """Whether every customer who reaches the other's minimums reaches these, too."""
        pairs = (
            (self.min_lifetime_value, other.min_lifetime_value),
            (self.min_transactions, other.min_transactions),
        )
        return all(own is None or (others is not None and own <= others) for own, others in pairs)


class Store(Section):
    """Rules of the store's data marts (docs/store.md)."""

    inactive_days: int = Field(
        default=90, ge=31, description="A customer without a purchase in so many days is inactive."
    )
    segments: dict[str, CustomerSegment] = Field(
        default={
            "Premium": CustomerSegment(min_lifetime_value=Decimal(300), min_transactions=10),
            "Regular": CustomerSegment(min_lifetime_value=Decimal(60), min_transactions=3),
            "Occasional": CustomerSegment(),
        },
        description="Customer segments, the highest first; a customer is in the first one whose minimums are reached. "
        "The last one has no minimums, and takes everyone else.",
    )
    incentive_pct: Decimal = Field(
        default=Decimal(1), ge=0, le=100, decimal_places=4, description="Incentive, percent of the month's sales."
    )
    incentive_ranks: int = Field(
        default=1, ge=0, description="How many places in a store's month earn the incentive; 1 is the first alone."
    )

    @model_validator(mode="after")
    def _everyone_has_a_segment(self) -> "Store":
        takes_everyone = [segment == CustomerSegment() for segment in self.segments.values()]
        if takes_everyone.count(True) != 1 or not takes_everyone[-1]:
            raise ValueError("segments: the last one, and no other, must be without minimums")
        return self

    @model_validator(mode="after")
    def _every_segment_can_be_reached(self) -> "Store":
        for (first, wider), (second, narrower) in itertools.combinations(self.segments.items(), 2):
            if wider.takes_all_of(narrower):
                raise ValueError(
                    f"segments: nobody can be in {second}: it comes after {first}, which takes everyone who reaches its minimums. "
                    f"Put {second} before {first}"
                )
        return self
