"""What an API says of itself: which addresses follow, and which settings are missing."""

import pytest

from district_platform.sources.edfi.discovery import described
from district_platform.sources.edfi.errors import EdfiError

BASE = "https://ods.example.org"


def answer(
    data: str, version: str = "7.3", standard: str = "5.2.0", mode: str | None = None, oauth: str = "/oauth/token"
):
    said = {
        "version": version,
        "dataModels": [{"name": "TPDM", "version": "1.1.0"}, {"name": "Ed-Fi", "version": standard}],
        "urls": {"oauth": BASE + oauth, "dataManagementApi": BASE + data},
    }
    return said | ({"apiMode": mode} if mode else {})


@pytest.mark.parametrize(
    ("said", "tenant", "years", "addresses"),
    [
        (answer("/data/v3/"), "", (), ["/data/v3"]),
        (answer("/data/v3/"), "", (2026,), ["/data/v3"]),
        (answer("/data/v3/{schoolYearFromRoute}/"), "", (2025, 2026), ["/data/v3/2025", "/data/v3/2026"]),
        (answer("/{tenantIdentifier}/data/v3"), "north", (), ["/north/data/v3"]),
        (answer("/{tenant}/{schoolYear}/data", "8.0", "6.0.0"), "north", (2026,), ["/north/2026/data"]),
        (answer("/data/v3/", "6.1", "4.0.0", mode="Year Specific"), "", (2026,), ["/data/v3/2026"]),
        (answer("/data/v3/2026", "5.3", "4.0.0", mode="Year Specific"), "", (2026,), ["/data/v3/2026"]),
        (answer("/data/v3/", "6.1", "4.0.0", mode="Instance Year Specific"), "i1", (2026,), ["/data/v3/i1/2026"]),
        (answer("/data/v3/", "6.1", "4.0.0", mode="Shared Instance"), "", (), ["/data/v3"]),
    ],
)
def test_addresses_of_records(said, tenant, years, addresses):
    api = described(said, tenant, years)
    assert [segment.address.removeprefix(BASE) for segment in api.segments] == addresses


def test_the_data_standard_is_that_of_the_model_ed_fi():
    assert [described(answer("/data", standard=s), "", ()).data_standard for s in ("4.0.0", "5.2.0", "6.0.0")] == [
        4,
        5,
        6,
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (answer("/data/{schoolYearFromRoute}"), "one ODS a school year: set sources.edfi.school_years"),
        (answer("/{tenantIdentifier}/data"), "set sources.edfi.tenant"),
        (answer("/data", standard="3.3.0-b"), "data standard 3.3.0-b; 4 to 6 are read"),
        ({"status": "ok"}, "does not describe an Ed-Fi API"),
        ({}, "does not describe an Ed-Fi API"),
    ],
)
def test_what_is_missing_is_said(said, told):
    with pytest.raises(EdfiError, match=told):
        described(said, "", ())


def test_the_token_comes_from_the_tenant_of_the_records():
    api = described(answer("/{tenantIdentifier}/data", oauth="/{tenantIdentifier}/oauth/token"), "north", ())
    assert api.token_address == f"{BASE}/north/oauth/token"
