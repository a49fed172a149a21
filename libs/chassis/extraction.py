"""Extraction of translatable strings, and the comparison of catalogues with them.

    python -m chassis.extraction update services/notifications    refresh locales/*.po, drop what is gone
    python -m chassis.extraction check services/notifications     say what is missing; exit 1 if anything is

Strings are found in `*.py` (`_("…")`, `gettext`, `ngettext`, `marked`) and in `templates/` (`{% trans %}`,
`_("…")`). Line breaks in a `trans` block count as one space: set `policies["ext.i18n.trimmed"] = True` in the
environment that renders. A comment that begins with `NOTE:` right before a string reaches the translator.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from chassis.translations import available_locales, mismatches, parse

TEMPLATES = ("templates/**.html", "templates/**.txt")
METHODS = [
    ("migrations/**.py", "ignore"),
    ("**.py", "python"),
    *((pattern, "jinja2") for pattern in TEMPLATES),
]
KEYWORDS = {**DEFAULT_KEYWORDS, "marked": None}
BOILERPLATE = re.compile(rb'"(Project-Id|Report-|POT-|PO-|Last-|Language-Team|Generated-).*\n')
OPTIONS = {pattern: {"trimmed": "true", "silent": "false"} for pattern in TEMPLATES}


def extracted(package: Path) -> Catalog:
    """Every translatable string of a package, with the files that use it."""
    found = Catalog(project=package.name, charset="utf-8")
    for file, line, text, comments, context in extract_from_dir(
        package,
        METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=("NOTE:",),
        strip_comment_tags=True,
        directory_filter=is_source,
    ):
        found.add(text, None, [(file, line)], auto_comments=comments, context=context)
    return found


def is_source(folder: str) -> bool:
    """Babel's own filter would leave out `templates/_base`."""
    return not Path(folder).name.startswith((".", "__"))


def update(package: Path) -> None:
    """Bring the strings of every catalogue up to date: new ones come in empty, those no longer used go."""
    template = extracted(package)
    for locale in available_locales(package / "locales"):
        path = package / "locales" / f"{locale}.po"
        messages = parse(path, locale)
        messages.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path.write_bytes(_written(messages))


def _written(messages: Catalog) -> bytes:
    """The file's bytes, without line numbers, dates and versions: they would change when nothing did."""
    file = io.BytesIO()
    write_po(file, messages, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return BOILERPLATE.sub(b"", file.getvalue()).lstrip()


def problems(package: Path, *, locales: tuple[str, ...]) -> Iterator[str]:
    """What readers of these languages would stumble over; nothing when the catalogues are complete."""
    template = extracted(package)
    for locale in locales:
        path = package / "locales" / f"{locale}.po"
        messages = parse(path, locale)
        yield from (f"{path}: {reason}" for reason in _gaps(template, messages))


def _gaps(template: Catalog, messages: Catalog) -> Iterator[str]:
    for wanted in template:
        if not wanted.id:
            continue
        message = messages.get(wanted.id, wanted.context)
        if message is None:
            yield f"{wanted.id!r} is missing"
        elif message.fuzzy or not message.string or not all(message.string):
            yield f"{wanted.id!r} has no translation"
        else:
            yield from mismatches(message, forms=messages.num_plurals)
    for message in messages:
        if message.id and template.get(message.id, message.context) is None:
            yield f"{message.id!r} is no longer used"
    for obsolete in messages.obsolete.values():
        yield f"{obsolete.id!r} is kept as obsolete"


@click.group(help="Collect translatable strings and compare them with the catalogues.")
def main() -> None:
    pass


@main.command("update")
@click.argument("packages", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def update_command(packages: tuple[Path, ...]) -> None:
    """Refresh the .po files of each package."""
    for package in packages:
        update(package)


@main.command("check")
@click.argument("packages", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check_command(packages: tuple[Path, ...]) -> None:
    """List missing, empty, mismatched and obsolete entries."""
    found = [
        line
        for package in packages
        for line in problems(package, locales=available_locales(package / "locales"))
    ]
    for line in found:
        click.echo(line)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
