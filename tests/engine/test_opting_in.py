"""Opting in: what a member keeps of it, on the wire, under another name, after a merge; and what is refused."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    Programme,
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
    assert ordered.records[0].known.opted == ("coupon",)
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
