"""A page of Streamlit as its websocket sends it, asked for as the browser's script asks.

Imports nothing of the tests, so that its text also runs where only the platform is installed:

    python streaming.py http://127.0.0.1:8501 district

prints the page as a visitor gets it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

_SECONDS = 120


@contextmanager
def streaming(url: str, cookie: str = "") -> Iterator[ClientConnection]:
    """A browser's websocket to the dashboard at `url`."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(
        address,
        additional_headers={"cookie": cookie},
        origin=Origin(url),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as connection:
        yield connection


def streamed(connection: ClientConnection, page: str, query: str = "") -> str:
    """The headings and the HTML of a page, in its order."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    connection.send(message.SerializeToString())
    found: list[str] = []
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(connection.recv(timeout=_SECONDS))
        element = answer.delta.new_element
        found += [element.heading.body, element.html.body]
        if answer.WhichOneof("type") == "script_finished":
            if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                continue
            return "\n".join(filter(None, found))


def main() -> None:
    url, page = sys.argv[1:]
    with streaming(url) as connection:
        print(streamed(connection, page))


if __name__ == "__main__":
    main()
