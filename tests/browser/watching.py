"""Complaints of a browser's page: console, exceptions, failed requests, requests to other hosts, axe."""

from __future__ import annotations

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

DESKTOP = (1280, 900)
PHONE = (360, 740)
AXE = Axe()
# No script runs in the one frame that there is, of the mailbox, and so axe could only knock at it in vain.
FIND = "axe.run({resultTypes: ['violations'], iframes: false}).then(results => results.violations)"


def context(
    browser: Browser,
    *,
    size: tuple[int, int],
    locale: str = "en",
    is_dark: bool = False,
    has_scripts: bool = True,
) -> BrowserContext:
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height},
        locale=locale,
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
        java_script_enabled=has_scripts,
    )


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, one line for each place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found = page.evaluate(FIND)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


class Watch:
    """Console errors, uncaught exceptions, failed requests, server errors, requests to other hosts."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.complaints: list[str] = []
        self._host = urlsplit(base_url).netloc
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium reports an answer of 4xx here without its address; `_response` has the details.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self._host:
            self.complaints.append(f"other host: {request.url}")

    def _failed(self, request: Request) -> None:
        # A navigation that overtakes another cancels it; that is no failure of the page.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and response.frame.parent_frame is None
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complaints.append(f"status {response.status}: {response.url}")
