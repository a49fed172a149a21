"""A preview of every mail in every language: `python -m tests.notifications.preview FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from notifications.mails.table import MAILS
from notifications.rendering import Renderer
from tests.notifications.samples import SITE, props
from wire.values import LOCALES


def write(folder: Path) -> list[Path]:
    """The written files, text and HTML."""
    renderer = Renderer(SITE, MAILS)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for mail in MAILS:
        for locale in LOCALES:
            rendered = renderer.render(mail.name, props(mail.name, locale), locale)
            for ending, content in (
                ("html", rendered.html),
                ("txt", f"{rendered.subject}\n\n{rendered.text}"),
            ):
                path = folder / f"{mail.name}.{locale}.{ending}"
                path.write_text(content, encoding="utf-8")
                written.append(path)
    return written


if __name__ == "__main__":
    for path in write(Path(sys.argv[1])):
        print(path)
