"""Forms of pages: what each kind of refusal becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from werkzeug.test import EnvironBuilder

from chassis.errors import MalformedRequest, ServiceUnavailable
from chassis.http import Request
from gateway import forms, texts
from gateway.forms import Field, Fields, Problem, Redirect, Refused
from gateway.settings import gateway_settings
from gateway.web import Visit
from wire import schema
from wire.accounts.api_keys import ScopeNotAllowed
from wire.accounts.profile import SlugInUse
from wire.accounts.second_factor import SecondFactorOff
from wire.accounts.tenancy import UserUnknown
from wire.accounts.users import InviteUser
from wire.contract import FieldError
from wire.identity import PasswordIncorrect
from wire.versions import VersionStale

RULES: forms.Rules = {
    SlugInUse: Field("slug"),
    PasswordIncorrect: Field("current_password", status=403, blank_code="missing_field"),
    ScopeNotAllowed: Fields(),
    VersionStale: Problem(),
    SecondFactorOff: Redirect("/account/second-factor"),
}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FRONTDESK_GATEWAY_KEY", "k" * 40)
    gateway_settings.cache_clear()
    yield
    gateway_settings.cache_clear()


def visit(**fields: str) -> Visit:
    body = urlencode(fields).encode()
    form = "application/x-www-form-urlencoded"
    return Visit(Request(EnvironBuilder(method="POST", data=body, content_type=form).get_environ()), None)


def raising(error: Exception) -> Callable[[], str]:
    def call() -> str:
        raise error

    return call


def refused(error: Exception, rules: forms.Rules = RULES, **fields: str) -> Refused:
    outcome = forms.submit(visit(**fields), raising(error), rules)
    assert isinstance(outcome, Refused)
    assert outcome.reason is error
    return outcome


def test_what_is_accepted_is_answered() -> None:
    assert forms.submit(visit(), lambda: "done", RULES) == "done"


def test_a_refusal_of_one_field_stands_at_it() -> None:
    outcome = refused(SlugInUse(), slug="harbour")
    assert outcome.context == {
        "status": 422,
        "errors": {"slug": texts.detail("slug_in_use", "en")},
        "problem": None,
    }


def test_an_empty_field_may_have_words_of_its_own() -> None:
    assert refused(PasswordIncorrect(), current_password="wrong").errors == {
        "current_password": texts.detail("password_incorrect", "en")
    }
    assert refused(PasswordIncorrect(), current_password=" ").errors == {
        "current_password": texts.detail("missing_field", "en")
    }


def test_a_refusal_may_name_its_fields_and_their_items_itself() -> None:
    errors = (FieldError(pointer="/scopes/1", code="scope_not_allowed"),)
    outcome = refused(ScopeNotAllowed(errors=errors), scopes="users:write")
    assert outcome.errors == {"scopes": texts.detail("scope_not_allowed", "en")}


def test_a_refusal_of_the_whole_form_has_the_status_that_it_has_in_the_api() -> None:
    outcome = refused(VersionStale())
    assert (outcome.status, outcome.errors) == (412, {})
    assert outcome.problem == texts.detail("version_stale", "en")


def test_another_page_may_be_the_answer() -> None:
    outcome = refused(SecondFactorOff())
    assert outcome.redirect is not None
    assert outcome.redirect.headers["Location"] == "/account/second-factor"


def test_a_request_that_does_not_fit_the_contract_has_its_errors_by_field() -> None:
    def call() -> InviteUser:
        return schema.load(InviteUser, {"name": "", "email": "a@example.com", "role": "king"})

    outcome = forms.submit(visit(name="", email="a@example.com", role="king"), call, RULES)
    assert isinstance(outcome, Refused)
    assert outcome.errors == {
        "name": texts.detail("missing_field", "en"),
        "role": texts.detail("invalid_value", "en"),
    }


def test_a_form_may_say_otherwise_of_malformed_requests() -> None:
    rules = {MalformedRequest: Problem(status=401, code="invalid_credentials")}
    outcome = refused(MalformedRequest(), rules)
    assert (outcome.status, outcome.problem) == (401, texts.detail("invalid_credentials", "en"))


@pytest.mark.parametrize("error", [UserUnknown(), ServiceUnavailable()])
def test_what_no_rule_names_is_raised(error: Exception) -> None:
    with pytest.raises(type(error)):
        forms.submit(visit(), raising(error), RULES)
