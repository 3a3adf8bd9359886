"""Changes that give what is held another life: how it is told, kept, parted, and what an edition takes over late."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, Event, Programme, load
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import ExpiryMoved, PointsExpired
from loyalty_rules.errors import InputError
from loyalty_rules.events import cancellation, capture, line, purchase, release, reservation, tick
from loyalty_rules.member import NEVER, MemberState

RULES = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 40 days
  returns keep prices
  refund tenders in proportion
  late events refused
end
purse bonus "Bonus"
  rules add up
  round down per order
  usable at once
  expire {expire}
  take oldest first
  after a return take only what is left
end
earn base "Base"
  on any product
  give 1 bonus per 10 RUB
end
earn extra "Extra"
  on any product
  give 1 bonus per 10 RUB
  expire at end of calendar year
end
redeem pay "Pay"
  uses bonus
  pays 1 RUB per 1 bonus
  on any product
  too much is lowered
end
"""
CHANGE = """
change shorter "Shorter"
  changes bonus
  from 2026-06-01
  expire {expire}
  {lots}
end
"""


def club(
    expire: str = "at end of calendar year", to: str = "after 3 months", lots: str = "existing lots too"
) -> Programme:
    return load(RULES.format(expire=expire) + CHANGE.format(expire=to, lots=lots))


def at(day: str) -> str:
    return f"2026-{day}T11:00:00Z"


def bought(name: str, day: str, price: str, points: str = "") -> Event:
    redeem = {"pay": points} if points else None
    return purchase(name, "m", at(day), [line("1", price=price)], currency="RUB", redeem=redeem)


def after(rules: Programme, *events: Event, state: MemberState | None = None) -> Decision:
    member = state or rules.new_member("m")
    found: list[Decision] = []
    for event in events:
        found.append(rules.decide(member, event))
        assert write_decision(found[-1])
        member = read_member(write_member(found[-1].member, rules), rules)
        assert member == found[-1].member
    return found[-1]


def usable(decision: Decision) -> int:
    return sum(lot.left for purse in decision.member.purses for lot in purse.lots)


def test_a_lot_is_parted_where_a_rule_gave_that_lives_by_itself() -> None:
    """Both rules gave 10 with one end, and they are one lot. At the change those of `base` live through 20 June."""
    rules = club()
    state = after(rules, bought("o-1", "03-20", "100")).member
    assert [lot.parts for lot in state.purses[0].lots] == [(("base", 10), ("extra", 10))]
    decision = after(rules, tick("m", "2026-06-01T00:00:00Z"), state=state)
    (told,) = (one for one in decision.effects if isinstance(one, ExpiryMoved))
    assert (told.units, told.rule, told.at) == (10, "shorter", decision.member.clock)
    assert "Shorter: 10 bonus of Bonus have another end now, 2026-06-20 at the latest." in decision.explain()
    assert "Shorter: 10 bonus" in decision.explain(audience="member")
    assert "Shorter: у 10 bonus (Bonus) теперь другой срок" in decision.explain(language="ru")
    later = after(rules, tick("m", "2026-06-21T00:00:00Z"), state=decision.member)
    assert [one.parts for one in later.effects if isinstance(one, PointsExpired)] == [(("base", 10),)]
    assert usable(later) == 10


def test_what_is_over_by_the_new_life_is_gone_at_the_change_and_not_sooner() -> None:
    rules = club()
    state = after(rules, bought("o-1", "01-10", "100")).member
    decision = after(rules, tick("m", "2026-05-31T23:59:00Z"), state=state)
    assert usable(decision) == 20
    decision = after(rules, tick("m", at("06-02")), state=state)
    (gone,) = (one for one in decision.effects if isinstance(one, PointsExpired))
    assert (gone.units, gone.parts) == (10, (("base", 10),))
    assert gone.at == rules.editions[1].checked.schedule[0].at


def test_a_life_may_become_longer_or_endless() -> None:
    rules = club(to="never")
    decision = after(rules, bought("o-1", "03-20", "100"), tick("m", at("06-02")))
    (told,) = (one for one in decision.effects if isinstance(one, ExpiryMoved))
    assert (told.units, told.until) == (10, NEVER)
    assert "Shorter: 10 bonus of Bonus do not expire any more." in decision.explain()
    assert usable(after(rules, tick("m", "2027-01-01T00:00:00Z"), state=decision.member)) == 10


