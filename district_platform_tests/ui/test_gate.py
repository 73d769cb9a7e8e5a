"""The gate lets in who has the token, from our own pages and names, and lets nobody change anything by GET."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from district_platform.ui.gate import Gate, changes_something

TOKEN, COOKIE, HERE = "sesame", "district_ui_3000", "http://127.0.0.1:3000"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
KNOWN = {"Cookie": f"{COOKIE}={TOKEN}"}
MUTATION = "mutation { launchRun { __typename } }"


@dataclass
class Answer:
    """What came back, from the gate or from inside."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    was_accepted: bool = False


async def _inside(scope: dict[str, Any], _receive, send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


GATE = Gate(_inside, TOKEN, COOKIE, ["dagster.example.org"])


def ask(url: str, headers: dict[str, str] | None = None, method: str = "GET", kind: str = "http") -> Answer:
    """A request of an HTTP server to the gate, as uvicorn makes it."""
    parts, answer = urlsplit(url), Answer()
    sent = {"Host": "127.0.0.1:3000", **(headers or {})}
    scope = {
        "type": kind,
        "path": parts.path,
        "query_string": parts.query.encode(),
        "scheme": "http" if kind == "http" else "ws",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        **({"method": method} if kind == "http" else {}),
    }

    async def send(message: dict[str, Any]) -> None:
        answer.status = message.get("status", answer.status)
        answer.headers |= {name.decode(): value.decode() for name, value in message.get("headers", [])}
        answer.text += message.get("body", b"").decode()
        answer.was_accepted |= message["type"] == "websocket.accept"

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    asyncio.run(GATE(scope, receive, send))
    return answer


@pytest.mark.parametrize(
    "url", ["/", "/graphql?query={version}", "/logs/x", "/download_debug/1", "/server_info", "/?token=", "/?token=x"]
)
def test_without_the_token_nothing_is_shown(url):
    answer = ask(url)
    assert (answer.status, "inside" in answer.text) == (401, False)


def test_wrong_token_is_none_and_posts_need_one_too():
    assert ask("/graphql", method="POST").status == 401
    assert ask("/graphql?token=sesame", method="POST").status == 401
    assert ask("/", {"Authorization": "Bearer wrong"}).status == 401
    assert ask("/", {"Cookie": f"{COOKIE}=wrong"}).status == 401


def test_printed_url_becomes_a_cookie_that_no_script_and_no_other_site_can_use():
    answer = ask(f"/runs?view=all&token={TOKEN}")
    assert (answer.status, answer.headers["location"]) == (303, "/runs?view=all")
    cookie = answer.headers["set-cookie"].lower()
    assert f"{COOKIE}={TOKEN}" in cookie
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert ask("/runs", KNOWN).text == "inside"


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example", "/\\evil.example"])
def test_token_leads_to_no_other_site(path):
    location = ask(f"{path}?token={TOKEN}").headers["location"]
    assert urlsplit(location).netloc == ""
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:3000", "", "district.local:3000", "a b", "x:y"]
)
def test_another_name_for_this_machine_is_refused(host):
    assert ask("/", {**BEARER, "Host": host}).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost:8080", "[::1]:3000", "dagster.example.org"])
def test_our_own_names_are_taken_at_any_port_for_tunnels_change_it(host):
    assert ask("/", {**BEARER, "Host": host}).text == "inside"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:4000", "http://localhost:3000", ""]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_page_of_another_site_is_refused_even_with_the_token(origin, method):
    assert ask("/graphql", {**KNOWN, "Origin": origin}, method).status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_mutation_by_get_is_refused(method):
    assert ask(f"/graphql?query={quote(MUTATION)}", KNOWN, method).status == 403


def test_mutation_by_post_from_our_own_page_passes():
    assert ask("/graphql", {**KNOWN, "Origin": HERE}, "POST").text == "inside"


@pytest.mark.parametrize(
    ("document", "changes"),
    [
        ("{ version }", False),
        ("query Q { version }", False),
        ("query Q { version } fragment F on Run { id }", False),
        (MUTATION, True),
        ("query Q { version } mutation M { launchRun { __typename } }", True),
        ("subscription { pipelineRunLogs { __typename } }", True),
        ("this is no GraphQL", True),
        ("", True),
    ],
)
def test_only_a_document_of_queries_changes_nothing(document, changes):
    assert changes_something({"query": document}) is changes


@pytest.mark.parametrize(
    "headers",
    [{}, {"Cookie": f"{COOKIE}=wrong"}, {**KNOWN, "Origin": "http://evil.example"}, {**KNOWN, "Host": "evil.example"}],
    ids=["no token", "wrong token", "other origin", "other host"],
)
def test_websocket_is_refused(headers):
    assert not ask("/graphql", headers, kind="websocket").was_accepted


def test_websocket_passes_with_the_cookie_from_our_own_page():
    assert ask("/graphql", {**KNOWN, "Origin": HERE}, kind="websocket").was_accepted
