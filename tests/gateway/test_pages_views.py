"""Templates: every page shows its context, safely, and nothing else."""

from __future__ import annotations

import datetime
import html
import importlib.util
import pkgutil
import re

import pytest

import gateway
from gateway import texts
from gateway.layout import views
from gateway.layout.contexts import LinkState, Page, Problem
from gateway.login.contexts import LogIn
from gateway.mailbox.contexts import Mail, Mailbox
from gateway.my_account.contexts import Account, Billing, BillingState
from gateway.signup.contexts import Activate, SignUp, SignUpDone
from tests.browser import samples
from tests.browser.sample_people import NOW, common
from tests.browser.samples import mailbox, my_account, signup
from wire.values import LOCALES


def page_classes() -> dict[str, type[Page]]:
    """Every page by the name of its template: the areas' contexts hold them."""
    found: dict[str, type[Page]] = {}
    for area in pkgutil.iter_modules(gateway.__path__, "gateway."):
        if area.ispkg and importlib.util.find_spec(f"{area.name}.contexts"):
            contexts = importlib.import_module(f"{area.name}.contexts")
            pages = (
                kind for kind in vars(contexts).values() if isinstance(kind, type) and issubclass(kind, Page)
            )
            found |= {kind.template: kind for kind in pages if hasattr(kind, "template")}
    return found


PAGES = page_classes()
NONCE = "n0nce"
COMMON = common("en", "/log-in")


def draw(page: Page, locale: str = "en") -> str:
    return views.draw(page, locale=locale, nonce=NONCE)


def test_every_template_compiles() -> None:
    views.compile_all()


def test_the_samples_show_every_page() -> None:
    assert {page.template for page in samples.pages("en").values()} == set(PAGES)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", samples.pages("en"))
def test_a_page_is_strict_about_scripts_and_styles(name: str, locale: str) -> None:
    drawn = draw(samples.pages(locale)[name], locale)
    assert f'<html lang="{locale}">' in drawn
    for script in re.findall(r"<script\b[^>]*>", drawn):
        assert f'nonce="{NONCE}"' in script
        assert 'src="/static/' in script
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style", drawn)
    assert "{{" not in drawn
    assert "None" not in drawn


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_its_fields_is_refused(page: str) -> None:
    with pytest.raises(TypeError, match=r"missing .* required keyword-only argument"):
        PAGES[page]()


def test_a_field_that_a_page_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'passwrod'"):
        LogIn(passwrod="x", **COMMON)


def test_what_was_entered_comes_back_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    values = {"company_name": evil, "email": evil, "name": evil, "phone": evil, "time_zone": evil}
    page = SignUp(**COMMON, values=values, errors={"name": evil}, problem=evil)
    drawn = draw(page)
    assert "<script>alert" not in drawn
    assert drawn.count(html.escape(evil, quote=False).replace('"', "&#34;")) == 7


def test_a_name_cannot_break_out_of_a_translated_sentence() -> None:
    drawn = draw(SignUpDone(**COMMON, email="<b>@example.com"), "fr")
    assert "<b>@example.com" not in drawn
    assert "Nous avons envoyé un e-mail à <strong>&lt;b&gt;@example.com</strong>" in drawn


def test_a_password_is_never_filled_in() -> None:
    values = {"email": "a@example.com", "password": "secret-secret", "password_repeat": "secret-secret"}
    for page in (
        LogIn(**COMMON, values=values, problem="No."),
        Activate(**COMMON, state=LinkState.READY, values=values),
    ):
        assert "secret-secret" not in draw(page)


def test_an_error_is_tied_to_its_field_and_the_first_one_has_the_focus() -> None:
    page = SignUp(**COMMON, errors={"email": "Not an address.", "phone": "No number."})
    drawn = draw(page)
    email = re.search(r'<input id="email".*?>', drawn, re.DOTALL)
    phone = re.search(r'<input id="phone".*?>', drawn, re.DOTALL)
    assert email is not None
    assert phone is not None
    assert 'aria-invalid="true"' in email[0]
    assert 'aria-describedby="email-hint email-error"' in email[0]
    assert drawn.count("autofocus") == 1
    assert "autofocus" in email[0]
    assert '<p class="error" id="email-error">Not an address.</p>' in drawn
    assert '<a href="#phone">Phone</a>' in drawn


def test_an_error_of_a_field_that_the_form_does_not_show_is_said_in_words() -> None:
    drawn = draw(SignUp(**COMMON, errors={"time_zone": "Not a time zone."}))
    assert "<li>Not a time zone.</li>" in drawn


@pytest.mark.parametrize(
    ("page", "field", "token"),
    [
        ("sign_up", "company_name", "organization"),
        ("sign_up", "country", "country"),
        ("sign_up", "name", "name"),
        ("sign_up", "email", "email"),
        ("sign_up", "phone", "tel"),
        ("log_in", "email", "username"),
        ("log_in", "password", "current-password"),
        ("activate-ready", "password", "new-password"),
        ("activate-ready", "password_repeat", "new-password"),
    ],
)
def test_browsers_can_fill_in_a_field(page: str, field: str, token: str) -> None:
    drawn = draw(samples.pages("en")[page])
    tag = re.search(rf'<(?:input|select) id="{field}".*?>', drawn, re.DOTALL)
    assert tag is not None
    assert f'autocomplete="{token}"' in tag[0]
    assert f'<label for="{field}">' in drawn


