"""Whole briefs of very different districts, read back from the PDF."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from district_platform.outputs.brief import Release, write_brief
from district_platform_tests.outputs.brief.districts import district
from district_platform_tests.outputs.brief.quality_document import REPORT

AS_OF = dt.date(2026, 2, 13)
LONG_NAME = (
    "Escuela Primaria Bilingüe de Artes, Ciencias y Tecnología «Señora María de los Ángeles Núñez-Łopatyński» "
    "de Hāʻena y Kapaʻa, Plantel Número Diecisiete"
)
LONG_DISTRICT = (
    f"Consolidated Independent School District of {LONG_NAME} & the Surrounding <Unincorporated> Communities"
)
EMPTY = Release(*[pd.DataFrame()] * len(Release.__dataclass_fields__))

DISTRICTS: dict[str, Callable[[], tuple[Release, str, dt.date]]] = {
    "of eight schools": lambda: (district(), "Example Unified School District", AS_OF),
    "of one school with a long name": lambda: (district(1, names=[LONG_NAME]), LONG_DISTRICT, AS_OF),
    "of 120 schools": lambda: (
        district(120, names=[f"{LONG_NAME[: i + 9]} {i}" for i in range(120)]),
        "Metropolitan",
        AS_OF,
    ),
    "without assessments": lambda: (district(result_years=(), staff_years=()), "Example", AS_OF),
    "losing children to absence": lambda: (district(absence_rise=9.0), "Example", AS_OF),
    "without attendance": lambda: (district(absence_years=()), "Example", AS_OF),
    "whose year has just begun": lambda: (
        district(
            years=(2025, 2026, 2027), result_years=(2025, 2026), staff_years=(2025, 2026), absence_years=(2025, 2026)
        ),
        "Example",
        dt.date(2026, 9, 4),
    ),
    "in its first year": lambda: (district(3, years=(2026,)), "Example", AS_OF),
    "all of it hidden": lambda: (district(2, minimum=10**6), "Example", AS_OF),
    "without any table": lambda: (EMPTY, "Example", AS_OF),
}


@cache
def made(kind: str) -> tuple[Release, str, dt.date]:
    """The release, the district's name, and the day; made for the first test that asks, not while tests are looked for."""
    return DISTRICTS[kind]()


def long_report() -> dict[str, Any]:
    """Every rule finds something, at length."""
    rule = {**REPORT["rules"][0], "title": "A rule whose title goes on " * 5, "how_to_fix": "Do all of this " * 12}
    rules = [{**rule, "rule_id": f"ENR-{i:02}", "status": ("failed", "warned", "skipped")[i % 3]} for i in range(30)]
    return {**REPORT, "rules": [{**r, "reason": f"reason {r['rule_id']} that is long " * 4} for r in rules]}


