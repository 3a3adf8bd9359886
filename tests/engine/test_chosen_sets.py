"""Product sets that members choose: what is kept, on the wire, under other names, after a merge, and is refused."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    LoyaltyError,
    Programme,
    choice,
    line,
    load,
    merge,
    purchase,
    tick,
)
from loyalty_rules.adapters.wire import read_event, read_member, write_decision, write_event, write_member
from loyalty_rules.adapters.wire.statements import statement_data
from loyalty_rules.calendar import instant_of
from loyalty_rules.choices import Choice, ChosenSets, SetsChosen
from loyalty_rules.member import MemberState

RULES = """
loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events accepted for 30 days
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

products Tea "Tea"
  where category is "tea"
end

products Coffee "Coffee"
  where category is "coffee"
end

products Favourites "Favourites"
  chosen by member from Tea, Coffee
  choose at most 1
  default choice Tea
end

earn favourites
  on Favourites
  give 1 bonus per 1 RUB
end
"""

FIRST, SECOND, THIRD = (f"2026-03-0{day}T12:00:00Z" for day in (1, 2, 3))


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(RULES)


def chosen(club: Programme, *sets: str, at: str = FIRST, member: str = "m-1") -> MemberState:
    return club.decide(club.new_member(member), choice("c-1", member, at, "Favourites", sets=sets)).member


def given(club: Programme, member: MemberState, at: str, category: str = "coffee") -> int:
    order = purchase("o-1", member.member, at, [line("1", category=category, price="7")], currency="RUB")
    return club.balance(club.decide(member, order).member, "bonus").usable


def test_a_choice_is_kept_with_its_moment_and_so_is_what_counts_for_an_order(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "Favourites", sets=["Coffee"]))
    assert decided.effects == (SetsChosen("Favourites", ("Coffee",), instant_of(FIRST)),)
    assert decided.member.chosen == (ChosenSets("Favourites", instant_of(FIRST), ("Coffee",)),)
    data = json.loads(write_decision(decided))
    assert data["chosen"] == {"Favourites": ["Coffee"]}
    assert data["effects"] == [
        {"kind": "sets_chosen", "products": "Favourites", "sets": ["Coffee"], "at": "2026-03-01T12:00:00+00:00"}
    ]
    order = purchase("o-1", "m-1", SECOND, [line("1", category="coffee", price="7")], currency="RUB")
    ordered = club.decide(decided.member, order).member
    assert ordered.records[0].known.chosen == (("Favourites", ("Coffee",)),)
    document = write_member(ordered, club)
    assert json.loads(document)["core"]["chosen"] == [
        {"products": "Favourites", "at": "2026-03-01T12:00:00+00:00", "sets": ["Coffee"]}
    ]
    assert read_member(document, club) == ordered


def test_a_choice_of_sets_goes_over_the_wire(club: Programme) -> None:
    event = choice("c-1", "m-1", FIRST, "Favourites", sets=["Tea", "Coffee", "Tea"])
    assert event.sets == ("Coffee", "Tea")
    assert read_event(write_event(event, club)) == event


@pytest.mark.parametrize("change", [{"at": "2026-03-01T12:00:01Z"}, {"sets": ["Tea", "Coffee"]}, {"sets": []}])
def test_a_document_with_a_choice_that_cannot_be(club: Programme, change: dict[str, object]) -> None:
    data = json.loads(write_member(chosen(club, "Coffee"), club))
    data["core"]["chosen"][0].update(change)
    with pytest.raises(InputError):
        read_member(json.dumps(data), club)


def test_choices_of_a_document_are_in_order(club: Programme) -> None:
    data = json.loads(write_member(chosen(club, "Coffee"), club))
    data["core"]["chosen"] *= 2
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), club)
    assert caught.value.code == "member.inconsistent"


def test_of_two_choices_at_one_instant_the_later_one_counts(club: Programme) -> None:
    member = chosen(club, "Tea")
    member = club.decide(member, choice("c-2", "m-1", FIRST, "Favourites", sets=["Coffee"])).member
    assert [one.sets for one in member.chosen] == [("Coffee",)]
    assert given(club, member, FIRST) == 7


def test_an_order_that_is_told_late_is_judged_by_the_choice_of_its_own_instant(club: Programme) -> None:
    member = chosen(club, "Tea")
    member = club.decide(member, choice("c-2", "m-1", THIRD, "Favourites", sets=["Coffee"])).member
    assert given(club, member, SECOND, "coffee") == 0
    assert given(club, member, SECOND, "tea") == 7
    assert given(club, member, THIRD, "coffee") == 7


def test_a_choice_that_ends_with_the_month_counts_to_its_last_instant() -> None:
    monthly = load(
        RULES.replace("  choose at most 1\n", "  choose at most 1\n  choice ends at end of calendar month\n")
    )
    member = chosen(monthly, "Coffee")
    assert given(monthly, member, "2026-03-31T23:59:59.999999Z") == 7
    assert given(monthly, member, "2026-04-01T00:00:00Z") == 0
    assert given(monthly, member, "2026-04-01T00:00:00Z", "tea") == 7


def test_the_same_sets_again_change_nothing(club: Programme) -> None:
    member = chosen(club, "Coffee")
    again = club.decide(member, choice("c-2", "m-1", SECOND, "Favourites", sets=["Coffee"]))
    assert again.effects == ()
    assert again.member.chosen == member.chosen


@pytest.mark.parametrize(
    ("told", "kind", "code"),
    [
        (choice("c-1", "m-1", FIRST, "Favourites"), DecisionError, "choice.refused"),
        (choice("c-1", "m-1", FIRST, "Favourites", sets=["Tea", "Coffee"]), DecisionError, "choice.refused"),
        (choice("c-1", "m-1", FIRST, "Favourites", sets=["Bread"]), InputError, "choice.unknown"),
        (choice("c-1", "m-1", FIRST, "Tea", sets=["Coffee"]), InputError, "choice.unknown"),
        (choice("c-1", "m-1", FIRST, "Favourites", sets=["Tea"], amount=1), InputError, "choice.amount"),
        (choice("c-1", "m-1", FIRST, "Favourites", sets=["Tea"], purse="bonus"), InputError, "choice.amount"),
    ],
)
def test_what_cannot_be_chosen(club: Programme, told: Choice, kind: type[LoyaltyError], code: str) -> None:
    with pytest.raises(kind) as caught:
        club.decide(club.new_member("m-1"), told)
    assert getattr(caught.value, "code", "") == code


def test_twelve_choices_are_kept_and_an_order_older_than_these_is_refused(club: Programme) -> None:
    member = club.new_member("m-1")
    for day in range(1, 15):
        sets = ["Coffee"] if day % 2 else ["Tea"]
        at = f"2026-03-{day:02}T12:00:00Z"
        member = club.decide(member, choice(f"c-{day}", "m-1", at, "Favourites", sets=sets)).member
    assert len(member.chosen) == 12
    assert member.chosen[0].at == instant_of("2026-03-03T12:00:00Z")
    assert given(club, member, "2026-03-03T13:00:00Z") == 7
    assert given(club, member, "2026-03-04T13:00:00Z") == 0
    with pytest.raises(DecisionError) as caught:
        given(club, member, "2026-03-03T11:00:00Z")
    assert caught.value.code == "event.late"


def test_under_other_names_the_choice_goes_on(club: Programme) -> None:
    text = RULES.replace('products Coffee "Coffee"', 'products Espresso "Coffee"\n  was Coffee')
    text = text.replace("from Tea, Coffee", "from Tea, Espresso")
    text = text.replace('products Favourites "Favourites"', 'products Loved "Favourites"\n  was Favourites')
    text = text.replace("on Favourites", "on Loved")
    later = load(text, earlier=[(RULES, SECOND)])
    member = later.decide(chosen(club, "Coffee"), tick("m-1", THIRD)).member
    assert member.chosen == (ChosenSets("Loved", instant_of(FIRST), ("Espresso",)),)
    assert given(later, member, THIRD) == 7


def test_a_set_that_an_edition_no_longer_offers_counts_no_more(club: Programme) -> None:
    later = load(RULES.replace("from Tea, Coffee", "from Tea"), earlier=[(RULES, SECOND)])
    assert given(later, chosen(club, "Coffee"), THIRD) == 0


def test_after_a_merge_the_later_choice_counts(club: Programme) -> None:
    gone, stays = chosen(club, "Coffee", at=SECOND), chosen(club, "Tea", member="m-2")
    one, other = club.merge(gone, stays, merge("u-1", "m-1", THIRD, into="m-2", reason="one person", actor="desk"))
    assert one.member.chosen == ()
    assert [found.sets for found in other.member.chosen] == [("Tea",), ("Coffee",)]
    assert given(club, other.member, THIRD) == 7


def test_what_is_chosen_is_told(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), choice("c-1", "m-1", FIRST, "Favourites", sets=["Coffee"]))
    assert decided.explain("en").startswith("Member m-1 chooses Coffee: Favourites (c-1), 2026-03-01 12:00")
    assert decided.explain("en", "member") == "Favourites: Coffee, from now on.\n"
    assert decided.explain("ru", "member") == "Favourites: Coffee, с этого момента.\n"
    statement = club.statement("m-1", [decided])
    assert "2026-03-01: Favourites: Coffee, from now on.\nFavourites: Coffee.\n" in statement.explain("en")
    data = statement_data(statement, club)
    assert data["chosen"] == {"Favourites": ["Coffee"]}
    assert [one["kind"] for one in data["choices"]] == ["sets_chosen"]
