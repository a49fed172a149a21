"""The generated part of each service's README: what it answers, listens to and does on a timer, by topic."""

from __future__ import annotations

import inspect
from collections import defaultdict
from pathlib import Path
from typing import Any

from chassis.events.listeners import Listen
from chassis.every import Every
from chassis.process import runner, topology
from chassis.rpc import Serve

SERVICES = ("accounts", "billing", "contacts", "notifications")
BEGIN = "<!-- Written by `make docs` from the code; do not edit. -->"
END = "<!-- Until here. -->"
COLUMNS = {Serve: "Answers", Listen: "Listens to", Every: "On a timer"}

Topics = dict[str, dict[str, list[str]]]


def documents() -> dict[str, str]:
    """The README of every service that has one here, by its path."""
    paths = {service: Path("services") / service / "README.md" for service in SERVICES}
    return {str(path): _filled(path.read_text(), service) for service, path in paths.items() if path.exists()}


def _filled(text: str, service: str) -> str:
    """The text with its generated part as the code has it now. Raises `ValueError` where the marks are missing."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the README of {service} has no generated part")
    return f"{before}{BEGIN}\n\n{table(runner.service_class(service))}\n{END}{after}"


def table(service: type) -> str:
    """A row for each topic of a service class, as Markdown."""
    rows = [
        f"| {topic} | {' | '.join(_cell(found[column]) for column in COLUMNS.values())} |"
        for topic, found in sorted(topics(service).items())
    ]
    head = f"| Topic | {' | '.join(COLUMNS.values())} |"
    return "\n".join([head, "| --- " * (len(COLUMNS) + 1) + "|", *rows]) + "\n"


def topics(service: type) -> Topics:
    """What the entrypoints of each topic do, by topic and kind; a module beside the topics counts as one."""
    found: Topics = defaultdict(lambda: {column: [] for column in COLUMNS.values()})
    for method, entrypoint in topology.entrypoints(service):
        module = inspect.unwrap(getattr(service, method)).__module__
        topic = module.split(".")[1]
        for kind, column in COLUMNS.items():
            if isinstance(entrypoint, kind):
                found[topic][column].append(_said(method, entrypoint))
    return found


def _said(method: str, entrypoint: Any) -> str:
    return entrypoint.event.type if isinstance(entrypoint, Listen) else method


def _cell(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words)) or "–"
