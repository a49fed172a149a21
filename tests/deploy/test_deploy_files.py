"""The deployment files agree with the code and with each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from chassis.database import engines
from chassis.process import metrics
from deploy.rabbitmq import rights
from tests.deploy import files
from tests.deploy.files import DEPLOY, ROOT, SERVICES, WITH_DATABASE, known

VARIABLE = re.compile(r"\$\{(\w+)")
SECRET_WORDS = ("PASSWORD", "KEY", "PEPPER", "SECRET", "TOKEN")
OPS_PORT = 9100
UID = 10001


def processes() -> list[tuple[str, dict[str, str]]]:
    """(service, environment) of everything that runs one, however it is run."""
    composed = [(name, files.compose()["services"][name]["environment"]) for name in SERVICES]
    clustered = [(name, files.cluster_environment(files.of_kind("Deployment")[name])) for name in SERVICES]
    return composed + clustered


@pytest.mark.parametrize(
    ("service", "told"), processes(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_process_is_told_whatever_it_cannot_start_without(service: str, told: dict[str, str]) -> None:
    assert known(service).required <= told.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_compose_tells_a_process_nothing_that_it_does_not_read(service: str) -> None:
    assert files.compose()["services"][service]["environment"].keys() <= known(service).all


@pytest.mark.parametrize("service", SERVICES)
def test_the_cluster_tells_nobody_what_nobody_reads(service: str) -> None:
    own = {one["name"] for one in files.container(files.of_kind("Deployment")[service])["env"]}
    assert own <= known(service).all
    shared = files.of_kind("ConfigMap")["frontdesk"]["data"].keys()
    assert shared <= frozenset().union(*(known(name).all for name in SERVICES))


def test_the_image_sets_what_the_code_reads() -> None:
    assert files.image_variables()
    for service in SERVICES:
        assert files.image_variables() <= known(service).all


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_a_migration_is_told_the_owners_address_and_no_service_is(service: str) -> None:
    owner = f"FRONTDESK_{service.upper()}_OWNER_DATABASE_URL"
    composed = files.compose()["services"]
    assert owner in composed[f"migrate-{service}"]["environment"]
    assert composed[f"migrate-{service}"]["command"] == ["frontdesk", "migrate", service]
    job = files.of_kind("Job")[f"migrate-{service}"]
    assert owner in files.cluster_environment(job)
    assert files.container(job)["command"] == ["frontdesk", "migrate", service]
    for name, told in processes():
        assert owner not in told, name


def test_each_service_is_told_its_own_users_and_database() -> None:
    for service, told in processes():
        others = [name for name in SERVICES if name != service]
        for variable, value in told.items():
            if variable.endswith(("_URI", "_DATABASE_URL")):
                assert not any(re.search(rf"\b{other}\b", value) for other in others), variable


# Compose.


def test_the_example_names_every_variable_of_compose_and_no_other() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(VARIABLE.findall(text)) == files.example().keys()


def test_the_example_holds_no_secret() -> None:
    for name, value in files.example().items():
        assert not (any(word in name for word in SECRET_WORDS) and value), name


def test_the_examples_own_line_fills_in_every_secret(tmp_path: Path) -> None:
    example = (DEPLOY / ".env.example").read_text()
    found = re.search(r'python3 (-c ".*") < deploy', example)
    assert found
    command = f"{sys.executable} {found[1]} < {DEPLOY}/.env.example"
    filled = subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout  # noqa: S602
    values = dict(line.split("=", 1) for line in filled.splitlines() if line and not line.startswith("#"))
    assert values.keys() == files.example().keys()
    assert all(
        re.fullmatch(r"[A-Za-z0-9_-]{48}", values[name])
        for name, value in files.example().items()
        if not value
    )


def test_only_the_gateway_is_published_and_on_the_loopback() -> None:
    services = files.compose()["services"]
    assert {name for name, one in services.items() if "ports" in one} == {"gateway"}
    assert all(port.startswith("127.0.0.1:") for port in services["gateway"]["ports"])
    assert {name for name, one in services.items() if "outside" in one["networks"]} == {"gateway"}
    assert files.compose()["networks"]["inside"]["internal"] is True


def test_what_compose_mounts_is_there() -> None:
    for one in files.compose()["services"].values():
        for volume in one.get("volumes", []):
            source = volume.split(":")[0]
            assert source in files.compose()["volumes"] or (DEPLOY / source).is_file(), volume


# Images.


def workloads() -> list[tuple[str, dict[str, Any]]]:
    found = files.of_kind("Deployment") | files.of_kind("Job")
    return [(name.removeprefix("migrate-"), one) for name, one in sorted(found.items())]


def test_images_bear_one_name_everywhere() -> None:
    composed = files.compose()["services"]
    for name in SERVICES:
        assert composed[name]["image"].partition(":")[0] == f"frontdesk-{name}"
        assert composed[name]["build"]["args"] == {"SERVICE": name}
        assert (DEPLOY / composed[name]["build"]["context"] / composed[name]["build"]["dockerfile"]).is_file()
    for name in WITH_DATABASE:
        assert composed[f"migrate-{name}"]["image"] == composed[name]["image"]
    for name, workload in workloads():
        assert files.container(workload)["image"] == f"frontdesk-{name}"
    assert {one["name"] for one in files.kustomization()["images"]} == {
        f"frontdesk-{name}" for name in SERVICES
    }


def test_nothing_runs_as_root_or_writes_to_its_image() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert f"USER {UID}:{UID}" in dockerfile
    for name in SERVICES:
        one = files.compose()["services"][name]
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
    for _, workload in workloads():
        pod = workload["spec"]["template"]["spec"]
        assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, UID)
        own = files.container(workload)["securityContext"]
        assert (own["readOnlyRootFilesystem"], own["allowPrivilegeEscalation"]) == (True, False)
        assert own["capabilities"] == {"drop": ["ALL"]}


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    kept = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert "requirements/${SERVICE}.txt" in sources
    for source in sources:
        assert source.startswith(tuple(kept)), source
        for name in SERVICES:
            assert (ROOT / source.replace("${SERVICE}", name)).exists(), source


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_the_versions_that_everything_runs_on(service: str) -> None:
    lock = (ROOT / "requirements" / f"{service}.txt").read_text()
    own, run = files.pins(service), files.pins("run")
    assert own.items() <= run.items()
    assert lock.count("--hash=sha256:") >= len(own)


def lay_out(names: Iterable[str], folder: Path) -> None:
    """These packages and no others, as an image has them: links to the ones that are installed here."""
    installed = {re.sub(r"[-_.]+", "-", one.name).lower(): one for one in distributions()}
    for one in (installed[name] for name in names if name in installed):  # the others are for other systems
        for first in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            link = folder / first
            if not link.is_symlink():
                link.symlink_to(Path(str(one.locate_file(first))))


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_finds_every_package_in_its_image(service: str, tmp_path: Path) -> None:
    lay_out(files.pins(service), tmp_path)
    path = os.pathsep.join(str(one) for one in (tmp_path, ROOT / "libs", ROOT / "services", ROOT))
    program = f"from chassis.process import cli, dev, runner, topology; import {service}.service"
    done = subprocess.run(
        [sys.executable, "-S", "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            tmp_path,
            ".",
        ],
        cwd=ROOT,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    folders = {"libs/chassis": "libs/", "libs/identity": "libs/", "libs/wire": "libs/", "gateway": ""}
    folders |= {f"services/{name}": "services/" for name in WITH_DATABASE}
    listed = subprocess.run(
        ["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for path in listed.splitlines():
        assert re.sub(r"^(libs|services)/", "", path) in held, path


# The cluster.


def test_every_process_is_watched_where_it_answers() -> None:
    for name in SERVICES:
        deployment = files.of_kind("Deployment")[name]
        one = files.container(deployment)
        assert {"name": "ops", "containerPort": OPS_PORT} in one["ports"]
        asked = {
            probe: one[probe]["httpGet"]["path"]
            for probe in ("startupProbe", "livenessProbe", "readinessProbe")
        }
        assert asked == {
            "startupProbe": "/health/live",
            "livenessProbe": "/health/live",
            "readinessProbe": "/health/ready",
        }
        assert one["resources"]["requests"].keys() == {"cpu", "memory"}
        assert one["resources"]["limits"].keys() == {"memory"}
    assert f"FRONTDESK_OPS_ADDRESS=0.0.0.0:{OPS_PORT}" in (DEPLOY / "Dockerfile").read_text()


def test_a_process_is_given_the_time_that_it_takes_to_end() -> None:
    for name in SERVICES:
        assert (
            files.of_kind("Deployment")[name]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            > 25
        )
        assert int(files.compose()["services"][name]["stop_grace_period"].rstrip("s")) > 25


def test_selectors_find_their_pods() -> None:
    for name, one in files.of_kind("Deployment").items():
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert one["spec"]["selector"]["matchLabels"].items() <= labels.items(), name
    gateway = files.of_kind("Deployment")["gateway"]["spec"]["template"]["metadata"]["labels"]
    service = files.of_kind("Service")["gateway"]["spec"]
    assert service["selector"].items() <= gateway.items()
    ports = {port["name"] for port in files.container(files.of_kind("Deployment")["gateway"])["ports"]}
    assert {port["targetPort"] for port in service["ports"]} <= ports


def test_billing_scales_and_its_deployment_says_no_number() -> None:
    (scaler,) = files.of_kind("HorizontalPodAutoscaler").values()
    assert scaler["spec"]["scaleTargetRef"]["name"] == "billing"
    assert "replicas" not in files.of_kind("Deployment")["billing"]["spec"]
    assert 2 <= scaler["spec"]["minReplicas"] < scaler["spec"]["maxReplicas"]


def test_every_manifest_belongs_to_the_kustomization() -> None:
    there = {path.name for path in (DEPLOY / "k8s").glob("*.yaml")} - {"kustomization.yaml"}
    assert there == set(files.kustomization()["resources"])


def test_no_manifest_holds_a_secret_and_the_documentation_lists_their_keys() -> None:
    assert files.of_kind("Secret") == {}
    documented = (ROOT / "docs" / "operations.md").read_text()
    for _, workload in workloads():
        for one in files.container(workload)["env"]:
            if "valueFrom" in one:
                reference = one["valueFrom"]["secretKeyRef"]
                assert f"`{reference['name']}`" in documented, reference
                assert f"`{reference['key']}`" in documented, reference


def test_a_client_behind_what_ends_tls_keeps_an_address_and_support_its_pages() -> None:
    [gateway] = [workload for name, workload in workloads() if name == "gateway"]
    told = {one["name"]: one for one in files.container(gateway)["env"]}
    assert told["FRONTDESK_HTTP_PROXIES"]["value"] == "1"
    assert told["FRONTDESK_SUPPORT_TOKEN"]["valueFrom"]["secretKeyRef"]["optional"] is True
    environment = files.compose()["services"]["gateway"]["environment"]
    assert {"FRONTDESK_HTTP_PROXIES", "FRONTDESK_SUPPORT_TOKEN"} <= environment.keys()


# Servers.


def test_the_brokers_definitions_are_what_the_code_does() -> None:
    assert (DEPLOY / "rabbitmq" / "definitions.json").read_text() == rights.text(), "run: make docs"


def test_the_brokers_users_are_the_services() -> None:
    assert [one["user"] for one in files.definitions()["permissions"]] == list(SERVICES)
    for script in ("rabbitmq/start.sh", "postgres/services.sh"):
        named = re.search(r"for service in ([a-z ]+); do", (DEPLOY / script).read_text())
        assert named
        assert tuple(named[1].split()) == (SERVICES if script.startswith("rabbitmq") else WITH_DATABASE)


def test_the_brokers_settings_are_one_each() -> None:
    lines = (DEPLOY / "rabbitmq" / "rabbitmq.conf").read_text().splitlines()
    said = [line.partition("=")[0].strip() for line in lines if line and not line.startswith("#")]
    assert len(said) == len(set(said))


def test_a_services_role_has_the_limits_of_its_connections() -> None:
    sql = (DEPLOY / "postgres" / "service.sql").read_text()
    said = dict(re.findall(r'ALTER ROLE :"service" SET (\w+) = (\d+);', sql))
    assert said == {name: str(value) for name, value in engines.LIMITS.items()}


# The dashboard.


SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}


def declared() -> set[str]:
    """The metrics of the chassis, by the names that Prometheus stores."""
    wrapped = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    families = [family for metric in wrapped for family in metric.describe()]
    return {family.name + suffix for family in families for suffix in SUFFIXES[family.type]}


def shown() -> set[str]:
    targets = [target for panel in files.dashboard()["panels"] for target in panel.get("targets", [])]
    return {name for target in targets for name in re.findall(r"\bfrontdesk_\w+", target["expr"])}


def test_the_dashboard_shows_metrics_that_exist_and_leaves_none_out() -> None:
    assert shown() <= declared()
    stem = re.compile(r"_(bucket|count|sum)$")
    assert {stem.sub("", name) for name in declared()} == {stem.sub("", name) for name in shown()}


def test_the_panels_of_the_dashboard_lie_side_by_side() -> None:
    panels = files.dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    fields = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(set(fields)) == len(fields)
    assert max(x for x, _ in fields) < 24


@pytest.mark.parametrize("path", sorted((DEPLOY / "k8s").glob("*.yaml")), ids=lambda path: path.name)
def test_every_manifest_says_what_it_is(path: Path) -> None:
    for one in yaml.safe_load_all(path.read_text()):
        assert one["apiVersion"]
        assert one["kind"]
