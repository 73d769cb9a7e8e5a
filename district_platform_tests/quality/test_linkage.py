"""How well and at what cost duplicates are found in whole populations, and what the linker leaves behind: nothing."""

import subprocess
import sys
from collections.abc import Callable

import ibis
import pytest

from benchmarks.record_linkage import SEED, Population, judge, make_educators, make_students
from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.scratch import SCRATCH, keep, scratch_database
from district_platform.engine.tables import unbound
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status, evaluate
from district_platform.quality.linkage.blocking import MOST_PAIRS, LeftOut, with_blocks
from district_platform.quality.linkage.educators import educator_model, educator_records
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.quality.linkage.model import FEWEST_RECORDS, Block, Model, prior
from district_platform.quality.linkage.names import comparable, parts, with_names_compared
from district_platform.quality.linkage.students import student_model
from district_platform.settings import Quality, Settings
from district_platform_tests.quality.tables import table

DELIVERED = frozenset(extract.path for extract in EXTRACTS.values())
PROBABILITY = float(Quality().duplicate_probability)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "n", "least_precision", "least_recall"),
    [(make_educators, 500, 1, 1), (make_educators, 50_000, 0.98, 0.88), (make_students, 5_000, 0.95, 0.95)],
    ids=["500 educators", "50,000 educators", "5,000 students"],
)
@pytest.mark.whole
def test_precision_and_recall(
    make: Callable[[int, int], Population], n: int, least_precision: float, least_recall: float
):
    outcome = judge(make, n, SEED, PROBABILITY)
    print(
        f"{outcome.rule_id}, {outcome.n_judged:,} records: {outcome.n_planted} planted, {outcome.n_found} found, "
        f"precision {outcome.precision:.3f}, recall {outcome.recall:.3f}, {outcome.wall_seconds:.1f} s"
    )
    assert outcome.precision >= least_precision
    assert outcome.recall >= least_recall


def judged(tables: DuckDBTables, n_people: int = 100, **quality: object) -> RuleResult:
    """EDU-02 over that many educators of one name and birth date."""
    rows = [(f"E{n:03}", "Robert", "Meyer", "1980-03-14", "robert@d.example") for n in range(n_people)]
    educators = table("stg_educators", "educator_id first_name last_name birth_date email", rows)
    tables.replace(TABLES["stg_educators"], educators)
    return evaluate(tables, RULES["EDU-02"], Settings(quality=Quality(**quality)), DELIVERED, frozenset())


