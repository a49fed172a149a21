"""Rendering of mails: a mail's name, its props and a language become subject, text and HTML."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing
from collections.abc import Callable, Iterable
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context, select_autoescape
from jinja2.runtime import Context

from chassis.translations import Translations
from notifications.local_times import local_time
from notifications.mails.base import IpAddress, Mail, Note, Props, TimeZone
from notifications.untrusted_text import unlinked
from notifications.urls import Url
from wire.values import LOCALES

HERE = Path(__file__).parent
NOTE_LENGTH_MAX = 2000
BLANK_LINES = re.compile(r"\n{3,}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Site:
    """This installation, as the texts of mails name it."""

    product_name: str
    help_address: str
    public_url: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rendered:
    subject: str
    text: str
    html: str
    locale: str


class Renderer:
    """All mails in all languages, compiled at start: a broken template stops the process, not a mail."""

    def __init__(self, site: Site, mails: Iterable[Mail], *, folder: Path = HERE) -> None:
        self._site = site
        self._mails = {mail.name: mail for mail in mails}
        translations = Translations(folder / "locales", locales=LOCALES)
        self._compiled = {
            locale: _compiled(_environment(folder / "templates", translations, locale), self._mails.values())
            for locale in LOCALES
        }
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def render(self, mail_name: str, props: Props, locale: str) -> Rendered:
        mail = self._mails[mail_name]
        values = {**self._values(mail, props), "site": self._site, "locale": locale}
        subject, text, html = (self._compiled[locale][name] for name in mail.templates)
        line = " ".join(subject.render(values).split())
        return Rendered(
            subject=line,
            text=_tidy(text.render(values)),
            html=self._inliner.inline(html.render(values, subject=line)),
            locale=locale,
        )

    def _values(self, mail: Mail, props: Props) -> dict[str, object]:
        """The props as a template may print them: our own links checked, strangers' texts made harmless."""
        if not isinstance(props, mail.props):
            raise TypeError(f"{mail.name} is written from {mail.props.__name__}, not {type(props).__name__}")
        kinds = typing.get_type_hints(mail.props)
        return {
            field.name: self._value(kinds[field.name], getattr(props, field.name))
            for field in dataclasses.fields(props)
        }

    def _value(self, kind: object, value: object) -> object:
        if kind is Url:
            return self._own_url(str(value))
        if kind is Note:
            return unlinked(str(value), length_max=NOTE_LENGTH_MAX)
        return unlinked(value) if isinstance(value, str) and kind not in (TimeZone, IpAddress) else value

    def _own_url(self, url: str) -> str:
        if not url.startswith(self._site.public_url.rstrip("/") + "/"):
            raise ValueError("A link in a mail must lead to the public address of this installation")
        return url


def _moment(translations: Translations, locale: str) -> Callable[[Context, datetime.datetime], str]:
    """The filter `moment`: a point in time in the mail's language and the recipient's time zone."""
    gettext = translations.for_locale(locale).gettext

    @pass_context
    def moment(context: Context, at: datetime.datetime) -> str:
        return local_time(at, time_zone=str(context["time_zone"]), locale=locale, gettext=gettext)

    return moment


def _environment(folder: Path, translations: Translations, locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["moment"] = _moment(translations, locale)
    # The i18n extension puts this method on the environment; jinja2's types do not know.
    environment.install_gettext_translations(translations.for_locale(locale), newstyle=True)  # type: ignore[attr-defined]
    return environment


def _compiled(environment: Environment, mails: Iterable[Mail]) -> dict[str, Template]:
    return {name: environment.get_template(name) for mail in mails for name in mail.templates}


def _tidy(text: str) -> str:
    """No blank edges, never more than one blank line: templates need not count their line breaks."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return BLANK_LINES.sub("\n\n", lines).strip() + "\n"
