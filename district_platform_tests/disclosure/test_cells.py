import numpy as np
import pytest

from district_platform.disclosure.cells import NO_CELL, Axes, Cells

AXES = Axes({"region": 10, "age": 4})


def cells(*codes: tuple[int, int]) -> Cells:
    region, age = (np.array(column, dtype=np.int64) for column in zip(*codes, strict=True))
    return Cells(AXES, np.sort(AXES.keys({"region": region, "age": age}, len(codes))))


def test_key_gives_the_codes_of_every_axis_back():
    found = cells((3, 1), (700, 15))
    assert (found.codes("region").tolist(), found.codes("age").tolist()) == ([3, 700], [1, 15])


def test_cell_beside_another_is_found_by_its_code_on_one_axis():
    found = cells((3, 0), (3, 1), (700, 0))
    beside = found.find(found.with_code("age", 0, np.array([1, 2])))
    assert beside.tolist() == [0, 2]
    assert found.find(found.with_code("age", 9, np.array([0]))).tolist() == [NO_CELL]


def test_axes_that_do_not_fit_into_a_key_are_refused():
    with pytest.raises(ValueError, match="62 bits, and the axes take 63"):
        Axes({"region": 40, "age": 23})
