"""What a table adds up to says whether another database holds the same rows."""

from decimal import Decimal

import pytest

from district_platform.engine.published import Profile

HERE = Profile(3, {"name": (2, Decimal(14)), "amount": (3, Decimal("10.10")), "share": (3, 0.3)})


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (HERE, []),
        (Profile(2, HERE.columns), ["3 rows became 2"]),
        (Profile(3, HERE.columns | {"name": (3, Decimal(14))}), ["name: 2 values became 3"]),
        (Profile(3, HERE.columns | {"amount": (3, Decimal("10.11"))}), ["amount: the values differ"]),
        (Profile(3, HERE.columns | {"amount": (3, Decimal("10.1"))}), []),
        (Profile(3, HERE.columns | {"share": (3, 0.1 + 0.2)}), []),
        (Profile(3, HERE.columns | {"share": (3, 0.31)}), ["share: the values differ"]),
        (Profile(3, HERE.columns | {"share": (3, float("nan"))}), ["share: the values differ"]),
    ],
)
def test_differences_are_told_by_column_without_a_value(there: Profile, told: list[str]) -> None:
    assert HERE.differences(there) == told
