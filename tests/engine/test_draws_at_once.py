"""Draws whose tickets are played at once: what each wins, once and in turn, and what becomes of tickets that come back.
Scores were worked out with `printf 'wheel/m-1/1' | openssl dgst -sha256 -hmac 'correct horse'`: of 100 chances the
tickets of m-1 lie at 80.9, 18.7 and 86.7, those of m-2 at 16.9, 44.4 and 6.07."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from loyalty_rules import (
    Chance,
    Decision,
    DecisionError,
    InputError,
    MemberState,
    Programme,
    RuleFileError,
    SettingsError,
    Won,
    cancellation,
    hold_draw,
    hold_spins,
    load,
    purchase,
    spins_of,
    tickets_of,
    verify_spins,
)
from loyalty_rules.adapters.wire import read_event, write_event
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import line, merge
from loyalty_rules.histories import replay
from tests.adapters.command_line import run

SEED: Final = "correct horse"
COMMITMENT: Final = "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"
HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns replay within 30 days
  returns keep prices
  late events refused
end
purse bonus "Bonus points"
  round down per order
  usable at once
  expire never
  rules add up
  after a return may go negative
end
reward coffee "A coffee"
  handed over by host
  expire never
  after a return stay used
end
segment staff
  supplied by host
end
earn turns "A turn for 500 RUB"
  on any product
  give 1 wheel per full 500 RUB
end
"""
CHANCES: Final = (
    "prize 1 coffee chance 8 out of 100",
    "prize 30 bonus chance 17 out of 100",
    "no prize chance 75 out of 100",
)


def wheel(*lines: str, chances: tuple[str, ...] = CHANCES, commitment: str = COMMITMENT) -> str:
    body = "\n".join(("draws at once", *chances, *lines))
    return f'{HEAD}draw wheel "The wheel"\n{body}\ncommitment "{commitment}"\nend\n'


def club(*lines: str) -> Programme:
    return load(wheel(*lines))


def buys(programme: Programme, member: MemberState, price: str = "1700", id: str = "o-1", day: int = 5) -> MemberState:
    at = f"2026-03-{day:02}T12:00:00+03:00"
    order = purchase(id, member.member, at, [line("1", price=price)], currency="RUB")
    return programme.decide(member, order).member


def player(programme: Programme, name: str, price: str = "1700") -> MemberState:
    """A member with three turns, unless the order is another one."""
    return buys(programme, programme.new_member(name), price)


def plays(programme: Programme, member: MemberState) -> tuple[MemberState, list[Decision]]:
    decisions = []
    for won in spins_of(programme, member, "wheel", SEED):
        decisions.append(programme.decide(member, won))
        member = decisions[-1].member
    return member, decisions


def held(programme: Programme, member: MemberState) -> tuple[int, int, int]:
    """Coffees, bonus points and turns."""
    coffee, bonus, turns = (programme.balance(member, purse).usable for purse in ("coffee", "bonus", "wheel"))
    return coffee, bonus, turns


def test_what_each_ticket_wins() -> None:
    programme = club()
    member = player(programme, "m-2")
    won = spins_of(programme, member, "wheel", SEED)
    assert [(one.place, one.prizes) for one in won] == [
        (1, (("bonus", 30_000_000),)),
        (2, ()),
        (3, (("coffee", 1_000_000),)),
    ]
    after, decisions = plays(programme, member)
    assert (held(programme, member), held(programme, after)) == ((0, 0, 3), (1, 30, 0))
    assert [decision.outcome for decision in decisions] == ["decided"] * 3
    assert [
        (effect.rule, effect.purse, effect.granted)
        for decision in decisions
        for effect in decision.effects
        if isinstance(effect, PointsAwarded)
    ] == [("wheel", "bonus", 30), ("wheel", "coffee", 1)]
    told = decisions[1].explain("en")
    assert told.startswith("Ticket 2 of The wheel of member m-2 is played (prize-")
    assert "The wheel: 1 wheel was played.\nThe wheel: no prize.\n" in told


def test_a_ticket_is_played_once_and_the_rest_wins_what_it_would_have() -> None:
    programme = club()
    member = player(programme, "m-2")
    won = spins_of(programme, member, "wheel", SEED)
    assert spins_of(programme, member, "wheel", SEED) == won
    after = programme.decide(member, won[0]).member
    for state in (after, after._replace(seen=())):
        again = programme.decide(state, won[0])
        assert (again.outcome, again.member) == ("repeated", state)
    assert spins_of(programme, after, "wheel", SEED) == won[1:]
    assert [tickets_of(programme, state, "wheel") for state in (member, after)] == [3, 3]