def test_count_is_whole_and_the_findings_are_the_first_by_key(tables):
    result = judged(tables, max_findings=20)
    assert (result.n_judged, result.n_findings) == (100, 100 * 99 // 2)
    assert [finding.key for finding in result.findings] == [f"E000|E{n:03}" for n in range(1, 21)]


@pytest.mark.parametrize("n_people", [2_000, 10_000])
def test_thousands_of_one_name_and_date_are_not_compared_and_that_is_said(tables, n_people):
    """2,000 took 1.7 GB, and 10,000 never ended. No pair is made of them, and the rule warns all the same."""
    result = judged(tables, n_people=n_people, max_findings=20)
    assert (result.status, result.n_judged, result.n_findings) == (Status.WARNED, n_people, 0)
    shared = ["birth date and last name", "birth date and first name", "first name and last name", "email"]
    groups = "; ".join(f"1 group with {n_people:,} records that share {columns}" for columns in shared)
    assert result.reason == f"too many alike, and not compared with each other: {groups}"


def test_a_duplicate_is_found_beside_a_group_that_is_too_large(tables):
    """300 records wait for their names: they share first and last name, and two of them the birth date and the hire date, too."""
    waiting = [
        (f"E{n:03}", "To", "Assign", f"{1950 + n // 20}-{n % 12 + 1:02}-{n % 28 + 1:02}", "2019-08-05")
        for n in range(300)
    ]
    twice = ("E300", "To", "Assign", waiting[7][3], "2019-08-05")
    educators = table("stg_educators", "educator_id first_name last_name birth_date hire_date", [*waiting, twice])
    tables.replace(TABLES["stg_educators"], educators)
    result = evaluate(tables, RULES["EDU-02"], Settings(), DELIVERED, frozenset())
    assert "E007|E300" in [finding.key for finding in result.findings]
    assert result.reason == (
        "too many alike, and not compared with each other: 1 group with 301 records that share first name and last name"
    )


def test_many_groups_make_no_more_pairs_than_are_allowed_the_smallest_first(tables):
    """90 emails that 150 educators share each would be a million pairs; one that 3 share is compared before them."""
    shared = [(f"E{n:05}", f"{n % 90}@d.example") for n in range(90 * 150)]
    few = [(f"F{n}", "few@d.example") for n in range(3)]
    people = ibis.memtable(dict(zip(("record_id", "email"), zip(*shared, *few, strict=True), strict=True)))
    block = Block(("email",))
    with scratch_database(tables) as worker:
        keep(worker, "people", people)
        blocked, left_out = with_blocks(worker, ibis.table(people.schema(), name="people"), [block])
        keep(worker, "blocked", blocked)
        kept = worker.connection.execute(
            "select block_0, count(*) n from blocked where block_0 is not null group by all"
        ).fetchall()
    assert ("few@d.example", 3) in kept
    assert sum(n * (n - 1) // 2 for _, n in kept) <= MOST_PAIRS
    n_left_out = 91 - len(kept)
    assert left_out == [LeftOut(block, n_left_out, 150 * n_left_out)]
    assert n_left_out == 90 - (MOST_PAIRS - 3) // (150 * 149 // 2)


def test_evaluation_leaves_the_database_as_it_was(tables):
    def state() -> list[list[tuple]]:
        queries = ("select database_name, table_name from duckdb_tables() order by all", "show databases")
        return [tables.connection.execute(query).fetchall() for query in queries]

    judged(tables)
    before = state()
    judged(tables)
    assert state() == before
    assert before[0] == [("district", "stg_educators")]


def test_scratch_database_goes_with_its_block_also_when_it_fails(tables):
    def fail_within_a_scratch_database() -> None:
        with scratch_database(tables) as worker:
            worker.connection.execute("create table half_done as select 1 as x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_within_a_scratch_database()
    assert (SCRATCH,) not in tables.connection.execute("show databases").fetchall()


def test_same_rows_in_another_order_give_the_same_findings(tables):
    people = make_educators(300).staged["stg_educators"]
    found = []
    for rows in (people, people.take(list(reversed(range(len(people)))))):
        tables.connection.register("rows", rows)
        tables.connection.execute("create or replace table stg_educators as from rows")
        with RecordLinker(tables) as linker:
            records = educator_records(unbound("stg_educators"))
            found.append(sorted(tables.fetch(linker.pairs(records, educator_model(), 0.01))))
    assert found[0] == found[1]
    assert len(found[0]) >= 6


@pytest.mark.parametrize("model", [educator_model, student_model])
def test_outcomes_of_a_comparison_are_shares_of_one(model: Callable[[], Model]):
    for comparison in model().comparisons:
        for shares in zip(*((level.m, level.u) for level in comparison.levels), strict=True):
            assert all(share > 0 for share in shares)
            assert sum(shares) < 1


def test_expected_duplicates_grow_with_the_records_and_chance_shrinks():
    assert prior(100_000) * 100_000 * 99_999 / 2 == pytest.approx(1_000)
    assert prior(100_000) < prior(10_000) < prior(FEWEST_RECORDS) == prior(2)


def names(first_name: str | None, last_name: str | None) -> dict[str, object]:
    row = ibis.memtable({"first_name": [first_name], "last_name": [last_name]}).cast(
        {"first_name": "string", "last_name": "string"}
    )
    [compared] = with_names_compared(row).to_pyarrow().to_pylist()
    return compared


def test_names_are_compared_by_their_letters():
    written = ibis.memtable({"name": ["  José-María ", "O'Neill", "de la Cruz", "---"]})
    assert written.select(x=comparable(written.name)).to_pyarrow()["x"].to_pylist() == [
        "josemaria",
        "oneill",
        "delacruz",
        None,
    ]
    assert written.select(x=parts(written.name)).to_pyarrow()["x"].to_pylist()[0] == ["jose", "maria"]


def test_a_nickname_knows_its_full_names_and_a_full_name_itself():
    assert {"bob", "robert"} <= set(names("Bob", "Meyer")["first_name_forms"])
    assert "robert" in names("Robert", "Meyer")["first_name_forms"]
    assert names("Quetzal", "Meyer")["first_name_forms"] == ["quetzal"]
    assert names(None, "Meyer")["first_name_forms"] is None


@pytest.mark.whole
def test_loading_the_definitions_imports_nothing_heavy_that_most_runs_do_not_need():
    heavy = {"splink", "nicknames", "boto3", "keyring", "pyrage"}
    loaded = f"import sys, district_platform.definitions; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True).stdout == "[]\n"
