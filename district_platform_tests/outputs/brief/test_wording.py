import datetime as dt

import pytest

from district_platform.outputs.brief import wording as w


def test_numbers_round_half_up_and_never_show_a_negative_zero() -> None:
    assert w.decimal(2.25) == "2.3"
    assert w.decimal(-0.04) == "0.0"
    assert w.decimal(0.1 + 0.2, 1) == "0.3"


def test_numbers_have_thousands_separators_and_a_true_minus() -> None:
    assert w.count(1234567) == "1,234,567"
    assert w.signed(-1234.56) == "−1,234.6"
    assert w.signed(1.25) == "+1.3"
    assert w.signed(0.0) == "0.0"


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 students"), (1, "1 student"), (2, "2 students"), (4812, "4,812 students")]
)
def test_nouns_follow_their_count(n: int, text: str) -> None:
    assert w.plural(n, "student") == text


def test_irregular_nouns_and_verbs_follow_their_count() -> None:
    assert w.plural(1, "late entry", "late entries") == "1 late entry"
    assert w.plural(3, "late entry", "late entries") == "3 late entries"
    assert (w.was_or_were(1), w.was_or_were(2), w.is_or_are(1), w.is_or_are(2)) == ("was", "were", "is", "are")


def test_one_point_is_singular() -> None:
    assert w.points("−1.0") == "1\N{NO-BREAK SPACE}point"
    assert w.points("18.2") == "18.2\N{NO-BREAK SPACE}points"


def test_school_years_and_seasons_are_named_as_people_name_them() -> None:
    assert w.school_year_name(2026) == "2025–26"
    assert w.school_year_name(2000) == "1999–2000"
    assert [w.season(name, 2026) for name in ("Fall", "Winter", "Spring")] == [
        "fall 2025",
        "winter 2025–26",
        "spring 2026",
    ]


def test_dates_do_not_depend_on_the_locale_or_break_after_the_month() -> None:
    assert w.day(dt.date(2026, 2, 3)) == "February\N{NO-BREAK SPACE}3, 2026"


def test_lists_read_as_prose_and_say_how_many_are_left_out() -> None:
    assert w.listing([]) == ""
    assert w.listing(["A", "B"]) == "A and B"
    assert w.listing(["A", "B", "C"]) == "A, B, and C"
    assert w.listing(["A", "B", "C", "D", "E"], most=2) == "A, B, and 3 more"
    assert w.listing(["A", "B", "C"], most=2) == "A, B, and C"


def test_long_names_lose_words_of_their_middle() -> None:
    assert w.shortened("Peñasco Elementary School", 20) == "Peñasco … School"
    assert w.shortened("Peñasco", 20) == "Peñasco"


def test_texts_of_others_end_in_one_full_stop() -> None:
    assert w.clause("Assign one,\n or close it.. ") == "Assign one, or close it."


@pytest.mark.parametrize(
    ("share", "spoken"),
    [
        (20.0, "one in five students is"),
        (18.6, "nearly one in five students is"),
        (27.8, "more than one in four students is"),
        (10.2, "one in 10 students is"),
        (4.1, "4.1% of students are"),
        (62.0, "62.0% of students are"),
    ],
)
def test_a_share_is_spoken_where_a_fraction_comes_near(share: float, spoken: str) -> None:
    assert " ".join(w.share_of(share, f"{share:.1f}%", "students")) == spoken


def test_common_subjects_are_lower_case_in_a_sentence_and_names_are_not() -> None:
    assert [w.subject(name) for name in ("Math", "ELA", "Spanish")] == ["math", "ELA", "Spanish"]


def test_a_number_that_ends_a_claim_stays_in_the_line_of_its_word() -> None:
    assert (
        w.with_its_number("highest in grade 12 and lowest in grade 4") == "highest in grade 12 and lowest in grade\xa04"
    )
    assert w.with_its_number("lowest in kindergarten") == "lowest in kindergarten"
