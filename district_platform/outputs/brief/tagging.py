"""Tagged PDF with ReportLab, which has no interface for it: marked content in the page, a structure tree in the catalog.

Screen readers get headings, paragraphs, tables with header cells, and the alternative text of charts, in the order drawn. The
claim is 'tagged' (ISO 32000-1, 14.7 and 14.8), not PDF/UA. What decorates is an artifact and is not read.
"""

import calendar
import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFPage, PDFString
from reportlab.pdfgen.canvas import Canvas


def _stamp(date: dt.date) -> TimeStamp:
    """ReportLab's time of making, at the beginning of a day in UTC; its own is now, or the year 2000."""
    stamp = TimeStamp(invariant=1)
    stamp.t = calendar.timegm(date.timetuple())
    stamp.lt = time.gmtime(stamp.t)
    stamp.YMDhms, stamp.tzname, stamp.dhh, stamp.dmm = tuple(stamp.lt)[:6], "UTC", 0, 0
    return stamp


@dataclass
class Element:
    """A node of the structure tree: structure type (P, H1, Table, …), what it holds, and on a leaf where its marked content is."""

    kind: str
    alt: str | None = None
    children: list["Element"] = field(default_factory=list)
    page: int | None = None
    content_id: int | None = None


class TaggedCanvas(Canvas):
    """A canvas whose drawing is bracketed by `element` (grouping), `content` (a leaf) or `artifact`."""

    def __init__(
        self,
        filename: str,
        title: str,
        author: str,
        subject: str,
        language: str,
        font: str,
        date: dt.date,
        pagesize: tuple[float, float],
    ):
        super().__init__(
            filename,
            pagesize=pagesize,
            invariant=1,
            lang=language,
            pageCompression=1,
            pdfVersion=(1, 7),
            initialFontName=font,
        )
        self._doc._timeStamp = _stamp(date)
        self.setTitle(title)
        self.setAuthor(author)
        self.setSubject(subject)
        self.setCreator("District platform")
        self.setViewerPreference("DisplayDocTitle", "true")
        self._root = Element("Document")
        self._open = [self._root]
        self._leaves: list[list[Element]] = [[]]

    @contextmanager
    def element(self, kind: str) -> Iterator[None]:
        """A structure element that holds others."""
        element = Element(kind)
        self._open[-1].children.append(element)
        self._open.append(element)
        yield
        self._open.pop()

    @contextmanager
    def content(self, kind: str, alt: str | None = None) -> Iterator[None]:
        """A structure element and the drawing that is its content."""
        leaves = self._leaves[-1]
        leaf = Element(kind, alt, page=len(self._leaves) - 1, content_id=len(leaves))
        self._open[-1].children.append(leaf)
        leaves.append(leaf)
        self.addLiteral(f"/{kind} <</MCID {leaf.content_id}>> BDC")
        yield
        self.addLiteral("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Drawing that a screen reader passes over: rules, footers, tints."""
        self.addLiteral("/Artifact BMC")
        yield
        self.addLiteral("EMC")

    def showPage(self) -> None:  # noqa: N802 (ReportLab's name)
        """Close the page and tell it which entry of the parent tree is its own."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._leaves) - 1, PDFName("S")
        self._leaves.append([])

    def save(self) -> None:
        """Write the file, its structure tree included."""
        self._add_structure()
        super().save()

    def _add_structure(self) -> None:
        document = self._doc
        nodes: dict[int, PDFObjectReference] = {}
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        root_reference = document.Reference(root)
        root["K"] = PDFArray([self._node(self._root, root_reference, nodes)])
        entries = [
            part
            for number, leaves in enumerate(self._leaves[:-1])
            for part in (number, PDFArray([nodes[id(leaf)] for leaf in leaves]))
        ]
        root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(entries)}))
        root["ParentTreeNextKey"] = len(self._leaves) - 1
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})

    def _node(
        self, element: Element, parent: PDFObjectReference, nodes: dict[int, PDFObjectReference]
    ) -> PDFObjectReference:
        node = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent})
        reference: PDFObjectReference = self._doc.Reference(node)
        nodes[id(element)] = reference
        if element.alt:
            node["Alt"] = PDFString(element.alt)
        if element.kind == "TH":
            node["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Column")})
        if element.page is not None:
            node["Pg"] = PDFObjectReference(f"Page{element.page + 1}")
            node["K"] = element.content_id
        else:
            node["K"] = PDFArray([self._node(child, reference, nodes) for child in element.children])
        return reference
