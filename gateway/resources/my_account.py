"""The pages behind the door: My Account; and those for everybody: mailbox, documentation."""

from __future__ import annotations

import datetime
import uuid

from werkzeug.wrappers import Response

from chassis.errors import BusError
from gateway.api import BILLING_ROLES
from gateway.pages import contexts
from gateway.pages.contexts import BillingState, Profile
from gateway.web import Visit, see_other
from wire.accounts import Accounts, GetMe, Me, UserUnknown
from wire.billing import Billing, BillingUnknown, GetBilling
from wire.notifications import CaughtMail, ListMailbox, Notifications


def show(accounts: Accounts, billing: Billing, visit: Visit) -> Response:
    """The profile whatever billing says; the billing section for those who may see it."""
    try:
        found = accounts.get_me(GetMe())
    except UserUnknown:
        return see_other("/log-in")
    user = found.user
    state, shown = _billing(billing, found)
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


def _billing(billing: Billing, found: Me) -> tuple[BillingState, contexts.Billing | None]:
    if found.user.role not in BILLING_ROLES:
        return BillingState.HIDDEN, None
    try:
        overview = billing.get_billing(GetBilling())
    except BillingUnknown:
        return BillingState.PREPARING, None
    except BusError:
        return BillingState.STALE, None
    return BillingState.READY, contexts.Billing(
        plan=overview.plan,
        status=overview.status.value,
        trial_ends_at=overview.trial_ends_at,
        as_of=overview.as_of,
    )


def show_mailbox(notifications: Notifications, visit: Visit) -> Response:
    to = visit.request.args.get("to", "").strip()
    found = notifications.list_mailbox(ListMailbox(to=to or None)).messages
    wanted = visit.request.args.get("message", "")
    selected = next((mail for mail in found if str(mail.id) == wanted), None)
    return visit.draw(
        contexts.Mailbox,
        mails=tuple(_mail(mail) for mail in found),
        selected=None if selected is None else _mail(selected),
        to=to,
    )


def _mail(mail: CaughtMail) -> contexts.Mail:
    return contexts.Mail(
        id=uuid.UUID(str(mail.id)),
        to=mail.to,
        sender=mail.sender,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=tuple(contexts.Header(name=header.name, value=header.value) for header in mail.headers),
        attachments=tuple(
            contexts.Attachment(filename=part.filename, content_type=part.content_type, size=part.size)
            for part in mail.attachments
        ),
        caught_at=mail.caught_at,
    )


def show_docs(visit: Visit) -> Response:
    return visit.draw(contexts.Docs)
