"""Filters of contact lists: the grammar, what each field takes, and that the database applies them as Python would."""

from __future__ import annotations

import contextlib
import datetime
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from contacts.custom_fields.models import ContactFieldRow
from contacts.people import filters
from contacts.people.filters import All, Comparison
from contacts.people.models import ContactRow
from tests.contacts.conftest import ACCOUNT, NOW
from tests.contacts.people.support import listed, names
from tests.support.sessions import rolled_back
from tests.support.sizes import size
from wire.contacts.people import FilterInvalid

COMPANY = uuid.UUID(int=7)
KINDS = {"plan": "choice", "seats": "number", "since": "date", "vip": "checkbox", "note": "text"}


def shown(node: filters.Node) -> str:
    """A tree with all its parentheses."""
    if isinstance(node, Comparison):
        return f"{node.field}{node.operator}{node.value}"
    join = " AND " if isinstance(node, All) else " OR "
    return "(" + join.join(shown(part) for part in node.parts) + ")"


@pytest.mark.parametrize(
    ("written", "read"),
    {
        "a:'1'": "a=1",
        " a : '1' ": "a=1",
        "A:'1'": "a=1",
        "a:'1' AND b:'2' OR c:'3'": "((a=1 AND b=2) OR c=3)",
        "a:'1' OR b:'2' AND c:'3'": "(a=1 OR (b=2 AND c=3))",
        "(a:'1' OR b:'2') AND c:'3'": "((a=1 OR b=2) AND c=3)",
        "a:'1'AND(b:'2'or c:'3')": "(a=1 AND (b=2 OR c=3))",
        "a:>'1' and b:<2": "(a>1 AND b<2)",
        "a:null": "a=None",
        "a:'null'": "a=null",
        "a:'O''Brien'": "a=O'Brien",
        "a:''''": "a='",
        "a:''": "a=",
        "a:'(x) AND y:z'": "a=(x) AND y:z",
        "custom.or_not:'1'": "custom.or_not=1",
        "or:'1' AND and:'2'": "(or=1 AND and=2)",
        "((a:'1'))": "a=1",
    }.items(),
)
def test_and_goes_before_or_and_parentheses_before_both(written: str, read: str) -> None:
    node = filters.parse(written)
    assert node is not None
    assert shown(node) == read


@pytest.mark.parametrize("written", [None, "", "   "])
def test_a_filter_that_says_nothing_is_none(written: str | None) -> None:
    assert filters.parse(written) is None


@pytest.mark.parametrize(
    ("written", "position", "expected"),
    [
        ("state", 6, [":"]),
        ("state:", 7, ["'value'", "null"]),
        ("state:'blocked", 15, ["'"]),
        ("state:'O''Brien", 16, ["'"]),
        ("state:'a' tag:'b'", 11, ["AND", "OR"]),
        ("state:'a' AND", 14, ["field", "("]),
        ("(state:'a'", 11, [")", "AND", "OR"]),
        ("state:'a')", 10, ["AND", "OR"]),
        ("()", 2, ["field", "("]),
        ("=x", 1, ["field", "("]),
    ],
)
def test_what_is_no_filter_is_refused_where_it_stops_being_one(
    written: str, position: int, expected: list[str]
) -> None:
    with pytest.raises(FilterInvalid) as refused:
        filters.parse(written)
    assert refused.value.facts["position"] == position
    assert refused.value.facts["expected"] == expected
    assert [error.code for error in refused.value.errors] == ["filter_syntax"]


@pytest.mark.parametrize(
    "written", ["(" * 11 + "a:'1'" + ")" * 11, " OR ".join(["a:'1'"] * 31), " AND ".join(["a:1"] * 31)]
)
def test_depth_and_number_of_conditions_are_bounded(written: str) -> None:
    with pytest.raises(FilterInvalid) as refused:
        filters.parse(written)
    assert [error.code for error in refused.value.errors] == ["filter_too_complex"]


@given(st.one_of(st.text(max_size=512), st.text(alphabet="a:'()<> ANDOR\\.", max_size=512)))
@example("'" * 512)
@example("a:'" + "''" * 254)
@example("(" * 512)
@settings(max_examples=size(300, 5000))
def test_whatever_is_written_is_read_or_refused_at_once(written: str) -> None:
    begun = time.process_time()
    try:
        filters.parse(written)
    except FilterInvalid as refused:
        position = refused.facts["position"]
        assert isinstance(position, int)
        assert 1 <= position <= len(written) + 1
    assert time.process_time() - begun < 0.1


@pytest.fixture(scope="module")
def people(contacts_url: str) -> Iterator[Session]:
    """Across accounts, so that only the list's own condition keeps them apart."""
    with rolled_back(contacts_url) as session:
        _define(session)
        _fill(session)
        yield session


def _define(session: Session) -> None:
    for key, kind in KINDS.items():
        session.add(
            ContactFieldRow(
                id=uuid.uuid4(),
                account_id=ACCOUNT,
                key=key,
                label=key,
                kind=kind,
                choices=["gold", "Silver"] if kind == "choice" else [],
                created_at=NOW,
            )
        )


