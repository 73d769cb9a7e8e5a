"""The API over a small district of two schools (published.people)."""

from collections.abc import Iterator

import pytest

from district_platform.home import Home
from district_platform_tests.web.api.served import Api
from district_platform_tests.web.published import people, publish


@pytest.fixture
def api(home: Home) -> Iterator[Api]:
    publish(home, people())
    made = Api(home)
    yield made
    made.district.close()
