"""How many probable duplicates are found, how many of the found are real, and what that costs (EDU-02, ENR-09).

    python benchmarks/record_linkage.py --educators 500 50000 --students 5000 100000
    python benchmarks/record_linkage.py --weights

Makes the people of synthetic districts (educators, or students and enrollments of three years; nothing else of a district), with
second ids planted in a known mix of errors, and judges them as a run does. Prints precision, recall, seconds, and recall by kind of
error. Each size is judged in a process of its own, so that seconds of CPU hold the import of Splink; making the people is not counted.

`--weights` prints, beside the m and u probabilities in use, what Splink estimates from 50,000 of these people: u by drawing
pairs at random, m from the planted pairs.
"""

import argparse
import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import duckdb
import ibis
import numpy as np
import pyarrow as pa

from district_platform.dictionary import EXTRACTS, KEY_SEPARATOR, TABLES, schema_of
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.resources import unbound
from district_platform.engine.scratch import keep
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.quality.linkage.educators import educator_model, educator_records
from district_platform.quality.linkage.model import KEY, Model
from district_platform.quality.linkage.students import student_model, student_records
from district_platform.settings import Quality, Settings, Synthetic
from district_platform.sources.synthetic import calendars, enrollments, people, staff
from district_platform.sources.synthetic.enrollment_defects import plant_enrollment_defects, year_records
from district_platform.sources.synthetic.identity_errors import ErrorKind, error_kind
from district_platform.sources.synthetic.plan import make_plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.seats import Seat
from district_platform.sources.synthetic.staff_defects import StaffRecords, plant_double_people

SEED = 20260213
AS_OF_DATE = dt.date(2026, 2, 13)
STAFF_RATE = Synthetic().defects.staff_rate
WEIGHED = 50_000
PAIRS_DRAWN = 3e7


@dataclass(frozen=True)
class Population:
    """The staged tables of one kind of people, and the pairs planted in them, in the order of their errors."""

    rule_id: str
    staged: dict[str, pa.Table]
    planted: list[str]


@dataclass(frozen=True)
class Outcome:
    rule_id: str
    n_judged: int
    n_planted: int
    n_found: int
    n_right: int
    cpu_seconds: float
    wall_seconds: float
    recall_by_error: dict[ErrorKind, float]

    @property
    def precision(self) -> float:
        return self.n_right / self.n_found

    @property
    def recall(self) -> float:
        return self.n_right / self.n_planted


def make_educators(n: int, seed: int = SEED) -> Population:
    """Educators as human resources delivers them, hired over thirty years."""
    plan = make_plan(Synthetic(seed=seed), AS_OF_DATE)
    rng = plan.rng("benchmark")
    employed = staff.Staff(plan)
    seat = Seat((), "Teacher", "General", {})
    for number in range(n):
        hired = np.datetime64("2025-08-01") + int(rng.integers(0, 9)) - 365 * int(min(rng.geometric(0.11), 30) - 1)
        employed.educators.append(staff.Educator(number, seat, hired, 2026, 2026, rng.random(8)))
    rows = staff.educator_rows(employed, people.NamePools())
    planter, records = Planter(plan, 0), StaffRecords(rows, rows, rows, rows)
    plant_double_people(plan, planter, records, rng, planter.wanted(STAFF_RATE, n))
    return Population(
        "EDU-02", {"stg_educators": staff.educators_extract(records.educators)}, _planted(planter, "EDU-02")
    )


def make_students(n: int, seed: int = SEED) -> Population:
    """Students and enrollments of three years, with every defect of enrollments planted."""
    plan = make_plan(Synthetic(students=n, seed=seed), AS_OF_DATE)
    days = calendars.make_calendars(plan)
    children, by_year = enrollments.simulate_enrollments(plan, days)
    planter = Planter(plan, len(children))
    years = {year: year_records(children, rows, days[year]) for year, rows in by_year.items()}
    children = plant_enrollment_defects(plan, planter, children, years)
    ids, names = people.student_ids(plan, len(children)), people.NamePools()
    students = [people.students_extract(children, ids, names, kept.students, year) for year, kept in years.items()]
    held = [enrollments.enrollments_extract(plan, ids, kept.enrollments, year) for year, kept in years.items()]
    staged = {"stg_students": pa.concat_tables(students), "stg_enrollments": pa.concat_tables(held)}
    return Population("ENR-09", staged, _planted(planter, "ENR-09"))


def _planted(planter: Planter, rule_id: str) -> list[str]:
    return [key for rule, key in planter.truth if rule == rule_id]


