"""Samples of the pages of contacts."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from typing import Any

from gateway import texts
from gateway.audit_lines import AuditLine
from gateway.contacts.contexts import (
    ActivationJob,
    ActivationJobStart,
    ActivationOutcomes,
    ContactDeletion,
    ContactPassword,
    ContactRecord,
    ContactsList,
    EditContact,
    Outcome,
)
from gateway.contacts.lists import PATH, ContactList
from gateway.layout import time_zones
from gateway.layout.contexts import Page
from tests.browser.sample_people import NAMES, NOW, common
from wire.accounts.audit_log import ActorKind, AuditActor, AuditEntry, AuditObject
from wire.contacts.activation import ActivationMail
from wire.contacts.custom_fields import ContactField, FieldKind
from wire.contacts.jobs import ActivationJobPreview, Job, JobKind, JobState
from wire.contacts.people import (
    ActivationProgress,
    ActivationState,
    Contact,
    ContactCount,
    ContactEmail,
    ContactState,
)
from wire.values import Role

PEOPLE = {
    "en": ("Ada Lovelace", "Charles Babbage", "Mary Somerville"),
    "fr": ("Émilie du Châtelet", "Joseph-Marie Jacquard-Desrosiers", "Sophie Germain"),
    "ko": ("박지민", "최민수", "정하은"),
}
TAGS = ("vip", "beta-2026")
FIELD_LABELS = ("Customer number", "Newsletter")
# The same in every language: said by these samples.
SAME_EVERYWHERE = frozenset(
    {*TAGS, *FIELD_LABELS, "tag:'vip'", "C-1042", "nobody-of-this-name", "Premium", "Total"}
)
FIELDS = (
    ContactField(
        id=uuid.UUID(int=51),
        key="customer_number",
        label="Customer number",
        kind=FieldKind.TEXT,
        choices=(),
        created_at=NOW,
    ),
    ContactField(
        id=uuid.UUID(int=52),
        key="newsletter",
        label="Newsletter",
        kind=FieldKind.CHECKBOX,
        choices=(),
        created_at=NOW,
    ),
)
JOB = Job(
    id=uuid.UUID(int=90),
    kind=JobKind.CONTACT_ACTIVATION,
    state=JobState.RUNNING,
    total=1240,
    done=330,
    counts={"sent": 318, "contact_has_no_email": 12},
    created_at=NOW,
    created_by=uuid.UUID(int=1),
    started_at=NOW,
    heartbeat_at=NOW,
    ended_at=None,
    estimated_seconds_left=190,
    result_links={},
    error=None,
)


def contact(locale: str, number: int = 0, **changes: Any) -> Contact:
    primary = ContactEmail(
        id=uuid.UUID(int=70), email=f"customer{number}@northwind.example", is_primary=True, is_confirmed=False
    )
    other = dataclasses.replace(
        primary,
        id=uuid.UUID(int=71),
        email="a.rather.long.address@former-company.example",
        is_primary=False,
        is_confirmed=True,
    )
    values: dict[str, Any] = {
        "id": uuid.UUID(int=100 + number),
        "account_id": uuid.UUID(int=9),
        "name": PEOPLE[locale][number],
        "emails": (primary, other),
        "email": primary.email,
        "phone": "+33 1 23 45 67 89",
        "mobile": None,
        "state": ContactState.UNVERIFIED,
        "language": locale,
        "time_zone": "Asia/Seoul",
        "company_ids": (),
        "tags": TAGS,
        "custom_fields": {"customer_number": "C-1042", "newsletter": True},
        "external_id": None,
        "activation": ActivationProgress(state=ActivationState.DELIVERED, last_sent_at=NOW),
        "created_at": NOW - datetime.timedelta(days=40),
        "updated_at": NOW,
        "version": 3,
    }
    return Contact(**{**values, **changes})


def mail(number: int, state: ActivationState, **changes: Any) -> ActivationMail:
    values: dict[str, Any] = {
        "id": uuid.UUID(int=number),
        "email": "customer0@northwind.example",
        "state": state,
        "is_current": True,
        "requested_at": NOW,
        "sent_by": None,
        "sent_at": NOW,
        "delivered_at": None,
        "bounced_at": None,
        "opened_at": None,
        "used_at": None,
        "expires_at": NOW + datetime.timedelta(days=7),
        "reason": "",
    }
    return ActivationMail(**{**values, **changes})


def pages(locale: str) -> dict[str, Page]:
    return {**_lists(locale), **_outcomes(locale), **_records(locale), **_forms(locale), **_jobs(locale)}


def _lists(locale: str) -> dict[str, Page]:
    verified = {
        "state": ContactState.VERIFIED,
        "activation": ActivationProgress(state=ActivationState.VERIFIED, last_sent_at=NOW),
    }
    quiet = {
        "email": None,
        "emails": (),
        "activation": ActivationProgress(state=ActivationState.NEVER_SENT, last_sent_at=None),
    }
    rows = (contact(locale), contact(locale, 1, **verified), contact(locale, 2, **quiet))
    waiting = (contact(locale), contact(locale, 2, **quiet))
    unverified = ContactList(state=ContactState.UNVERIFIED)
    looked_for = ContactList(q="nobody-of-this-name", state=ContactState.UNVERIFIED)
    return {
        "contacts": _list(
            locale, ContactList(), rows, next_path=f"{PATH}?after=a", previous_path=f"{PATH}?before=b"
        ),
        "contacts-unverified": _list(locale, unverified, waiting),
        "contacts-ticked": _list(
            locale,
            dataclasses.replace(unverified, q="north", filter="tag:'vip'"),
            waiting,
            ticked=frozenset(row.id for row in waiting),
            problem=texts.detail("bulk_limit_exceeded", locale),
        ),
        "contacts-agent": _list(locale, unverified, waiting, role=Role.AGENT),
        "contacts-empty": _list(locale, ContactList(), ()),
        "contacts-nobody": _list(locale, unverified, ()),
        "contacts-not-found": _list(locale, looked_for, ()),
        "contacts-filter": _list(
            locale,
            ContactList(filter="colour:'red'"),
            (),
            problem=texts.detail("filter_names_unknown_field", locale, known="email, name, state, tag"),
        ),
    }


def _list(
    locale: str, shown: ContactList, rows: tuple[Contact, ...], role: Role = Role.OWNER, **values: Any
) -> ContactsList:
    count = ContactCount(count=12_345 if rows else 0, is_exact=bool(values.get("next_path")) is False)
    return ContactsList(
        **common(locale, shown.path, is_logged_in=True, role=role),
        shown=shown,
        contacts=rows,
        count=count,
        send_key="sample-key",
        **values,
    )


def _outcomes(locale: str) -> dict[str, Page]:
    shown = common(locale, f"{PATH}?state=unverified", is_logged_in=True)
    codes = ("contact_already_verified", "contact_has_no_email", "cooling_down", "contact_blocked")
    refused = tuple(
        Outcome(contact_id=uuid.UUID(int=number), name=PEOPLE[locale][number % 3], code=code)
        for number, code in enumerate(codes)
    )
    gone = Outcome(contact_id=uuid.UUID(int=9), code="contact_not_found")
    sent = tuple(
        Outcome(contact_id=uuid.UUID(int=20 + number), name=name)
        for number, name in enumerate(PEOPLE[locale])
    )
    return {
        "activation_outcomes": ActivationOutcomes(**shown, outcomes=sent, back_path=PATH),
        "activation_outcomes-some": ActivationOutcomes(
            **shown, outcomes=(*sent, *refused, gone), back_path=PATH
        ),
    }


def _records(locale: str) -> dict[str, Page]:
    verified = {
        "state": ContactState.VERIFIED,
        "activation": ActivationProgress(state=ActivationState.VERIFIED, last_sent_at=NOW),
        "time_zone": None,
        "tags": (),
    }
    used = mail(2, ActivationState.VERIFIED, used_at=NOW, is_current=False)
    old = mail(1, ActivationState.BOUNCED, is_current=False)
    return {
        "contact": _record(locale, contact(locale), mails=(mail(3, ActivationState.DELIVERED), old)),
        "contact-verified": _record(
            locale,
            contact(locale, **verified),
            mails=(used,),
            problem=texts.detail("contact_already_verified", locale),
            code="contact_already_verified",
        ),
        "contact-blocked": _record(locale, contact(locale, state=ContactState.BLOCKED), lines=()),
        "contact-deleted": _record(
            locale, contact(locale, state=ContactState.DELETED, emails=(), email=None)
        ),
        "contact-agent": _record(locale, contact(locale), role=Role.AGENT, lines=None),
        "contact-errors": _record(
            locale,
            contact(locale),
            values={"email": "customer@"},
            errors={"email": texts.detail("email_invalid", locale)},
        ),
    }


def _record(locale: str, shown: Contact, role: Role = Role.OWNER, **values: Any) -> ContactRecord:
    context: dict[str, Any] = {
        "contact": shown,
        "fields": FIELDS,
        "mails": (),
        "lines": (_line(locale),),
        "portal_path": "/portal/harbour-and-sons",
        "now": NOW,
    }
    path = f"{PATH}/{shown.id}"
    return ContactRecord(**common(locale, path, is_logged_in=True, role=role), **{**context, **values})


def _line(locale: str) -> AuditLine:
    entry = AuditEntry(
        id=1,
        happened_at=NOW,
        action="contact_created",
        actor=AuditActor(kind=ActorKind.USER, id=uuid.UUID(int=1), name=NAMES[locale]),
        object=AuditObject(kind="contact", id=uuid.UUID(int=100)),
        ip_address="",
        user_agent="",
        facts={"name": PEOPLE[locale][0]},
    )
    return AuditLine.of(entry, locale)


def _forms(locale: str) -> dict[str, Page]:
    choice = ContactField(
        id=uuid.UUID(int=53),
        key="level",
        label="Total",
        kind=FieldKind.CHOICE,
        choices=("Premium",),
        created_at=NOW,
    )
    shown = common(locale, f"{PATH}/new", is_logged_in=True)
    form: dict[str, Any] = {"fields": (*FIELDS, choice), "time_zones": time_zones.choices(locale, "UTC")}
    values = {"name": PEOPLE[locale][0], "email": "customer0@northwind.example", "phone": "+33 1 23 45 67 89"}
    edit = {**form, "contact": contact(locale), "values": values, "shown": values, "version": 3}
    one = {**shown, "contact": contact(locale)}
    return {
        "contact_form": EditContact(**shown, **form, contact=None),
        "contact_form-in-use": EditContact(
            **shown,
            **form,
            contact=None,
            values=values,
            errors={"email": texts.detail("contact_email_in_use", locale)},
            other_id=uuid.UUID(int=101),
            is_other_deleted=True,
        ),
        "contact_form-edit": EditContact(**shown, **edit),
        "contact_form-stale": EditContact(
            **shown,
            **edit,
            stored={"phone": "+82 2 1234 5678"},
            problem=texts.detail("version_stale", locale),
        ),
        "contact_form-agent": EditContact(**common(locale, PATH, is_logged_in=True, role=Role.AGENT), **edit),
        "contact_password": ContactPassword(**one),
        "contact_password-refused": ContactPassword(
            **one, errors={"password": texts.detail("password_too_common", locale)}
        ),
        "contact_deletion": ContactDeletion(**one),
        "contact_deletion-for-good": ContactDeletion(
            **{**one, "contact": contact(locale, state=ContactState.DELETED)}
        ),
    }


def _jobs(locale: str) -> dict[str, Page]:
    unverified = ContactList(state=ContactState.UNVERIFIED)
    shown = common(locale, f"{PATH}/activation-jobs", is_logged_in=True)
    preview = ActivationJobPreview(total=1240, will_be_sent=1201, refused={"contact_has_no_email": 39})
    nobody = ActivationJobPreview(total=39, will_be_sent=0, refused={"contact_has_no_email": 39})
    states = {state: _job(locale, state) for state in JobState}
    return {
        "activation_job_start": ActivationJobStart(**shown, shown=unverified, preview=preview),
        "activation_job_start-busy": ActivationJobStart(
            **shown,
            shown=unverified,
            preview=preview,
            problem=texts.detail("job_already_running", locale),
            running_path=f"{PATH}/activation-jobs/{JOB.id}",
        ),
        "activation_job_start-nobody": ActivationJobStart(**shown, shown=unverified, preview=nobody),
        **{f"activation_job-{state.value}": page for state, page in states.items()},
    }


def _job(locale: str, state: JobState) -> ActivationJob:
    done = JOB.total if state is JobState.COMPLETED else JOB.done
    left = JOB.estimated_seconds_left if state is JobState.RUNNING else None
    job = dataclasses.replace(JOB, state=state, done=done, estimated_seconds_left=left)
    return ActivationJob(**common(locale, f"{PATH}/activation-jobs/{job.id}", is_logged_in=True), job=job)
