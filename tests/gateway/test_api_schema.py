"""Does the API keep to its own document, whatever it is sent? Schemathesis makes up requests, right and wrong ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.support.people import sign_up
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("FRONTDESK_TEST_EXAMPLES", "50"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(DOCUMENT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture(scope="module")
def tokens(running_suite: Suite) -> dict[str, str]:
    """A session for most operations, and one to be ended."""
    return {"GET": sign_up(running_suite).token, "DELETE": sign_up(running_suite).token}


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_document_is_kept(case: schemathesis.Case, tokens: dict[str, str], suite: Suite) -> None:
    token = tokens.get(case.method, tokens["GET"])
    response = case.call(base_url=suite.base_url, headers={"Authorization": f"Bearer {token}"})
    is_cut_short = response.status_code == 414  # refused before anybody looked at the data
    checks = [check for check in CHECKS if not (is_cut_short and check is negative_data_rejection)]
    case.validate_response(response, checks=checks)
