"""An account with the stacks of docs/aws.md, the machine of the person who set it up, and Fargate's task as the stack has it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from district_platform_tests.aws import KEYS
from district_platform_tests.deploy.aws import page
from district_platform_tests.deploy.aws.recording.sitecustomize import write
from district_platform_tests.deploy.aws.stacks import REGION, Account, loaded
from district_platform_tests.deploy.image import PATH, Image
from district_platform_tests.deploy.machine import Mount, Rights, Root


@dataclass
class Week:
    """An account with the stacks, the machine of the person who set it up, and the calls that were made."""

    account: Account
    folder: Path
    image: Image

    @property
    def calls(self) -> Path:
        return self.folder / "recording" / "calls.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        """How a process finds the account: its address in place of Amazon's."""
        return {"AWS_ENDPOINT_URL": self.account.address, "AWS_DEFAULT_REGION": REGION, **KEYS}

    @property
    def recording(self) -> dict[str, str]:
        return {"PYTHONPATH": "/mnt/recording", "RECORDED_CALLS": "/mnt/recording/calls.jsonl"}

    @property
    def mounts(self) -> tuple[Mount, ...]:
        return (Mount(self.folder / "recording", "/mnt/recording"),)

    def on_the_laptop(self, *lines: str) -> str:
        """What commands of the page print there, with this account's names and a folder in place of /srv."""
        names = {"EXTRACTS": self.bucket("extracts"), "STATE": self.account.outputs("district")["StateAddress"]}
        text = self.named("\n".join(lines)).replace("/srv/", f"{self.folder}/srv/")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("DISTRICT_", "DAGSTER_"))}
        path = f"{Path(sys.executable).parent}:{clean['PATH']}"
        done = subprocess.run(
            ["sh", "-euc", text],
            env={**clean, **self.environment, **names, "PATH": path},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def named(self, text: str) -> str:
        """A text of the page with this account's number."""
        return text.replace(page.ACCOUNT, self.bucket("state").split("-")[2]).replace(page.REGION, REGION)

    def bucket(self, name: str) -> str:
        return self.account.made("district")[name.capitalize()]

    def state(self) -> dict[str, Any]:
        """The manifest of the state that counts; empty before the first."""
        s3, bucket = self.account.client("s3"), self.bucket("state")
        pointer = json.loads(s3.get_object(Bucket=bucket, Key="district/current.json")["Body"].read())
        key = f"district/versions/{pointer['version']}/manifest.json"
        return dict(json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))

    def lease_is_free(self) -> bool:
        """Whether nobody holds the lease; before the first run nobody ever did."""
        s3 = self.account.client("s3")
        try:
            body = s3.get_object(Bucket=self.bucket("state"), Key="district/lock.json")["Body"]
        except s3.exceptions.NoSuchKey:
            return True
        return bool(json.loads(body.read())["is_free"])

    def items(self) -> list[dict[str, Any]]:
        """All items of the attendance table."""
        pages = self.account.client("dynamodb").get_paginator("scan").paginate(TableName="attendance")
        return [item for found in pages for item in found["Items"]]


def task(week: Week) -> Root:
    """A task's root after its first container, which as root without capabilities opens the volume for the second."""
    first, second = loaded("fargate")["Resources"]["Task"]["Properties"]["ContainerDefinitions"]
    volume = Path(tempfile.mkdtemp(dir=week.folder))
    volume.chmod(0o755)
    root = Root(week.folder / f"root-{volume.name}", week.image.files, mounts=(Mount(volume, "/tmp"), *week.mounts))
    assert [second["DependsOn"][0][key] for key in ("ContainerName", "Condition")] == [first["Name"], "SUCCESS"]
    assert (first["User"], first["LinuxParameters"]["Capabilities"]) == ("0", {"Drop": ["ALL"]})
    root.run([*first["EntryPoint"], *first["Command"]], {"PATH": PATH}, Rights("0:0", is_read_only=True))
    return root


def task_words(week: Week, words: list[str]) -> tuple[list[str], dict[str, str], Rights, str]:
    """Command, environment, rights and folder of the second container, as the stack has them."""
    container = loaded("fargate")["Resources"]["Task"]["Properties"]["ContainerDefinitions"][1]
    made = week.account.client("ecs").describe_task_definition(
        taskDefinition=week.account.made("district-fargate")["Task"]
    )
    said = {e["name"]: e["value"] for e in made["taskDefinition"]["containerDefinitions"][1]["environment"]}
    environment = {**week.image.environment, **said, **week.environment, **week.recording}
    entry = week.image.stage.words("ENTRYPOINT")
    return [*entry, *words], environment, Rights(container["User"], is_read_only=True), container["WorkingDirectory"]


@contextmanager
def recording_here(file: Path) -> Iterator[None]:
    """Records this process's calls as the functions' are."""
    make = BaseClient._make_api_call

    def recorded(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        write(file, client.meta.service_model.service_name, operation, parameters)
        return make(client, operation, parameters)

    BaseClient._make_api_call = recorded
    try:
        yield
    finally:
        BaseClient._make_api_call = make