def day(number: int) -> datetime.datetime:
    return datetime.datetime(2026, 1, number, 12, tzinfo=datetime.UTC)


def _fill(session: Session) -> None:
    listed(
        session,
        "Ann O'Brien",
        emails=("Ann@Example.org",),
        tags=["VIP", "Été"],
        language="fr",
        created_at=day(1),
        custom_fields={"plan": "gold", "seats": 5, "since": "2025-06-01", "vip": True, "note": "x" * 300},
    )
    listed(
        session,
        "Bob",
        emails=("bob@example.org",),
        state="verified",
        tags=["vip"],
        phone="+33612345678",
        company_ids=[COMPANY],
        created_at=day(2),
        activation_state="sent",
        custom_fields={"plan": "Silver", "seats": 12.5, "since": "2026-02-01", "vip": False},
    )
    listed(
        session,
        "Cid",
        state="blocked",
        external_id="CRM-7",
        external_id_key="crm-7",
        mobile="+82 10 1234 5678",
        time_zone="Europe/Paris",
        created_at=day(3),
    )
    listed(session, "Dan", state="deleted", tags=["old"], created_at=day(4), custom_fields={"seats": -3})
    listed(session, "Eve", updated_at=day(20), activation_state="bounced", custom_fields={"note": "hello"})
    listed(session, "Stranger", emails=("s@example.net",), tags=["vip"], account_id=uuid.uuid4())


@pytest.mark.parametrize(
    ("written", "found"),
    {
        "state:'blocked'": "Cid",
        "state:'Unverified' OR state:'deleted'": "Ann Dan Eve",
        "tag:'vip'": "Ann Bob",
        "tag:'été'": "Ann",
        "tag:'vip' AND state:'verified'": "Bob",
        "tag:null": "Eve",
        "tag:null AND (state:'blocked' OR tag:'x')": "Cid",
        "name:'ann o''brien'": "Ann",
        "name:'ann'": "",
        "email:'ANN@example.ORG'": "Ann",
        "email:null": "Eve",
        "phone:'+33 6 12 34 56 78'": "Bob",
        "phone:null AND email:'ann@example.org'": "Ann",
        "mobile:'0082 10-1234-5678' AND state:'blocked'": "Cid",
        "external_id:'crm-7' AND state:'blocked'": "Cid",
        f"company_id:'{COMPANY}'": "Bob",
        f"company_id:{COMPANY}": "Bob",
        f"company_id:'{uuid.UUID(int=8)}'": "",
        "company_id:null": "Ann Eve",
        "language:'FR'": "Ann",
        "time_zone:'europe/paris' AND state:'blocked'": "Cid",
        "created_at:>'2026-01-02' AND created_at:<2026-03-01": "Bob",
        "created_at:'2026-01-01'": "Ann",
        "created_at:'2026-01-01T12:00:00Z'": "Ann",
        "created_at:>2026-01-01T14:00:00+01:00 AND created_at:<'2026-01-03'": "Bob",
        "updated_at:<'2026-02-01'": "Eve",
        "activation:'bounced'": "Eve",
        "activation:'verified'": "Bob",
        "activation:'sent'": "",
        "activation:'never_sent'": "Ann",
        "custom.plan:'GOLD'": "Ann",
        "custom.plan:'silver'": "Bob",
        "custom.plan:null": "Eve",
        "custom.seats:>5": "Bob",
        "custom.seats:'5'": "Ann",
        "custom.seats:12.50": "Bob",
        "custom.seats:<0 AND state:'deleted'": "Dan",
        "custom.since:>'2026-01-01'": "Bob",
        "custom.since:2025-06-01": "Ann",
        "custom.vip:true": "Ann",
        "custom.vip:'false'": "Bob",
        f"custom.note:'{'X' * 300}'": "Ann",
        "custom.note:'hello'": "Eve",
        "(state:'unverified' AND (tag:'vip' OR custom.note:'hello')) OR external_id:'crm-7'": "Ann Cid Eve",
    }.items(),
)
def test_a_filter_finds_whom_it_means(people: Session, written: str, found: str) -> None:
    assert [name.split()[0] for name in names(people, filter=written)] == found.split()


def test_a_field_that_nobody_defined_is_refused_with_those_that_there_are(people: Session) -> None:
    with pytest.raises(FilterInvalid) as refused:
        names(people, filter="state:'blocked' AND colour:'red'")
    assert refused.value.facts["position"] == 21
    known = refused.value.facts["known"]
    assert isinstance(known, list)
    assert {"state", "created_at", "custom.plan", "custom.seats"} <= set(known)


