"""Pages of the activation mail to a whole list: what it will do, how far it is, and its result."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms
from gateway.contacts.contexts import ActivationJob, ActivationJobStart
from gateway.contacts.lists import PATH, ContactList
from gateway.forms import Problem, Refused
from gateway.web import Visit, see_other, web
from wire import schema
from wire.contacts import Contacts
from wire.contacts.jobs import CancelJob, GetJob, JobAlreadyRunning, PreviewActivationJob, StartActivationJob
from wire.contacts.people import FilterInvalid
from wire.permissions import Permission

JOBS = f"{PATH}/activation-jobs"
START: forms.Rules = {JobAlreadyRunning: Problem()}


class ContactJobPages:
    contacts = Client(Contacts)

    @web("GET", JOBS, needs=Permission.CONTACTS_ADMIN)
    def show_activation_job_start(self, visit: Visit) -> Response:
        return self._draw_job_start(visit, ContactList.of(visit.request.args))

    @web("POST", JOBS, needs=Permission.CONTACTS_ADMIN)
    def send_activation_job_start(self, visit: Visit) -> Response:
        shown = ContactList.of(visit.form)
        request = schema.load(StartActivationJob, _given(shown))
        outcome = forms.submit(visit, lambda: self.contacts.start_activation_job(request), START)
        if isinstance(outcome, Refused):
            return self._draw_job_start(visit, shown, running_path=_running(outcome), **outcome.context)
        return see_other(f"{JOBS}/{outcome.id}")

    @web("GET", f"{JOBS}/<uuid:job_id>", needs=Permission.CONTACTS_ADMIN)
    def show_activation_job(self, visit: Visit) -> Response:
        job = self.contacts.get_job(GetJob(job_id=_job_id(visit)))
        return visit.draw(ActivationJob, job=job)

    @web("POST", f"{JOBS}/<uuid:job_id>/cancellation", needs=Permission.CONTACTS_ADMIN)
    def send_activation_job_cancellation(self, visit: Visit) -> Response:
        job = self.contacts.cancel_job(CancelJob(job_id=_job_id(visit)))
        return see_other(f"{JOBS}/{job.id}")

    def _draw_job_start(self, visit: Visit, shown: ContactList, **values: Any) -> Response:
        try:
            preview = self.contacts.preview_activation_job(schema.load(PreviewActivationJob, _given(shown)))
        except (ValidationError, FilterInvalid):
            return see_other(shown.path)  # the list says what is wrong with what is looked for
        return visit.draw(ActivationJobStart, shown=shown, preview=preview, **values)


def _given(shown: ContactList) -> dict[str, str]:
    return {name: value for name, value in shown.condition.items() if value is not None}


def _running(outcome: Refused) -> str:
    facts = getattr(outcome.reason, "facts", {})
    return f"{JOBS}/{facts['job_id']}" if "job_id" in facts else ""


def _job_id(visit: Visit) -> uuid.UUID:
    found: uuid.UUID = visit.request.parameters["job_id"]
    return found
