"""Rows of a table as HTML: texts are escaped wherever they stand, the first cell heads its row."""

from district_platform.web.pages.model import Cell, Column, Kind, Link, Table, Tone
from district_platform.web.rendering.body import body_rows

HOSTILE = "\"><script>'&"
SAFE = "&#34;&gt;&lt;script&gt;&#39;&amp;"


def rows(*cells: Cell | str) -> str:
    columns = (Column("a"), *(Column("b", Kind.NUMBER) for _ in cells[1:]))
    return str(body_rows(Table("t", "T", columns, (cells, cells))))


def test_first_cell_heads_its_row():
    one = '<tr><th scope="row" class="text">a</th><td class="number">1</td></tr>'
    assert rows("a", "1") == f"{one}\n{one}"


def test_nothing_that_somebody_typed_is_markup():
    cells = (HOSTILE, Cell(HOSTILE, title=HOSTILE), Cell(HOSTILE, Link("student", (("student", HOSTILE),))))
    found = rows(*cells)
    assert "<script" not in found
    assert found.count(SAFE) == 2 * 4
    assert '<abbr title="' + SAFE + '">' in found
    assert "student=%22%3E%3Cscript%3E%27%26" in found


def test_tone_stands_beside_the_kind():
    tone = next(iter(Tone))
    assert f'class="number {tone.value}"' in rows("a", Cell("1", tone=tone))
