"""compose.yaml as its services: what each runs, as whom, with which files, and how it is asked whether it is well."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from district_platform_tests.deploy.dockerfile import ROOT, Stage
from district_platform_tests.deploy.machine import Mount, Rights

FILE = ROOT / "compose.yaml"
OURS = "district-platform:local"
_SECRETS = "/run/secrets"


@dataclass(frozen=True)
class Service:
    """One service of the file."""

    name: str
    said: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        return self.said["image"] == OURS

    @property
    def rights(self) -> Rights:
        return Rights(self.said["user"], self.said["read_only"])

    @property
    def environment(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.said.get("environment", {}).items()}

    @property
    def mounts(self) -> list[tuple[str, str, bool]]:
        """Volume, place, and whether it can only be read there."""
        words = [volume.split(":") for volume in self.said.get("volumes", ())]
        return [(name, target, mode == ["ro"]) for name, target, *mode in words]

    @property
    def secrets(self) -> list[str]:
        return list(self.said.get("secrets", ()))

    @property
    def health(self) -> list[str]:
        """The command that says whether it is well; none where the service ends by itself."""
        kind, *words = self.said.get("healthcheck", {}).get("test", ["CMD"])
        assert kind == "CMD"
        return words

    def command(self, image: Stage) -> list[str]:
        """What the container runs."""
        entry = self.said.get("entrypoint", image.words("ENTRYPOINT"))
        return [*entry, *self.said.get("command", image.words("CMD"))]


def services() -> dict[str, Service]:
    """The services by name, in the order of the file."""
    said = yaml.safe_load(FILE.read_text())["services"]
    return {name: Service(name, service) for name, service in said.items()}


def mounted(service: Service, volumes: Path, secrets: Path) -> tuple[Mount, ...]:
    """Its volumes as folders of `volumes`, and its secrets as files of `secrets`."""
    own = [Mount(volumes / name, target, is_read_only) for name, target, is_read_only in service.mounts]
    return (*own, *(Mount(secrets / name, f"{_SECRETS}/{name}", is_read_only=True) for name in service.secrets))
