"""Content security policies of the pages: a strict one, and few exceptions."""

from __future__ import annotations

STRICT = {
    "default-src": "'none'",
    "script-src": "'nonce-{nonce}'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
EXCEPTIONS = {
    # Swagger UI's stylesheet draws its arrows with data: images. It needs no inline style.
    "system/docs": {"img-src": "'self' data:"},
    # The HTML of a caught mail stands in a frame, fetched from its own address with the policy below.
    "mailbox/mailbox": {"frame-src": "'self'"},
}
# A caught mail styles itself inline and shows images it carries; it runs nothing, sends nothing, and is
# nobody: `sandbox` without `allow-same-origin` gives it an origin of its own. Its links
# open in a new tab that is an ordinary one.
MAIL_HTML = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def content_security_policy(page: str, nonce: str) -> str:
    """The header's value for a page; also right for answers that are no page (`page` may be empty)."""
    directives = {**STRICT, **EXCEPTIONS.get(page, {})}
    return "; ".join(f"{name} {value.format(nonce=nonce)}" for name, value in directives.items())
