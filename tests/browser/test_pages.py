"""Do all pages draw without complaint, for everybody, on a phone and on a desktop?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import samples, site, watching

NAMES = list(samples.pages("en"))
# Each language in other circumstances, so that three passes see all of them.
CIRCUMSTANCES = {
    "en": {"size": watching.DESKTOP, "is_dark": False},
    "fr": {"size": watching.PHONE, "is_dark": False},
    "ko": {"size": watching.PHONE, "is_dark": True},
}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """[...document.querySelectorAll('button, input, select, summary, .button, nav a')]
    .filter(target => target.type !== 'hidden')
    .filter(target => target.checkVisibility({visibilityProperty: true}) && !target.closest('#swagger-ui'))
    .filter(target => target.getBoundingClientRect().height < 44).map(target => target.outerHTML)"""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with site.running() as url:
        yield url


@pytest.mark.parametrize("locale", samples.NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_accessible_fits_the_screen_and_loads_nothing_from_outside(
    browser: Browser, base_url: str, locale: str, name: str
) -> None:
    with watching.context(browser, locale=locale, **CIRCUMSTANCES[locale]) as context:
        page = context.new_page()
        watch = watching.Watch(page, base_url)
        page.goto(f"{base_url}/{locale}/{name}", wait_until="load")
        if name == "docs":
            page.locator(".opblock").first.wait_for()
        assert watching.violations(page) == []
        assert page.evaluate(TOO_WIDE) is False
        assert page.evaluate(SMALL_TARGETS) == []
        assert watch.complaints == []
