"""Pages: `@web(method, path)` answers in the reader's language, with a content security policy."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from werkzeug.wrappers import Response

from chassis import context
from chassis.errors import BusError
from chassis.http import Http, Request
from gateway import auth, callers, cookies, csrf, problems
from gateway.auth import Identities
from gateway.callers import Caller
from gateway.languages import negotiate_locale
from gateway.layout import policies, views
from gateway.layout.contexts import Page, Problem, Viewer
from gateway.problems import HttpProblem
from gateway.settings import gateway_settings
from gateway.texts import notices
from wire.permissions import Permission, PortalPermission

LANGUAGE_COOKIE = "lang"
LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600
NOTICE_COOKIE = "notice"
NOTICE_COOKIE_SECONDS = 60
FORM_BYTES = 64 * 1024
PORTAL_SLUG = re.compile(rf"{cookies.PORTAL}/([a-z0-9-]{{1,60}})(?=/|\Z)")
REPEATABLE = frozenset({429, 500, 503, 504})

views.compile_all()


@dataclasses.dataclass(slots=True)
class Visit:
    """A request for a page, and who makes it."""

    request: Request
    caller: Caller | None

    def may(self, permission: Permission | PortalPermission) -> bool:
        """Whether who makes the request has a permission."""
        return self.caller is not None and permission in self.caller.permissions

    @property
    def viewer(self) -> Viewer | None:
        caller = self.caller
        if caller is None or caller.is_returning:
            return None
        return Viewer(name=caller.name, email=caller.email)

    @property
    def locale(self) -> str:
        own = self.caller.locale if self.caller is not None else None
        picked = self.request.args.get("lang") or cookies.get(self.request, LANGUAGE_COOKIE)
        return negotiate_locale(picked, own, self.request.headers.get("Accept-Language"))

    @property
    def form(self) -> dict[str, str]:
        """The form's fields, without what only a browser puts there; several ticked boxes as words."""
        return {name: " ".join(values) for name, values in self.request.form.lists() if name != "csrf_token"}

    @property
    def notice(self) -> str | None:
        """What the form before this page has done, in the reader's words."""
        return notices.text(cookies.get(self.request, NOTICE_COOKIE), self.locale)

    def common(self) -> dict[str, Any]:
        """What every page needs."""
        self.request.environ.setdefault("frontdesk.form_seed", csrf.form_seed(self.request))
        query = self.request.query_string.decode("ascii", "replace")
        return {
            "page_path": self.request.path + (f"?{query}" if query else ""),
            "csrf_token": csrf.form_token(self.request.environ["frontdesk.form_seed"]),
            "help_email": gateway_settings().help_address,
            "viewer": self.viewer,
            "has_mailbox": gateway_settings().has_mailbox,
            "notices": () if self.notice is None else (self.notice,),
            "permissions": frozenset() if self.caller is None else self.caller.permissions,
        }

    def draw(self, page: type[Page], *, status: int = 200, **values: Any) -> Response:
        """The page as an answer; `page_path` is said where the page has another address than the request."""
        locale, request = self.locale, self.request
        html = views.draw(page(**{**self.common(), **values}), locale=locale, nonce=request.nonce)
        response = Response(html, status=status, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = policies.content_security_policy(
            page.template, request.nonce
        )
        response.headers["Content-Language"] = locale
        response.headers["Vary"] = "Accept-Language, Cookie"
        seed = request.environ["frontdesk.form_seed"]
        session = cookies.get(request, cookies.session_name(request.path))
        if seed not in (session, cookies.get(request, cookies.FORM)):
            cookies.put(response, cookies.FORM, seed)
        if request.args.get("lang") == locale:
            cookies.put(response, LANGUAGE_COOKIE, locale, max_age=LANGUAGE_COOKIE_SECONDS)
        if cookies.get(request, NOTICE_COOKIE) is not None:
            cookies.drop(response, NOTICE_COOKIE)
        return response


class Web(Http):
    """A page; the method takes a `Visit`. Forms are checked to be our own before it is called."""

    identities = Identities()

    def __init__(self, method: str, path: str, *, needs: Permission | PortalPermission | None = None) -> None:
        super().__init__(method, path)
        self.needs = needs
        self.is_of_portal = cookies.is_of_portal(path)

    def handle(self, request: Request) -> Response:
        try:
            context.enter(self.context_of(request))
            if request.method == "POST":
                request.max_content_length = FORM_BYTES
                request.body()
                csrf.check_form(request)
                callers.enter_place(request, auth.user_agent(request))
            visit = Visit(request, self._caller(request))
            if visit.caller is not None and visit.caller.must_change_password and not self._is_open_to(visit):
                return see_other(f"/portal/{visit.caller.portal_slug}/password")
            if visit.caller is not None and self.needs is not None:
                callers.check(visit.caller, self.needs)
        except Exception as error:  # noqa: BLE001  # every error has an answer
            return self.answer_error(request, error)
        if visit.caller is None and self.needs is not None:
            return see_other(f"/portal/{request.parameters['slug']}" if self.is_of_portal else "/log-in")
        return self.run(request, visit)

    def _is_open_to(self, visit: Visit) -> bool:
        """Whether a contact may see the page who has to change its password before everything else."""
        return self.needs is None or visit.may(self.needs)

    def _caller(self, request: Request) -> Caller | None:
        """Who is logged in; nobody when the session cannot be looked up and the page does not need it."""
        if auth.token_of(request) is None:
            return None
        try:
            caller = self.identities.of_portal(request) if self.is_of_portal else self.identities.of(request)
        except HttpProblem:
            return None
        except BusError:
            if self.needs is not None:
                raise
            return None
        if caller.is_key:  # pages are for people
            return None
        callers.enter(caller)
        return caller

    def answer_error(self, request: Request, error: BaseException) -> Response:
        problem = problems.of_any(error, self.log_failure)
        return draw_problem(request, problem) if wants_page(request) else problems.answer(request, problem)

    def answer_problem(self, request: Request, status: int) -> Response:
        return answer_unrouted(request, status)


def draw_problem(request: Request, problem: HttpProblem) -> Response:
    """A problem as a page."""
    response = Visit(request, None).draw(
        Problem,
        status=problem.status,
        number=problem.status,
        code=problem.code,
        request_id=request.request_id,
        is_repeatable=problem.status in REPEATABLE,
        **_ways_back(request, problem),
    )
    for name, value in problem.headers.items():
        if name != "WWW-Authenticate":
            response.headers[name] = value
    return response


def _ways_back(request: Request, problem: HttpProblem) -> dict[str, str]:
    """Where a problem of a portal's page leads back to: to the portal, if there is one."""
    if not cookies.is_of_portal(request.path):
        return {}
    slug = PORTAL_SLUG.match(request.path)
    home = f"{cookies.PORTAL}/{slug[1]}" if slug and problem.code != "portal_not_found" else ""
    return {"home_path": home, "log_in_path": home}


def answer_unrouted(request: Request, status: int) -> Response:
    """The answer where there is no route: a page for a person, a document for a program."""
    if wants_page(request) and not request.path.startswith("/v1/"):
        return draw_problem(request, problems.plain(status))
    return problems.answer(request, problems.plain(status))


def wants_page(request: Request) -> bool:
    """Whether a person asks: browsers name HTML, programs name JSON or nothing."""
    kinds = ["application/problem+json", "text/html"]
    return request.accept_mimetypes.best_match(kinds) == "text/html"


def see_other(location: str, *, notice: str | None = None) -> Response:
    """After a form, and where another page is the right one: 303, always on this host.

    The page that follows says the `notice`, a code of `texts.notices`, once.
    """
    response = Response(b"", status=303, headers={"Location": location})
    if notice is not None:
        if notice not in notices.NOTICES:
            raise KeyError(notice)
        cookies.put(response, NOTICE_COOKIE, notice, max_age=NOTICE_COOKIE_SECONDS)
    return response


web = Web.decorator
