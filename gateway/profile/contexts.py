"""What the pages of the profile and the company's details are drawn from."""

from __future__ import annotations

import dataclasses

from gateway.layout.contexts import Form
from gateway.layout.time_zones import Choices


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditProfile(Form):
    """Fields: name, phone, locale, time_zone, and current_password where it is asked for. `version` is the state that
    the form was filled from."""

    template = "profile/profile"

    version: int
    email: str
    time_zones: Choices
    is_password_asked: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditCompany(Form):
    """Fields: company_name, slug, country, locale, time_zone, external_id."""

    template = "profile/company"

    version: int
    time_zones: Choices
