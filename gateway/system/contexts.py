"""What the pages of the API's documentation are drawn from."""

from __future__ import annotations

import dataclasses

from gateway.layout.contexts import Page


@dataclasses.dataclass(frozen=True, kw_only=True)
class Docs(Page):
    template = "system/docs"

    openapi_path: str = "/openapi.json"
