"""What the pages of contacts are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Mapping

from gateway.audit_lines import AuditLine
from gateway.contacts.lists import PAGE_SIZES, VIEWS, ContactList
from gateway.layout.contexts import Form, Page
from gateway.layout.time_zones import Choices
from wire.contacts.activation import BULK_MAX, ActivationMail
from wire.contacts.custom_fields import ContactField
from wire.contacts.jobs import ActivationJobPreview, Job
from wire.contacts.people import Contact, ContactCount, ContactState
from wire.permissions import Permission


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactsList(Form):
    """A page of the list that `shown` says. `values` hold its filter where that could not be read, `errors` why.
    `ticked` are the rows that are ticked when the page comes; `send_key` makes a repeated form one form."""

    template = "contacts/contacts"

    shown: ContactList
    contacts: tuple[Contact, ...]
    count: ContactCount | None
    send_key: str
    next_path: str = ""
    previous_path: str = ""
    ticked: frozenset[uuid.UUID] = frozenset()
    limit: int = BULK_MAX
    views: tuple[ContactState, ...] = VIEWS
    page_sizes: tuple[int, ...] = PAGE_SIZES

    @property
    def may_write(self) -> bool:
        return Permission.CONTACTS_WRITE in self.permissions

    @property
    def may_send_to_all(self) -> bool:
        """A whole list is for admins, and for those who wait to be activated."""
        return Permission.CONTACTS_ADMIN in self.permissions and self.shown.state is ContactState.UNVERIFIED


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one contact's activation mail; `code` says why it was not sent. A contact that the list does not
    show any more has no name."""

    contact_id: uuid.UUID
    name: str = ""
    code: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ActivationOutcomes(Page):
    """Which contacts were sent the activation mail, and which were not. `back_path` is the list they were ticked on."""

    template = "contacts/activation_outcomes"

    outcomes: tuple[Outcome, ...]
    back_path: str

    @property
    def sent(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.code)

    @property
    def refused(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.code)

    @property
    def may_administer(self) -> bool:
        return Permission.CONTACTS_ADMIN in self.permissions


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactRecord(Form):
    """A contact. Fields of a new address: email. `code` is why what was asked for did not happen; `mails` and `lines`
    are None where they cannot be read now, and `lines` also for those who may not."""

    template = "contacts/contact"

    contact: Contact
    fields: tuple[ContactField, ...]
    mails: tuple[ActivationMail, ...] | None
    lines: tuple[AuditLine, ...] | None
    portal_path: str
    now: datetime.datetime
    code: str = ""

    @property
    def may_write(self) -> bool:
        return Permission.CONTACTS_WRITE in self.permissions

    @property
    def may_administer(self) -> bool:
        return Permission.CONTACTS_ADMIN in self.permissions

    @property
    def is_open(self) -> bool:
        """Whether it can be changed: a blocked or deleted one has to be unblocked or restored first."""
        return self.contact.state in (ContactState.UNVERIFIED, ContactState.VERIFIED)

    @property
    def reset_path(self) -> str:
        """Where the contact resets the password without anybody's help; empty where the portal is not known."""
        return f"{self.portal_path}/password-reset" if self.portal_path else ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditContact(Form):
    """Fields: name, email, phone, mobile, language, time_zone, tags, external_id, and `field_…` for each of `fields`.
    `contact` is None for a new one. `shown` are the values that the form was filled from; `stored` are those of the
    fields that somebody else has changed since, which are to be chosen from."""

    template = "contacts/contact_form"

    contact: Contact | None
    fields: tuple[ContactField, ...]
    time_zones: Choices
    version: int = 0
    shown: Mapping[str, str] = dataclasses.field(default_factory=dict)
    stored: Mapping[str, str] = dataclasses.field(default_factory=dict)
    other_id: uuid.UUID | None = None  # the contact that has the address, or the external id, already
    is_other_deleted: bool = False

    @property
    def may_change_email(self) -> bool:
        return self.contact is None or Permission.CONTACTS_ADMIN in self.permissions


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactPassword(Form):
    """Fields: password, which is never filled in."""

    template = "contacts/contact_password"

    contact: Contact


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactDeletion(Form):
    """Deleting a contact, or for good where it is deleted already."""

    template = "contacts/contact_deletion"

    contact: Contact


@dataclasses.dataclass(frozen=True, kw_only=True)
class ActivationJobStart(Form):
    """What sending to a whole list will do, in numbers, before it begins. `running_path` leads to the job that has to
    end first."""

    template = "contacts/activation_job_start"

    shown: ContactList
    preview: ActivationJobPreview
    running_path: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ActivationJob(Form):
    """A job, at work or done."""

    template = "contacts/activation_job"

    job: Job

    @property
    def minutes_left(self) -> int | None:
        seconds = self.job.estimated_seconds_left
        return None if seconds is None else -(-seconds // 60)

    @property
    def is_active(self) -> bool:
        return self.job.state.value in ("queued", "running")

    @property
    def sent(self) -> int:
        return self.job.counts.get("sent", 0)

    @property
    def refused(self) -> dict[str, int]:
        return {code: count for code, count in self.job.counts.items() if code != "sent" and count}
