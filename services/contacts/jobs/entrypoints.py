"""Jobs that send activation mails to a whole list are asked for, done in the background, watched and cancelled."""

from __future__ import annotations

import uuid

import structlog

from chassis import context
from chassis.database.work import Work
from chassis.every import Wakeup, every
from chassis.rpc import serve
from contacts.activation import recalls
from contacts.activation.sender import ActivationSender
from contacts.jobs import audience, jobs
from contacts.jobs.models import JobRow
from contacts.people import listing
from contacts.tenants import tenants
from contacts.tenants.models import TenantRow
from wire.contacts import Contacts
from wire.contacts.activation import BULK_MAX
from wire.contacts.jobs import (
    ActivationJobPreview,
    CancelJob,
    GetJob,
    Job,
    JobKind,
    JobState,
    PreviewActivationJob,
    StartActivationJob,
)
from wire.contacts.people import ListContacts
from wire.contract import Refusal

log = structlog.get_logger(__name__)


class JobEntrypoints(ActivationSender):
    # Who asks for a job wakes up who does it.
    job_wakeup = Wakeup()

    @serve(Contacts.preview_activation_job)
    def preview_activation_job(self, request: PreviewActivationJob) -> ActivationJobPreview:
        tenant = self.tenant(context.require_account_id())
        with self.work() as work:
            return self._survey(work, tenant, request.filter, request.q)

    @serve(Contacts.start_activation_job)
    def start_activation_job(self, request: StartActivationJob) -> Job:
        tenant, now = self.tenant(context.require_account_id()), self.clock.now()
        with self.work() as work:
            found = self._survey(work, tenant, request.filter, request.q)
            row = jobs.start(
                work.session,
                tenant.account_id,
                JobKind.CONTACT_ACTIVATION,
                subject={"filter": request.filter, "q": request.q},
                total=found.total,
                created_by=context.current().user_id,
                now=now,
            )
            self.record(
                work, "contact_activation_job_started", row.id, facts={"total": row.total}, kind="job"
            )
            started = work.answer(jobs.as_job(row, now=now))
        self.job_wakeup.notify()
        return started

    @serve(Contacts.get_job)
    def get_job(self, request: GetJob) -> Job:
        with self.work() as work:
            row = jobs.find(work.session, context.require_account_id(), request.job_id)
            return jobs.as_job(row, now=self.clock.now())

    @serve(Contacts.cancel_job)
    def cancel_job(self, request: CancelJob) -> Job:
        """What waits to be sent by it is not sent either."""
        account_id, now = context.require_account_id(), self.clock.now()
        with self.work() as work:
            row = jobs.find(work.session, account_id, request.job_id, for_change=True)
            if jobs.cancel(row, now=now):
                recalls.recall_of_job(work.session, account_id, row.id)
                self.record(
                    work, "contact_activation_job_cancelled", row.id, facts={"done": row.done}, kind="job"
                )
            return work.answer(jobs.as_job(row, now=now))

    @every(2.0, wakeup=job_wakeup)
    def work_on_jobs(self) -> None:
        """Do the pages that are due, each in a transaction of its own, until none is."""
        while True:
            with self.work.all_tenants() as work:
                found = jobs.due(work.session, now=self.clock.now())
            if found is None:
                return
            self._do_page(*found)

    def _do_page(self, account_id: uuid.UUID, job_id: uuid.UUID) -> None:
        try:
            with self.work.for_tenant(account_id) as work:
                row = jobs.take(work.session, account_id, job_id, now=self.clock.now())
                if row is not None:
                    with context.within(account_id=account_id, user_id=row.created_by):
                        self._send_page(work, row)
        except Refusal as refusal:  # what the filter names is no more
            self._give_up(account_id, job_id, refusal.code)
        except Exception:  # one job's trouble must not hold up the others
            log.exception("job_page_failed", job_id=str(job_id))
            self._put_off(account_id, job_id)

    def _send_page(self, work: Work, row: JobRow) -> None:
        now = self.clock.now()
        limit, ends_at = self.throttles.room_for_mails(
            work.session, row.account_id, allowed=self.settings.mails_per_hour, now=now
        )
        if limit is not None and limit <= 0:
            return jobs.wait(row, until=ends_at, now=now)
        tenant = tenants.kept(work.session, row.account_id)
        request = ListContacts(
            limit=min(BULK_MAX, limit or BULK_MAX),
            after=row.cursor,
            filter=row.subject["filter"],
            q=row.subject["q"],
            sort="created_at",
        )
        ids, cursor = listing.ids(work.session, row.account_id, request)
        there = audience.older(work.session, ids, row.created_at)
        results = self.send_activations_to(work, tenant, there, job_id=row.id)
        outcomes = [one.code if isinstance(one, Refusal) else audience.SENT for one in results.values()]
        self.throttles.count_mails(
            work.session, row.account_id, number=outcomes.count(audience.SENT), now=now
        )
        is_past_all = len(there) < len(ids)
        jobs.note_page(row, outcomes, looked_at=len(there), cursor=None if is_past_all else cursor, now=now)
        return None

    def _survey(
        self, work: Work, tenant: TenantRow, written: str | None, q: str | None
    ) -> ActivationJobPreview:
        how = self.sending(tenant, now=self.clock.now())
        return audience.survey(work.session, tenant.account_id, written=written, q=q, sending=how)

    def _give_up(self, account_id: uuid.UUID, job_id: uuid.UUID, code: str) -> None:
        now = self.clock.now()
        with self.work.for_tenant(account_id) as work:
            row = jobs.take(work.session, account_id, job_id, now=now)
            if row is not None:
                jobs.end(row, JobState.FAILED, now=now, error=code)

    def _put_off(self, account_id: uuid.UUID, job_id: uuid.UUID) -> None:
        now = self.clock.now()
        with self.work.for_tenant(account_id) as work:
            row = jobs.take(work.session, account_id, job_id, now=now)
            if row is not None:
                jobs.wait(row, until=now + jobs.AGAIN_AFTER, now=now)
