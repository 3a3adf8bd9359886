"""Ends that move and ends that wait, as effects and explanations tell them."""

from __future__ import annotations

from typing import Final

from loyalty_rules import Programme, load
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import ExpiryMoved, ExpiryWaits, PointsAwarded, PointsExpired, PointsReleased
from loyalty_rules.events import Event, happening, line, purchase, tick
from loyalty_rules.explaining import explain
from loyalty_rules.member import NEVER, MemberState

RULES: Final = """loyalty rules 1

programme "Lives"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

event review
end

purse idle
  rules add up
  round down per order
  usable after 3 days
  expire after 40 days without activity
  expire after 1 year
  activity orders
  activity times review
end

purse waits
  round down per order
  usable at once
  expire after 1 month
  expiry waits while status is gold
end

purse rolling
  round down per order
  usable after 5 hours
  expire after 20 days
  life counts from usable
  expiry waits while orders in last 30 days at least 2
end

tiers status
  level gold when spend in last 2 months at least 1 000 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
end

earn to_idle
  on any product
  give 1 idle per 1 RUB
end

earn to_waits
  on any product
  give 1 waits per 1 RUB
end

earn to_rolling
  on any product
  give 1 rolling per 1 RUB
end

earn for_review
  after event review
  give 5 idle
end
"""


def order(id: str, at: str | int, amount: int) -> Event:
    return purchase(id, "m", at, [line("1", amount=amount)], currency="RUB")


def played(programme: Programme, *events: Event) -> MemberState:
    member = programme.new_member("m")
    for event in events:
        member = programme.decide(member, event).member
    return member


def test_of_one_order_each_rule_gives_with_its_own_life() -> None:
    """Into one purse: two as the purse says, through the last day of the year, between them one for three days. What
    lives alike is one lot, of 10 and 30."""
    head = RULES.partition("\nevent review")[0]
    purse = "\npurse points\n  rules add up\n  round down per order\n  usable at once\n"
    rule = "\nearn {name}\n  on any product\n  give {units} points\n{life}end\n"
    lives = {"a": (10, ""), "b": (20, "  expire after 3 days\n"), "c": (30, "")}
    rules = (rule.format(name=name, units=units, life=life) for name, (units, life) in lives.items())
    programme = load(head + purse + "  expire at end of calendar year\nend\n" + "".join(rules))
    decision = programme.decide(programme.new_member("m"), order("o-1", "2026-03-01T12:00:00+03:00", 10))
    three, year = instant_of("2026-03-05T00:00:00+03:00"), instant_of("2027-01-01T00:00:00+03:00")
    given = [(one.rule, one.expires) for one in decision.effects if isinstance(one, PointsAwarded)]
    assert given == [("a", year), ("b", three), ("c", year)]
    (purse_held,) = decision.member.purses
    assert sorted((lot.left, lot.expires) for lot in purse_held.lots) == [(20, three), (40, year)]


def test_activity_moves_what_was_held_before() -> None:
    programme = load(RULES)
    first = programme.decide(programme.new_member("m"), order("o-1", "2026-03-01T12:00:00+03:00", 10))
    assert [effect for effect in first.effects if isinstance(effect, ExpiryMoved)] == []
    (award,) = (effect for effect in first.effects if isinstance(effect, PointsAwarded) and effect.purse == "idle")
    assert award.expires == instant_of("2026-04-11T00:00:00+03:00")  # forty days after 1 March is 10 April
    second = programme.decide(first.member, happening("r-1", "m", "2026-03-31T12:00:00+03:00", "review"))
    (moved,) = (effect for effect in second.effects if isinstance(effect, ExpiryMoved))
    at, until = instant_of("2026-03-31T12:00:00+03:00"), instant_of("2026-05-11T00:00:00+03:00")
    assert moved == ExpiryMoved("idle", 10, at, until)
    assert "idle: activity keeps 10 idle for longer, through 2026-05-10 at most." in explain(second)
    assert "Usable from 2026-03-04, valid through 2026-04-10, with activity for longer." in explain(first)
    (again,) = programme.decide(second.member, tick("m", "2026-05-11T00:00:00+03:00")).effects[-1:]
    assert isinstance(again, PointsExpired)
    assert (again.purse, again.units) == ("idle", 15)


def test_an_end_that_waits_is_told_once() -> None:
    programme = load(RULES)
    member = played(programme, order("o-1", "2026-03-01T12:00:00+03:00", 1_000))
    waits = programme.decide(member, tick("m", "2026-04-15T00:00:00+03:00"))
    found = [effect for effect in waits.effects if isinstance(effect, ExpiryWaits)]
    assert found == [ExpiryWaits("waits", 1_000, instant_of("2026-04-02T00:00:00+03:00"))]
    assert programme.balance(waits.member, "waits").usable == 1_000


