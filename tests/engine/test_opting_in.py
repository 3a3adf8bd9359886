"""Opting in: what a member keeps of it, on the wire, under another name, after a merge; and what is refused."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    Programme,
    RuleFileError,
    choice,
    line,
    load,
    merge,
    purchase,
    tick,
)
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.adapters.wire.statements import statement_data
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import Outcome

RULES = """
loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

earn coupon "The coupon"
  after opting in
  through 2026-03-31
  give 5 bonus
end

earn base
  give 1 bonus
end
"""

FIRST, SECOND, THIRD = (f"2026-03-0{day}T12:00:00Z" for day in (1, 2, 3))


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(RULES)


def test_a_member_keeps_when_it_was_and_so_does_its_document(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "coupon"))
    assert decided.member.opted == (("coupon", instant_of(FIRST)),)
    data = json.loads(write_decision(decided))
    assert data["effects"] == [{"kind": "opted_in", "rule": "coupon", "at": "2026-03-01T12:00:00+00:00"}]
    ordered = club.decide(
        decided.member, purchase("o-1", "m-1", SECOND, [line("1", price="10")], currency="RUB")
    ).member
    assert ordered.records[0].known.opted == (("coupon", instant_of(FIRST)),)
    document = write_member(ordered, club)
    assert json.loads(document)["core"]["opted_in"] == {"coupon": "2026-03-01T12:00:00+00:00"}
    assert read_member(document, club) == ordered


def test_a_document_of_someone_who_opts_in_later_than_now_is_refused(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "coupon"))
    data = json.loads(write_member(decided.member, club))
    data["core"]["opted_in"]["coupon"] = "2026-03-01T12:00:01Z"
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), club)
    assert caught.value.code == "member.inconsistent"


def test_the_second_time_nothing_is_done(club: Programme) -> None:
    first = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "coupon"))
    again = club.decide(first.member, choice("c-2", "m-1", SECOND, "coupon"))
    assert again.effects == ()
    assert again.member.opted == first.member.opted


@pytest.mark.parametrize(
    ("told", "kind", "code"),
    [
        (choice("c-1", "m-1", "2026-04-01T00:00:00Z", "coupon"), DecisionError, "choice.refused"),
        (choice("c-1", "m-1", FIRST, "coupon", amount=1), InputError, "choice.amount"),
        (choice("c-1", "m-1", FIRST, "coupon", purse="bonus"), InputError, "choice.amount"),
        (choice("c-1", "m-1", FIRST, "base"), InputError, "choice.unknown"),
    ],
)
def test_what_cannot_be_opted_in_to(
    club: Programme, told: object, kind: type[InputError | DecisionError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        club.decide(club.new_member("m-1"), told)  # type: ignore[arg-type]  # a choice, in a list of cases
    assert caught.value.code == code


def test_an_order_that_is_told_late_is_judged_by_what_was_opted_in_to_then() -> None:
    """An order gives 1 point, and 5 more once the coupon is opted in to: told on the 3rd, it counts from then on."""
    late = load(RULES.replace("late events refused", "late events accepted for 30 days"))
    member = late.decide(late.new_member("m-1"), choice("c-1", "m-1", THIRD, "coupon")).member
    for at, points in ((SECOND, 1), (THIRD, 6)):
        order = purchase("o-1", "m-1", at, [line("1", price="10")], currency="RUB")
        assert late.balance(late.decide(member, order).member, "bonus").usable == points


def test_after_a_merge_the_first_of_the_two_counts(club: Programme) -> None:
    gone = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "coupon")).member
    stays = club.decide(club.new_member("m-2"), choice("c-2", "m-2", SECOND, "coupon")).member
    one, other = club.merge(gone, stays, merge("u-1", "m-1", THIRD, into="m-2", reason="one person", actor="desk"))
    assert one.member.opted == ()
    assert other.member.opted == (("coupon", instant_of(FIRST)),)


def test_a_rule_that_was_renamed_is_still_opted_in_to(club: Programme) -> None:
    member = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "coupon")).member
    text = RULES.replace('earn coupon "The coupon"', 'earn march_coupon "The coupon"\n  was coupon')
    later = load(text, earlier=[(RULES, SECOND)])
    member = later.decide(member, tick("m-1", THIRD)).member
    assert member.opted == (("march_coupon", instant_of(FIRST)),)


def test_a_statement_says_what_was_opted_in_to(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "coupon"))
    statement = club.statement("m-1", [decided])
    assert "2026-03-01: opted in to The coupon" in statement.explain("en")
    assert "активировано: The coupon" in statement.explain("ru")
    assert statement_data(statement, club)["opted_in"] == [{"rule": "coupon", "at": "2026-03-01T12:00:00+00:00"}]
    assert decided.explain("en", "member") == "The coupon: opted in, in effect from now on.\n"


STARTED = """
challenge card "The card"
  goal spend since the beginning at least 50 RUB
  after opting in
  once
  give 5 bonus
  after a return keep