def test_no_ticket_is_left_out_and_none_is_played_that_is_not_there() -> None:
    programme = club()
    member = player(programme, "m-2")
    won = spins_of(programme, member, "wheel", SEED)
    with pytest.raises(DecisionError, match="no ticket 2 of `wheel` to play") as caught:
        programme.decide(member, won[1])
    assert caught.value.code == "draw.ticket"
    with pytest.raises(DecisionError, match="no ticket 1 of `wheel` to play"):
        programme.decide(programme.new_member("m-2"), won[0])


def test_what_follows_from_the_tickets_of_all_is_what_was_played() -> None:
    programme = club()
    states = {name: player(programme, name) for name in ("m-1", "m-2")}
    states["m-2"], _ = plays(programme, states["m-2"])
    tickets = {name: tickets_of(programme, state, "wheel") for name, state in states.items()}
    found = hold_spins(programme, "wheel", SEED, tickets, "2026-03-31T12:00:00+03:00")
    assert tickets == {"m-1": 3, "m-2": 3}
    assert [one.prize for one in found.spins] == ["", "30 bonus", "", "30 bonus", "", "1 coffee"]
    verify_spins(found.spins, "wheel", SEED, COMMITMENT, tickets, found.chances)
    decisions = list(replay(programme, found.follow_ups, states))
    assert [decision.outcome for decision in decisions] == ["decided"] * 3 + ["repeated"] * 3
    after = {decision.member.member: held(programme, decision.member) for decision in decisions}
    assert after == {"m-1": (0, 30, 0), "m-2": (1, 30, 0)}


def test_one_ticket_the_seed_a_spin_and_the_order_of_tickets() -> None:
    programme = club()
    found = hold_spins(programme, "wheel", SEED, {"m-1": 3, "m-2": 3}, "2026-03-31T12:00:00+03:00")
    assert set(found.chances) == {Chance("1 coffee", 8), Chance("30 bonus", 17), Chance("", 75)}
    other = hold_spins(programme, "wheel", SEED, {"m-2": 3, "m-1": 3}, "2026-03-31T12:00:00+03:00")
    assert other == found
    published = (COMMITMENT, {"m-2": 3, "m-1": 3}, found.chances)
    verify_spins(reversed(found.spins), "wheel", SEED, *published)
    changed = (found.spins[0]._replace(prize="1 coffee"), *found.spins[1:])
    same = {"m-1": 3, "m-2": 3}
    for spins, tickets in ((changed, same), (found.spins, {"m-1": 4, "m-2": 3}), (found.spins[1:], same)):
        with pytest.raises(DecisionError) as caught:
            verify_spins(spins, "wheel", SEED, COMMITMENT, tickets, found.chances)
        assert caught.value.code == "draw.result"
    for ask in (
        lambda: spins_of(programme, player(programme, "m-1"), "wheel", "correct horsf"),
        lambda: hold_spins(programme, "wheel", "correct horsf", {"m-1": 3}, "2026-03-31T12:00:00+03:00"),
    ):
        with pytest.raises(DecisionError, match="hash was published"):
            ask()


def test_for_whom_a_ticket_wins_is_asked_when_it_is_played() -> None:
    programme = club("for not (in segment staff)")
    member = programme.updated(player(programme, "m-2"), segments=["staff"])
    after, decisions = plays(programme, member)
    assert held(programme, after) == (0, 0, 0)
    assert "The wheel (wheel): nothing - not for this member." in decisions[0].explain("en")


def test_a_turn_whose_order_comes_back_is_owed_and_the_prize_stays() -> None:
    programme = club()
    member, _ = plays(programme, player(programme, "m-2"))
    cancelled = programme.decide(member, cancellation("c-1", "m-2", "2026-03-06T12:00:00+03:00", "o-1"))
    assert "The wheel: 3 wheel owed, for orders that came back." in cancelled.explain("en")
    assert "The wheel: 3 wheel - долг за возвращённые заказы." in cancelled.explain("ru")
    member = cancelled.member
    assert held(programme, member) == (1, 30, -3)
    member = buys(programme, member, "2000", "o-2", 7)  # four turns, of which three are owed
    assert held(programme, member) == (1, 30, 1)
    assert [one.place for one in spins_of(programme, member, "wheel", SEED)] == [4]


def test_a_turn_that_was_not_played_goes_back_with_its_order() -> None:
    programme = club()
    member = player(programme, "m-2")
    member = programme.decide(member, cancellation("c-1", "m-2", "2026-03-06T12:00:00+03:00", "o-1")).member
    assert (spins_of(programme, member, "wheel", SEED), tickets_of(programme, member, "wheel")) == ((), 0)


