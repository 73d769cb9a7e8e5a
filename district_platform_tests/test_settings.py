"""Settings: district.toml, then the environment; a mistake is named with its meaning."""

import datetime as dt

import pytest

from district_platform.settings import SYNTHETIC_AS_OF_DATE, Settings, SettingsError, load_settings


def write(home, text: str) -> None:
    home.config_file.write_text(text)


def test_defaults_are_a_synthetic_district_on_its_day(home):
    settings = load_settings()
    assert (settings.sources.kind, settings.synthetic.students, settings.synthetic.years) == ("synthetic", 5000, 3)
    assert settings.effective_date == SYNTHETIC_AS_OF_DATE
    assert settings.home == home


def test_environment_wins_over_the_file(home, monkeypatch):
    write(home, '[sources]\nkind = "files"\n[privacy]\nmin_group_size = 16\n')
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "oneroster")
    settings = load_settings()
    assert (settings.sources.kind, settings.privacy.min_group_size) == ("oneroster", 16)


def test_a_district_with_data_of_its_own_is_looked_at_today(home):
    write(home, '[sources]\nkind = "files"\n')
    assert load_settings().effective_date == dt.date.today()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[quality]\nmax_ftee = 2\n", "quality.max_ftee: there is no such setting. Did you mean max_fte"),
        ("[synthetic]\nstudents = 'many'\n", "synthetic.students = 'many': .*Students enrolled in a school year"),
        ("[sources]\nkind = 'sftp'\n", "sources.kind = 'sftp': .*oneroster converts"),
        ("[destinations.bi]\nkind = 'mysq'\n", "destinations.bi.kind = 'mysq': .*did you mean mysql"),
        ("[destinations.bi]\nkind = 'mysql'\n", "destinations.bi.url_secret: is missing. .*Name of the secret"),
        (
            "[destinations.bi]\nkind = 'mysql'\nurl_secret = 'a'\ntables = 'everything'\n",
            "destinations.bi.tables = 'everything': must be \"released\"",
        ),
        ("[wharehouse]\nx = 1\n", "wharehouse: there is no such setting"),
        ("[sources\n", "not valid TOML"),
        ("[assessments.scale]\nMath = {min = 800, max = 200}\n", "min 800 must be below max 200"),
        ("[attendance]\nchronic_absence_threshold = 10\n", "must be at least 50.*90 is a tenth of the days missed"),
        (
            "[reconciliation]\nminimum_minutes = 20\nweekly_minimum_minutes = 15\n",
            "weekly_minimum_minutes 15 must not be below minimum_minutes 20",
        ),
        (
            "[reconciliation.schools.101]\nweekly_minimum_minutes = 5\n",
            "schools.101: weekly_minimum_minutes 5 must not be below minimum_minutes 10",
        ),
        ("[automation]\ntimezone = 'America/Newyork'\n", r"must be a time zone .*did you mean America/New_York\?"),
        ("[engine]\nmemory_limit = 'lots'\n", "must be a size, such as 6GB"),
        ("[hours]\nmax_break_minutes = 2\n", "repeat_minutes 2 must be below max_break_minutes 2"),
        ("[hours]\nmax_hours_between_marks = 8\n", "max_hours_without_punch 13 must not be above"),
        ("[hours]\novertime_exempt = ['salried']\n", "salaried"),
        (
            "[sources.extracts.enrollments]\ntime_formats = ['%d/%m/%Y', '%m/%d/%Y']\n",
            "'%d/%m/%Y' and '%m/%d/%Y' read one text, such as 03/04, as two dates",
        ),
    ],
)
def test_mistake_in_the_file_is_named_with_what_the_key_means(home, text, message):
    write(home, text)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_secret_in_the_file_is_refused_and_not_shown(home):
    write(home, "[timekeeping]\ndatabase_url = 'postgresql://u:hunter2@db/x'\n")
    with pytest.raises(SettingsError, match=r"is a secret: .* set DISTRICT_TIMEKEEPING__DATABASE_URL") as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("setting", ["timekeeping.api.password", "alerts.email.password_secret"])
def test_secret_in_the_place_of_its_name_is_refused_and_not_shown(home, setting):
    section, _, key = setting.rpartition(".")
    write(home, f"[{section}]\n{key} = 'hunter2!'\n")
    with pytest.raises(SettingsError, match=f"{setting}: .*Name of the secret") as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("key", ["url", "url_secret"])
def test_address_of_a_destination_is_refused_and_not_shown(home, key):
    write(home, f"[destinations.bi]\nkind = 'mysql'\n{key} = 'mysql://u:hunter2@db/x'\n")
    with pytest.raises(SettingsError, match=f"destinations.bi.{key}: ") as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


def test_secret_of_the_environment_is_never_printed(home, monkeypatch):
    monkeypatch.setenv("DISTRICT_TIMEKEEPING__DATABASE_URL", "postgresql://u:hunter2@db/x")
    settings = load_settings()
    assert settings.timekeeping.database_url.get_secret_value().startswith("postgresql://u:hunter2")
    assert "hunter2" not in repr(settings) + settings.model_dump_json() + settings.timekeeping.model_dump_json()


def test_mistyped_environment_variable_does_not_go_unseen(home, monkeypatch):
    monkeypatch.setenv("DISTRICT_SYNTETIC__STUDENTS", "10")
    with pytest.raises(SettingsError, match=r"DISTRICT_SYNTETIC__STUDENTS: there is no such setting.*synthetic"):
        load_settings()


def test_every_setting_says_what_it_is_for():
    def walk(model, path=""):
        for name, field in model.model_fields.items():
            annotation = field.annotation
            if hasattr(annotation, "model_fields"):
                yield from walk(annotation, f"{path}{name}.")
            yield f"{path}{name}", field.description

    undescribed = [name for name, description in walk(Settings) if not description and not name.startswith("home")]
    assert undescribed == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[quality]\nsevere_fte = 0.5\n", "max_fte 1.0 must not be above severe_fte 0.5"),
        ("[quality]\nratio_low = 40\n", "ratio_low 40 must not be above ratio_high 30"),
        ("[quality]\nmax_shift_hours = 1\nmin_shift_minutes = 90\n", "must not be above max_shift_hours"),
        ('[sources.extracts.sales.headers]\n"Sale" = "sale_id"\n"SALE" = "total"\n', "'Sale' and 'SALE' are one word"),
        ('[reconciliation.tracker_statuses]\n"P" = "virtual"\n"p" = "absent"\n', "'P' and 'p' are one word"),
        ('[engine.spark]\nmaster = "yarn"\nremote = "sc://a:15002"\n', "name one; Spark runs in one place"),
        ('[engine.spark]\nremote = "http://a:15002"\n', "begins with sc://"),
        ('[engine.spark]\nlake = "s3a://bucket/lake"\n', "a folder that this machine and the cluster see"),
        ('[engine]\nkind = "spark"\n[encryption]\nwarehouse_key_secret = "k"\n', "Parquet files that no key encrypts"),
    ],
)
def test_a_setting_that_cannot_take_effect_is_refused(home, text: str, told: str) -> None:
    home.config_file.write_text(text)
    with pytest.raises(SettingsError, match=told):
        load_settings()


def test_earlier_name_of_a_setting_still_holds(home, monkeypatch):
    (home.root / "district.toml").write_text("[quality]\nmax_offenders = 50\n")
    assert load_settings().quality.max_findings == 50
