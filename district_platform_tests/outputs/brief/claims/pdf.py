"""A brief as a screen reader meets it: its marked content in reading order, and the descriptions of its charts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

Element = tuple[str, str]


def elements_of(pdf: Path) -> list[Element]:
    """The marked content of a brief in reading order: structure type and text."""
    found: list[list[str]] = []
    for page in PdfReader(pdf).pages:
        current: list[list[str]] = []

        def before(operator: bytes, operands: Any, _cm: Any, _tm: Any, current: list[list[str]] = current) -> None:
            if operator in (b"BDC", b"BMC"):
                current.append([str(operands[0]).strip("/"), ""])

        def add(text: str, _cm: Any, _tm: Any, _font: Any, _size: Any, current: list[list[str]] = current) -> None:
            if current:
                current[-1][1] += text

        page.extract_text(visitor_operand_before=before, visitor_text=add)
        found += current
    return [(kind, " ".join(text.split())) for kind, text in found if text.strip() and kind != "Artifact"]


def alternatives(reader: PdfReader) -> Iterator[str]:
    def below(node: Any) -> Iterator[str]:
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else []:
            element = kid.get_object()
            if hasattr(element, "get"):
                yield from [str(element["/Alt"])] if "/Alt" in element else []
                yield from below(element)

    root: Any = reader.trailer["/Root"]
    yield from below(root["/StructTreeRoot"])
