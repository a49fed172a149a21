"""Ending an account, for its owner: said what happens, told why, asked twice."""

from __future__ import annotations

import hmac

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, forms, texts
from gateway.auth import SessionMemory
from gateway.cancellation.contexts import Cancellation, CancellationConfirm
from gateway.layout.contexts import AccountCancelled
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.cancellation import (
    DETAILS_LENGTH_MAX,
    CancelAccount,
    CancellationDetailsRequired,
    CancellationReason,
    Effective,
    UndoCancellation,
)
from wire.accounts.passwords import PasswordIncorrect
from wire.accounts.profile import GetAccount
from wire.accounts.tenancy import Account
from wire.contract import Refusal
from wire.permissions import Permission
from wire.values import AccountStatus

PAGE = "/account/cancellation"


class CancellationPages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

    @web("GET", PAGE, needs=Permission.ACCOUNT_CANCEL)
    def show_cancellation(self, visit: Visit) -> Response:
        return _form(visit, self.accounts.get_account(GetAccount()))

    @web("POST", PAGE, needs=Permission.ACCOUNT_CANCEL)
    def check_cancellation(self, visit: Visit) -> Response:
        """The first step changes nothing: it looks at what was entered, and asks again."""
        account = self.accounts.get_account(GetAccount())
        errors = _missing(visit)
        if errors:
            return _form(visit, account, status=422, errors=errors, values=visit.form)
        return _confirm(visit, account)

    @web("POST", f"{PAGE}/confirmation", needs=Permission.ACCOUNT_CANCEL)
    def send_cancellation(self, visit: Visit) -> Response:
        account, form = self.accounts.get_account(GetAccount()), visit.form
        if not hmac.compare_digest(form.get("confirmation", "").encode(), _proof(visit, account).encode()):
            # Somebody changed the account, or this very page was sent before: it is asked anew.
            problem = texts.detail("version_stale", visit.locale)
            return _form(visit, account, status=409, problem=problem, values=form)
        try:
            cancelled = self.accounts.cancel_account(
                CancelAccount(
                    current_password=form.get("current_password", ""),
                    reason=CancellationReason(form["reason"]),
                    details=form["details"],
                    effective=Effective(form.get("effective", Effective.NOW)),
                )
            )
        except PasswordIncorrect as refusal:
            errors = {"current_password": texts.detail(refusal.code, visit.locale)}
            return _confirm(visit, account, status=403, errors=errors)
        except MalformedRequest as malformed:
            return _confirm(visit, account, status=422, errors=forms.by_field(malformed.errors, visit, form))
        except Refusal as refusal:
            problem = texts.detail(refusal.code, visit.locale)
            return _form(visit, account, status=409, problem=problem, values=form)
        if cancelled.status is not AccountStatus.CANCELLED:
            return see_other(PAGE, notice="cancellation_planned")
        self.sessions.forget_account(cancelled.id)
        visit.caller = None
        response = visit.draw(
            AccountCancelled, is_new=True, is_paid=account.status is not AccountStatus.TRIAL
        )
        auth.drop_cookie(response, auth.SESSION_COOKIE)
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


def _form(visit: Visit, account: Account, *, status: int = 200, **values: object) -> Response:
    return visit.draw(
        Cancellation,
        status=status,
        company_name=account.company_name,
        is_paid=account.status is not AccountStatus.TRIAL,
        period_ends_at=account.period_ends_at,
        cancels_at=account.cancels_at,
        time_zone=account.time_zone,
        **{"values": {"effective": Effective.NOW.value}, **values},
    )


def _confirm(visit: Visit, account: Account, *, status: int = 200, **values: object) -> Response:
    is_deferred = visit.form.get("effective") == Effective.PERIOD_END
    return visit.draw(
        CancellationConfirm,
        status=status,
        company_name=account.company_name,
        confirmation=_proof(visit, account),
        takes_effect_at=account.period_ends_at if is_deferred else None,
        values={name: visit.form.get(name, "") for name in ("reason", "details", "effective")},
        time_zone=account.time_zone,
        **values,
    )


def _proof(visit: Visit, account: Account) -> str:
    """What only the first step gives out, for what was entered there, and for the account as it was then."""
    entered = [visit.form.get(name, "") for name in ("reason", "details", "effective")]
    details = entered[1].replace("\r\n", "\n")
    caller_id = "" if visit.caller is None else visit.caller.id
    return auth.form_token(f"cancellation:{caller_id}:{account.version}:{entered[0]}:{entered[2]}:{details}")
