"""The imports of `wire`: marshmallow and the standard library only."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import wire

ROOT = Path(wire.__file__).parent
ALLOWED = sys.stdlib_module_names | {"marshmallow", "wire"}


def modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py"))


def imported(source: str) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0] if node.level == 0 else "wire")
    return found


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_the_standard_library_and_marshmallow_only(module: str) -> None:
    assert imported((ROOT / module).read_text()) - ALLOWED == set()


def test_an_import_is_seen_wherever_it_stands() -> None:
    source = "import json\nfrom .values import x\n\ndef f():\n    from argon2.low_level import hash_secret\n"
    assert imported(source) - ALLOWED == {"argon2"}
