"""Rules of our own for compose.yaml, which no schema knows: who may write what, and who can reach whom."""

import re
import subprocess

import pytest
import yaml

from district_platform_tests.deploy.compose import FILE, Service, services
from district_platform_tests.deploy.dockerfile import ROOT, TOOLS, stages

SERVICES = services()
WHOLE = yaml.safe_load(FILE.read_text())
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def test_file_follows_the_schema_of_compose():
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_services_are_those_of_the_guide():
    assert list(SERVICES) == ["postgres", "init", "code", "daemon", "webserver", "dashboard", "backup"]


@each_service
def test_service_has_no_rights_and_no_root(service: Service):
    said = service.said
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", said["user"])
    assert (said["read_only"], said["cap_drop"], said["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert not {"privileged", "cap_add", "devices", "pid", "ipc", "userns_mode", "volumes_from"} & said.keys()


@each_service
def test_service_mounts_named_volumes_alone_so_no_socket_of_the_engine_and_no_folder_of_the_host(service: Service):
    assert all(name in WHOLE["volumes"] for name, _, _ in service.mounts)


@each_service
def test_service_is_limited_and_its_log_does_not_fill_the_disk(service: Service):
    assert re.fullmatch(r"\d+[mg]", service.said["mem_limit"])
    assert service.said["pids_limit"] <= 512
    assert service.said["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


@each_service
def test_port_is_published_on_this_machine_alone(service: Service):
    for port in service.said.get("ports", ()):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


def test_only_what_has_a_gate_or_a_sign_in_is_published():
    assert [name for name, service in SERVICES.items() if "ports" in service.said] == ["webserver", "dashboard"]


@each_service
def test_no_secret_stands_in_the_environment(service: Service):
    allowed = {"POSTGRES_PASSWORD_FILE": r"/run/secrets/\w+", "DISTRICT_SECRETS_DIR": r"/run/secrets"}
    allowed |= {"DISTRICT_SERVER__DAGSTER_DATABASE_SECRET": r"\w+"}  # its name
    for name, value in service.environment.items():
        assert "://" not in value
        if re.search("PASS|SECRET|TOKEN|KEY|URL", name):
            assert re.fullmatch(allowed[name], value), name


def test_secrets_are_files_of_a_folder_that_git_and_the_image_leave_out():
    assert [secret["file"] for secret in WHOLE["secrets"].values()] == [
        f"./secrets/{name}" for name in WHOLE["secrets"]
    ]
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert not [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!secrets")]


def test_secrets_are_made_once_and_their_folder_is_closed(tmp_path):
    for _ in range(2):
        subprocess.run(["sh", ROOT / "deploy/compose/secrets.sh", tmp_path], check=True)
        made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
        assert sorted(made) == sorted(WHOLE["secrets"])
        assert re.fullmatch("[0-9a-f]{48}", made["postgres_password"])
        address = f"postgresql://dagster:{made['postgres_password']}@/dagster?host=/run/postgresql"
        assert made["dagster_database"].strip() == address
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "writes"),
    [
        ("code", ["district"]),
        ("daemon", []),
        ("webserver", ["dagster"]),
        ("dashboard", ["access", "cache"]),
    ],
)
def test_service_writes_only_what_is_its_own(name: str, writes: list[str]):
    assert [volume for volume, _, is_read_only in SERVICES[name].mounts if not is_read_only] == writes


def test_daemon_sees_no_student_and_the_dashboard_no_database_of_dagster():
    assert {volume for volume, _, _ in SERVICES["daemon"].mounts} == {"dagster", "postgres_socket"}
    assert not {"dagster", "postgres_socket"} & {volume for volume, _, _ in SERVICES["dashboard"].mounts}


def test_database_and_backup_have_no_network_and_what_starts_runs_is_reached_from_inside_alone():
    assert WHOLE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if service.said.get("network_mode") == "none"} == {
        "postgres",
        "backup",
    }
    beside = {name for name, service in SERVICES.items() if "inside" in service.said.get("networks", ())}
    assert beside == {"code", "daemon", "webserver"}


def test_what_runs_on_is_asked_whether_it_is_well_and_what_it_needs_comes_first():
    assert [name for name, service in SERVICES.items() if not service.health] == ["init"]
    conditions = {
        name: {needed: how["condition"] for needed, how in service.said.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    assert conditions["init"] == {"postgres": "service_healthy"}
    assert conditions["code"] == conditions["dashboard"] == {"init": "service_completed_successfully"}
    assert conditions["daemon"] == conditions["webserver"] == {"code": "service_healthy"}


def test_volumes_of_ours_are_folders_that_the_image_gives_to_its_account():
    [made] = [text for step, text in stages((ROOT / "Dockerfile").read_text())[-1].steps if "install -d" in text]
    places = {target for service in SERVICES.values() if service.is_ours for _, target, _ in service.mounts}
    assert places - {"/run/postgresql"} <= set(made.split())


def test_folders_of_scripts_are_clean():
    for path in sorted((ROOT / "deploy/compose").glob("*.sh")):
        subprocess.run(["sh", "-n", path], check=True)
