import numpy as np
import pytest

from district_platform.disclosure.equations import NO_CELL
from district_platform.privacy.keys import Axes, Cells

AXES = Axes({"school": 10, "grade": 4})


def cells(*codes: tuple[int, int]) -> Cells:
    school, grade = (np.array(column, dtype=np.int64) for column in zip(*codes, strict=True))
    return Cells(AXES, np.sort(AXES.keys({"school": school, "grade": grade}, len(codes))))


def test_key_gives_the_codes_of_every_axis_back():
    found = cells((3, 1), (700, 15))
    assert (found.codes("school").tolist(), found.codes("grade").tolist()) == ([3, 700], [1, 15])


def test_cell_beside_another_is_found_by_its_code_on_one_axis():
    found = cells((3, 0), (3, 1), (700, 0))
    beside = found.find(found.with_code("grade", 0, np.array([1, 2])))
    assert beside.tolist() == [0, 2]
    assert found.find(found.with_code("grade", 9, np.array([0]))).tolist() == [NO_CELL]


def test_axes_that_do_not_fit_into_a_key_are_refused():
    with pytest.raises(ValueError, match="62 bits, and the axes take 63"):
        Axes({"school": 40, "grade": 23})
