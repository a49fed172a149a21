"""The mails that were caught, where mails are caught."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response

from chassis.http import Request
from gateway.pages import policies, views
from gateway.problems import HttpProblem
from wire import schema
from wire.notifications import ListMailbox, Notifications


def messages(notifications: Notifications, request: Request) -> Response:
    """As JSON, newest first."""
    found = notifications.list_mailbox(ListMailbox(to=request.args.get("to")))
    data = []
    for mail in found.messages:
        dumped = schema.dump(mail)
        data.append({"from": dumped.pop("sender"), **dumped})
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")


def html(notifications: Notifications, request: Request) -> Response:
    """One mail's HTML, for its frame on the mailbox page: it runs nothing and belongs to no origin."""
    wanted = request.parameters["message_id"]
    for mail in notifications.list_mailbox(ListMailbox()).messages:
        if mail.id == wanted:
            response = Response(views.mail_document(mail.html), content_type="text/html; charset=utf-8")
            response.headers["Content-Security-Policy"] = policies.MAIL_HTML
            return response
    raise HttpProblem(404, "not_found")
