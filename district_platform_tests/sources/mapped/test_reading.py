"""Mistakes in a mapping that was written by hand: the file, the line, and the nearest right word."""

import json
import tomllib

import jsonschema
import pytest

from district_platform.sources.mapped.document import mapping_schema
from district_platform.sources.mapped.reading import MappingError, read_mapping

GOOD = """format = 1
[files.students]
path = "students.csv"
[[extract."sis/students"]]
from = "students"
status = "confirmed"
[extract."sis/students".columns]
student_id = "Student No"
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("path =", "paths =", r"test.toml, line 3: files.students.paths: there is no such key. Did you mean path\?"),
        (
            '"confirmed"',
            '"confirm"',
            r"line 6: extract.sis/students.1.status: must be one of proposed, confirmed, skipped \(did you",
        ),
        (
            'sis/students"',
            'sis/student"',
            r"extract.sis/student: there is no such extract. Did you mean sis/students\?",
        ),
        (
            "student_id =",
            "studentid =",
            r"line 8: .*studentid: there is no such column in sis/students. Did you mean student_id\?",
        ),
        (
            'from = "students"',
            'from = "student"',
            r"line 5: .*there is no file 'student' under \[files\]. Did you mean students\?",
        ),
        (
            '"Student No"',
            '{ coalece = ["a"] }',
            r"line 8: .*no operation; one of column, .* is needed. Did you mean coalesce\?",
        ),
        ('"Student No"', '{ extract = "a", regex = "b" }', r"line 8: .*has 0 groups; the part that is taken"),
        ('"Student No"', '{ lookup = "sex", of = "a" }', r"line 8: .*there is no table 'sex' under \[lookups\]"),
        ('"students.csv"', '"../students.csv"', r"line 3: files.students.path: must lie in the delivered folder"),
        ("[files.students]", "[files.students", r"test.toml: is no valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_nearest_right_word(tmp_path, old, new, message):
    path = tmp_path / "test.toml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(MappingError, match=message):
        read_mapping(path)


def test_a_mapping_that_is_not_there_is_named_with_the_nearest(tmp_path):
    (tmp_path / "centerville.toml").write_text(GOOD)
    with pytest.raises(MappingError, match="there is no such mapping"):
        read_mapping(tmp_path / "centreville.toml")


def test_upper_and_lower_case_of_headers_do_not_matter(tmp_path):
    path = tmp_path / "test.toml"
    path.write_text(GOOD)
    assert read_mapping(path).extract["sis/students"][0].columns == {"student_id": "student no"}


def test_the_json_schema_takes_what_is_read_and_refuses_what_is_not():
    schema = mapping_schema()
    jsonschema.validate(json.loads(json.dumps(tomllib.loads(GOOD))), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(GOOD.replace("path =", "paths =")), schema)
