"""Passwords of contacts: set by an admin, changed by the present one, and reset by the token in an email."""

from __future__ import annotations

from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from contacts.people import messages as people_messages
from contacts.people.models import ContactRow
from contacts.portal import portal_contacts, portals
from contacts.portal_passwords import password_resets, portal_passwords
from contacts.portal_passwords.followed import FollowedPassword
from contacts.tenants.models import TenantRow
from identity import passwords
from wire.contacts import Contacts
from wire.contacts.activation import ContactVerified
from wire.contacts.portal import ChangePortalPassword, ContactPasswordSetByAdmin, SetContactPassword
from wire.contract import FieldError, Nothing
from wire.identity import EmailToken, GetEmailToken, PasswordIncorrect, PasswordUnchanged, ResetPassword


class PortalPasswordEntrypoints(FollowedPassword):
    @serve(Contacts.set_contact_password)
    def set_contact_password(self, request: SetContactPassword) -> Nothing:
        """The contact is verified by who asks, its sessions and links end, and it has to choose another password at
        its next log-in. The password is judged and hashed between two transactions, off the event loop."""
        account_id, now, password = context.require_account_id(), self.clock.now(), request.password
        with self.work() as work:
            tenant = portals.of_account(work.session, account_id)
            row = portal_passwords.settable(work.session, account_id, request.contact_id)
            words = portal_contacts.own_words(row, tenant)
        self.hasher.judge(password, repeat=password, words=words)
        new_hash = self.hasher.hashed(password)
        with self.work() as work:
            row = portal_passwords.settable(work.session, account_id, request.contact_id)
            portal_passwords.change(row, new_hash, must_change=True, now=now)
            is_verified_by_it = portal_passwords.verify(row, by=context.current().user_id, now=now)
            self.follow_new_password(work, row)
            self._announce_set(work, row, tenant, is_verified_by_it=is_verified_by_it)
            return work.answer(Nothing())

    def _announce_set(
        self, work: Work, row: ContactRow, tenant: TenantRow, *, is_verified_by_it: bool
    ) -> None:
        contact, now = people_messages.as_contact(row), self.clock.now()
        if is_verified_by_it:
            verified = ContactVerified(contact=contact, verified_by=row.verified_by)
            work.announce(Contacts.contact_verified, verified, aggregate=row.id)
        notice = ContactPasswordSetByAdmin(contact=contact, set_at=now, **self.mailed_to(row, tenant))
        work.announce(Contacts.contact_password_set_by_admin, notice, aggregate=row.id)
        self.record(work, "contact_password_set", row.id, facts={"name": row.name})

    @serve(Contacts.change_portal_password)
    def change_portal_password(self, request: ChangePortalPassword) -> Nothing:
        """The other sessions end; the one that asks stays."""
        account_id, now = context.require_account_id(), self.clock.now()
        contact, tenant = self._proven(request.current_password)
        new = request.new_password
        words = portal_contacts.own_words(contact, tenant)
        self.hasher.judge(new, repeat=request.new_password_repeat, words=words, field="new_password")
        if passwords.normal(new) == passwords.normal(request.current_password):
            errors = (FieldError(pointer="/new_password", code=PasswordUnchanged.code),)
            raise PasswordUnchanged(errors=errors)
        new_hash = self.hasher.hashed(new)
        with self.work() as work:
            row = portal_contacts.hold(work.session, contact)
            if row is None or row.account_id != account_id:  # the password was changed meanwhile
                raise PasswordIncorrect
            portal_passwords.change(row, new_hash, must_change=False, now=now)
            self.follow_new_password(work, row, but=context.current().session_id)
            self.announce_changed(work, row, tenant)
            self.record(work, "contact_password_changed", row.id, facts={}, by=self.being(row))
            return work.answer(Nothing())

    def _proven(self, password: str) -> tuple[ContactRow, TenantRow]:
        """Who is logged in, and has proven it again. Wrong ones are counted by the session. Raises
        `PasswordIncorrect`."""
        caller, verification = context.current(), self.verification
        with self.work() as work:
            tenant = portals.of_account(work.session, context.require_account_id())
            contact = portal_contacts.current(work.session, tenant.account_id, caller.contact_id)
            if contact is None or caller.session_id is None:
                raise PasswordIncorrect
            tried = verification.admit(work.session, self.throttles.of_session(caller.session_id))
        if not verification.is_proven(contact, password, tried):
            raise PasswordIncorrect
        return contact, tenant

    @serve(Contacts.get_contact_password_reset)
    def get_contact_password_reset(self, request: GetEmailToken) -> EmailToken:
        with self.work.all_tenants() as work:
            return password_resets.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Contacts.reset_contact_password)
    def reset_contact_password(self, request: ResetPassword) -> Nothing:
        """Every session ends, nobody is logged in, and what was tried in vain is forgotten."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            contact = password_resets.usable(work.session, request.token_digest, now=now)
            tenant = portals.of_account(work.session, contact.account_id)
        words = portal_contacts.own_words(contact, tenant)
        self.hasher.judge(request.password, repeat=request.password_repeat, words=words)
        new_hash = self.hasher.hashed(request.password)
        with self.work.for_tenant(contact.account_id) as work:
            row = password_resets.consume(work.session, request.token_digest, password_hash=new_hash, now=now)
            self.follow_new_password(work, row)
            self.announce_changed(work, row, tenant, is_reset=True)
            self.record(
                work,
                "contact_password_reset",
                row.id,
                facts={},
                by=self.being(row),
                account_id=row.account_id,
            )
            return work.answer(Nothing())