@pytest.mark.parametrize("name", ["sign_up", "log_in", "activate-ready", "account"])
def test_every_form_that_changes_something_carries_the_token(name: str) -> None:
    drawn = draw(samples.pages("en")[name])
    forms = re.findall(r'<form[^>]*method="post".*?</form>', drawn, re.DOTALL)
    assert forms
    assert all('name="csrf_token" value="sample-token"' in form for form in forms)


def test_the_language_links_keep_the_page() -> None:
    drawn = draw(LogIn(**{**COMMON, "page_path": "/mailbox?to=a%40example.com&lang=ko"}))
    assert 'href="/mailbox?to=a%40example.com&amp;lang=fr" lang="fr" hreflang="fr"' in drawn


@pytest.mark.parametrize(
    ("state", "way_out"),
    [
        (LinkState.USED, 'href="/log-in"'),
        (LinkState.SUPERSEDED, 'href="/mailbox"'),
        (LinkState.EXPIRED, 'class="button" href="/activation-link"'),
        (LinkState.UNKNOWN, 'href="mailto:help@frontdesk.example"'),
    ],
)
def test_a_link_that_is_of_no_use_shows_the_way_out_and_no_form(state: LinkState, way_out: str) -> None:
    drawn = draw(signup.activation("en", state))
    assert way_out in drawn
    assert 'name="password"' not in drawn


@pytest.mark.parametrize(
    ("ends_in", "days"),
    [
        ({"hours": 1}, 1),
        ({"days": 1}, 1),
        ({"days": 1, "seconds": 1}, 2),
        ({"days": 9}, 9),
        ({"days": -1}, 0),
    ],
)
def test_a_day_that_has_begun_counts_as_left(ends_in: dict[str, int], days: int) -> None:
    ends_at = NOW + datetime.timedelta(**ends_in)
    overview = Billing(plan="trial", status="trial", trial_ends_at=ends_at, as_of=NOW)
    page = my_account.account("en", BillingState.READY, overview)
    assert isinstance(page, Account)
    assert page.days_left == days


def test_one_day_is_singular() -> None:
    one, many = my_account.billing(days=1), my_account.billing(days=12)
    assert "<strong>1</strong> day left" in draw(my_account.account("en", BillingState.READY, one))
    assert "<strong>12</strong> days left" in draw(my_account.account("en", BillingState.READY, many))
    assert "<strong>1</strong> jour restant<" in draw(my_account.account("fr", BillingState.READY, one), "fr")
    assert "<strong>12</strong> jours restants" in draw(
        my_account.account("fr", BillingState.READY, many), "fr"
    )
    assert "<strong>12</strong>일 남음" in draw(my_account.account("ko", BillingState.READY, many), "ko")


def test_the_profile_stands_when_billing_does_not() -> None:
    drawn = draw(my_account.account("en", BillingState.STALE, None))
    assert "Grace Hopper" in drawn
    assert "Billing is not available at the moment." in drawn


def test_last_known_figures_say_from_when_they_are() -> None:
    drawn = draw(my_account.account("en", BillingState.STALE, my_account.billing()))
    assert "These figures are from Nov 22, 2026, 4:30\u202fAM." in drawn
    assert "Trial ends" in drawn


def test_who_may_not_see_billing_sees_no_trace_of_it() -> None:
    assert "Billing" not in draw(my_account.account("en", BillingState.HIDDEN, None))


def test_links_in_a_mails_text_can_be_followed_and_nothing_in_it_is_html() -> None:
    mail = mailbox.mail("en")
    drawn = draw(
        Mailbox(
            **COMMON,
            mails=(mail,),
            selected=Mail(
                **{field: getattr(mail, field) for field in Mail.__slots__ if field != "text"},
                text="<img src=x onerror=alert(1)> https://example.com/a?b=c",
            ),
        )
    )
    assert "<img src=x" not in drawn
    assert '<a href="https://example.com/a?b=c" rel="noopener">' in drawn


def test_the_mailbox_is_offered_only_where_there_is_one() -> None:
    without = {**COMMON, "has_mailbox": False}
    assert "/mailbox" not in draw(SignUpDone(**without, email="a@example.com"))
    assert "/mailbox?to=a%40example.com" in draw(SignUpDone(**COMMON, email="a@example.com"))


def test_a_mails_links_open_beside_the_mailbox() -> None:
    base = '<base target="_blank">'
    assert views.mail_document("<html><HEAD><title>x</title>") == f"<html><HEAD>{base}<title>x</title>"
    assert views.mail_document("<p>x</p>") == f"{base}<p>x</p>"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_problem_page_says_what_the_code_means_and_which_request_it_was(locale: str) -> None:
    page = Problem(
        **common(locale, "/account"),
        number=503,
        code="service_unavailable",
        request_id="r-1",
        is_repeatable=True,
    )
    drawn = draw(page, locale)
    assert texts.title("service_unavailable", locale) in drawn
    assert "<code>r-1</code>" in drawn
    assert 'class="button" href="/account"' in drawn
