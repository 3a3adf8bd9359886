"""Events as JSON: what a host sends is what Python builds, and what is written is read back."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules import events, load
from loyalty_rules.adapters.wire import read_event, write_event
from loyalty_rules.errors import InputError
from loyalty_rules.events import Event, Line, Purchase, Tender
from loyalty_rules.programme import Programme
from tests.adapters.samples import line, order, text

RULES = """loyalty rules 1

programme "Facts of every kind"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  order fact guests is number
  order fact tip is money
  order fact share is percent
  order fact gift is yes or no
  order fact booked is date
  order fact table is text
  line fact weight is number optional
end

event review "Review"
  fact stars is number
end

purse bonus
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 10 RUB
end
"""


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(RULES)


def test_a_confirmation_names_its_order() -> None:
    event = events.confirmation("c-1", "m-1", "2026-03-07T08:00:00Z", "p-1")
    text = write_event(event)
    assert text == '{"kind":"confirmation","id":"c-1","member":"m-1","at":"2026-03-07T08:00:00+00:00","order":"p-1"}'
    assert read_event(text) == event


def test_a_document_is_read_as_the_builders_would_build_it() -> None:
    built = events.purchase(
        "p-1",
        "m-1",
        "2026-03-07T08:00:00Z",
        [events.line("1", sku="latte", category="coffee", brand="own", tags=["hot"], quantity="1", price="250.00")],
        currency="RUB",
        tenders={"card": "250.00"},
        merchant="main",
        store="arbat",
        channel="app",
    )
    assert read_event(text(order())) == built
    assert read_event(text(order()).encode()) == built


def test_lines_stand_in_line_order_tenders_and_tags_by_name_however_they_came() -> None:
    first = order(
        lines=[line(id=number, tags=tags) for number, tags in (("10", ["b", "a"]), ("2", ["a", "b", "a"]), ("x", []))],
        tenders=[{"method": method, "amount": "1.00"} for method in ("cash", "bonus")],
    )
    event = read_event(text(first))
    assert isinstance(event, Purchase)
    assert [(found.id, found.tags) for found in event.lines] == [("2", ("a", "b")), ("10", ("a", "b")), ("x", ())]
    assert event.tenders == (Tender("bonus", 1_000_000), Tender("cash", 1_000_000))


def test_tenders_that_are_not_known_are_not_the_same_as_none() -> None:
    unknown, none = read_event(text(order(tenders=None))), read_event(text(order(tenders=[])))
    assert isinstance(unknown, Purchase) and isinstance(none, Purchase)
    assert (unknown.tenders, none.tenders) == (None, ())


def test_every_kind_of_event_is_written_in_one_canonical_form() -> None:
    assert write_event(read_event(text(order()))) == (
        '{"kind":"purchase","id":"p-1","member":"m-1","at":"2026-03-07T08:00:00Z","merchant":"main","store":"arbat",'
        '"channel":"app","currency":"RUB","lines":[{"id":"1","sku":"latte","category":"coffee","brand":"own",'
        '"tags":["hot"],"quantity":"1","price":"250.00"}],"tenders":[{"method":"card","amount":"250.00"}]}'
    ).replace("08:00:00Z", "08:00:00+00:00")
    assert write_event(events.tick("m-1", "2026-03-07T08:00:00Z")) == (
        '{"kind":"tick","member":"m-1","at":"2026-03-07T08:00:00+00:00"}'
    )
    assert write_event(events.enrolment("e-1", "m-1", "2026-03-07T08:00:00.5Z")) == (
        '{"kind":"enrolment","id":"e-1","member":"m-1","at":"2026-03-07T08:00:00.5+00:00"}'
    )
    assert write_event(events.choice("c-1", "m-1", "2026-03-07T08:00:00Z", "flight", amount="60.5")) == (
        '{"kind":"choice","id":"c-1","member":"m-1","at":"2026-03-07T08:00:00+00:00","rule":"flight","amount":"60.5"}'
    )
    review = events.happening("r-1", "m-1", "2026-03-07T08:00:00Z", "review", facts={"stars": 5})
    assert write_event(review) == (
        '{"kind":"event","id":"r-1","member":"m-1","at":"2026-03-07T08:00:00+00:00","name":"review",'
        '"facts":{"stars":"5"}}'
    )
    about = events.happening("d-1", "m-1", "2026-03-07T08:00:00Z", "delivered", order="p-1")
    written = write_event(about)
    assert written == (
        '{"kind":"event","id":"d-1","member":"m-1","at":"2026-03-07T08:00:00+00:00","name":"delivered","order":"p-1"}'
    )
    assert read_event(written) == about


def test_instants_are_written_in_the_zone_of_the_programme(programme: Programme) -> None:
    assert '"at":"2026-03-07T11:00:00+03:00"' in write_event(events.tick("m", "2026-03-07T08:00:00Z"), programme)


def test_facts_are_of_the_kinds_that_the_programme_declares(programme: Programme) -> None:
    facts = {"guests": "4", "tip": "50.00", "share": "2.5", "gift": True, "booked": "2026-03-01", "table": "7"}
    event = read_event(text(order(facts=facts, lines=[line(facts={"weight": "0.350"})])), programme)
    assert isinstance(event, Purchase)
    assert dict(event.facts) == {
        "guests": Decimal(4),
        "tip": Decimal(50),
        "share": Decimal("2.5"),
        "gift": True,
        "booked": date(2026, 3, 1),
        "table": "7",
    }
    assert event.lines[0].facts == (("weight", Decimal("0.35")),)
    review = {"kind": "event", "id": "r", "member": "m", "at": "2026-03-07T08:00:00Z", "name": "review"}
    stars = read_event(text({**review, "facts": {"stars": "5"}}), programme)
    assert stars == events.happening("r", "m", "2026-03-07T08:00:00Z", "review", facts={"stars": Decimal(5)})


def test_without_a_programme_facts_stay_as_written_and_decide_alike(programme: Programme) -> None:
    facts = {"guests": "4", "tip": "50.00", "share": "2.5", "gift": True, "booked": "2026-03-01", "table": "7"}
    event = read_event(text(order(facts=facts)))
    assert isinstance(event, Purchase)
    assert dict(event.facts) == facts
    member = programme.new_member("m-1")
    typed = read_event(text(order(facts=facts)), programme)
    assert programme.decide(member, event).effects == programme.decide(member, typed).effects


@pytest.mark.parametrize(
    ("facts", "code", "where"),
    [
        ({"guests": "four"}, "number.syntax", "facts.guests"),
        ({"booked": "1 March"}, "time.syntax", "facts.booked"),
        ({"booked": "2026-02-30"}, "time.date", "facts.booked"),
    ],
)
def test_a_fact_that_is_not_of_its_kind_is_refused_with_its_name(
    programme: Programme, facts: dict[str, str], code: str, where: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_event(text(order(facts=facts)), programme)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_events_written_by_hand_in_the_example_folder_are_canonical_after_one_writing() -> None:
    folder = Path(__file__).resolve().parents[2] / "examples"
    lines = [row for file in sorted(folder.rglob("events.jsonl")) for row in file.read_text("utf-8").splitlines()]
    for row in lines:
        written = write_event(read_event(row))
        assert write_event(read_event(written)) == written


# ---------------------------------------------------------------- round trips

IDS = st.from_regex(r"[A-Za-z0-9._:@-]{1,20}", fullmatch=True)
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)
INSTANTS = st.integers(946_684_800 * 10**6, 7_258_118_400 * 10**6 - 1)
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)


@st.composite
def lines(draw: st.DrawFn, number: int) -> Line:
    return events.line(
        str(number),
        sku=draw(WORDS),
        category=draw(WORDS),
        brand=draw(WORDS),
        tags=draw(st.lists(WORDS, max_size=3)),
        quantity=Decimal(draw(st.integers(1, 10**12))) / 10**6,
        amount=draw(CENTS),
        price=draw(st.none() | CENTS),
        discount=draw(CENTS),
        tax=draw(CENTS),
        facts=draw(st.dictionaries(WORDS, WORDS | st.booleans(), max_size=3)),
        delivery=draw(st.booleans()),
    )


@st.composite
def any_event(draw: st.DrawFn) -> Event:
    at, member, event = draw(INSTANTS), draw(IDS), draw(IDS)
    match draw(st.sampled_from(["purchase", "event", "enrolment", "choice", "tick"])):
        case "purchase":
            return events.purchase(
                event,
                member,
                at,
                [draw(lines(number)) for number in range(draw(st.integers(1, 4)))],
                currency="RUB",
                tenders=draw(st.none() | st.dictionaries(WORDS, CENTS, max_size=3)),
                merchant=draw(WORDS),
                store=draw(WORDS),
                channel=draw(WORDS),
                facts=draw(st.dictionaries(WORDS, WORDS | st.booleans(), max_size=3)),
            )
        case "event":
            facts = draw(st.dictionaries(WORDS, WORDS | st.booleans(), max_size=3))
            return events.happening(event, member, at, draw(WORDS), facts=facts)
        case "enrolment":
            return events.enrolment(event, member, at)
        case "choice":
            amount = draw(st.none() | st.integers(1, 10**9))
            return events.choice(event, member, at, draw(WORDS), amount=amount)
        case _:
            return events.tick(member, at)


@given(any_event())
def test_an_event_is_read_back_as_it_was(event: Event) -> None:
    written = write_event(event)
    assert read_event(written) == event
    assert write_event(read_event(written)) == written
    assert json.loads(written)["kind"] == event.kind
