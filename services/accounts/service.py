"""What does the accounts service answer and announce? Its chapters stand in `desks/`."""

from __future__ import annotations

from accounts.desks.api_keys import ApiKeysDesk
from accounts.desks.audit import AuditDesk
from accounts.desks.cancellation import CancellationDesk
from accounts.desks.email_changes import EmailChangesDesk
from accounts.desks.entry import EntryDesk
from accounts.desks.link_requests import LinkRequestsDesk
from accounts.desks.passwords import PasswordsDesk
from accounts.desks.profile import ProfileDesk
from accounts.desks.reactivation import ReactivationDesk
from accounts.desks.retention import RetentionDesk
from accounts.desks.second_factors import SecondFactorsDesk
from accounts.desks.sessions import SessionsDesk
from accounts.desks.standing import StandingDesk
from accounts.desks.team import TeamDesk
from wire.accounts import Accounts


class AccountsService(
    ApiKeysDesk,
    AuditDesk,
    EntryDesk,
    SessionsDesk,
    LinkRequestsDesk,
    PasswordsDesk,
    ProfileDesk,
    EmailChangesDesk,
    SecondFactorsDesk,
    TeamDesk,
    CancellationDesk,
    ReactivationDesk,
    StandingDesk,
    RetentionDesk,
):
    name = Accounts.name
