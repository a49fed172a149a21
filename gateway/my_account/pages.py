"""My Account: the profile, whatever billing says, and the billing section for those who may see it."""

from __future__ import annotations

import datetime

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import billing_overviews
from gateway.billing_overviews import Figures, KeptFigures
from gateway.my_account import contexts
from gateway.my_account.contexts import BillingState, Profile
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.profile import GetMe
from wire.accounts.tenancy import UserUnknown
from wire.billing import Billing
from wire.permissions import Permission


class MyAccountPages:
    accounts = Client(Accounts)
    billing = Client(Billing)
    figures = KeptFigures()

    @web("GET", "/")
    def home(self, visit: Visit) -> Response:
        if visit.caller is not None and visit.caller.is_returning:
            return see_other("/reactivate")
        return see_other("/account" if visit.caller else "/log-in")

    @web("GET", "/account", needs=Permission.OWN)
    def show_account(self, visit: Visit) -> Response:
        try:
            found = self.accounts.get_me(GetMe())
        except UserUnknown:
            return see_other("/log-in")
        user = found.user
        state, shown = BillingState.HIDDEN, None
        if visit.may(Permission.BILLING_READ):
            state, shown = _shown(self.figures.read(self.billing, user.account_id))
        return visit.draw(
            contexts.Account,
            profile=Profile(
                name=user.name,
                email=user.email,
                phone=user.phone,
                locale=user.locale,
                time_zone=user.time_zone,
                role=user.role.value,
                company_name=found.account.company_name,
            ),
            billing_state=state,
            billing=shown,
            now=datetime.datetime.now(datetime.UTC),
            time_zone=user.time_zone,
        )


def _shown(figures: Figures) -> tuple[BillingState, contexts.Billing | None]:
    if figures.is_preparing:
        return BillingState.PREPARING, None
    state = BillingState.STALE if figures.is_stale else BillingState.READY
    found = figures.overview
    if found is None:
        return state, None
    return state, contexts.Billing(
        plan=found.plan,
        status=billing_overviews.status_of(found),
        trial_ends_at=found.trial_ends_at,
        as_of=found.as_of,
    )
