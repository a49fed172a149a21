"""Which documents are written from the code? `docs/asyncapi.yaml`, `docs/openapi.yaml`, the contracts' snapshots."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import click

# Where each document comes from: a function without arguments that returns its text.
SOURCES = {
    "docs/asyncapi.yaml": "wire.asyncapi:document",
    "docs/openapi.yaml": "gateway.openapi:text",
}


def _written(source: str) -> str:
    module, _, name = source.partition(":")
    write: Callable[[], str] = getattr(importlib.import_module(module), name)
    return write()


@click.command()
@click.option(
    "--check", "is_check", is_flag=True, help="Write nothing; fail when a document is not up to date."
)
def docs(is_check: bool) -> None:
    """Write the generated documents."""
    stale = 0
    for name, source in SOURCES.items():
        path, wanted = Path(name), _written(source)
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
