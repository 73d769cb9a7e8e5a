"""What a browser shows before Streamlit has drawn a page."""

import pytest

from district_platform.web.dashboard import app


def test_a_page_begins_with_the_districts_name_and_words_of_ours() -> None:
    page = app.first_sight("<North> & South")
    assert "<title>&lt;North&gt; &amp; South</title>" in page
    assert '<div id="root"><p role="status"' in page
    assert "Streamlit app" not in page
    assert app._INLINE.findall(page) == app._INLINE.findall(app._index()), "scripts are those that the policy lets run"


def test_another_page_of_streamlit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_index", lambda: "<title>Streamlit</title><noscript></noscript>")
    with pytest.raises(LookupError, match="root"):
        app.first_sight("North")
