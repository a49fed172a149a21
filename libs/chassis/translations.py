"""gettext catalogues, read from their .po files once, at start.

A package keeps one file per language: `locales/fr.po`, `locales/ko.po`. English is the language of the
source and needs no file. Nothing is compiled beforehand, so there is no .mo that could be older than its .po.
`chassis.extraction` collects the strings and refreshes the files.
"""

from __future__ import annotations

import functools
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

SOURCE_LOCALE = "en"
LINE = re.compile(r'(#.*)|((msg\w+(\[\d\])?\s*)?"([^"\\]|\\.)*")?')
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


class CatalogueError(Exception):
    """A .po file that must not be served; the message names the file and every reason."""


@functools.cache
def catalogue(folder: Path, locale: str) -> gettext.NullTranslations:
    """The translations of one language; English answers with the source text itself."""
    if locale == SOURCE_LOCALE:
        return gettext.NullTranslations()
    messages = read(folder / f"{locale}.po", locale)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Translations:
    """The languages of one folder, all of them read and checked before the first text is asked for."""

    def __init__(self, folder: Path, *, locales: tuple[str, ...] = ()) -> None:
        self.locales = tuple(dict.fromkeys((SOURCE_LOCALE, *(locales or available_locales(folder)))))
        self._catalogues = {locale: catalogue(folder, locale) for locale in self.locales}

    def for_locale(self, locale: str) -> gettext.NullTranslations:
        return self._catalogues[locale]


def available_locales(folder: Path) -> tuple[str, ...]:
    """The languages for which the folder has a .po file."""
    return tuple(sorted(path.stem for path in folder.glob("*.po")))


def read(path: Path, locale: str) -> Catalog:
    """A .po file that may be served; anything wrong with it is said at once."""
    messages = parse(path, locale)
    if reasons := list(_wrong(messages, locale)):
        raise CatalogueError(f"{path}: {'; '.join(reasons)}")
    return messages


def parse(path: Path, locale: str) -> Catalog:
    """A .po file as it stands, however incomplete."""
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_strange_lines(text)
        return read_po(text.splitlines(), locale=locale, abort_invalid=True)
    except FileNotFoundError:
        raise CatalogueError(f"{path}: there is no such file") from None
    except (PoFileError, ValueError, UnknownLocaleError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def _refuse_strange_lines(text: str) -> None:
    """Babel reads over an unclosed quote and takes a letter from the text instead."""
    for number, line in enumerate(text.splitlines(), 1):
        if not LINE.fullmatch(line.strip()):
            raise ValueError(f"line {number} is not understood")


def _wrong(messages: Catalog, locale: str) -> Iterator[str]:
    if not len(messages):
        yield "it holds no messages"
    declared = dict(messages.mime_headers).get("Language")
    if declared != locale:
        yield f"its header says Language {declared}"
    for message in messages:
        if message.id and not message.fuzzy:
            yield from mismatches(message, forms=messages.num_plurals)


def mismatches(message: Message, *, forms: int) -> Iterator[str]:
    """What is wrong with a translation: missing plural forms, other placeholders than its source has."""
    translations = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if message.pluralizable and any(translations) and (len(translations) != forms or not all(translations)):
        yield f"{message.id!r} needs {forms} plural form(s)"
    source = message.id if isinstance(message.id, str) else message.id[-1]
    for translation in filter(None, translations):
        if placeholders(translation) != placeholders(source):
            yield f"{translation!r} has other placeholders than {source!r}"


def placeholders(text: str) -> set[str]:
    """The names that a text leaves open, as %(name)s or as {name}."""
    return {match[1] or match[2] for match in PLACEHOLDER.finditer(text)}
