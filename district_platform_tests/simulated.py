"""The synthetic district's students, programs and results as facts, without files, staging or defects: seconds a district.

The same code makes the same children as a run does; only what estimates of achievement read is made.
"""

import inspect
from collections import defaultdict

import duckdb
import ibis
import pyarrow as pa

from district_platform.dictionary import TABLES, schema_of
from district_platform.dimensions.schools import dim_school
from district_platform.dimensions.students import dim_student, dim_subgroup
from district_platform.engine.duckdb_tables import DuckDBTables, duckdb_type
from district_platform.facts.assessments import fct_student_assessment
from district_platform.facts.students import (
    fct_student_program_association,
    fct_student_school_association,
    fct_student_subgroup,
)
from district_platform.settings import SYNTHETIC_AS_OF_DATE, Assessments, Defects, Synthetic
from district_platform.sources.synthetic import assessments, calendars, enrollments, people, programs
from district_platform.sources.synthetic.enrollment_defects import year_records
from district_platform.sources.synthetic.plan import make_plan, schools_extract

FUNCTIONS = (
    dim_school,
    dim_student,
    dim_subgroup,
    fct_student_school_association,
    fct_student_program_association,
    fct_student_subgroup,
    fct_student_assessment,
)


def simulated_district(**settings: object) -> duckdb.DuckDBPyConnection:
    """A database with the tables of FUNCTIONS; settings as in [synthetic]. The caller closes it."""
    connection = duckdb.connect()
    for name, batches in _extracts(Synthetic(**settings, defects=Defects(enabled=False))).items():
        connection.register("batch", pa.concat_tables(batches))
        columns = schema_of(TABLES[name]).items()
        casts = ", ".join(f'cast("{column}" as {duckdb_type(kind)}) as "{column}"' for column, kind in columns)
        connection.execute(f"create table {name} as select {casts} from batch")
    DuckDBTables(connection).replace(TABLES["dim_calendar_date"], [])
    for function in FUNCTIONS:
        inputs = [
            ibis.table(schema_of(TABLES[name]), name=name) if name in TABLES else Assessments()
            for name in inspect.signature(function).parameters
        ]
        DuckDBTables(connection).replace(TABLES[function.__name__], function(*inputs))
    return connection


def _extracts(synthetic: Synthetic) -> dict[str, list[pa.Table]]:
    """Batches by staged table."""
    plan = make_plan(synthetic, SYNTHETIC_AS_OF_DATE)
    days = calendars.make_calendars(plan)
    children, by_year = enrollments.simulate_enrollments(plan, days)
    ids, names = people.student_ids(plan, len(children)), people.NamePools()
    abilities = assessments.Abilities(plan, children)
    batches = defaultdict(list, stg_schools=[schools_extract(plan)])
    for year, rows in by_year.items():
        calendar = days[year]
        students = year_records(children, rows, calendar).students
        batches["stg_students"].append(people.students_extract(children, ids, names, students, year))
        batches["stg_enrollments"].append(enrollments.enrollments_extract(plan, ids, rows, year))
        joined = programs.participation(plan, children, rows, calendar)
        batches["stg_program_participation"].append(programs.program_participation_extract(plan, ids, joined, year))
        in_program = joined.loc[joined["program"] == 0, "person"].to_numpy()
        ability = abilities.of_next_year()
        results = assessments.simulate_results(plan, children, rows, in_program, ability, calendar)
        scaled = assessments.scaled(results, Assessments().scale)
        batches["stg_assessment_results"].append(assessments.results_extract(plan, ids, scaled, Assessments(), year))
    return batches
