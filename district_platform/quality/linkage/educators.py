"""The model for educators: names, birth date, email, hire date."""

import ibis

from district_platform.quality.linkage import comparing
from district_platform.quality.linkage.model import Block, Comparison, Level, Model
from district_platform.quality.linkage.names import with_names_compared


def educator_records(educators: ibis.Table) -> ibis.Table:
    """One row per educator, ready to be compared."""
    people = educators.select(
        "first_name",
        "last_name",
        "hire_date",
        record_id="educator_id",
        birth_date=educators.birth_date.strftime("%Y%m%d"),
        email=educators.email.strip().lower(),
    )
    return with_names_compared(people)


def educator_model() -> Model:
    return Model(
        comparisons=(comparing.names(), comparing.birth_date(u_same=7e-5, u_digit=2e-3), _email(), _hire_date()),
        blocks=(*comparing.BLOCKS_ON_PEOPLE, Block(("email",))),
    )


def _email() -> Comparison:
    from splink import comparison_level_library as cll

    same = Level("same email", cll.ExactMatchLevel("email"), m=0.30, u=1e-6)
    return Comparison("email", cll.NullLevel("email"), (same,), otherwise="emails differ")


def _hire_date() -> Comparison:
    """Carries little weight: whole districts hire in one week of August, and somebody who returns gets a new hire date."""
    from splink import comparison_level_library as cll

    same = Level("same hire date", cll.ExactMatchLevel("hire_date"), m=0.40, u=0.03)
    return Comparison("hire_date", cll.NullLevel("hire_date"), (same,), otherwise="hire dates differ")