def test_members_who_are_one_keep_the_numbers_of_their_tickets() -> None:
    """m-1 has played one of its tickets, m-2 three: m-1 goes on with its second."""
    programme = club()
    one = player(programme, "m-1")
    one = programme.decide(one, spins_of(programme, one, "wheel", SEED)[0]).member
    other, _ = plays(programme, player(programme, "m-2")._replace(records=()))
    joined = merge("j-1", "m-2", "2026-03-08T12:00:00+03:00", into="m-1", reason="two cards", actor="desk")
    gone, stays = programme.merge(other, one._replace(records=()), joined)
    assert [one.place for one in spins_of(programme, stays.member, "wheel", SEED)] == [2, 3]
    assert [tickets_of(programme, made.member, "wheel") for made in (gone, stays)] == [3, 3]
    assert spins_of(programme, gone.member, "wheel", SEED) == ()


def test_from_the_first_instant_of_the_edition_that_has_the_draw() -> None:
    old = wheel().replace("give 1 wheel per full 500 RUB", "give 5 bonus")
    old = old[: old.index("draw wheel")]
    programme = load(wheel(), earlier=[(old, "2026-03-05T12:00:00+03:00")])
    after, _ = plays(programme, player(programme, "m-2"))
    assert held(programme, after) == (1, 30, 0)


@pytest.mark.parametrize(
    "new",
    [
        wheel(chances=("prize 1 coffee chance 9 out of 100", CHANCES[1], "no prize chance 74 out of 100")),
        wheel(commitment="sha256:" + "0" * 64),
        wheel("was old_wheel").replace("wheel", "disc").replace("was old_disc", "was wheel"),
    ],
)
def test_an_edition_has_no_other_chances_commitment_or_name(new: str) -> None:
    with pytest.raises(SettingsError, match="the draw `wheel` had other chances") as caught:
        load(new, earlier=[(wheel(), "2026-03-20T00:00:00+03:00")])
    assert caught.value.code == "edition.changed"


def test_in_what_order_chances_stand_says_nothing_and_equal_prizes_add_up() -> None:
    parts = (
        "no prize chance 75 out of 100",
        CHANCES[1],
        "prize 1 coffee chance 3 out of 100",
        "prize 1 coffee chance 5 out of 100",
    )
    prints = {load(wheel(chances=one)).fingerprint for one in (CHANCES, CHANCES[::-1], parts)}
    assert len(prints) == 1
    other = (CHANCES[0], "prize 30 bonus chance 18 out of 100", "no prize chance 74 out of 100")
    assert load(wheel(chances=other)).fingerprint not in prints


def test_each_kind_of_draw_has_its_own_question() -> None:
    programme = club()
    with pytest.raises(InputError, match="ask `hold_spins`") as caught:
        hold_draw(programme, "wheel", SEED, {})
    assert caught.value.code == "draw.at_once"
    later = load(
        wheel()
        .replace("draws at once", "draws at 2026-11-30")
        .replace("chance 8 out of 100", "winners 1")
        .replace("chance 17 out of 100", "winners 1")
        .replace("no prize chance 75 out of 100\n", "")
    )
    for ask in (
        lambda: spins_of(later, later.new_member("m-1"), "wheel", SEED),
        lambda: hold_spins(later, "wheel", SEED, {}, "2026-03-31T12:00:00+03:00"),
        lambda: hold_spins(programme, "disc", SEED, {}, "2026-03-31T12:00:00+03:00"),
    ):
        with pytest.raises(InputError) as unknown:
            ask()
        assert unknown.value.code == "draw.unknown"
    ends = instant_of("2026-11-30T00:00:00+03:00")
    with pytest.raises(InputError, match="no such prize"):
        later.decide(later.new_member("m-1"), Won("w", "m-1", ends, "wheel", ends, 1, ()))


def test_a_ticket_is_told_as_it_is() -> None:
    programme = club()
    for won in spins_of(programme, player(programme, "m-2"), "wheel", SEED):
        assert read_event(write_event(won, programme), programme) == won


@pytest.mark.parametrize("line", ["prize 1 coffee winners 1", "one prize per member"])
def test_clauses_of_other_draws_are_refused(line: str) -> None:
    with pytest.raises(RuleFileError, match="does not go with"):
        club(line)


def test_chances_are_refused_in_other_draws() -> None:
    with pytest.raises(RuleFileError, match="does not go with"):
        load(wheel().replace("draws at once", "season in calendar month"))


def test_check_tells_what_a_ticket_gives_on_average(tmp_path: Path) -> None:
    """8 of 100 chances of a coffee are 2/25 of one; 17 of 100 of 30 points are 5.1."""
    path = tmp_path / "wheel.loyalty"
    path.write_text(wheel(), encoding="utf-8")
    assert "a ticket of wheel gives 51/10 bonus, 2/25 coffee on average" in run("check", path).stdout
    (file,) = json.loads(run("check", "--format", "json", path).stdout)["files"]
    assert file["tickets"] == {"wheel": {"bonus": "51/10", "coffee": "2/25"}}
