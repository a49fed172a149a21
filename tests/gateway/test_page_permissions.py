"""Permissions: every page that needs a log-in, for every role.

The table is written out here on purpose: it does not ask the code what the code does.
"""

from __future__ import annotations

import pytest

from gateway.web import Web
from tests.gateway import permissions
from tests.gateway.permissions import ROLES, found, may, path_of, rows
from tests.support.api import Answer, Api
from tests.support.people import Member
from tests.support.suite import Suite

pytestmark = pytest.mark.slow

# The roles that may, by their first letters.
PAGES = """
GET     /account                                                oaba
GET     /account/api-keys                                       oa..
POST    /account/api-keys                                       oa..
POST    /account/api-keys/<uuid:api_key_id>/revoke              oa..
GET     /account/audit-log                                      oa..
GET     /account/audit-log/export                               oa..
GET     /account/cancellation                                   o...
POST    /account/cancellation                                   o...
POST    /account/cancellation/confirmation                      o...
POST    /account/cancellation/undo                              o...
GET     /account/company                                        oa..
POST    /account/company                                        oa..
GET     /account/confirm                                        oaba
POST    /account/confirm                                        oaba
GET     /account/email                                          oaba
POST    /account/email                                          oaba
POST    /account/email/cancel                                   oaba
GET     /account/password                                       oaba
POST    /account/password                                       oaba
GET     /account/profile                                        oaba
POST    /account/profile                                        oaba
GET     /account/second-factor                                  oaba
POST    /account/second-factor                                  oaba
POST    /account/second-factor/confirmation                     oaba
GET     /account/second-factor/off                              oaba
POST    /account/second-factor/off                              oaba
GET     /account/second-factor/recovery-codes                   oaba
POST    /account/second-factor/recovery-codes                   oaba
GET     /account/sessions                                       oaba
POST    /account/sessions/<uuid:session_id>/end                 oaba
POST    /account/sessions/end-others                            oaba
GET     /account/users                                          oa..
POST    /account/users                                          oa..
GET     /account/users/<uuid:user_id>                           oa..
POST    /account/users/<uuid:user_id>                           oa..
POST    /account/users/<uuid:user_id>/activation                oa..
GET     /account/users/<uuid:user_id>/removal                   oa..
POST    /account/users/<uuid:user_id>/removal                   oa..
GET     /admin/channels/portals/settings                        oa..
POST    /admin/channels/portals/settings                        oa..
GET     /admin/workflows/email-notifications                    oa..
POST    /admin/workflows/email-notifications                    oa..
GET     /customers/contacts/<uuid:contact_id>/password          oa..
POST    /customers/contacts/<uuid:contact_id>/password          oa..
GET     /admin/contact-fields                                   oa..
POST    /admin/contact-fields                                   oa..
GET     /admin/contact-fields/<uuid:field_id>                   oa..
POST    /admin/contact-fields/<uuid:field_id>                   oa..
GET     /admin/contact-fields/<uuid:field_id>/deletion          oa..
POST    /admin/contact-fields/<uuid:field_id>/deletion          oa..
GET     /customers/contacts                                     oaba
POST    /customers/contacts/activations                         oaba
GET     /customers/contacts/activation-jobs                     oa..
POST    /customers/contacts/activation-jobs                     oa..
GET     /customers/contacts/activation-jobs/<uuid:job_id>       oa..
POST    /customers/contacts/activation-jobs/<uuid:job_id>/cancellation  oa..
GET     /customers/contacts/new                                 oaba
POST    /customers/contacts/new                                 oaba
GET     /customers/contacts/<uuid:contact_id>                   oaba
POST    /customers/contacts/<uuid:contact_id>/activation        oaba
POST    /customers/contacts/<uuid:contact_id>/block             oaba
GET     /customers/contacts/<uuid:contact_id>/deletion          oaba
POST    /customers/contacts/<uuid:contact_id>/deletion          oaba
GET     /customers/contacts/<uuid:contact_id>/edit              oaba
POST    /customers/contacts/<uuid:contact_id>/edit              oaba
POST    /customers/contacts/<uuid:contact_id>/emails            oa..
POST    /customers/contacts/<uuid:contact_id>/emails/<uuid:email_id>/primary  oa..
POST    /customers/contacts/<uuid:contact_id>/emails/<uuid:email_id>/removal  oa..
POST    /customers/contacts/<uuid:contact_id>/permanent-deletion  oa..
POST    /customers/contacts/<uuid:contact_id>/restoration       oaba
POST    /customers/contacts/<uuid:contact_id>/unblocking        oaba
"""


@pytest.fixture(scope="module")
def people(running_suite: Suite) -> dict[str, Member]:
    return permissions.one_of_each_role(running_suite)


def test_the_table_has_every_page_of_the_account_area_and_nothing_else() -> None:
    pages = {
        (page.method, page.path) for page in found(Web) if page.needs is not None and not page.is_of_portal
    }
    assert pages == {row[:2] for row in rows(PAGES)}
    assert all(page.needs is not None for page in found(Web) if page.path.startswith("/account"))


@pytest.mark.parametrize(("method", "path", "allowed"), rows(PAGES))
def test_a_page_is_denied_to_exactly_those_roles_that_the_table_leaves_out(
    suite: Suite, people: dict[str, Member], method: str, path: str, allowed: str
) -> None:
    denied = []
    for role, member in people.items():
        answer = visit(suite.api, member, method, path)
        assert answer.status != 401
        if answer.status == 403 and "access_denied" in answer.text:
            denied.append(role)
    assert denied == [role for role in ROLES if not may(allowed, role)]


def visit(api: Api, member: Member, method: str, path: str) -> Answer:
    """The page as this person's browser asks for it, with the form's own token; problems come as documents."""
    jar = {"sid": member.token}
    headers = {"Accept": "application/problem+json"}
    if method == "GET":
        return api.get(path_of(path), cookies=jar, headers=headers)
    page = api.get("/account", cookies=jar).must_be(200)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return api.send("POST", path_of(path), data={"csrf_token": token}, cookies=jar, headers=headers)
