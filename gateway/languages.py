"""Language negotiation: the language a reader has picked, else the profile's, the browser's, English."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from wire.values import LOCALES

FALLBACK = "en"
NATIVE_NAMES = {"en": "English", "fr": "Français", "ko": "한국어"}
PARAMETER = "lang"


def negotiate_locale(cookie: str | None, user_locale: str | None, accept_language: str | None) -> str:
    """The locale of a page: the first of cookie, profile and `Accept-Language` that we speak."""
    for locale in (cookie, user_locale):
        if locale in LOCALES:
            return locale
    for tag, quality in parse_accept_header(accept_language, LanguageAccept):
        language = tag.partition("-")[0].lower()
        if quality > 0 and language in LOCALES:
            return language
    return FALLBACK


def with_language(page_path: str, locale: str) -> str:
    """The same page in another language: with its path and query, always on this host."""
    parts = urlsplit(page_path)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != PARAMETER]
    return f"/{parts.path.lstrip('/')}?{urlencode([*query, (PARAMETER, locale)])}"
