"""data/reference/learner_crosswalk.csv: which student a learner is, by the district's own hand."""

from pathlib import Path

import pytest

from district_platform.home import Home
from district_platform.sources.reference.tables import learner_crosswalk_rows


def crosswalk(tmp_path: Path, text: str | None) -> list[tuple[str, str]]:
    home = Home(root=tmp_path)
    home.reference.mkdir(parents=True)
    if text is not None:
        (home.reference / "learner_crosswalk.csv").write_text(text)
    return list(learner_crosswalk_rows(home).itertuples(index=False, name=None))


def test_without_a_file_nobody_is_in_it(tmp_path: Path):
    assert crosswalk(tmp_path, None) == []


def test_ids_stay_text_and_other_columns_do_not_matter(tmp_path: Path):
    assert crosswalk(tmp_path, "student_id,learner_id,note\n00042, L7 ,since fall\n") == [("L7", "00042")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("learner_id\nL7\n", "lacks the columns student_id; it has learner_id"),
        ("learner_id,student_id\nL7,\n", "row 1, student_id: is empty"),
        ("learner_id,student_id\nL7,1\nL8,2\nL7,3\n", "row 3, learner_id 'L7': stands twice"),
    ],
)
def test_a_fault_names_file_row_column_and_value(tmp_path: Path, text: str, fault: str):
    with pytest.raises(ValueError, match=r"data/reference/learner_crosswalk\.csv: ") as error:
        crosswalk(tmp_path, text)
    assert fault in str(error.value)
