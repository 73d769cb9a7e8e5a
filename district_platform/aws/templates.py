"""The templates of deploy/aws, each with a district's own schedules, time zone and table as the parameters' defaults.

They come with the package: in a checkout from deploy/aws, in an installed one from share/district-platform/aws.
"""

import re
import sysconfig
from pathlib import Path

from district_platform.aws.crons import ScheduleError, nightly_and_weekly
from district_platform.settings import DynamoDB, Settings, SettingsError

NAMES = ("base", "dynamodb", "fargate", "lambda")
"""In the order in which their stacks are made; of the last two a district needs one."""


def template(name: str) -> str:
    """The template as it is in deploy/aws."""
    checkout = Path(__file__).parents[2] / "deploy" / "aws"
    installed = Path(sysconfig.get_path("data")) / "share" / "district-platform" / "aws"
    return ((checkout if checkout.is_dir() else installed) / f"{name}.yaml").read_text()


def template_for(name: str, settings: Settings) -> str:
    """The template with the defaults that these settings mean. Raises SettingsError where AWS cannot express one."""
    return with_defaults(template(name), _defaults(name, settings))


def with_defaults(text: str, defaults: dict[str, str]) -> str:
    """A template with other defaults for some of its parameters; all else stays as it is, comments too."""
    for parameter, default in defaults.items():
        found = _default(parameter).findall(text)
        assert len(found) == 1, f"{parameter}: {len(found)} defaults"
        before, old = found[0]
        text = text.replace(f"{before}{old}", f"{before}{default}")
    return text


def default_of(name: str, parameter: str) -> str:
    """The default of a template's parameter."""
    [(_, default)] = _default(parameter).findall(template(name))
    return str(default).strip('"')


def _default(parameter: str) -> re.Pattern[str]:
    return re.compile(rf"^(  {parameter}:\n(?:    .*\n)*?    Default: )(.*)$", re.MULTILINE)


def schedules(settings: Settings) -> tuple[str, str]:
    """The nightly and the weekly schedule. Raises SettingsError where EventBridge cannot express one."""
    try:
        return nightly_and_weekly(settings.automation.daily_cron, settings.automation.weekly_cron)
    except ScheduleError as error:
        raise SettingsError(f"automation: {error}") from None


def _defaults(name: str, settings: Settings) -> dict[str, str]:
    if name in ("fargate", "lambda"):
        nightly, weekly = schedules(settings)
        return {"TimeZone": settings.automation.timezone, "NightlySchedule": nightly, "WeeklySchedule": weekly}
    tables = [section for section in settings.destinations.values() if isinstance(section, DynamoDB)]
    if name != "dynamodb" or not tables:
        return {}
    return {"Table": tables[0].table, "Expires": '"no"' if tables[0].retention_years is None else '"yes"'}
