"""Pages to cancel an account, in two steps, and to undo a cancellation that is scheduled."""

from __future__ import annotations

import hmac
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, csrf, forms, texts
from gateway.auth import SessionCache
from gateway.cancellation.contexts import Cancellation, CancellationConfirm
from gateway.forms import Field, Problem, Refused
from gateway.layout.contexts import AccountCancelled
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.cancellation import (
    DETAILS_LENGTH_MAX,
    CancelAccount,
    CancellationAlreadyScheduled,
    CancellationDetailsRequired,
    CancellationNotDeferrable,
    CancellationReason,
    Effective,
    UndoCancellation,
)
from wire.accounts.passwords import ReauthenticationRequired
from wire.accounts.profile import GetAccount
from wire.accounts.tenancy import Account, UserUnknown
from wire.identity import PasswordIncorrect
from wire.permissions import Permission
from wire.values import AccountStatus

PAGE = "/account/cancellation"
FIRST_STEP = ("reason", "details", "effective")
CANCELLATION: forms.Rules = {
    PasswordIncorrect: Field("current_password", status=403),
    # The account or its owner is no longer what the first step saw.
    CancellationDetailsRequired: Problem(status=409),
    CancellationNotDeferrable: Problem(status=409),
    CancellationAlreadyScheduled: Problem(status=409),
    ReauthenticationRequired: Problem(status=409),
    UserUnknown: Problem(status=409),
}


class CancellationPages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", PAGE, needs=Permission.ACCOUNT_CANCEL)
    def show_cancellation(self, visit: Visit) -> Response:
        return _draw_form(visit, self.accounts.get_account(GetAccount()))

    @web("POST", PAGE, needs=Permission.ACCOUNT_CANCEL)
    def check_cancellation(self, visit: Visit) -> Response:
        """The first step changes nothing: it looks at what was entered, and asks again."""
        account = self.accounts.get_account(GetAccount())
        errors = _missing(visit)
        if errors:
            return _draw_form(visit, account, status=422, errors=errors, values=visit.form)
        return _draw_confirmation(visit, account)

    @web("POST", f"{PAGE}/confirmation", needs=Permission.ACCOUNT_CANCEL)
    def send_cancellation(self, visit: Visit) -> Response:
        account, form = self.accounts.get_account(GetAccount()), visit.form
        if not hmac.compare_digest(form.get("confirmation", "").encode(), _proof(visit, account).encode()):
            # Somebody changed the account, or this very page was sent before: the first step comes again.
            problem = texts.detail("version_stale", visit.locale)
            return _draw_form(visit, account, status=409, problem=problem, values=form)
        request = CancelAccount(
            current_password=form.get("current_password", ""),
            reason=CancellationReason(form["reason"]),
            details=form["details"],
            effective=Effective(form.get("effective", Effective.NOW)),
        )
        outcome = forms.submit(visit, lambda: self.accounts.cancel_account(request), CANCELLATION)
        if isinstance(outcome, Refused) and outcome.errors:
            return _draw_confirmation(visit, account, **outcome.context)
        if isinstance(outcome, Refused):
            return _draw_form(visit, account, values=form, **outcome.context)
        return self._cancelled(visit, account, outcome)

    def _cancelled(self, visit: Visit, before: Account, after: Account) -> Response:
        if after.status is not AccountStatus.CANCELLED:
            return see_other(PAGE, notice="cancellation_planned")
        self.sessions.forget_account(after.id)
        visit.caller = None
        is_paid = before.status is not AccountStatus.TRIAL
        response = visit.draw(AccountCancelled, is_new=True, is_paid=is_paid)
        cookies.drop(response, cookies.SESSION)
        return response

    @web("POST", f"{PAGE}/undo", needs=Permission.ACCOUNT_CANCEL)
    def send_undo_cancellation(self, visit: Visit) -> Response:
        self.accounts.undo_cancellation(UndoCancellation())
        return see_other(PAGE, notice="cancellation_withdrawn")


def _missing(visit: Visit) -> dict[str, str]:
    form, errors = visit.form, {}
    if form.get("reason") not in set(CancellationReason):
        errors["reason"] = texts.detail("missing_field", visit.locale)
    if not form.get("details", "").strip():
        errors["details"] = texts.detail(CancellationDetailsRequired.code, visit.locale)
    elif len(form["details"]) > DETAILS_LENGTH_MAX:
        errors["details"] = texts.detail("too_long", visit.locale, maximum=DETAILS_LENGTH_MAX)
    if form.get("effective", Effective.NOW) not in set(Effective):
        errors["effective"] = texts.detail("invalid_value", visit.locale)
    return errors


def _draw_form(visit: Visit, account: Account, **values: Any) -> Response:
    return visit.draw(
        Cancellation,
        company_name=account.company_name,
        is_paid=account.status is not AccountStatus.TRIAL,
        period_ends_at=account.period_ends_at,
        cancels_at=account.cancels_at,
        time_zone=account.time_zone,
        **{"values": {"effective": Effective.NOW.value}, **values},
    )


def _draw_confirmation(visit: Visit, account: Account, **values: Any) -> Response:
    is_deferred = visit.form.get("effective") == Effective.PERIOD_END
    return visit.draw(
        CancellationConfirm,
        company_name=account.company_name,
        confirmation=_proof(visit, account),
        takes_effect_at=account.period_ends_at if is_deferred else None,
        values={name: visit.form.get(name, "") for name in FIRST_STEP},
        time_zone=account.time_zone,
        **values,
    )


def _proof(visit: Visit, account: Account) -> str:
    """A signature of what was entered in the first step, and of the account as it was then."""
    entered = [visit.form.get(name, "") for name in FIRST_STEP]
    details = entered[1].replace("\r\n", "\n")
    caller_id = "" if visit.caller is None else visit.caller.id
    return csrf.form_token(f"cancellation:{caller_id}:{account.version}:{entered[0]}:{entered[2]}:{details}")
