"""The browser is there, and draws."""

import pytest
from playwright.sync_api import Page


@pytest.mark.slow
def test_a_page_runs_its_scripts(page: Page) -> None:
    page.set_content(
        "<title>Frontdesk</title><p></p><script>document.querySelector('p').textContent = 6 * 7</script>"
    )
    assert page.title() == "Frontdesk"
    assert page.locator("p").inner_text() == "42"
