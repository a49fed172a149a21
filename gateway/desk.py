"""What does every chapter of the gateway work with?

Operations and pages stand in `resources/`, a chapter each; `service.py` puts them together.
"""

from __future__ import annotations

from chassis.configured import Configured
from chassis.rpc import Client
from gateway.auth import SessionMemory
from gateway.figures import KeptFigures
from gateway.settings import GatewaySettings
from wire.accounts import Accounts
from wire.billing import Billing
from wire.contacts import Contacts
from wire.notifications import Notifications


class Desk:
    """The services behind the gateway, who is logged in, what billing last said, and the settings."""

    accounts = Client(Accounts)
    billing = Client(Billing)
    contacts = Client(Contacts)
    notifications = Client(Notifications)
    sessions = SessionMemory()
    figures = KeptFigures()
    settings = Configured(GatewaySettings)
