"""Rules compiled to SQL: what was asked for stands in it as parameters."""

import ibis
import pytest

from district_platform.web.reading.queries import compiled, registry
from district_platform.web.reading.queries.compiled import ASKED

DAYS = ibis.table({"k_school": "string", "calendar_date": "date", "n": "int64"}, name="scoped_day")


def test_what_was_asked_for_is_a_parameter_of_its_type() -> None:
    at_school = DAYS.filter(DAYS.k_school == ASKED.school.as_scalar(), DAYS.n == ASKED.school_year.as_scalar())
    since = at_school.filter(at_school.calendar_date >= ASKED.first_date.as_scalar())
    made = compiled.sql(since)
    for parameter in ("CAST($school AS TEXT)", "CAST($school_year AS BIGINT)", "CAST($first_date AS DATE)"):
        assert made.count(parameter) == 1
    assert "asked" not in made


def test_text_that_looks_like_a_question_stays_text() -> None:
    text = '(SELECT "t1"."school" FROM "asked" AS "t1")'
    made = compiled.sql(DAYS.filter(DAYS.k_school == text).select("n"))
    assert f"'{text}'" in made
    assert "$school" not in made


@pytest.mark.parametrize(
    "otherwise",
    [
        DAYS.filter(DAYS.k_school == ASKED.school.upper().as_scalar()),
        DAYS.filter(DAYS.k_school == ASKED.filter(ASKED.school_year > 2000).school.as_scalar()),
        DAYS.semi_join(ASKED, DAYS.k_school == ASKED.school),
        DAYS.cross_join(ASKED),
    ],
)
def test_expression_that_reads_what_was_asked_for_otherwise_is_refused(otherwise: ibis.Table) -> None:
    with pytest.raises(ValueError, match="as_scalar"):
        compiled.sql(otherwise)


def test_no_query_reads_what_was_asked_for_as_a_table() -> None:
    assert not [query.name for query in registry() if "asked" in query.sql]