end

reward voucher "Five"
  on any product
  pays 5 RUB
  no change given
  after opting in
  expire never
  after a return give back
end

perk lounge "Lounge"
  after opting in
  grants "entry"
end
"""


def started() -> str:
    return RULES.replace("  late events refused", "  refund tenders in proportion\n  late events refused") + STARTED


def test_a_challenge_is_open_to_those_who_opted_in_and_counts_from_then_on() -> None:
    programme = load(started())
    forty = [line("1", price="40")]
    before = programme.decide(programme.new_member("m-1"), purchase("o-1", "m-1", FIRST, forty, currency="RUB")).member
    found = programme.progress(before, "card")
    assert (found.open, found.measures[0].units) == (False, 0)
    opted = programme.decide(before, choice("c-1", "m-1", SECOND, "card")).member
    after = programme.decide(opted, purchase("o-2", "m-1", SECOND, forty, currency="RUB")).member
    found = programme.progress(after, "card")
    assert (found.open, found.measures[0].units, found.measures[0].missing) == (True, 4000, 1000)
    assert read_member(write_member(after, programme), programme) == after


def test_a_challenge_that_was_renamed_goes_on_from_its_start() -> None:
    first = load(started())
    member = first.decide(first.new_member("m-1"), choice("c-1", "m-1", FIRST, "card")).member
    forty = [line("1", price="40")]
    member = first.decide(member, purchase("o-1", "m-1", FIRST, forty, currency="RUB")).member
    text = started().replace('challenge card "The card"', 'challenge stamps "The card"\n  was card')
    later = load(text, earlier=[(started(), SECOND)])
    done = later.decide(member, purchase("o-2", "m-1", THIRD, [line("1", price="10")], currency="RUB"))
    assert [effect.kind for effect in done.effects][-1] == "challenge_completed"
    assert done.member.opted == (("stamps", instant_of(FIRST)),)


def test_a_reward_and_a_perk_wait_for_it() -> None:
    programme = load(started())
    member = programme.new_member("m-1")
    asked = purchase("o-1", "m-1", FIRST, [line("1", price="40")], currency="RUB", redeem={"voucher": None})
    assert {one.rule: one.limited_by for one in programme.redeemable(member, asked)} == {"voucher": "not_opted_in"}
    told = programme.decide(member, asked)
    assert "the member has not opted in to it" in told.explain("en")
    assert "участник его не активировал" in told.explain("ru")
    assert [one.why_not for one in programme.perks(member, FIRST)] == [Outcome.NOT_OPTED_IN]
    member = programme.decide(member, choice("c-1", "m-1", FIRST, "lounge")).member
    assert [one.why_not for one in programme.perks(member, SECOND)] == [None]


def test_a_reward_that_is_bought_is_chosen_by_that() -> None:
    text = started().replace("  pays 5 RUB\n", "  pays 5 RUB\n  costs 10 bonus\n")
    with pytest.raises(RuleFileError) as caught:
        load(text)
    assert "L042" in {one.problem.code for one in caught.value.diagnostics}
