"""Templates: Jinja2 with everything escaped, and one compiled environment per language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway import texts
from gateway.languages import NATIVE_NAMES, with_language
from gateway.layout import formats, navigation, static_files
from gateway.layout.contexts import Page
from gateway.texts.catalogues import translations
from wire.values import LOCALES

TEMPLATES = Path(__file__).parents[1] / "templates"


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.globals.update(
        locale=locale,
        languages=NATIVE_NAMES,
        with_language=with_language,
        countries=formats.countries(locale),
        static=static_files.url,
        main_areas=navigation.main_areas_for,
        current_area=navigation.current_area,
        section_groups=navigation.groups_for,
        current_section=navigation.current,
        problem_title=lambda code: texts.title(code, locale),
        problem_detail=lambda code: texts.detail(code, locale),
    )
    return environment


def compile_all() -> None:
    """Compile every template in every language: a mistake in one stops the start, not a request."""
    for locale in LOCALES:
        environment = _environment(locale)
        for name in environment.list_templates():
            environment.get_template(name)


def draw(page: Page, *, locale: str, nonce: str) -> str:
    """The HTML of a page. `nonce` is the one in the answer's Content-Security-Policy."""
    template = _environment(locale).get_template(f"{page.template}.html")
    return template.render(page=page, nonce=nonce, formats=formats.Formats(locale, page.time_zone))


def mail_document(html: str) -> str:
    """A caught mail's HTML for its frame: links open in a new tab, since no page of ours stands in a frame.

    To be answered with `policies.MAIL_HTML`.
    """
    target = Markup('<base target="_blank">')
    start = html.lower().find("<head>")
    at = start + len("<head>") if start >= 0 else 0
    return f"{html[:at]}{target}{html[at:]}"