def test_an_end_may_wait_for_a_lifetime() -> None:
    """No day is visited on which the answer cannot change: 170 years are less than a thousand occasions."""
    for condition in ("status is gold", "orders in last 12 months at most 5"):
        text = RULES.replace("waits while status is gold", f"waits while {condition}")
        text = text.replace("review at end of calendar month\n  downgrade to earned level", "review never")
        programme = load(text)
        member = played(programme, order("o-1", "2026-03-01T12:00:00+03:00", 1_000), tick("m", "2195-12-31T00:00:00Z"))
        assert programme.balance(member, "waits").usable == 1_000


DELIVERED: Final = (
    RULES.replace("event review\n", "event delivered\n  about an order\nend\n\nevent review\n", 1)
    .replace("usable after 3 days", "usable after 3 days since event delivered")
    .replace("give 5 idle", "give 5 idle\n  usable at once")
)


def test_what_waits_for_an_event_says_so_and_gets_its_life_with_it() -> None:
    programme = load(DELIVERED)
    first = programme.decide(programme.new_member("m"), order("o-1", "2026-03-01T12:00:00+03:00", 10))
    (award,) = (effect for effect in first.effects if isinstance(effect, PointsAwarded) and effect.purse == "idle")
    assert (award.usable, award.waits_for) == (NEVER, "delivered")
    told = 'Usable after "delivered" of this order, valid through 2026-04-10, with activity for longer.'
    assert told in explain(first)
    assert "Можно тратить после события «delivered» по этому заказу" in explain(first, language="ru")
    came = happening("d-1", "m", "2026-03-05T12:00:00+03:00", "delivered", order="o-1")
    second = programme.decide(first.member, came)
    (released,) = (effect for effect in second.effects if isinstance(effect, PointsReleased))
    usable, expires = instant_of("2026-03-08T00:00:00+03:00"), instant_of("2026-04-11T00:00:00+03:00")
    assert released == PointsReleased("idle", 10, came.at, usable, expires)
    assert "idle: 10 idle waited for this event: usable from 2026-03-08, valid through 2026-04-10." in explain(second)
    assert programme.balance(programme.decide(second.member, tick("m", usable)).member, "idle").usable == 10


def test_an_end_that_counts_from_an_event_is_known_with_it() -> None:
    programme = load(
        DELIVERED.replace("activity times review", "activity times review\n  life counts from usable").replace(
            "after 3 days since", "after 0 days since"
        )
    )
    first = programme.decide(programme.new_member("m"), order("o-1", "2026-03-01T12:00:00+03:00", 10))
    assert 'Usable after "delivered" of this order; the end is known then.' in explain(first)
    assert "срок будет известен тогда" in explain(first, language="ru")
    came = happening("d-1", "m", "2026-08-05T12:00:00+03:00", "delivered", order="o-1")
    second = programme.decide(first.member, came)
    (released,) = (effect for effect in second.effects if isinstance(effect, PointsReleased))
    assert (released.usable, released.expires) == (came.at, instant_of("2026-09-15T00:00:00+03:00"))
    assert "10 idle waited for this event, and can be used now, valid through 2026-09-14." in explain(second)
    assert programme.balance(second.member, "idle").usable == 10


PROLONGING: Final = (
    RULES
    + """
event quiz
end

earn longer "Longer"
  after event quiz
  prolong idle 1 month
  prolong waits 1 week
  message given en "Until {until}"
  message missed en "Not this time"
end
"""
)


def test_a_rule_that_prolongs_says_what_it_moved() -> None:
    programme = load(PROLONGING)
    first = programme.decide(programme.new_member("m"), order("o-1", "2026-03-01T12:00:00+03:00", 10))
    second = programme.decide(first.member, happening("q-1", "m", "2026-03-10T12:00:00+03:00", "quiz"))
    assert [effect for effect in second.effects if isinstance(effect, ExpiryMoved)] == [
        ExpiryMoved("idle", 10, second.event.at, instant_of("2026-05-11T00:00:00+03:00"), "longer"),
        ExpiryMoved("waits", 10, second.event.at, instant_of("2026-04-09T00:00:00+03:00"), "longer"),
    ]
    assert "Longer (longer): moves ends.\n  Prolongs 10 idle, through 2026-05-10 at most.\n" in explain(second)
    told = explain(second, audience="member")
    assert "Longer: 10 waits can be used for longer, through 2026-04-08 at most.\n" in told
    nothing = programme.decide(programme.new_member("m"), happening("q-1", "m", "2026-03-10T12:00:00+03:00", "quiz"))
    assert nothing.effects == ()
    assert "Longer (longer): changes nothing here." in explain(nothing)
    assert "Not this time" in explain(nothing, audience="member")