@pytest.mark.parametrize(
    ("written", "code", "position"),
    [
        ("state:'gone'", "filter_value_invalid", 7),
        ("state:null", "filter_value_invalid", 7),
        ("state:blocked", "filter_value_invalid", 7),
        ("state:>'blocked'", "filter_operator_unknown", 7),
        ("created_at:>'yesterday'", "filter_value_invalid", 13),
        ("created_at:>null", "filter_operator_unknown", 12),
        ("created_at:>'9999-12-31T23:59:59-10:00'", "filter_value_invalid", 13),
        ("created_at:'9999-12-31'", "filter_value_invalid", 12),
        ("company_id:'7'", "filter_value_invalid", 12),
        ("email:'nobody'", "filter_value_invalid", 7),
        ("phone:'no number'", "filter_value_invalid", 7),
        ("custom.seats:'many'", "filter_value_invalid", 14),
        ("custom.seats:1e9", "filter_value_invalid", 14),
        ("custom.since:'2026-02-30'", "filter_value_invalid", 14),
        ("custom.vip:'yes'", "filter_value_invalid", 12),
    ],
)
def test_a_value_that_the_field_cannot_have_is_refused(
    people: Session, written: str, code: str, position: int
) -> None:
    with pytest.raises(FilterInvalid) as refused:
        names(people, filter=written)
    assert [error.code for error in refused.value.errors] == [code]
    assert refused.value.facts["position"] == position


Reference = Callable[[ContactRow], bool]
STATES = ("unverified", "verified", "blocked", "deleted")


def comparisons() -> st.SearchStrategy[tuple[str, Reference]]:
    """Comparisons as they are written, with what they mean."""

    def state(value: str) -> tuple[str, Reference]:
        return f"state:'{value}'", lambda row: row.state == value

    def tag(value: str) -> tuple[str, Reference]:
        return f"tag:'{value}'", lambda row: value.lower() in [one.lower() for one in row.tags]

    def seats(value: int, sign: str) -> tuple[str, Reference]:
        tests: dict[str, Callable[[float], bool]] = {
            "": lambda found: found == value,
            ">": lambda found: found > value,
            "<": lambda found: found < value,
        }
        return (
            f"custom.seats:{sign}{value}",
            lambda row: (
                row.custom_fields.get("seats") is not None and tests[sign](row.custom_fields["seats"])
            ),
        )

    def created(number: int, sign: str) -> tuple[str, Reference]:
        moment = datetime.datetime(2026, 1, number, tzinfo=datetime.UTC)
        return (
            f"created_at:{sign}'2026-01-{number:02}'",
            lambda row: row.created_at > moment if sign == ">" else row.created_at < moment,
        )

    return st.one_of(
        st.builds(state, st.sampled_from(STATES)),
        st.builds(tag, st.sampled_from(["vip", "VIP", "old", "none"])),
        st.builds(seats, st.sampled_from([-3, 5, 6]), st.sampled_from(["", ">", "<"])),
        st.builds(created, st.integers(1, 5), st.sampled_from("<>")),
        st.just(("tag:null", lambda row: not row.tags)),
        st.just(("email:null", lambda row: row.email is None)),
    )


def joined(
    parts: st.SearchStrategy[tuple[str, Reference]],
) -> st.SearchStrategy[tuple[str, Reference]]:
    def join(word: str, one: tuple[str, Reference], other: tuple[str, Reference]) -> tuple[str, Reference]:
        written = f"({one[0]}) {word} ({other[0]})"
        if word == "AND":
            return written, lambda row: one[1](row) and other[1](row)
        return written, lambda row: one[1](row) or other[1](row)

    return st.builds(join, st.sampled_from(["AND", "OR"]), parts, parts)


@given(st.recursive(comparisons(), joined, max_leaves=6))
@settings(
    max_examples=size(150, 2000),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_database_applies_a_filter_as_python_would(people: Session, made: tuple[str, Reference]) -> None:
    written, holds = made
    rows: Any = people.query(ContactRow).filter_by(account_id=ACCOUNT).all()
    shown = STATES if "state:" in written else STATES[:2]
    expected = sorted(row.name for row in rows if row.state in shown and holds(row))
    assert names(people, filter=written) == expected


FIELDS = (
    "state",
    "name",
    "email",
    "phone",
    "mobile",
    "company_id",
    "tag",
    "external_id",
    "language",
    "time_zone",
)
OTHERS = ("created_at", "updated_at", "activation", "colour", *(f"custom.{key}" for key in KINDS))
VALUES = st.one_of(
    st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["0001-01-01", "9999-12-31", "2026-02-30", "9" * 40, "-0", "1e400", "NaN", "true", "%", "_", "\\"]
    ),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999", "a@b.c", "+0", "vip"]),
)


def strange() -> st.SearchStrategy[str]:
    """Conditions of a shape that is right, with whatever for a value."""

    def written(field: str, sign: str, value: str, is_bare: bool) -> str:
        quoted = "'" + value.replace("'", "''") + "'"
        return f"{field}:{sign}{value if is_bare else quoted}"

    fields = st.sampled_from([*FIELDS, *OTHERS])
    return st.builds(written, fields, st.sampled_from(["", "", ">", "<"]), VALUES, st.booleans())


@given(st.lists(strange(), min_size=1, max_size=8), st.sampled_from([" AND ", " OR "]))
@settings(max_examples=size(200, 3000), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_strangers_filter_is_answered_or_refused_and_soon(
    people: Session, parts: list[str], join: str
) -> None:
    begun = time.process_time()
    with contextlib.suppress(FilterInvalid):
        names(people, filter=join.join(parts)[:512])
    assert time.process_time() - begun < 1
