"""Which mails are there, and what does each of them need to know?"""

from __future__ import annotations

import dataclasses
import datetime
import typing
import uuid
from collections.abc import Mapping
from typing import Any, NewType

Link = NewType("Link", str)
"""An address of our own, shown as it is. Every other `str` of a mail counts as typed by a stranger."""

TimeZone = NewType("TimeZone", str)
"""The IANA name of the recipient's time zone; every time in the mail is told in it."""

IpAddress = NewType("IpAddress", str)
"""Where a request came from, as the gateway saw it; it has to be read and copied as it is."""


Note = NewType("Note", str)
"""A text that somebody at support wrote: one paragraph, as long as they made it; addresses in it cannot be clicked."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Props:
    """What one mail needs to know; fields are `str`, `Link`, `TimeZone`, `IpAddress`, `bool`, `int` and aware times."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnerActivation(Props):
    """Somebody signed up: the link sets the owner's password."""

    name: str
    company_name: str
    link: Link
    expires_at: datetime.datetime
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUpRepeated(Props):
    """Somebody signed up with an address that has a user already; only this mail says so."""

    name: str
    log_in_link: Link


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewDevice(Props):
    """Somebody logged in on a device that the user had not used before."""

    name: str
    seen_at: datetime.datetime
    browser: str
    system: str
    ip_address: IpAddress
    sessions_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeConfirm(Props):
    """To the new address: the link makes it the user's."""

    name: str
    link: Link
    expires_at: datetime.datetime
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeRequested(Props):
    """To the old address: a change was asked for."""

    name: str
    new_email: str
    requested_at: datetime.datetime
    email_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChanged(Props):
    """To the old address: it was changed, and the link takes it back."""

    name: str
    new_email: str
    changed_at: datetime.datetime
    link: Link
    undo_until: datetime.datetime
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeContested(Props):
    """To the holder of an address that another user wanted; only this mail says so."""

    name: str
    log_in_link: Link


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeUndone(Props):
    """To the old address: it is the user's again."""

    name: str
    abandoned_email: str
    undone_at: datetime.datetime
    reset_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class UserInvitation(Props):
    """Somebody invited this user into an account: the link sets the user's password."""

    name: str
    invited_by: str
    company_name: str
    link: Link
    expires_at: datetime.datetime
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationElsewhere(Props):
    """Somebody invited an address that has a user in another account; only this mail says so."""

    name: str
    invited_by: str
    company_name: str
    log_in_link: Link


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorEnabled(Props):
    """Somebody switched on the second factor of this user."""

    name: str
    enabled_at: datetime.datetime
    second_factor_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorDisabled(Props):
    """Somebody switched off the second factor of this user."""

    name: str
    disabled_at: datetime.datetime
    second_factor_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Props):
    """Somebody logged in as this user with a recovery code."""

    name: str
    used_at: datetime.datetime
    codes_left: int
    second_factor_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasswordReset(Props):
    """Somebody forgot the password of this user: the link sets a new one."""

    name: str
    link: Link
    expires_at: datetime.datetime
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasswordNotice(Props):
    """This user has a new password, for whatever reason."""

    name: str
    changed_at: datetime.datetime
    reset_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountCancelled(Props):
    """The owner has cancelled the account."""

    name: str
    company_name: str
    cancelled_at: datetime.datetime
    is_paid: bool
    log_in_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class CancellationScheduled(Props):
    """The account will be cancelled when the paid period ends."""

    name: str
    company_name: str
    takes_effect_at: datetime.datetime
    cancellation_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountReactivated(Props):
    """The account is back: its trial, or what was paid for, runs `until` then."""

    name: str
    company_name: str
    is_paid: bool
    until: datetime.datetime
    log_in_link: Link
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReactivationRequested(Props):
    """The owner wants the account back; the link shows what becomes of it."""

    name: str
    company_name: str
    number: int
    link: Link


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReactivationDecided(Props):
    """Support has approved or refused the request: a mail each."""

    name: str
    company_name: str
    number: int
    note: Note
    log_in_link: Link


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrialEnding(Props):
    """The trial is nearly over."""

    name: str
    company_name: str
    ends_at: datetime.datetime
    log_in_link: Link
    time_zone: TimeZone = TimeZone("UTC")


Datum = str | int | bool | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mail:
    """One kind of mail: its texts stand in `templates/<name>/`; nobody unsubscribes from a security mail."""

    name: str
    props: type[Props]
    is_security: bool

    @property
    def templates(self) -> tuple[str, str, str]:
        return f"{self.name}/subject.txt", f"{self.name}/body.txt", f"{self.name}/body.html"


MAILS = (
    Mail(name="account_cancelled", props=AccountCancelled, is_security=True),
    Mail(name="cancellation_scheduled", props=CancellationScheduled, is_security=True),
    Mail(name="account_reactivated", props=AccountReactivated, is_security=True),
    Mail(name="reactivation_requested", props=ReactivationRequested, is_security=True),
    Mail(name="reactivation_approved", props=ReactivationDecided, is_security=True),
    Mail(name="reactivation_refused", props=ReactivationDecided, is_security=True),
    Mail(name="trial_ending", props=TrialEnding, is_security=False),
    Mail(name="email_change_confirm", props=EmailChangeConfirm, is_security=True),
    Mail(name="email_change_requested", props=EmailChangeRequested, is_security=True),
    Mail(name="email_changed", props=EmailChanged, is_security=True),
    Mail(name="email_change_contested", props=EmailChangeContested, is_security=True),
    Mail(name="email_change_undone", props=EmailChangeUndone, is_security=True),
    Mail(name="owner_activation", props=OwnerActivation, is_security=True),
    Mail(name="password_notice", props=PasswordNotice, is_security=True),
    Mail(name="password_reset", props=PasswordReset, is_security=True),
    Mail(name="sign_up_repeated", props=SignUpRepeated, is_security=True),
    Mail(name="new_device", props=NewDevice, is_security=True),
    Mail(name="user_invitation", props=UserInvitation, is_security=True),
    Mail(name="invitation_elsewhere", props=InvitationElsewhere, is_security=True),
    Mail(name="second_factor_enabled", props=SecondFactorEnabled, is_security=True),
    Mail(name="second_factor_disabled", props=SecondFactorDisabled, is_security=True),
    Mail(name="recovery_code_used", props=RecoveryCodeUsed, is_security=True),
)


class UnknownMailError(LookupError):
    """No mail has this name."""


def find(name: str, mails: tuple[Mail, ...] = MAILS) -> Mail:
    for mail in mails:
        if mail.name == name:
            return mail
    raise UnknownMailError(name)


def natural_key(event_id: uuid.UUID, mail: str, recipient: str) -> str:
    """The same event asks one recipient for one mail once. Holds an address: never log it."""
    return f"{mail}:{event_id}:{recipient.casefold()}"


def as_data(props: Props) -> dict[str, Datum]:
    """The props as a row of JSON keeps them."""
    values = {field.name: getattr(props, field.name) for field in dataclasses.fields(props)}
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value
        for name, value in values.items()
    }


def props_of(mail: Mail, data: Mapping[str, Datum]) -> Props:
    """The props again; `data` may be a row's, completed by what is not kept there, such as a secret link."""
    kinds = typing.get_type_hints(mail.props)
    values: dict[str, Any] = dict(data)
    for name in values.keys() & {name for name, kind in kinds.items() if kind is datetime.datetime}:
        values[name] = datetime.datetime.fromisoformat(values[name])
    return mail.props(**values)
