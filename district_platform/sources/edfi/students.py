"""Students by year: who they are, and what programs, characteristics and demographics say of them together.

Demographics have no date: an ODS knows only how things stand. So they hold for the latest school year of their ODS alone; what has dates
(characteristics with periods, programs) holds for the years that it touches. A flag of which nothing at all says anything in a year stays
null in it: not said is not "nobody".
"""

import ibis
import ibis.expr.types as ir

from district_platform.engine.raw_files import FILE, LINE
from district_platform.sources.edfi.enrollments import years_of
from district_platform.sources.edfi.pulled import ODS_YEAR, SEGMENT, Pulled, one_each, school_year
from district_platform.sources.edfi.resources import PROGRAM_RESOURCES

FLAGS = ("is_economically_disadvantaged", "is_english_learner", "has_disability", "is_homeless")
HISPANIC, TWO_OR_MORE = "Hispanic or Latino", "Two or More Races"
_OF_STUDENT = [SEGMENT, "student_id"]
_FOOD_SERVICE = "studentSchoolFoodServiceProgramAssociations"


def students(pulled: Pulled, kept: ibis.Table) -> ibis.Table:
    """Extract sis/students: a student in each year of enrollment."""
    enrolled = years_of(kept)
    demographics = _ranked(pulled)
    people = one_each(pulled["students"], _OF_STUDENT)
    known = people.select(*_OF_STUDENT, FILE, LINE, "first_name", "last_name", "birth_date", birth_sex="sex")
    rows = enrolled.left_join(known, _OF_STUDENT).drop("segment_right", "student_id_right")
    rows = _joined(rows, _person(pulled, demographics))
    rows = _joined(rows, _races(pulled, demographics))
    rows = _with_flags(rows, _evidence(pulled, demographics))
    sex = pulled.crosswalk("Sex").meant(ibis.coalesce(rows.sex, rows.birth_sex))
    described = rows.select(
        FILE,
        LINE,
        SEGMENT,
        ODS_YEAR,
        "school_year",
        "student_id",
        "first_name",
        "last_name",
        "birth_date",
        sex=sex,
        race_ethnicity=_race_ethnicity(rows),
        **{flag: rows[flag].cast("string") for flag in FLAGS},
    )
    return one_each(described, ["school_year", "student_id"]).drop(SEGMENT, ODS_YEAR)


def _joined(rows: ibis.Table, about: ibis.Table) -> ibis.Table:
    joined = rows.left_join(about, _OF_STUDENT)
    return joined.drop(*(f"{name}_right" for name in _OF_STUDENT))


def _ranked(pulled: Pulled) -> ibis.Table:
    """Demographics of both resources that hold them; `rank` puts the district's word before a school's."""
    both = ibis.union(pulled["studentEducationOrganizationAssociations"], pulled["studentDemographics"])
    schools = pulled.school_ids
    ranked = both.left_join(schools, both.organization_id == schools.school_id)
    return ranked.select(*both.columns, rank=ranked.school_id.notnull().cast("int64"))


def _person(pulled: Pulled, demographics: ibis.Table) -> ibis.Table:
    said = demographics.sex.notnull()
    return demographics.group_by(_OF_STUDENT).agg(
        has_demographics=demographics.count() > 0,
        sex=demographics.sex.argmin(demographics["rank"], where=said),
        is_hispanic=(demographics.is_hispanic == "true").fill_null(False).any(),
    )


def _races(pulled: Pulled, demographics: ibis.Table) -> ibis.Table:
    """How many races a student has, by the first organization that names any, and the only one."""
    codes = demographics.select(*_OF_STUDENT, "rank", code=demographics.races.unnest())
    races = codes.mutate(race=pulled.crosswalk("Race").meant(codes.code)).drop_null("race")
    first = races.group_by(_OF_STUDENT).agg(best=races["rank"].min())
    named = races.join(first, _OF_STUDENT).filter(lambda t: t["rank"] == t.best)
    return named.group_by(_OF_STUDENT).agg(
        n_races=named.race.nunique(),
        race=named.race.min(),
        says_hispanic=(named.race == HISPANIC).any(),
    )


def _race_ethnicity(rows: ibis.Table) -> ir.StringValue:
    """The federal category: Hispanic of any race first, then two or more, then the single one (72 Federal Register 59266)."""
    is_hispanic = rows.is_hispanic.fill_null(False) | rows.says_hispanic.fill_null(False)
    return ibis.cases((is_hispanic, HISPANIC), (rows.n_races > 1, TWO_OR_MORE), else_=rows.race)


def _evidence(pulled: Pulled, demographics: ibis.Table) -> ibis.Table:
    """What is said of a student: flag, whether it is so, and from when to when; without dates it is as things stand."""
    found = [_characteristics(pulled, demographics), *_descriptors(pulled, demographics), *_programs(pulled)]
    return ibis.union(*found)


