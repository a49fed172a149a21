"""The gateway's generated document: `docs/openapi.yaml`."""

from __future__ import annotations

from gateway import openapi
from gateway.service import GatewayService


def openapi_yaml() -> str:
    """The OpenAPI document of the whole gateway, as YAML."""
    return openapi.text(GatewayService)
