"""The page My Account: the profile, and the billing section for those who may see it."""

from __future__ import annotations

import datetime

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway.billing_overviews import BillingOverviews
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
    billing_overviews = BillingOverviews()

    @web("GET", "/")
    def home(self, visit: Visit) -> Response:
        if visit.caller is not None and visit.caller.is_returning:
            return see_other("/reactivate")
        return see_other("/account" if visit.caller else "/log-in")

    @web("GET", "/account", needs=Permission.OWN)
    def show_account(self, visit: Visit) -> Response:
        """The profile stands there whatever becomes of billing."""
        try:
            me = self.accounts.get_me(GetMe())
        except UserUnknown:
            return see_other("/log-in")
        state, billing = BillingState.HIDDEN, None
        if visit.may(Permission.BILLING_READ):
            found = self.billing_overviews.read(self.billing, me.user.account_id)
            state = BillingState.of(found)
            billing = None if found.overview is None else contexts.Billing.of(found.overview)
        return visit.draw(
            contexts.Account,
            profile=Profile.of(me),
            billing_state=state,
            billing=billing,
            now=datetime.datetime.now(datetime.UTC),
            time_zone=me.user.time_zone,
        )
