"""Browser: every page is drawn without complaint, on a phone and on a desktop.

Each language looks in other circumstances, so that three passes see all of them. French, with the longest words, looks
at every state of every page. Axe looks at the light and the dark pages of a phone; English is for the desktop and Tab.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import samples, site, watching
from wire.values import LOCALES

NAMES = list(samples.pages("en"))
# The states of a page differ in their words: the first of them is enough for a desktop, for the dark and for Tab.
FIRST_STATES = {*{page.template: name for name, page in reversed(samples.pages("en").items())}.values()}
LOOKS = [(locale, name) for locale in LOCALES for name in NAMES if locale == "fr" or name in FIRST_STATES]
DOCS = "docs"
CIRCUMSTANCES = {
    "en": {"size": watching.DESKTOP, "is_dark": False},
    "fr": {"size": watching.PHONE, "is_dark": False},
    "ko": {"size": watching.PHONE, "is_dark": True},
}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """[...document.querySelectorAll('button, input, select, textarea, summary, .button, nav a')]
    .filter(target => target.type !== 'hidden')
    .filter(target => target.checkVisibility({visibilityProperty: true}) && !target.closest('#swagger-ui'))
    .map(target => target.closest('.choice') ?? target)
    .filter(target => target.getBoundingClientRect().height < 44).map(target => target.outerHTML)"""
# Of radio buttons with one name, Tab reaches the chosen one or the first; arrows reach the others.
NOTE_CONTROLS = """() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
    const seen = new Set();
    window.waiting = new Set(all.filter(control => control.type !== 'hidden'
        && control.checkVisibility({visibilityProperty: true})
        && (control.type !== 'radio' || (!seen.has(control.name) && seen.add(control.name)))));
    const note = control => {
        const same = [...window.waiting].find(other => other.type === 'radio' && other.name === control.name);
        window.waiting.delete(control.type === 'radio' ? same : control);
    };
    document.addEventListener('focusin', event => note(event.target));
    if (document.activeElement) note(document.activeElement);
    return all.length;
}"""
NOT_REACHED = "[...window.waiting].map(control => control.outerHTML.slice(0, 160))"


@dataclasses.dataclass(frozen=True)
class Look:
    """A browser's page in one language's circumstances, and what it has complained about."""

    page: Page
    watch: watching.Watch

    def at(self, url: str) -> Page:
        self.watch.complaints.clear()
        self.page.goto(url, wait_until="load")
        if url.endswith(f"/{DOCS}"):
            self.page.locator(".opblock").first.wait_for()
        return self.page


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with site.running() as url:
        yield url


@pytest.fixture(scope="module")
def look(browser: Browser, base_url: str) -> Iterator[Callable[[str], Look]]:
    """`look("fr")` is the one page that all looks in this language share."""
    looks: dict[str, Look] = {}
    with ExitStack() as stack:

        def in_language(locale: str) -> Look:
            if locale not in looks:
                context = watching.context(browser, locale=locale, **CIRCUMSTANCES[locale])
                page = stack.enter_context(context).new_page()
                looks[locale] = Look(page, watching.Watch(page, base_url))
            return looks[locale]

        yield in_language


@pytest.mark.parametrize(("locale", "name"), LOOKS)
def test_a_page_is_accessible_fits_the_screen_and_loads_nothing_from_outside(
    look: Callable[[str], Look], base_url: str, locale: str, name: str
) -> None:
    page = look(locale).at(f"{base_url}/{locale}/{name}")
    assert page.evaluate(TOO_WIDE) is False
    assert page.evaluate(SMALL_TARGETS) == []
    if locale != "en":
        assert watching.violations(page) == []
    elif name != DOCS:
        assert _not_reached_by_tab(page) == []
    assert look(locale).watch.complaints == []


def _not_reached_by_tab(page: Page) -> list[str]:
    """The controls that somebody with a keyboard alone never gets to."""
    for _ in range(page.evaluate(NOTE_CONTROLS) + 1):
        page.keyboard.press("Tab")
    not_reached: list[str] = page.evaluate(NOT_REACHED)
    return not_reached
