"""A scope holds ids and nothing that could equal a blank."""

import pytest

from district_platform.web.access.viewer import PUBLIC, Role, Scope, Viewer


@pytest.mark.parametrize("values", [(None,), ("",), (" ",), ("0101", None), ["0101"], "0101"])
def test_null_blank_and_what_is_no_tuple_are_no_scope(values) -> None:
    with pytest.raises(ValueError, match=r"scope\.schools holds what is no id"):
        Scope(schools=values)


def test_public_and_a_role_without_scope_open_nothing() -> None:
    assert Scope() == PUBLIC.scope == Viewer("a@district.example", Role.PRINCIPAL).scope
    assert PUBLIC.role is Role.PUBLIC
