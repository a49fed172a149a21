"""Texts of problem codes: a title and a sentence for each, in three languages."""

from __future__ import annotations

from gateway.texts.catalogues import Text, translations
from gateway.texts.catalogues import marked as _
from gateway.texts.refusals import REFUSALS

MALFORMED = Text(_("Malformed request"), _("We could not read this request. Please check it and try again."))
DENIED = Text(_("Access denied"), _("You do not have permission to do this."))

# What went wrong with a request as a whole.
GENERAL = {
    "malformed_request": MALFORMED,
    "bad_request": MALFORMED,
    "invalid_json": Text(_("Malformed JSON"), _("The body of this request is not valid JSON.")),
    "validation_failed": Text(
        _("Some entries need attention"),
        _("Please check the fields marked below."),
    ),
    "unauthenticated": Text(_("Please log in"), _("You need to log in to see this.")),
    "access_denied": DENIED,
    "forbidden": DENIED,
    "csrf_failed": Text(
        _("This form has expired"),
        _("For your safety we did not accept this form. Please go back, reload the page and send it again."),
    ),
    "not_found": Text(
        _("Not found"),
        _("We could not find what you are looking for. It may have been moved or removed."),
    ),
    "method_not_allowed": Text(
        _("Method not allowed"),
        _("This address cannot be used in this way."),
    ),
    "not_acceptable": Text(
        _("Not available in this format"),
        _("We cannot answer in the format that was asked for."),
    ),
    "payload_too_large": Text(_("Too large"), _("What you sent is larger than we accept.")),
    "headers_too_large": Text(
        _("Headers too large"), _("The headers of this request are larger than we accept.")
    ),
    "unsupported_media_type": Text(
        _("Unsupported format"),
        _("We cannot read content in this format."),
    ),
    "length_required": Text(
        _("Length required"), _("This request must say how long its content is, in Content-Length.")
    ),
    "uri_too_long": Text(_("Address too long"), _("The address of this request is longer than we accept.")),
    "request_timeout": Text(
        _("Request timed out"), _("The request took too long to arrive. Please try again.")
    ),
    "password_change_required": Text(
        _("New password required"),
        _("Your password was set for you. Please choose your own before you go on."),
    ),
    "precondition_required": Text(
        _("If-Match required"),
        _("This request must say in If-Match which version it changes: the ETag that was read, or *."),
    ),
    "rate_limited": Text(
        _("Too many attempts"),
        _("There were too many attempts in a short time. Please wait a moment and try again."),
    ),
    "internal_error": Text(
        _("Something went wrong"),
        _("The fault is on our side and has been recorded. Please try again in a moment."),
    ),
    "service_unavailable": Text(
        _("Not available at the moment"),
        _("This part of the service is not available at the moment. Please try again shortly."),
    ),
    "method_unknown": Text(
        _("Not available at the moment"),
        _("This part of the service is not available at the moment. Please try again shortly."),
    ),
    "deadline_exceeded": Text(
        _("This took too long"),
        _("We could not finish this in time. Please try again shortly."),
    ),
    "idempotency_key_invalid": Text(
        _("Idempotency key not valid"),
        _("An Idempotency-Key has 1 to 255 characters."),
    ),
    "idempotency_key_required": Text(
        _("Idempotency key required"),
        _("This request needs an Idempotency-Key, so that it can be repeated without being done twice."),
    ),
    "idempotency_in_progress": Text(
        _("Request still running"),
        _("The first request with this Idempotency-Key is still running. Please wait for its result."),
    ),
    "idempotency_key_reused": Text(
        _("Idempotency key used before"),
        _("This Idempotency-Key was used before for a different request."),
    ),
}

UNKNOWN_FIELD = Text(_("Unknown field"), _("This field is not known here."))

# What is wrong with one field.
FIELDS = {
    "missing_field": Text(_("Missing"), _("Please fill in this field.")),
    "link_not_allowed": Text(_("Link not allowed"), _("Please leave links out of this entry.")),
    "invalid_value": Text(_("Not valid"), _("Please check this entry.")),
    "datatype_mismatch": Text(_("Wrong type"), _("This value is of the wrong type.")),
    "unknown_field": UNKNOWN_FIELD,
    "invalid_field": UNKNOWN_FIELD,
    "filter_syntax": Text(_("Not a filter"), _("Something else has to stand here.")),
    "filter_field_unknown": Text(_("Unknown field"), _("Contacts have no field of this name.")),
    "filter_operator_unknown": Text(_("No comparison"), _("This field can only be compared for equality.")),
    "filter_value_invalid": Text(_("Wrong value"), _("This field has no value like this one.")),
    "filter_too_complex": Text(_("Filter too long"), _("Please use fewer conditions and fewer parentheses.")),
    "too_long": Text(_("Too long"), _("Please use at most %(maximum)s characters.")),
    "too_short": Text(_("Too short"), _("Please use at least %(minimum)s characters.")),
    "password_too_short": Text(
        _("Password too short"),
        _("Please use at least %(minimum)s characters."),
    ),
    "password_too_long": Text(
        _("Password too long"),
        _("Please use at most %(maximum)s characters."),
    ),
    "password_too_common": Text(
        _("Password too common"),
        _("This password is easy to guess. A few unrelated words make a good one."),
    ),
    "password_contains_identity": Text(
        _("Password too personal"),
        _("Please leave your name, your email address and your company out of the password."),
    ),
}

TEXTS: dict[str, Text] = {**GENERAL, **REFUSALS, **FIELDS}
UNKNOWN = TEXTS["internal_error"]


def title(code: str, locale: str) -> str:
    """A few words that name the problem; an unknown code gets the words for an error of ours."""
    return translations(locale).gettext(TEXTS.get(code, UNKNOWN).title)


def detail(code: str, locale: str, **facts: object) -> str:
    """A sentence that says what to do; the title alone when a fact is missing that the sentence needs."""
    sentence = translations(locale).gettext(TEXTS.get(code, UNKNOWN).detail)
    try:
        return sentence % facts
    except KeyError:
        return title(code, locale)
