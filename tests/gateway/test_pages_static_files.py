"""Static files: found, cached for ever by browsers, and nothing else given away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.layout import policies, static_files

OWN = sorted(path.name for path in static_files.OWN.iterdir())


@pytest.mark.parametrize("name", [*OWN, "swagger-ui/swagger-ui-bundle.js", "swagger-ui/swagger-ui.css"])
def test_a_file_is_found_by_its_address_and_kept_for_ever(name: str) -> None:
    file = static_files.find(static_files.url(name))
    assert file is not None
    assert file.body
    assert file.cache_control == "public, max-age=31536000, immutable"
    assert re.fullmatch(r'"[0-9a-f]{32}"', file.etag)


def test_scripts_and_styles_have_their_types() -> None:
    types = {
        "app.css": "text/css; charset=utf-8",
        "app.js": "text/javascript; charset=utf-8",
        "logo.svg": "image/svg+xml",
    }
    for name, content_type in types.items():
        file = static_files.find(static_files.url(name))
        assert file is not None
        assert file.content_type == content_type


def test_another_releases_page_still_finds_its_style_but_does_not_keep_it() -> None:
    file = static_files.find("/static/0123456789ab/app.css")
    assert file is not None
    assert file.cache_control == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/x",
        "/static/x/",
        "/static/x/../views.py",
        "/static/x/../../../../../../etc/passwd",
        "/static/x//etc/passwd",
        "/static/../views.py",
        "/static/x/app.css/",
        "/static/x/swagger-ui/../app.css",
        "/static/x/app.css\x00",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_found(path: str) -> None:
    assert static_files.find(path) is None


def test_an_unknown_name_in_a_template_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        static_files.url("missing.css")


@pytest.mark.parametrize("name", [name for name in OWN if name.endswith((".css", ".js"))])
def test_our_files_name_no_other_host(name: str) -> None:
    assert not re.search(r"https?://|//[a-z]+\.[a-z]", Path(static_files.OWN / name).read_text())


def test_the_policy_is_strict_but_for_three_pages() -> None:
    strict = policies.content_security_policy("login/log_in", "abc")
    assert strict == (
        "default-src 'none'; script-src 'nonce-abc'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
    with_data_images = strict.replace("img-src 'self'", "img-src 'self' data:")
    assert policies.content_security_policy("system/docs", "abc") == with_data_images
    assert policies.content_security_policy("mailbox/mailbox", "abc") == f"{strict}; frame-src 'self'"
    assert "script-src" not in policies.MAIL_HTML
    assert "allow-same-origin" not in policies.MAIL_HTML
    assert "allow-scripts" not in policies.MAIL_HTML
