"""The files under deploy/, read as YAML and JSON, and the environment that each process gets from them."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chassis.http.protocol import ClientTimeouts
from chassis.settings import ChassisSettings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = ("accounts", "billing", "contacts", "notifications", "gateway")
WITH_DATABASE = SERVICES[:-1]
# Read outside of a settings class: before there can be one, or by tests.
READ_ALONE = {"FRONTDESK_DATABASE_SILENCE_SECONDS"}


@cache
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


@cache
def example() -> dict[str, str]:
    """The variables of .env.example."""
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@cache
def manifests() -> list[dict[str, Any]]:
    """Every object that is applied to the cluster."""
    names = kustomization()["resources"]
    return [one for name in names for one in yaml.safe_load_all((DEPLOY / "k8s" / name).read_text())]


def kustomization() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "k8s" / "kustomization.yaml").read_text())
    return read


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in manifests() if one["kind"] == kind}


def container(workload: dict[str, Any]) -> dict[str, Any]:
    (only,) = workload["spec"]["template"]["spec"]["containers"]
    return dict(only)


def cluster_environment(workload: dict[str, Any]) -> dict[str, str]:
    """The environment of a workload's container: values, and references to where other values come from."""
    own = {one["name"]: one.get("value") or str(one.get("valueFrom")) for one in container(workload)["env"]}
    return {**of_kind("ConfigMap")["frontdesk"]["data"], **own}


def image_variables() -> set[str]:
    return set(re.findall(r"\b(FRONTDESK_\w+)=", (DEPLOY / "Dockerfile").read_text()))


@dataclasses.dataclass(frozen=True)
class Known:
    """The variables that a service's process reads, and those without which it does not start."""

    all: frozenset[str]
    required: frozenset[str]


@cache
def known(service: str) -> Known:
    module = importlib.import_module(f"{service}.settings") if has_settings(service) else None
    own = [value for value in vars(module).values() if dataclasses.is_dataclass(value)] if module else []
    found = [
        field
        for cls in (ChassisSettings, ClientTimeouts, *own)
        for field in dataclasses.fields(cls)  # type: ignore[arg-type]  # a dataclass, as asked above
        if "variable" in field.metadata
    ]
    names = {field.metadata["variable"] for field in found} | READ_ALONE
    required = {field.metadata["variable"] for field in found if field.default is dataclasses.MISSING}
    if service in WITH_DATABASE:
        required.add(f"FRONTDESK_{service.upper()}_DATABASE_URL")
    return Known(all=frozenset(names | required), required=frozenset(required))


def has_settings(service: str) -> bool:
    return any((ROOT / folder / "settings.py").exists() for folder in (service, f"services/{service}"))


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEPLOY / "grafana" / "frontdesk.json").read_text())
    return read


def definitions() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEPLOY / "rabbitmq" / "definitions.json").read_text())
    return read


def pins(name: str) -> dict[str, str]:
    """The versions that one file of requirements/ names."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, flags=re.MULTILINE))
