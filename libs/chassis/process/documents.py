"""The command `frontdesk docs`: writes or checks the documents that are generated from the code."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

# Where each document comes from: a function without arguments that returns its text.
SOURCES = {
    "docs/asyncapi.yaml": "wire.asyncapi:document",
    "docs/openapi.yaml": "gateway.documents:openapi_yaml",
}
# Functions that return several documents by their paths.
FAMILIES = ("wire.snapshots:documents", "chassis.process.readmes:documents")


def _function(source: str) -> Callable[[], Any]:
    module, _, name = source.partition(":")
    found: Callable[[], Any] = getattr(importlib.import_module(module), name)
    return found


def generated() -> dict[str, str]:
    """Every document as the code says it, by path."""
    texts: dict[str, str] = {name: _function(source)() for name, source in SOURCES.items()}
    for source in FAMILIES:
        texts |= _function(source)()
    return texts


@click.command()
@click.option(
    "--check", "is_check", is_flag=True, help="Write nothing; fail when a document is not up to date."
)
def docs(is_check: bool) -> None:
    """Write the generated documents."""
    stale = 0
    for name, wanted in generated().items():
        path = Path(name)
        present = path.read_text() if path.exists() else ""
        if present == wanted:
            continue
        if is_check:
            stale += 1
            difference = difflib.unified_diff(
                present.splitlines(), wanted.splitlines(), name, "generated", n=1
            )
            click.echo("\n".join(list(difference)[:40]))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted)
            click.echo(f"wrote {name}")
    if stale:
        click.echo("Run `make docs` and commit what it writes.")
        sys.exit(1)
