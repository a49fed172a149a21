"""What the pages of users are drawn from."""

from __future__ import annotations

import dataclasses
import uuid

from gateway.layout.contexts import Form
from wire.accounts import tenancy
from wire.values import Role


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """`is_self` marks who looks at the page; `may_change` says that they decide about this user."""

    id: uuid.UUID
    name: str
    email: str
    role: Role
    is_verified: bool
    has_second_factor: bool
    version: int
    is_self: bool = False
    may_change: bool = False

    @classmethod
    def of(cls, user: tenancy.User, me: tenancy.User, roles_offered: tuple[Role, ...]) -> User:
        return cls(
            id=user.id,
            name=user.name,
            email=user.email,
            role=user.role,
            is_verified=user.is_verified,
            has_second_factor=user.has_second_factor,
            version=user.version,
            is_self=user.id == me.id,
            may_change=user.role in roles_offered,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Users(Form):
    """Fields of an invitation: name, email, role, locale. `roles_offered` are those that who looks may give."""

    template = "users/users"

    users: tuple[User, ...]
    roles_offered: tuple[Role, ...]
    next_path: str = ""
    first_path: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditUser(Form):
    """Fields: name, role, external_id."""

    template = "users/user"

    user: User
    roles_offered: tuple[Role, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class UserRemoval(Form):
    """Fields: none. `problem` says why the user could not be removed."""

    template = "users/user_removal"

    user: User