def load(tables: DuckDBTables, population: Population) -> None:
    for name, rows in population.staged.items():
        schema = schema_of(TABLES[name])
        missing = {column: ibis.null(dtype) for column, dtype in schema.items() if column not in rows.column_names}
        tables.replace(TABLES[name], ibis.memtable(rows).mutate(**missing).cast(dict(schema)))


def judge(make: Callable[[int, int], Population], n: int, seed: int, probability: float) -> Outcome:
    population = make(n, seed)
    settings = Settings(quality=Quality(max_findings=10_000_000, duplicate_probability=probability))
    delivered = frozenset(extract.path for extract in EXTRACTS.values())
    with duckdb.connect() as connection:
        tables = DuckDBTables(connection)
        load(tables, population)
        cpu, wall = time.process_time(), time.perf_counter()
        result = evaluate(tables, RULES[population.rule_id], settings, delivered, frozenset())
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    found, planted = {finding.key for finding in result.findings}, population.planted
    right = Counter(error_kind(place) for place, key in enumerate(planted) if key in found)
    all_of = Counter(error_kind(place) for place in range(len(planted)))
    by_error = {error: right[error] / all_of[error] for error in sorted(all_of)}
    n_right = len(found & set(planted))
    return Outcome(population.rule_id, result.n_judged, len(planted), len(found), n_right, cpu, wall, by_error)


def weigh(model: Model, records: ibis.Table, population: Population) -> None:
    """Prints the weights in use beside those that Splink estimates from this population."""
    from splink import DuckDBAPI, Linker

    with duckdb.connect() as connection:
        tables = DuckDBTables(connection)
        load(tables, population)
        settings = model.settings(keep(tables, "records", records))
        pairs = [key.split(KEY_SEPARATOR) for key in population.planted]
        labels = pa.table({f"{KEY}_l": [one for one, _ in pairs], f"{KEY}_r": [other for _, other in pairs]})
        api = DuckDBAPI(connection)
        linker = Linker(api.register("records"), settings, log_level=None, validate_settings=False)
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_DRAWN, seed=1)
        linker.training.estimate_m_from_pairwise_labels(api.register(labels, table_name="labels"))
        estimated = linker.misc.save_model_to_json()["comparisons"]
    print(f"\n{population.rule_id:60}{'m in use':>10}{'estimated':>10}{'u in use':>10}{'estimated':>10}")
    in_use = settings.create_settings_dict("duckdb")["comparisons"]
    for comparison, used, fitted in zip(model.comparisons, in_use, estimated, strict=True):
        levels = [zip(x["comparison_levels"][1:], comparison.evidence.values(), strict=True) for x in (used, fitted)]
        for (ours, text), (theirs, _) in zip(*levels, strict=True):
            m, u = ([level.get(f"{name}_probability", 0) for level in (ours, theirs)] for name in "mu")
            print(f"{text:60}" + "".join(f"{x:>10.3f}" for x in m) + "".join(f"{x:>10.1e}" for x in u))


def report(outcomes: Iterable[Outcome]) -> None:
    print("rule    records  planted  found  precision  recall  CPU s  wall s  recall by error")
    for o in outcomes:
        errors = ", ".join(f"{error.name.lower()} {share:.2f}" for error, share in o.recall_by_error.items())
        print(
            f"{o.rule_id}  {o.n_judged:>7,}  {o.n_planted:>7,}  {o.n_found:>5,}  {o.precision:>9.3f}  {o.recall:>6.3f}"
            f"  {o.cpu_seconds:>5.1f}  {o.wall_seconds:>6.1f}  {errors}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--educators", type=int, nargs="*", default=[])
    parser.add_argument("--students", type=int, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=SEED, help="other people; the weights were chosen on the default")
    parser.add_argument("--probability", type=float, default=float(Quality().duplicate_probability))
    parser.add_argument("--weights", action="store_true")
    asked = parser.parse_args()
    if asked.weights:
        educators, students = unbound("stg_educators"), unbound("stg_students")
        weigh(educator_model(), educator_records(educators), make_educators(WEIGHED))
        weigh(student_model(), student_records(students, unbound("stg_enrollments")), make_students(WEIGHED))
    outcomes = []
    for make, sizes in ((make_educators, asked.educators), (make_students, asked.students)):
        for n in sizes:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                outcomes.append(process.submit(judge, make, n, asked.seed, asked.probability).result())
    if outcomes:
        report(outcomes)


if __name__ == "__main__":
    main()
