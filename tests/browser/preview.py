"""Previews of all pages: `python -m tests.browser.preview FOLDER [NAME…]` draws them as PNG files.

Every sample page in three languages, on a desktop and on a phone; `--dark` draws the dark colours instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import samples, site, watching
from tests.support.browser import launch
from wire.values import LOCALES

SIZES = {"desktop": watching.DESKTOP, "phone": watching.PHONE}


def shoot(browser: Browser, base_url: str, folder: Path, *, names: list[str], is_dark: bool) -> int:
    """Draw the pages whose name begins with one of `names`, or all; how many there were."""
    count = 0
    for locale in LOCALES:
        wanted = [name for name in samples.pages(locale) if not names or name.startswith(tuple(names))]
        for size_name, size in SIZES.items():
            with watching.context(browser, size=size, locale=locale, is_dark=is_dark) as context:
                page = context.new_page()
                for name in wanted:
                    page.goto(f"{base_url}/{locale}/{name}", wait_until="load")
                    if name == "docs":
                        page.locator(".opblock").first.wait_for()
                    page.screenshot(path=folder / f"{name}-{locale}-{size_name}.png", full_page=True)
                    count += 1
    return count


def main(arguments: list[str]) -> None:
    is_dark = "--dark" in arguments
    folder, *names = [argument for argument in arguments if argument != "--dark"] or [".cache/previews"]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with site.running() as base_url, sync_playwright() as playwright:
        browser = launch(playwright)
        count = shoot(browser, base_url, Path(folder), names=names, is_dark=is_dark)
        browser.close()
    print(f"{count} pages in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
