"""Records as flat columns: text exactly as it was sent, codes of descriptors, and fields of another kind than expected."""

import pytest

from district_platform.sources.edfi.flattening import batch_of
from district_platform.sources.edfi.resources import RESOURCES


def flat(resource: str, column: str, **record):
    return batch_of([{"id": "1" * 32, **record}], RESOURCES[resource]).column(column)[0].as_py()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("uri://ed-fi.org/GradeLevelDescriptor#First grade", "First grade"),
        ("uri://state.example/v#2/GradeLevelDescriptor#Grade # 1", "1"),
        ("First grade", "First grade"),
        ("uri://ed-fi.org/GradeLevelDescriptor#", None),
        (None, None),
        (7, None),
        ({"codeValue": "x"}, None),
    ],
)
def test_of_a_descriptor_the_code_is_kept(sent, kept):
    assert flat("studentSchoolAssociations", "grade_level", entryGradeLevelDescriptor=sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("0042", "0042"), (42, "42"), (" 42 ", "42"), ("", None), (True, "true"), (0.5, "0.5"), ([1], None)],
)
def test_values_become_text(sent, kept):
    assert flat("schools", "school_id", schoolId=sent) == kept


@pytest.mark.parametrize("sent", [None, "text", 5, [], ["text"], [{"other": 1}]])
def test_a_list_of_another_kind_is_empty(sent):
    assert flat("schools", "grades", gradeLevels=sent) == []
    assert flat("studentAssessments", "levels", performanceLevels=sent) == []


def test_references_that_are_missing_are_null():
    assert flat("sections", "school_id") is None
    assert flat("sections", "school_id", courseOfferingReference="text") is None


def test_dashes_of_an_id_are_left_out():
    assert flat("schools", "id", id="0F8B1C2D-0000-4000-8000-00000000000A") == "0f8b1c2d00004000800000000000000a"


def test_a_characteristic_stands_once_for_each_of_its_periods():
    held = [
        {
            "studentCharacteristicDescriptor": "uri://x/StudentCharacteristicDescriptor#Homeless",
            "periods": [{"beginDate": "2024-09-01", "endDate": "2024-12-01"}, {"beginDate": "2025-09-01"}],
        },
        {"studentCharacteristicDescriptor": "uri://x/StudentCharacteristicDescriptor#Migrant"},
    ]
    assert flat("studentDemographics", "characteristics", studentCharacteristics=held) == [
        {"code": "Homeless", "begin_date": "2024-09-01", "end_date": "2024-12-01"},
        {"code": "Homeless", "begin_date": "2025-09-01", "end_date": None},
        {"code": "Migrant", "begin_date": None, "end_date": None},
    ]
