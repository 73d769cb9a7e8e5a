"""`district-platform edfi` where there is nothing to pull from, or nothing pulled."""

import pytest
from click.testing import CliRunner

from district_platform.cli import main


def said(home, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*words, "--home", str(home.root)])
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.parametrize(
    ("settings", "words", "told"),
    [
        (
            'kind = "files"',
            ("edfi", "pull"),
            'No extract comes from an Ed-Fi API: set kind = "edfi" and [sources.edfi] url.',
        ),
        ('kind = "edfi"\n[sources.edfi]\nurl = "standin"', ("edfi", "pull"), "only a run starts the stand-in"),
        (
            'kind = "edfi"\n[sources.edfi]\nurl = "https://ods.example.org"',
            ("edfi", "crosswalks"),
            "Nothing has been pulled yet",
        ),
        (
            'kind = "edfi"\n[sources.edfi]\nurl = "https://ods.example.org"',
            ("check",),
            "Nothing has been pulled from the Ed-Fi API yet",
        ),
        ('kind = "edfi"', ("edfi", "pull"), "edfi.url: names no API; docs/sources/edfi.md says which address it is"),
        ('kind = "edfi"\n[sources.edfi]\nurl = "http://ods.example.org"', ("edfi", "pull"), "sources.edfi.url"),
    ],
)
def test_what_is_missing_is_one_sentence(home, settings, words, told):
    home.config_file.write_text(f"[sources]\n{settings}\n")
    code, output = said(home, *words)
    assert code == 1
    assert told in output
    assert "Traceback" not in output


def test_a_missing_secret_is_named(home, monkeypatch):
    home.config_file.write_text('[sources]\nkind = "edfi"\n[sources.edfi]\nurl = "http://127.0.0.1:9"\n')
    monkeypatch.setenv("DISTRICT_RETRIES__MAX_RETRIES", "0")
    code, output = said(home, "edfi", "pull")
    assert code == 1
    assert "The Ed-Fi API did not answer / in 1 attempts: ConnectionError." in output
