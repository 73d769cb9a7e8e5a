"""Counts of other tables and periods, from which a hidden one would follow."""

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.privacy.audit import audit, read_release
from district_platform_tests.privacy.rows import ALL, PRIVACY, release_of, subgroup, table


def segments(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    """customer_segments with (month, segment, customers, new); all who are not new are retained."""
    return pd.DataFrame(
        [
            {"school_year": 2026, "sales_date_month": month, "customer_segment": segment, "customers": n}
            | {"retained": n - new, "new": new, "lapsed": 0, "dormant": 0, "sales": 100.0}
            for month, segment, n, new in rows
        ],
        columns=list(TABLES["customer_segments"].columns),
    )


def test_new_customers_of_a_month_do_not_follow_from_the_months_beside_it():
    months = [("2025-09", "A", 40, 0), ("2025-09", "B", 60, 0)]
    months += [("2025-10", "A", 43, 3), ("2025-10", "B", 80, 20), ("2025-11", "A", 43, 0), ("2025-11", "B", 92, 12)]
    release = release_of(customer_segments=segments(months))["customer_segments"]
    hidden = release[release["customers"].isna()]
    assert ("2025-10", "A") in set(zip(hidden["sales_date_month"], hidden["customer_segment"], strict=True))
    assert len(hidden) == 2


def test_groups_that_do_not_reach_their_total_bound_each_other_all_the_same():
    """All 30 participants: 28 girls are compared with girls; the boys are two at most, who must not follow from it."""
    girls, boys = subgroup("Sex", "F"), subgroup("Sex", "M")
    rows = [
        {"program": "Tutoring", "subject": "Reading", "aggregation": "District", "k_subgroup": group}
        | {"n_participants": n, "n_comparison": 50, "n_participants_not_compared": 0}
        | {"n_participants_attrited": 0, "n_comparison_attrited": 0}
        for group, n in ((ALL, 30), (girls, 28), (boys, 1))
    ]
    release = release_of(program_evaluation=table("program_evaluation", rows))["program_evaluation"]
    shown = dict(zip(release["k_subgroup"], release["n_participants"].notna(), strict=True))
    assert shown == {ALL: True, girls: False, boys: False}


def test_growth_in_a_school_is_hidden_alike_in_both_tables_that_tell_it():
    growth = [
        {"subject": "Reading", "k_school": s, "k_subgroup": ALL, "n_growth": n}
        for s, n in ((None, 55), ("A", 4), ("B", 51))
    ]
    schools = [{"k_school": s, "n_growth_reading": n} for s, n in (("A", 4), ("B", 51))]
    release = release_of(
        student_growth=table("student_growth", growth), school_comparison=table("school_comparison", schools)
    )
    assert release["student_growth"].set_index("k_school")["n_growth"].isna()[["A", "B"]].all()
    assert release["school_comparison"]["n_growth_reading"].isna().all()


def test_schools_whose_level_nobody_knows_are_not_the_district():
    """Of 60 participants 17 are in schools of no known level, none of whom is compared with nobody; in the district one is."""
    rows = [
        {
            "program": "Tutoring",
            "subject": "Reading",
            "k_school": None,
            "aggregation": aggregation,
            "school_level": level,
        }
        | {"n_participants": n, "n_comparison": 50, "n_participants_not_compared": alone}
        | {"n_participants_attrited": 0, "n_comparison_attrited": 0}
        for aggregation, level, n, alone in (
            ("District", None, 60, 12),
            ("Level", "High", 43, 12),
            ("Level", None, 17, 0),
        )
    ]
    frame = pd.DataFrame(rows).assign(school_year=2026, k_subgroup=ALL)
    analysis = {"program_evaluation": frame.reindex(columns=list(TABLES["program_evaluation"].columns))}
    release = release_of(**analysis)
    told = release["program_evaluation"]["n_participants_not_compared"]
    assert sorted(told) == [0, 12, 12]
    assert audit(read_release(release, PRIVACY, analysis), PRIVACY).findings == []
