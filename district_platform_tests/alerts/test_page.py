"""docs/operations.md says what every alert means, in the words of the messages."""

import pytest

from district_platform.alerts.kinds import MEANINGS, Kind
from district_platform.documentation import ROOT


@pytest.mark.parametrize("kind", Kind)
def test_every_alert_stands_on_the_page_with_what_it_asks_of_whom(kind: Kind) -> None:
    meaning = MEANINGS[kind]
    rows = (ROOT / "docs" / "operations.md").read_text().splitlines()
    [row] = [row for row in rows if row.startswith(f"| **{meaning.title}** |")]
    assert row.endswith(f"| {meaning.asks} | {meaning.of_whom} |")
