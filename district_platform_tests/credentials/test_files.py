"""Secrets as files, as containers and systemd hand them over."""

import pytest

from district_platform.credentials import CredentialError, chain, secret
from district_platform.settings import Credentials, load_settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of secrets of this process."""
    monkeypatch.setattr(chain, "_remembered", {})
    monkeypatch.setenv("DISTRICT_SECRETS_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "value"),
    [("s3cret", "s3cret"), ("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), (" a b \n\n", " a b \n")],
)
def test_text_of_the_file_is_the_value_without_the_line_end_that_an_editor_adds(folder, text, value):
    (folder / "mail").write_bytes(text.encode())
    assert secret("mail", Credentials()).get_secret_value() == value


def test_file_goes_before_the_environment(folder, monkeypatch):
    monkeypatch.setenv("DISTRICT_SECRET__MAIL", "of the environment")
    assert secret("mail", Credentials()).get_secret_value() == "of the environment"
    monkeypatch.setattr(chain, "_remembered", {})
    (folder / "mail").write_text("of the file")
    assert secret("mail", Credentials()).get_secret_value() == "of the file"


def test_name_with_a_slash_is_a_file_in_a_folder_and_never_one_outside(folder, tmp_path_factory):
    (folder / "bi").mkdir()
    (folder / "bi" / "url").write_text("x")
    assert secret("bi/url", Credentials()).get_secret_value() == "x"
    outside = tmp_path_factory.mktemp("outside") / "passwd"
    outside.write_text("root")
    (folder / "link").symlink_to(outside)
    with pytest.raises(CredentialError, match="'link' names no file of"):
        secret("link", Credentials())


@pytest.mark.parametrize("content", [None, b"", b"\n"])
def test_missing_or_empty_file_is_named_with_the_place_to_put_it(folder, content):
    if content is not None:
        (folder / "mail").write_bytes(content)
    with pytest.raises(
        CredentialError, match=rf"no secret 'mail'\. Looked for: file {folder}/mail; environment variable"
    ):
        secret("mail", Credentials())


def test_file_that_is_no_text_is_refused_without_showing_it(folder):
    (folder / "mail").write_bytes(b"\xff\xfesecret")
    with pytest.raises(CredentialError, match=r"mail holds bytes; a text in UTF-8 is expected\.$"):
        secret("mail", Credentials())


def test_folder_is_no_setting_and_needs_none(folder, home):
    load_settings()
