"""Sample props of every mail in each language: what a field holds follows from its name or its type."""

from __future__ import annotations

import dataclasses
import datetime
import typing

from notifications.mails.base import Mail, Props
from notifications.mails.table import find
from notifications.rendering import Site
from notifications.urls import Url, Urls

SITE = Site(
    product_name="Frontdesk", help_address="help@frontdesk.example", public_url="https://frontdesk.example"
)
URLS = Urls(SITE.public_url)
TOKEN = "dGhlLXRva2VuLW9mLWEtbWFpbC1saW5rX19fX19fXw"
NAMES = {"en": "Ada Lovelace", "fr": "Élodie Lefèvre", "ko": "김민준"}
COMPANIES = {"en": "Analytical Engines Ltd", "fr": "Librairie L’Écume", "ko": "한빛전자"}
INVITERS = {"en": "Charles Babbage", "fr": "Solène Roux", "ko": "박지우"}
ZONES = {"en": "America/New_York", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
EXPIRES_AT = datetime.datetime(2026, 7, 3, 13, 15, tzinfo=datetime.UTC)
FIELDS: dict[str, object] = {
    "abandoned_email": "ada.byron@engines.example",
    "browser": "Firefox",
    "cancellation_link": URLS.cancellation(),
    "codes_left": 8,
    "email_link": URLS.email_address(),
    "ip_address": "192.0.2.17",
    "is_paid": True,
    "log_in_link": URLS.log_in(),
    "new_email": "ada.byron@engines.example",
    "note": "",
    "number": 100017,
    "portal_slug": "analytical-engines",
    "reset_link": URLS.forgot_password(),
    "second_factor_link": URLS.second_factor(),
    "sessions_link": URLS.sessions(),
    "system": "Windows",
    "undo_until": EXPIRES_AT + datetime.timedelta(days=7),
}
# Where a mail is to say something else.
OTHERWISE: dict[str, dict[str, object]] = {
    "account_reactivated": {"is_paid": False},
    "reactivation_refused": {"note": "Two invoices are open. Please pay them first, then ask again."},
}


def props(mail_name: str, locale: str) -> Props:
    """What the named mail is written from, for a reader of this language."""
    return props_for(find(mail_name), locale)


def props_for(mail: Mail, locale: str) -> Props:
    values = FIELDS | _of_reader(locale) | OTHERWISE.get(mail.name, {})
    link = mail.link(URLS, TOKEN, {"portal_slug": "analytical-engines"})
    if link is not None:
        values["link"] = link
    kinds = typing.get_type_hints(mail.props)
    names = [field.name for field in dataclasses.fields(mail.props)]
    moments = dict.fromkeys((name for name in names if kinds[name] is datetime.datetime), EXPIRES_AT)
    return mail.props(**{name: (moments | values)[name] for name in names})  # type: ignore[arg-type]


def link_in(props: Props) -> Url:
    """The one link of a mail."""
    kinds = typing.get_type_hints(type(props))
    [link] = [getattr(props, name) for name, kind in kinds.items() if kind is Url]
    return Url(link)


def _of_reader(locale: str) -> dict[str, object]:
    return {
        "name": NAMES[locale],
        "company_name": COMPANIES[locale],
        "invited_by": INVITERS[locale],
        "time_zone": ZONES[locale],
    }
