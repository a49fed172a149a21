"""What does the gateway answer? This is its table of contents: every path of the API and every page."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.configured import Configured
from chassis.envelope import Received
from chassis.events import overhear
from chassis.rpc import Client
from gateway.api import ANY_USER, BILLING_ROLES, Call, Created, api
from gateway.auth import SessionMemory
from gateway.resources import accounts, billing, contacts, entrance, files, mailbox, my_account
from gateway.resources.shapes import BillingAnswer, Credentials, NewAccount, NewPassword
from gateway.settings import GatewaySettings
from gateway.web import Visit, see_other, web
from wire.accounts import Account, Accounts, Activation, Me, OpenedSession, Registration, SessionRevoked
from wire.billing import Billing
from wire.contacts import Contact, ContactPage, Contacts, CreateContact, ListContacts
from wire.contract import Nothing
from wire.notifications import Notifications


class GatewayService:
    name = "gateway"
    accounts = Client(Accounts)
    billing = Client(Billing)
    contacts = Client(Contacts)
    notifications = Client(Notifications)
    sessions = SessionMemory()
    settings = Configured(GatewaySettings)

    # Accounts, users, sessions.

    @api(
        "POST",
        "/v1/accounts",
        summary="Sign up: open an account with its owner, and mail the owner a link",
        tag="Accounts",
        body=NewAccount,
        answer=Registration,
        status=201,
        refuses=Accounts.create_account.refuses,
    )
    def sign_up(self, call: Call[NewAccount]) -> Created:
        return accounts.sign_up(self.accounts, call)

    @api(
        "GET",
        "/v1/activations/<token>",
        summary="Look at an activation link; changes nothing",
        tag="Accounts",
        answer=Activation,
        refuses=Accounts.get_activation.refuses,
    )
    def look_at_activation(self, call: Call[None]) -> Activation:
        return accounts.look_at_activation(self.accounts, call)

    @api(
        "POST",
        "/v1/activations/<token>",
        summary="Use an activation link: set the password, verify the address, log in",
        tag="Accounts",
        body=NewPassword,
        answer=OpenedSession,
        status=201,
        refuses=Accounts.activate.refuses,
    )
    def activate(self, call: Call[NewPassword]) -> Created:
        return accounts.activate(self.accounts, call)

    @api(
        "POST",
        "/v1/sessions",
        summary="Log in",
        tag="Sessions",
        body=Credentials,
        answer=OpenedSession,
        status=201,
        refuses=Accounts.open_session.refuses,
    )
    def log_in(self, call: Call[Credentials]) -> Created:
        return accounts.log_in(self.accounts, call)

    @api("DELETE", "/v1/sessions/current", summary="Log out", tag="Sessions", status=204, roles=ANY_USER)
    def log_out(self, call: Call[None]) -> Nothing:
        return accounts.log_out(self.accounts, self.sessions, call)

    @api("GET", "/v1/me", summary="Who is logged in", tag="Accounts", answer=Me, roles=ANY_USER)
    def me(self, call: Call[None]) -> Me:
        return accounts.me(self.accounts, call)

    @api(
        "DELETE",
        "/v1/sessions/<uuid:session_id>",
        summary="End one of one's own sessions",
        tag="Sessions",
        status=204,
        roles=ANY_USER,
    )
    def end_session(self, call: Call[None]) -> Nothing:
        return accounts.end_session(self.accounts, self.sessions, call)

    @api(
        "GET",
        "/v1/account",
        summary="The account of who is logged in",
        tag="Accounts",
        answer=Account,
        roles=ANY_USER,
    )
    def account(self, call: Call[None]) -> Account:
        return accounts.account(self.accounts, call)

    # Billing.

    @api(
        "GET",
        "/v1/billing",
        summary="Plan and trial of the account; `stale` when billing cannot say",
        tag="Billing",
        answer=BillingAnswer,
        roles=BILLING_ROLES,
    )
    def overview(self, call: Call[None]) -> BillingAnswer:  # who asks is in the context
        return billing.overview(self.billing)

    # Contacts.

    @api(
        "POST",
        "/v1/contacts",
        summary="Add a contact",
        tag="Contacts",
        body=CreateContact,
        answer=Contact,
        status=201,
        roles=ANY_USER,
        refuses=Contacts.create_contact.refuses,
    )
    def create_contact(self, call: Call[CreateContact]) -> Created:
        return contacts.create(self.contacts, call)

    @api(
        "GET",
        "/v1/contacts",
        summary="List contacts in order of name, a page at a time",
        tag="Contacts",
        query=ListContacts,
        answer=ContactPage,
        roles=ANY_USER,
        refuses=Contacts.list_contacts.refuses,
    )
    def list_contacts(self, call: Call[ListContacts]) -> Response:
        return contacts.page(self.contacts, call)

    @api(
        "GET",
        "/v1/contacts/<uuid:contact_id>",
        summary="Read a contact",
        tag="Contacts",
        answer=Contact,
        roles=ANY_USER,
        refuses=Contacts.get_contact.refuses,
    )
    def get_contact(self, call: Call[None]) -> Contact:
        return contacts.find(self.contacts, call)

    # Pages.

    @web("GET", "/")
    def home(self, visit: Visit) -> Response:
        return see_other("/account" if visit.identity else "/log-in")

    @web("GET", "/sign-up")
    def show_sign_up(self, visit: Visit) -> Response:
        return entrance.show_sign_up(visit)

    @web("POST", "/sign-up")
    def send_sign_up(self, visit: Visit) -> Response:
        return entrance.sign_up(self.accounts, visit)

    @web("GET", "/activate/<token>")
    def take_activation_link(self, visit: Visit) -> Response:
        return entrance.take_activation_link(visit)

    @web("GET", "/activate")
    def show_activation(self, visit: Visit) -> Response:
        return entrance.show_activation(self.accounts, visit)

    @web("POST", "/activate")
    def send_activation(self, visit: Visit) -> Response:
        return entrance.activate(self.accounts, visit)

    @web("GET", "/log-in")
    def show_log_in(self, visit: Visit) -> Response:
        return entrance.show_log_in(visit)

    @web("POST", "/log-in")
    def send_log_in(self, visit: Visit) -> Response:
        return entrance.log_in(self.accounts, visit)

    @web("POST", "/log-out")
    def send_log_out(self, visit: Visit) -> Response:
        return entrance.log_out(self.accounts, self.sessions, visit)

    @web("GET", "/account", needs_log_in=True)
    def show_account(self, visit: Visit) -> Response:
        return my_account.show(self.accounts, self.billing, visit)

    @web("GET", "/mailbox")
    def show_mailbox(self, visit: Visit) -> Response:
        return my_account.show_mailbox(self.notifications, visit)

    @web("GET", "/docs")
    def show_docs(self, visit: Visit) -> Response:
        return my_account.show_docs(visit)

    # Files and machines.

    @web("GET", "/mailbox/messages")
    def list_mailbox(self, visit: Visit) -> Response:
        return mailbox.messages(self.notifications, visit.request)

    @web("GET", "/mailbox/messages/<uuid:message_id>/html")
    def show_mail_html(self, visit: Visit) -> Response:
        return mailbox.html(self.notifications, visit.request)

    @web("GET", "/static/<path:path>")
    def static(self, visit: Visit) -> Response:
        return files.static(visit.request)

    @web("GET", "/openapi.json")
    def openapi(self, visit: Visit) -> Response:  # the same for everybody
        return files.openapi_document()

    @web("GET", "/health/live")
    def live(self, visit: Visit) -> Response:
        return files.health(is_ready=True)

    @web("GET", "/health/ready")
    def ready(self, visit: Visit) -> Response:
        return files.health(is_ready=self.sessions.is_connected())

    # Events.

    @overhear(Accounts.account_session_revoked)
    def forget_session(self, event: Received[SessionRevoked]) -> None:
        self.sessions.forget(event.data.session_id)