def text_of(path: Path) -> str:
    """The text as a reader meets it, its line breaks and no-break spaces as plain spaces."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(path).pages))


def _lines(path: Path) -> set[str]:
    return {line.strip() for page in PdfReader(path).pages for line in page.extract_text().splitlines()}


def written(tmp_path: Path, release: Release, name: str, as_of_date: dt.date, report: dict[str, Any] = REPORT) -> Path:
    path = tmp_path / "policy_brief.pdf"
    write_brief(path, release, report, name, as_of_date)
    return path


@pytest.mark.parametrize(
    "report",
    [REPORT, *(pytest.param(other, marks=pytest.mark.whole) for other in (long_report(), {}))],
    ids=["report", "long report", "empty report"],
)
@pytest.mark.parametrize("kind", DISTRICTS)
def test_two_pages_of_clean_text_for_a_district(tmp_path: Path, kind: str, report: dict[str, Any]) -> None:
    path = written(tmp_path, *made(kind), report)
    assert len(PdfReader(path).pages) == 2
    text = text_of(path)
    assert not re.search(r"\b(nan|none|null|NaT|inf)\b|<NA>", text, re.IGNORECASE)
    assert not re.search(r"\d\.\d{3}", text)
    assert not re.search(r"\b1 (students|schools|points|rows|rules)\b", text)
    for page in ("Page 1 of 2", "Page 2 of 2", "Recommendations", "Limits of this data", "Quality of the data"):
        assert page in text


@pytest.mark.parametrize("kind", DISTRICTS)
def test_nothing_is_drawn_outside_the_margins(tmp_path: Path, kind: str) -> None:
    places: list[tuple[float, float]] = []

    def note(text: str, _cm: Any, matrix: list[float], *_font: Any) -> None:
        if text.strip():
            places.append((matrix[4] * _cm[0] + _cm[4], matrix[5] * _cm[3] + _cm[5]))

    for page in PdfReader(written(tmp_path, *made(kind), long_report())).pages:
        page.extract_text(visitor_text=note)
    assert min(x for x, _ in places) >= 49
    assert max(x for x, _ in places) <= 612 - 50
    assert min(y for _, y in places) >= 20
    assert max(y for _, y in places) <= 792 - 46


def test_a_district_with_results_reads_by_its_largest_gap(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, *made("of eight schools")))
    assert "English learners are behind other students in reading 23.9 points between English learners" in text
    assert "District All 4,224 " in text
    assert "Outside 8 to 30 students per teacher, so probably wrong on record: Baldwin Middle School (40.0)." in text
    assert text.count("7f3c1d2e-4b5a-4c6d-8e9f-0a1b2c3d4e5f") == 1
    assert "Small groups are hidden" in text


def test_of_many_schools_the_ends_are_shown_and_said(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, *made("of 120 schools")))
    assert "The six highest and the six lowest of 120 schools by the mean of percent proficient" in text


def test_without_assessments_the_brief_says_so_and_speaks_of_enrollment(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, *made("without assessments")))
    assert "The district has fewer students than a year ago" in text
    assert "No assessment results were delivered, so proficiency and the gaps between groups are not known." in text
    assert "proficient in" not in text.lower()


def test_a_year_just_begun_shows_dated_results_of_the_year_before(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, *made("whose year has just begun")))
    assert "There are no results of 2026–27 yet; proficiency is that of winter 2025–26." in text
    assert "2026–27 so far" in text


def test_the_running_year_heads_its_column_in_one_line(tmp_path: Path) -> None:
    assert "2025–26 so far" in _lines(written(tmp_path, *made("losing children to absence")))


def test_where_all_is_hidden_no_count_of_children_is_printed(tmp_path: Path) -> None:
    release, name, as_of_date = made("all of it hidden")
    text = text_of(written(tmp_path, release, name, as_of_date))
    assert "Too little can be shown to state a finding" in text
    of_rows = r"[\d,]+ of the [\d,]+ rows in the released tables"
    assert re.search(of_rows, text)
    printed = set(re.findall(r"[\d,]+", re.sub(of_rows, "", text)))
    counts = {f"{n:,.0f}" for n in district(2).enrollment_summary["n_students"].dropna() if n >= 100}
    assert not counts & printed


def test_a_district_that_loses_children_to_absence_reads_by_that(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, *made("losing children to absence")))
    assert "Chronic absence rose since the same day last year +8.0 points of chronic absence" in text
    assert "In all 19 weeks, attendance was below that of the same week a year earlier" in text
    assert "Schools by level, then by percent chronically absent, highest first." in text


def test_a_rounded_rate_stands_in_the_table_as_its_range_and_in_no_finding(tmp_path: Path) -> None:
    release = district(2)
    rows = release.chronic_absence
    is_baldwin = (rows["school_name"] == "Baldwin Middle School") & (rows["school_year"] == 2026)
    rows.loc[is_baldwin, "pct_chronically_absent"] = None
    rows.loc[is_baldwin, ["pct_chronically_absent_display", "suppression"]] = ["20–30 %", "coarsened"]
    text = text_of(written(tmp_path, release, "Example", AS_OF))
    assert re.search(r"Baldwin Middle School Middle [\d,]+ [\d.]+ 20–30 ", text)
    assert "stands out at" not in text


def test_names_keep_their_accents_and_marks(tmp_path: Path) -> None:
    release = district(2, names=["Peñasco & Łódź <K–8>", "Hāʻena School"])
    text = text_of(written(tmp_path, release, "San José", AS_OF))
    assert "Peñasco & Łódź <K–8>" in text
    assert "Hāʻena School" in text
    assert "San José" in text


def test_a_script_the_typeface_lacks_becomes_question_marks_not_boxes(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, district(1, names=["ᏣᎳᎩ School"]), "Example", AS_OF))
    assert "??? School" in text


def test_the_file_names_its_language_and_title_and_is_tagged(tmp_path: Path) -> None:
    reader = PdfReader(written(tmp_path, *made("of eight schools")))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en-US"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (a PDF boolean)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None
    assert reader.metadata.title is not None
    assert "English learners" in reader.metadata.title
    elements = [*structure(root["/StructTreeRoot"])]
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/H1") == 1
    assert {"/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Caption"} <= set(kinds)
    alternatives = [element["/Alt"] for element in elements if element["/S"] == "/Figure"]
    assert len(alternatives) == 2
    assert "English learners compared with other students: −23.9" in alternatives[0]


def structure(node: Any) -> Any:
    """Every element of a structure tree, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else []:
        element = kid.get_object()
        if isinstance(element, DictionaryObject):
            yield element
            yield from structure(element)


def test_every_marked_content_leads_back_to_its_element(tmp_path: Path) -> None:
    reader = PdfReader(written(tmp_path, *made("of eight schools")))
    root: Any = reader.trailer["/Root"]
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for index, page in enumerate(reader.pages):
        assert page["/StructParents"] == index
        parents = numbers[2 * index + 1].get_object()
        ids = [int(i) for i in re.findall(rb"/MCID (\d+)>> BDC", page.get_contents().get_data())]  # type: ignore[union-attr]
        assert ids == list(range(len(parents)))
        assert [parent.get_object()["/K"] for parent in parents] == ids


@pytest.mark.parametrize("kind", ["of eight schools", "all of it hidden", "without assessments"])
def test_every_font_is_embedded(tmp_path: Path, kind: str) -> None:
    for page in PdfReader(written(tmp_path, *made(kind))).pages:
        resources: Any = page["/Resources"]
        fonts = [font.get_object() for font in resources["/Font"].values()]
        assert fonts
        assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (written(folder, *made("of eight schools")).read_bytes() for folder in (tmp_path, tmp_path))
    assert first == second


def test_a_brief_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    path = written(tmp_path, *made("of eight schools"))
    before = path.read_bytes()
    broken = Release(pd.DataFrame({"school_year": [2026]}), *[pd.DataFrame()] * (len(Release.__dataclass_fields__) - 1))
    with pytest.raises(KeyError):
        write_brief(path, broken, REPORT, "Example", AS_OF)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["policy_brief.pdf"]
