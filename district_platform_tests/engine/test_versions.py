"""Code versions: a change on a copy of the package makes exactly those assets out of date that are made by what was changed."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS, Layer, tables_in
from district_platform.engine import versions
from district_platform.engine.versions import imports_of, reached_modules

PACKAGE = versions.ROOT
VERSIONS = """
import json, sys
for folder in sys.argv[1:]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "district_platform"]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    from district_platform.definitions import defs
    specs = [spec for asset in defs.assets for spec in getattr(asset, "specs", ())]
    print(json.dumps({spec.key.to_user_string(): spec.code_version for spec in specs}))
"""
"""Prints the code versions of all assets, a line for each folder that holds a copy of the package."""
DELIVERED = {f"raw/{extract.path}" for extract in EXTRACTS.values()}
"""Providers that pull from an API ask for school years by it."""
STAGED = {f"stg_{name}" for name in EXTRACTS}
RELEASE = {table.name for table in tables_in(Layer.RELEASE)} | {"privacy_cells", "privacy_rows"}
AUDIT = {"privacy_audit", "privacy_relations", "privacy_audited"}
REFERENCE = {table.name for table in tables_in(Layer.REFERENCE)}


CHANGES = {
    "the month in which school years begin": (
        ("dictionary/schools.py", "SCHOOL_YEAR_BEGINS = 7", "SCHOOL_YEAR_BEGINS = 8"),
        DELIVERED
        | STAGED
        | {
            *("dim_calendar_date", "dim_school", "dim_session", "fct_student_assessment"),
            *("fct_student_program_association", "fct_student_school_association", "fct_student_subgroup"),
            *("delivery", "fct_educator_certification", "fct_staff_assignment", "fct_staff_punch", "fct_staff_shift"),
            *("msr_staff_weekly_hours", "staff_hours", "staffing_ratios"),
            *("customers_mart", "sales_team_mart", "customer_segments", "timekeeping_store"),
            *("quality_findings", "quality_history", "data_quality_report"),
            *("policy_brief", "call_lists", "publication"),
        },
    ),
    "what adds up exactly": (
        ("dictionary/analysis.py", "Count(CENSUS, Adding.AT_LEAST", "Count(CENSUS, Adding.EACH"),
        RELEASE | AUDIT | {"publication"},
    ),
    "the wording of the brief, which is imported when one is written": (
        ("outputs/brief/wording.py", "Numbers", "Figures"),
        {"policy_brief"},
    ),
    "the template of the report's page": (
        ("quality/data_quality_report.html.jinja", "</html>", "<!-- end --></html>"),
        {"data_quality_report"},
    ),
    "defaults of a reference table": (
        ("sources/reference/defaults/position_crosswalk.csv", "\nTeacher,Teacher", "\nDocent,Teacher"),
        REFERENCE,
    ),
    "a column's entry in the dictionary": (
        ("dictionary/staff.py", '"Day issued."', '"Day of issue."'),
        {
            *("delivery", "raw/hr/certifications", "stg_certifications", "fct_educator_certification"),
            *("quality_findings", "quality_history", "data_quality_report", "publication"),
        },
    ),
    "the settings, which arrive as assets": (
        ("settings/sources.py", "Where extracts come from, and", "Where extracts are from, and"),
        set(),
    ),
}


@pytest.mark.slow
@pytest.mark.whole
def test_a_change_makes_exactly_those_out_of_date_that_are_made_by_it(tmp_path, home):
    copies = [copied(tmp_path / "as it is")]
    copies += [copied(tmp_path / what, *change) for what, (change, _) in CHANGES.items()]
    unchanged, *changed = code_versions(copies)
    assert None not in unchanged.values()
    stale = {
        what: {name for name in unchanged if versions[name] != unchanged[name]}
        for what, versions in zip(CHANGES, changed, strict=True)
    }
    assert stale == {what: expected for what, (_, expected) in CHANGES.items()}


def copied(folder: Path, path: str = "", old: str = "", new: str = "") -> Path:
    """A copy of the package in `folder`, with `old` replaced in one of its files."""
    shutil.copytree(PACKAGE, folder / PACKAGE.name)
    if path:
        file = folder / PACKAGE.name / path
        assert file.read_text().count(old) == 1, f"{path} holds {old!r} not once"
        file.write_text(file.read_text().replace(old, new))
    return folder


def code_versions(folders: list[Path]) -> list[dict[str, str]]:
    """Code versions of all assets, by each copy."""
    run = subprocess.run([sys.executable, "-c", VERSIONS, *folders], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_what_is_imported_inside_a_function_is_reached():
    assert "district_platform.outputs.brief.document" in reached_modules("district_platform.outputs.policy_brief")


def test_settings_and_dictionary_are_not_reached():
    reached = reached_modules("district_platform.outputs.policy_brief")
    assert not [
        name for name in reached if name.startswith(("district_platform.settings", "district_platform.dictionary"))
    ]


@pytest.mark.slow
def test_no_import_of_the_project_is_missed():
    """The pattern that finds imports finds those that Python's own parser does, in every module."""
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = ".".join(parts).removesuffix(".__init__")
        assert imports_of(module) == frozenset(versions._imports(ast.walk(ast.parse(path.read_bytes())))), module
