"""Forms of pages: sending one to a service, and what its page says where it was not accepted.

A page says in a table what each refusal is to its form:

    INVITATION: forms.Rules = {EmailInUse: Field("email"), RoleNotAllowed: Problem()}

    outcome = forms.submit(visit, lambda: self.accounts.invite_user(…), INVITATION)
    if isinstance(outcome, Refused):
        return self._draw(visit, values=visit.form, **outcome.context)
    return see_other(PAGE, notice="user_invited")
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from gateway import problems, texts
from gateway.web import Visit, see_other
from wire.contract import FieldError, Refusal

Reply = TypeVar("Reply")


@dataclasses.dataclass(frozen=True)
class Field:
    """The refusal is about one field. `code` names other words than its own, `blank_code` those for an empty field."""

    name: str
    status: int = 422
    code: str = ""
    blank_code: str = ""


@dataclasses.dataclass(frozen=True)
class Fields:
    """The refusal names the fields itself, as a request does that does not fit the contract."""


@dataclasses.dataclass(frozen=True)
class Problem:
    """The refusal is about the form as a whole. Its status and its words are those of the API, unless others stand
    here."""

    status: int = 0
    code: str = ""


@dataclasses.dataclass(frozen=True)
class Redirect:
    """The form makes no sense any more: another page is the answer."""

    location: str
    notice: str | None = None


Rule = Field | Fields | Problem | Redirect
Reason = Refusal | MalformedRequest
Rules = Mapping[type[Reason], Rule]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refused:
    """A form that was not accepted: `reason` is what was raised, the rest is for the page that says so."""

    reason: Reason
    status: int
    errors: Mapping[str, str] = dataclasses.field(default_factory=dict)
    problem: str | None = None
    redirect: Response | None = None

    @property
    def context(self) -> dict[str, Any]:
        """What its page is drawn from, beside the values that were entered."""
        return {"status": self.status, "errors": self.errors, "problem": self.problem}


def version(form: Mapping[str, str]) -> int:
    """What the form was filled from. A form that does not say so was filled from nothing that there is."""
    given = form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 10 else 2**31 - 1


def submit(
    visit: Visit,
    call: Callable[[], Reply],
    rules: Rules,
    *,
    entered: Mapping[str, str] | None = None,
) -> Reply | Refused:
    """What `call` answers, or why the form was not accepted. `entered` is the visit's form, unless it is another.

    A form that does not fit the contract has its errors by field, unless `rules` have another row for
    `MalformedRequest`. A refusal that they do not name is raised: a page of its own says it.
    """
    known: Rules = {MalformedRequest: Fields(), **rules}
    try:
        return call()
    except ValidationError as invalid:
        reason: Reason = MalformedRequest(errors=problems.field_errors(invalid))
    except tuple(known) as error:
        reason = error
    return _refused(visit, reason, known[type(reason)], visit.form if entered is None else entered)


def _refused(visit: Visit, reason: Reason, rule: Rule, form: Mapping[str, str]) -> Refused:
    if isinstance(rule, Redirect):
        return Refused(reason=reason, status=303, redirect=see_other(rule.location, notice=rule.notice))
    if isinstance(rule, Fields):
        return Refused(reason=reason, status=422, errors=by_field(reason.errors, visit, form))
    code = rule.code or reason.code
    if isinstance(rule, Problem):
        status = rule.status or problems.REFUSALS[code]
        return Refused(reason=reason, status=status, problem=texts.detail(code, visit.locale))
    if rule.blank_code and not form.get(rule.name, "").strip():
        code = rule.blank_code
    return Refused(reason=reason, status=rule.status, errors={rule.name: texts.detail(code, visit.locale)})


def by_field(found: tuple[FieldError, ...], visit: Visit, form: Mapping[str, str]) -> dict[str, str]:
    """The first error of each field, in the reader's words; an empty field is simply missing."""
    errors: dict[str, str] = {}
    for error in found:
        name = _field_name(error.pointer)
        is_empty = name in form and not form[name].strip()
        code = "missing_field" if is_empty else error.code
        errors.setdefault(name, problems.field_detail(dataclasses.replace(error, code=code), visit.locale))
    return errors


def _field_name(pointer: str) -> str:
    """What is wrong with an item of a list (`/scopes/0`) is wrong with the field."""
    return next(step for step in reversed(pointer.split("/")) if not step.isdecimal())
