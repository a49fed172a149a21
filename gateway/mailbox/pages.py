"""Pages of the mails that were caught, where mails are caught."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway.layout import policies, views
from gateway.mailbox import contexts
from gateway.problems import HttpProblem
from gateway.web import Visit, web
from wire import schema
from wire.notifications import ListMailbox, Notifications


class MailboxPages:
    notifications = Client(Notifications)

    @web("GET", "/mailbox")
    def show_mailbox(self, visit: Visit) -> Response:
        to = visit.request.args.get("to", "").strip()
        found = self.notifications.list_mailbox(ListMailbox(to=to or None)).messages
        wanted = visit.request.args.get("message", "")
        selected = next((mail for mail in found if str(mail.id) == wanted), None)
        return visit.draw(
            contexts.Mailbox,
            mails=tuple(contexts.Mail.of(mail) for mail in found),
            selected=None if selected is None else contexts.Mail.of(selected),
            to=to,
        )

    @web("GET", "/mailbox/messages")
    def list_mailbox(self, visit: Visit) -> Response:
        """As JSON, newest first."""
        found = self.notifications.list_mailbox(ListMailbox(to=visit.request.args.get("to")))
        data = []
        for mail in found.messages:
            dumped = schema.dump(mail)
            data.append({"from": dumped.pop("sender"), **dumped})
        return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")

    @web("GET", "/mailbox/messages/<uuid:message_id>/html")
    def show_mail_html(self, visit: Visit) -> Response:
        """One mail's HTML, for its frame on the mailbox page: it runs nothing and belongs to no origin."""
        wanted = visit.request.parameters["message_id"]
        for mail in self.notifications.list_mailbox(ListMailbox()).messages:
            if mail.id == wanted:
                response = Response(views.mail_document(mail.html), content_type="text/html; charset=utf-8")
                response.headers["Content-Security-Policy"] = policies.MAIL_HTML
                return response
        raise HttpProblem(404, "not_found")
