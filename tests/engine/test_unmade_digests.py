"""Digests that are made when somebody asks for them: nobody sees that they were not made before."""

from __future__ import annotations

import copy
import pickle
import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from loyalty_rules import DecisionError, Line, Programme, Purchase, line, load, purchase
from loyalty_rules.adapters.wire.members import write_member
from loyalty_rules.engine import digests
from loyalty_rules.engine.digests import MAX_LINES_UNMADE, MAX_UNMADE, digest, marked
from loyalty_rules.events import FactInput
from loyalty_rules.member import MemberState, Seen, Unmade

HEAD = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 1 RUB
end
"""


@pytest.fixture(scope="module")
def rules() -> Programme:
    return load(HEAD)


def order(name: str = "o-1", amount: str = "100", **facts: FactInput) -> Purchase:
    lines = [line("2", sku="tea", amount=amount), line("10", sku="mug", amount="5")]
    return purchase(name, "m", "2026-03-07T11:00:00Z", lines, currency="RUB", facts=facts)


def by_hand(one: Purchase, **changes: object) -> Purchase:
    """As a host may build it without `purchase`."""
    return Purchase._make({**one._asdict(), **changes}.values())


def after(rules: Programme, *orders: Purchase) -> MemberState:
    member = rules.new_member("m")
    for one in orders:
        member = rules.decide(member, one).member
    return member


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the events whose digests are made from here on."""
    found: list[str] = []
    text_of = digests._text_of_order

    def watched(one: Purchase) -> str:
        found.append(one.id)
        return text_of(one)

    monkeypatch.setattr(digests, "_text_of_order", watched)
    return found


def test_a_new_order_is_decided_without_its_digest_and_has_it_when_read(rules: Programme, calls: list[str]) -> None:
    member = after(rules, order(), order("o-2"))
    assert calls == []
    assert member.seen[0].digest == member.seen[0].digest == digest(order())
    assert calls == ["o-1", "o-1"]  # once for the member, once for this test


def test_an_id_that_comes_again_makes_the_digest_of_that_event_alone(rules: Programme, calls: list[str]) -> None:
    member = after(rules, order(), order("o-2"))
    twin = order()._replace(lines=order().lines[::-1])
    assert rules.decide(member, twin).outcome == "repeated"
    assert calls == ["o-1", "o-1"]
    with pytest.raises(DecisionError) as caught:
        rules.decide(member, order(amount="101"))
    assert caught.value.code == "event.conflict"
    assert calls == ["o-1", "o-1", "o-1"]


def test_whoever_compares_hashes_shows_or_takes_apart_has_the_text(rules: Programme) -> None:
    made = Seen("o-1", order().at, digest(order()))

    def unmade() -> Seen:
        return after(rules, order()).seen[0]

    assert unmade() == made
    assert made == unmade()
    assert unmade() == unmade()
    assert unmade() != Seen("o-1", order().at, "0" * 32)
    assert after(rules, order()) != after(rules, order(amount="100.5"))
    assert hash(unmade()) == hash(made)
    assert repr(unmade()) == repr(made)
    assert [type(part) for part in unmade()] == [str, int, str]
    assert unmade()[2] == unmade()[-1] == made.digest
    assert unmade()[1:] == (order().at, made.digest)
    assert unmade()._asdict() == made._asdict()
    assert unmade()._replace(id="x") == made._replace(id="x")
    assert unmade() in (made,)


def test_a_copy_and_what_is_pickled_hold_the_text_and_no_order(rules: Programme) -> None:
    made = Seen("o-1", order().at, digest(order()))
    unmade = after(rules, order()).seen[0]
    for found in (copy.copy(unmade), copy.deepcopy(unmade), pickle.loads(pickle.dumps(unmade))):  # noqa: S301 - our own
        assert found == made
        assert type(tuple.__getitem__(found, 2)) is str
    fresh, read = after(rules, order()), after(rules, order())
    assert read.seen[0].digest == made.digest
    assert pickle.dumps(fresh) == pickle.dumps(read)
    assert write_member(fresh, rules) == write_member(after(rules, order()), rules)
    assert made.digest in write_member(after(rules, order()), rules)


def test_a_digest_that_was_made_lets_its_order_go() -> None:
    unmade = marked(order())
    assert isinstance(unmade, Unmade)
    str(unmade)
    assert unmade._kept == digest(order())


def test_only_so_many_orders_wait_whoever_holds_them(rules: Programme, calls: list[str]) -> None:
    """With one more than may wait the first is made; those of members who are gone are made for nobody."""
    digests._UNMADE.clear()
    held = [marked(order(f"o-{number}")) for number in range(MAX_UNMADE + 1)]
    assert calls == ["o-0"]
    del held
    for number in range(MAX_UNMADE):
        marked(order(f"p-{number}"))
    assert calls == ["o-0"]
    assert len(digests._UNMADE) == MAX_UNMADE


@pytest.mark.parametrize(
    "one",
    [
        order(weight=Decimal("1.5")),
        order(weight=7),
        order(at=datetime(2026, 3, 7, tzinfo=UTC)),
        order()._replace(lines=(line("1", amount="1", facts={"weight": Decimal(1)}),)),
        order()._replace(lines=tuple(line(str(number), amount="1") for number in range(MAX_LINES_UNMADE + 1))),
        by_hand(order(), lines=list(order().lines)),
        by_hand(order(), codes=["spring"]),
        by_hand(order(), lines=(Line._make({**order().lines[0]._asdict(), "tags": ["new"]}.values()),)),
    ],
    ids=["decimal", "number", "instant", "fact of a line", "many lines", "list of lines", "list of codes", "tags"],
)
def test_what_could_change_or_be_refused_is_made_at_once(one: Purchase) -> None:
    assert type(marked(one)) is str


def test_an_order_that_is_none_harms_nobody_else(rules: Programme) -> None:
    """A line made by hand, whose sku is no text: whoever reads that digest is told, whoever decides after it is not."""
    digests._UNMADE.clear()
    wrong = Line._make({**order().lines[0]._asdict(), "sku": 5}.values())
    bad = marked(order()._replace(lines=(wrong,)))
    held = [marked(order(f"o-{number}")) for number in range(MAX_UNMADE + 1)]
    assert str(held[-1]) == digest(order(f"o-{MAX_UNMADE}"))
    with pytest.raises(TypeError):
        str(bad)


def test_threads_that_read_one_digest_together_read_the_same() -> None:
    unmade, start, found = marked(order()), threading.Barrier(8), list[str]()

    def read() -> None:
        start.wait()
        found.append(str(unmade))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [digest(order())] * 8