def _said(rows: ibis.Table, flag: ir.StringValue, value: ir.BooleanValue, begin: ir.Value, end: ir.Value) -> ibis.Table:
    said = rows.select(
        *_OF_STUDENT,
        flag=flag,
        value=value.cast("int64"),
        begin_date=begin.cast("string"),
        end_date=end.cast("string"),
    )
    return said.filter(said.flag.notnull(), said.value.notnull())


def _characteristics(pulled: Pulled, demographics: ibis.Table) -> ibis.Table:
    held = demographics.select(*_OF_STUDENT, one=demographics.characteristics.unnest())
    flag = pulled.crosswalk("StudentCharacteristic").decided(held.one["code"])
    return _said(held, flag, ibis.literal(True), held.one["begin_date"], held.one["end_date"])


def _descriptors(pulled: Pulled, demographics: ibis.Table) -> list[ibis.Table]:
    """English proficiency, economic disadvantage and disabilities; a disability counts unless its line says otherwise."""
    nothing = ibis.null("string")
    one_code = {
        "is_english_learner": ("LimitedEnglishProficiency", "english_proficiency"),
        "is_economically_disadvantaged": ("EconomicDisadvantage", "economic_disadvantage"),
    }
    found = []
    for flag, (descriptor, column) in one_code.items():
        meaning = pulled.crosswalk(descriptor).decided(demographics[column])
        found.append(_said(demographics, ibis.literal(flag), meaning == "true", nothing, nothing))
    disabilities = demographics.select(*_OF_STUDENT, code=demographics.disabilities.unnest())
    counts = pulled.crosswalk("Disability").decided(disabilities.code).fill_null("true") == "true"
    found.append(_said(disabilities, ibis.literal("has_disability"), counts, nothing, nothing))
    return found


def _programs(pulled: Pulled) -> list[ibis.Table]:
    found = []
    for resource, flag in PROGRAM_RESOURCES.items():
        rows = pulled[resource]
        means = ibis.literal(flag or None, "string")
        if resource == "studentProgramAssociations":
            means = pulled.crosswalk("ProgramType").decided(rows.program_type)
        if resource == _FOOD_SERVICE:
            rows = rows.select(*_OF_STUDENT, "begin_date", "end_date", code=rows.services.unnest())
            is_poor = pulled.crosswalk("SchoolFoodServiceProgramService").decided(rows.code) == "true"
            means = is_poor.ifelse("is_economically_disadvantaged", ibis.null("string"))
        found.append(_said(rows, means, ibis.literal(True), rows.begin_date, rows.end_date))
    return found


def _with_flags(rows: ibis.Table, evidence: ibis.Table) -> ibis.Table:
    """Each flag: true where anything says so in the year, false where the demographics of the year could have said it and did not."""
    years = rows.select(*_OF_STUDENT, "school_year", "latest")
    said = evidence.join(years, _OF_STUDENT)
    year = said.school_year.cast("string")
    before = (said.school_year - 1).cast("string")
    is_undated = said.begin_date.isnull() & said.end_date.isnull()
    touches = (said.begin_date.isnull() | (said.begin_date <= year + ibis.literal("-06-30"))) & (
        said.end_date.isnull() | (said.end_date >= before + ibis.literal("-07-01"))
    )
    of_year = said.filter(is_undated.ifelse(said.school_year == said.latest, touches))
    by_student = of_year.group_by(*_OF_STUDENT, "school_year").agg(
        **{f"_{flag}": of_year.value.max(where=of_year.flag == flag) for flag in FLAGS}
    )
    by_year = of_year.group_by("school_year").agg(**{f"_any_{flag}": (of_year.flag == flag).any() for flag in FLAGS})
    joined = rows.left_join(by_student, [*_OF_STUDENT, "school_year"])
    joined = joined.drop(*(f"{name}_right" for name in (*_OF_STUDENT, "school_year")))
    joined = joined.left_join(by_year, "school_year").drop("school_year_right")
    could_say = joined.has_demographics.fill_null(False) & (joined.school_year == joined.latest)
    flags = {
        flag: ibis.coalesce(
            joined[f"_{flag}"] == 1,
            (could_say & joined[f"_any_{flag}"].fill_null(False)).ifelse(False, ibis.null("boolean")),
        )
        for flag in FLAGS
    }
    return joined.mutate(**flags)


def program_participation(pulled: Pulled) -> ibis.Table:
    """Extract sis/program_participation, of all kinds of programs. The year is that of the ODS, else that of the begin."""
    every = ibis.union(*(pulled[name] for name in PROGRAM_RESOURCES))
    year = ibis.coalesce(every[ODS_YEAR], school_year(every, "begin_date"))
    rows = one_each(every.mutate(school_year=year), ["school_year", "student_id", "program", "begin_date"])
    return rows.select(FILE, LINE, "school_year", "student_id", "program", "begin_date", "end_date")
