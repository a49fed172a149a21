"""An HTTP client as a program would be: JSON in, JSON out, no redirects followed, no cookies kept."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self

import requests

from tests.support import document

TIMEOUT_SECONDS = 20.0
NOTHING: Any = object()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back. `body` is the JSON, None where there was none."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    set_cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def body(self) -> Any:
        is_json = "json" in self.headers.get("Content-Type", "")
        return json.loads(self.content) if is_json and self.content else None

    @property
    def code(self) -> str | None:
        """The problem's stable code; None when the answer is no problem."""
        return self.body.get("code") if isinstance(self.body, dict) and self.status >= 400 else None

    def must_be(self, status: int) -> Self:
        """The answer itself; fails, showing it, when its status is another."""
        assert self.status == status, f"{self.status}, not {status}: {self.content[:1000]!r}"
        return self


class Api:
    """One gateway, asked by nobody in particular, or by the holder of `token`."""

    def __init__(self, base_url: str, *, token: str | None = None, headers: Mapping[str, str] | None = None):
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._headers = dict(headers or {})
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()

    def with_token(self, token: str | None) -> Api:
        return Api(self.base_url, token=token, headers=self._headers)

    def with_headers(self, **headers: str) -> Api:
        """`api.with_headers(Accept_Language="fr")`: underscores stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Api(self.base_url, token=self.token, headers={**self._headers, **named})

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = NOTHING, **options: Any) -> Answer:
        return self.send("POST", path, body=body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.send("DELETE", path, **options)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = NOTHING,
        data: bytes | Mapping[str, str] | None = None,
        key: str | None = None,
        headers: Mapping[str, str | bytes] | None = None,
        cookies: Mapping[str, str] | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> Answer:
        """`body` is sent as JSON, `data` as it is (a mapping: as a form), `key` as the idempotency key."""
        sent: dict[str, str | bytes] = {**self._headers}
        if body is not NOTHING:
            sent["Content-Type"] = "application/json"
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        response = self._session.request(
            method,
            self.base_url + path,
            data=data if body is NOTHING else json.dumps(body).encode(),
            headers={**sent, **(headers or {})},
            timeout=timeout_seconds,
            allow_redirects=False,
        )
        document.check(method, path, response.status_code, response.headers, response.content)
        return Answer(
            status=response.status_code,
            headers=response.headers,
            content=response.content,
            set_cookies=tuple(response.raw.headers.getlist("Set-Cookie")),
        )
