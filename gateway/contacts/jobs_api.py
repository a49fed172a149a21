"""Operations of jobs: activation mails to a whole list, in the background."""

from __future__ import annotations

import dataclasses

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway.api import Call, api, as_json
from gateway.contacts.jobs_bodies import NewActivationJob
from gateway.problems import HttpProblem
from wire.contacts import Contacts
from wire.contacts.jobs import (
    ActivationJobPreview,
    CancelJob,
    GetJob,
    Job,
    PreviewActivationJob,
    StartActivationJob,
)
from wire.contract import FieldError
from wire.permissions import Permission

PREVIEWS = {"": False, "false": False, "true": True}


class ContactJobsApi:
    contacts = Client(Contacts)

    @api(
        "POST",
        "/v1/contact-activation-jobs",
        summary="Send the activation email to everybody of a list; `?preview=true` only tells to how many, with 200",
        tag="Activation of contacts",
        body=NewActivationJob,
        answer=ActivationJobPreview,
        accepted=Job,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.start_activation_job.refuses,
    )
    def start_activation_job(self, call: Call[NewActivationJob]) -> Response:
        asked = dataclasses.asdict(call.body)
        if _is_preview(call):
            found = self.contacts.preview_activation_job(PreviewActivationJob(**asked))
            return Response(as_json(found), content_type="application/json")
        job = self.contacts.start_activation_job(StartActivationJob(**asked))
        response = Response(as_json(job), status=202, content_type="application/json")
        response.headers["Location"] = f"/v1/jobs/{job.id}"
        return response

    @api(
        "GET",
        "/v1/jobs/<uuid:job_id>",
        summary="How far a job has come; kept for 90 days",
        tag="Jobs",
        answer=Job,
        needs=Permission.CONTACTS_READ,
        refuses=Contacts.get_job.refuses,
    )
    def get_job(self, call: Call[None]) -> Job:
        return self.contacts.get_job(GetJob(job_id=call.parameters["job_id"]))

    @api(
        "POST",
        "/v1/jobs/<uuid:job_id>/cancellation",
        summary="Cancel a job: nobody gets anything from it any more; one that is over stays as it is",
        tag="Jobs",
        answer=Job,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.cancel_job.refuses,
    )
    def cancel_job(self, call: Call[None]) -> Job:
        return self.contacts.cancel_job(CancelJob(job_id=call.parameters["job_id"]))


def _is_preview(call: Call[NewActivationJob]) -> bool:
    """Raises `HttpProblem` for a `preview` that is neither true nor false."""
    written = call.request.args.get("preview", "")
    if written not in PREVIEWS:
        errors = (FieldError(pointer="/preview", code="invalid"),)
        raise HttpProblem(422, "validation_failed", errors=errors)
    return PREVIEWS[written]
