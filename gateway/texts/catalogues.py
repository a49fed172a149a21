"""Message catalogues: English from the source, the other languages from `locales/*.po`."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import NamedTuple

from chassis.translations import catalogue

FOLDER = Path(__file__).parents[1] / "locales"


def marked(text: str) -> str:
    """Mark a string for the catalogues where it is written (as `_`); it is translated where it is shown."""
    return text


def translations(locale: str) -> gettext.NullTranslations:
    return catalogue(FOLDER, locale)


class Text(NamedTuple):
    """What a code means. English, as written in the code, is the source; the catalogues in `locales/` hold the rest."""

    title: str
    detail: str
