"""Code blocks of the how-to pages, put into a copy of the source tree where each block says.

The line that opens a block names the file and the place: `imports`, `before class X`, `in class X`, `in NAME` (a
table), `instead of f` (a function or method), `at the end`, `new file`. `NNNN` in a file's name is the number of the
migration that `make migration` has written: pages that have the command get one.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/how-to"
PACKAGES = ("libs", "services", "gateway")
BLOCK = re.compile(r"```\w+ ([\w/.]+) ([\w ]+)\n(.*?)```", flags=re.DOTALL)
MIGRATION = re.compile(r'make migration service=(\w+) name="([\w ]+)"')
FIRST_IMPORT = "from __future__ import annotations\n"


def copy_sources(folder: Path) -> None:
    """The packages of the suite, as they stand in the tree."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def apply(page: str, folder: Path) -> list[str]:
    """Put every block of a page where it says; returns the files that were touched, each once, in order."""
    touched: list[str] = []
    text = (PAGES / page).read_text(encoding="utf-8")
    for service, title in MIGRATION.findall(text):
        write_migration(service, title, folder)
    for name, place, code in BLOCK.findall(text):
        path = file_of(name, folder)
        if place == "new file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code, encoding="utf-8")
        else:
            path.write_text(placed(path.read_text(encoding="utf-8"), place, code), encoding="utf-8")
        touched.append(name)
    return list(dict.fromkeys(touched))


def write_migration(service: str, title: str, folder: Path) -> None:
    """What `make migration` does, in the copy."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "chassis.process.cli",
        "migrate",
        service,
        "--new",
        title,
    ]
    subprocess.run(command, env=os.environ | python_path(folder), check=True, capture_output=True, timeout=60)


def python_path(folder: Path) -> dict[str, str]:
    """The environment in which the copy is what is imported."""
    return {
        "PYTHONPATH": os.pathsep.join(str(part) for part in (folder / "libs", folder / "services", folder))
    }


def file_of(name: str, folder: Path) -> Path:
    """The file of that name in the copy, whatever number a migration has."""
    if "NNNN" not in name:
        return folder / name
    [path] = folder.glob(name.replace("NNNN", "[0-9]" * 4))
    return path


def placed(source: str, place: str, code: str) -> str:
    """The source with the code at the place. Raises `LookupError` where there is no such place."""
    if place == "imports":
        return source.replace(FIRST_IMPORT, f"{FIRST_IMPORT}\n{code}", 1)
    if place == "at the end":
        return f"{source.rstrip()}\n\n\n{code}"
    lines = source.splitlines(keepends=True)
    word, _, name = place.rpartition(" ")
    start, end = span(ast.parse(source), name)
    if word == "before class":
        return "".join([*lines[:start], code, "\n\n", *lines[start:]])
    if word == "in class":
        return "".join([*lines[:end], "\n", code, *lines[end:]])
    if word == "in":  # a table: before the line that closes it
        return "".join([*lines[: end - 1], code, *lines[end - 1 :]])
    if word == "instead of":
        return "".join([*lines[:start], code, *lines[end:]])
    raise LookupError(place)


def span(tree: ast.Module, name: str) -> tuple[int, int]:
    """The lines of a class, a function or a table, its decorators among them: from the first, to after the last."""
    for node in ast.walk(tree):
        if name in names(node) and isinstance(node, ast.stmt) and node.end_lineno is not None:
            decorators = getattr(node, "decorator_list", [])
            return min([node.lineno, *(one.lineno for one in decorators)]) - 1, node.end_lineno
    raise LookupError(name)


def names(node: ast.AST) -> list[str]:
    """What a statement defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