def test_a_lot_remembers_its_youngest_units_and_what_was_used_of_it_does_too() -> None:
    """Orders of 10 January and 1 February are one lot in April, earned on 10 January, its youngest units of 1 February.
    All of it pays on 30 April. Cancelled on 5 June it comes back with the life of 1 February: gone since 2 May."""
    rules = club(to="after 3 months")
    state = after(rules, bought("o-1", "01-10", "100"), bought("o-2", "02-01", "100"), tick("m", at("04-01"))).member
    (lot,) = state.purses[0].lots
    assert (lot.left, lot.since - lot.earned) == (40, 22 * 86_400_000_000)
    state = after(rules, bought("o-3", "04-30", "40", "40"), state=state).member
    (debit,) = state.records[-1].payments[0].debits
    assert (debit.units, debit.since) == (40, lot.since)
    decision = after(rules, cancellation("c", "m", at("06-05"), "o-3"), state=state)
    assert [one.units for one in decision.effects if isinstance(one, PointsExpired)] == [20]
    assert usable(decision) == 20  # of `extra`: they live by themselves


def test_what_is_set_aside_across_the_change_comes_back_with_the_new_life() -> None:
    rules = club()
    held = after(rules, bought("o-1", "05-20", "100"), reservation("r", "m", at("05-21"), "pay", amount="20")).member
    state = after(rules, tick("m", at("06-02")), state=held).member
    (reserved,) = state.purses[0].reserved
    assert [(debit.units, debit.parts) for debit in reserved.debits] == [(10, (("extra", 10),)), (10, (("base", 10),))]
    back = after(rules, release("e", "m", at("06-03"), "r"), state=state)
    assert usable(after(rules, tick("m", "2026-08-20T23:00:00Z"), state=back.member)) == 20
    assert usable(after(rules, tick("m", "2026-08-21T00:00:00Z"), state=back.member)) == 10
    assert usable(after(rules, capture("e", "m", at("06-03"), "r", amount="15"), state=state)) == 5


def test_time_in_steps_leaves_the_same() -> None:
    rules = club(expire="never", to="after 6 months")
    first = after(
        rules, bought("o-1", "01-10", "100"), bought("o-2", "02-01", "100"), bought("o-3", "04-25", "100")
    ).member
    in_steps = first
    for day in ("03-30", "05-30", "05-31", "06-01", "06-02", "08-01"):
        if at(day) > "2026-04-25":
            in_steps = after(rules, tick("m", at(day)), state=in_steps).member
    assert in_steps.purses == after(rules, tick("m", at("08-01")), state=first).member.purses


def test_an_edition_that_is_loaded_after_the_change_brings_it_about_late_and_once() -> None:
    before = load(RULES.format(expire="at end of calendar year"))
    text = RULES.format(expire="at end of calendar year") + CHANGE.format(
        expire="after 3 months", lots="existing lots too"
    )
    state = after(before, bought("o-1", "01-10", "100"), tick("m", at("06-10"))).member
    assert usable(after(before, tick("m", at("06-11")), state=state)) == 20
    decision = after(load(text), tick("m", at("06-11")), state=state)
    assert [one.units for one in decision.effects if isinstance(one, PointsExpired)] == [10]
    again = after(load(text), tick("m", at("06-12")), state=decision.member)
    assert (again.effects, usable(again)) == ((), 10)


def test_the_two_ways_are_two_programmes_and_the_file_before_the_change_is_the_same() -> None:
    both = [club(lots=lots) for lots in ("existing lots too", "new lots only")]
    assert len({rules.fingerprint for rules in both}) == 2
    plain = load(RULES.format(expire="at end of calendar year"))
    assert {rules.editions[0].fingerprint for rules in both} == {plain.fingerprint}


def test_the_youngest_units_of_a_lot_are_younger_than_its_first() -> None:
    rules = club()
    state = after(rules, bought("o-1", "01-10", "100"), bought("o-2", "02-01", "100"), tick("m", at("04-01"))).member
    text = write_member(state, rules)
    assert '"since":"2026-02-01T11:00:00+00:00"' in text
    with pytest.raises(InputError) as raised:
        read_member(text.replace('"since":"2026-02-01', '"since":"2026-01-10'), rules)
    assert raised.value.code == "member.inconsistent"
