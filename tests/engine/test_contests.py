"""Contests: places and what they are worth as a pure function; who stands where in a programme; prizes of winners."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules import (
    DecisionError,
    InputError,
    MemberState,
    Placed,
    PlacePrize,
    Programme,
    Stood,
    cancellation,
    choice,
    enrolment,
    happening,
    hold_contest,
    line,
    load,
    merge,
    purchase,
    settle_contest,
    standing_in,
    tick,
)
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.calendar import instant_of
from loyalty_rules.contests import Ties
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.histories import replay
from tests.adapters.command_line import run, written

PRIZES: Final = (PlacePrize(1, 1, "bonus", 1_000), PlacePrize(2, 3, "bonus", 101), PlacePrize(1, 1, "mug", 1))
STOOD: Final = {"a": Stood(7, 30), "b": Stood(9, 20), "c": Stood(9, 10), "d": Stood(5, 5)}


def placed(found: tuple[Placed, ...]) -> list[tuple[int, str, dict[str, int]]]:
    return [(one.place, one.member, dict(one.prizes)) for one in found]


def test_of_equals_the_earlier_is_before_the_other() -> None:
    assert placed(settle_contest(STOOD, PRIZES, "earlier")) == [
        (1, "c", {"bonus": 1_000, "mug": 1}),
        (2, "b", {"bonus": 101}),
        (3, "a", {"bonus": 101}),
        (4, "d", {}),
    ]


def test_equals_all_win() -> None:
    assert placed(settle_contest(STOOD, PRIZES, "all")) == [
        (1, "c", {"bonus": 1_000, "mug": 1}),
        (1, "b", {"bonus": 1_000, "mug": 1}),
        (3, "a", {"bonus": 101}),
        (4, "d", {}),
    ]


def test_equals_share_and_what_is_left_goes_to_the_earlier() -> None:
    """1 000 + 101 = 1 101 are 551 and 550; of one mug, the one who was there earlier has it."""
    assert placed(settle_contest(STOOD, PRIZES, "share")) == [
        (1, "c", {"bonus": 551, "mug": 1}),
        (1, "b", {"bonus": 550}),
        (3, "a", {"bonus": 101}),
        (4, "d", {}),
    ]


def test_equals_beyond_the_last_prize_share_what_there_is() -> None:
    """Three stand alike at the places 3 to 5, of which the third alone is worth 101: 34, 34, 33."""
    alike = {"a": Stood(9, 1), "b": Stood(8, 1), "c": Stood(5, 3), "d": Stood(5, 2), "e": Stood(5, 2)}
    found = placed(settle_contest(alike, PRIZES, "share"))[2:]
    assert found == [(3, "d", {"bonus": 34}), (3, "e", {"bonus": 34}), (3, "c", {"bonus": 33})]


def test_the_lowest_first() -> None:
    assert [one.member for one in settle_contest(STOOD, PRIZES, "earlier", lowest_first=True)] == ["d", "a", "c", "b"]


def test_in_what_order_members_and_prizes_come_does_not_matter() -> None:
    for ties in ("all", "share", "earlier"):
        first = settle_contest(STOOD, PRIZES, ties)
        for order in permutations(STOOD.items()):
            for prizes in permutations(PRIZES):
                assert settle_contest(dict(order), prizes, ties) == first


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2)), max_size=9),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(1, 50)), min_size=1, max_size=3),
    st.sampled_from(("all", "share", "earlier")),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_places_of_any_contest(
    scores: list[tuple[int, int]], worths: list[tuple[int, int, int]], ties: Ties, lowest: bool, random: Random
) -> None:
    standings = {f"m{number}": Stood(*one) for number, one in enumerate(scores)}
    prizes = [PlacePrize(first, first + more, "bonus", units) for first, more, units in worths]
    found = settle_contest(standings, prizes, ties, lowest_first=lowest)
    shuffled = list(standings.items())
    random.shuffle(shuffled)
    assert settle_contest(dict(shuffled), prizes[::-1], ties, lowest_first=lowest) == found
    assert sorted(one.member for one in found) == sorted(standings)
    if ties == "all":
        for one in found:
            better = sum((other < one.score) if lowest else (other > one.score) for other, _ in scores)
            own = sum(prize.units for prize in prizes if prize.first <= one.place <= prize.last)
            assert (one.place, dict(one.prizes).get("bonus", 0)) == (better + 1, own)
    else:
        given_away = sum(units for one in found for _, units in one.prizes)
        assert given_away == sum(one.units * max(0, min(one.last, len(found)) - one.first + 1) for one in prizes)


@pytest.mark.parametrize(
    ("standings", "prizes", "ties", "code"),
    [
        ({"a b": Stood(1, 0)}, PRIZES, "all", "id.charset"),
        ({"a": (1, 0)}, PRIZES, "all", "contest.standings"),
        ({"a": Stood(**dict[str, Any](score="1", since=0))}, PRIZES, "all", "contest.standings"),
        ([("a", Stood(1, 0))], PRIZES, "all", "contest.standings"),
        (STOOD, 5, "all", "contest.prizes"),
        (STOOD, [("bonus", 1)], "all", "contest.prizes"),
        (STOOD, [PlacePrize(2, 1, "bonus", 1)], "all", "contest.prizes"),
        (STOOD, [PlacePrize(1, 1, "bonus", 0)], "all", "contest.prizes"),
        (STOOD, [PlacePrize(1, 100_001, "bonus", 1)], "all", "contest.prizes"),
        (STOOD, PRIZES, "none", "contest.ties"),
    ],
)
def test_what_is_no_contest_is_refused(standings: Any, prizes: Any, ties: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        settle_contest(standings, prizes, ties)
    assert caught.value.code == code


# ---------- of a programme

HEAD: Final = """loyalty rules 1
programme "Runners"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end
purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire never
end
event run "A run"
  fact km is number
end
segment staff
  supplied by host
end
"""
MONTH: Final = """contest month "Runner of the month"
  ranks total of km in calendar month highest first
  season in calendar month
  prize 1 000 bonus place 1
  prize 101 bonus place between 2 and 3
  ties share prizes
  for not (in segment staff)
end
"""
MARCH: Final = "2026-03-15T00:00:00+03:00"
RUNS: Final = (
    ("anna", "2026-03-05T11:00:00+03:00", "12"),
    ("boris", "2026-03-06T11:00:00+03:00", "20"),
    ("anna", "2026-03-07T11:00:00+03:00", "8"),
    ("vera", "2026-03-31T23:59:00+03:00", "5.5"),
    ("vera", "2026-04-01T00:01:00+03:00", "50"),
)


def club(block: str = MONTH) -> Programme:
    return load(HEAD + block)


def ran(programme: Programme, states: dict[str, MemberState], *runs: tuple[str, str, str]) -> dict[str, MemberState]:
    events = [
        happening(f"r-{number}", name, at, "run", facts={"km": Decimal(km)})
        for number, (name, at, km) in enumerate(runs)
    ]
    for decision in replay(programme, events, states):
        states[decision.member.member] = decision.member
    return states


def standings(programme: Programme, states: dict[str, MemberState], at: str | None = MARCH) -> dict[str, Stood]:
    found = {name: standing_in(programme, state, "month", at) for name, state in states.items()}
    return {name: one for name, one in found.items() if one is not None}


def test_who_stands_where_when_the_season_ends() -> None:
    programme = club()
    states = ran(programme, {}, *RUNS)
    found = standings(programme, states)
    assert found == {
        "anna": Stood(20_000_000, instant_of("2026-03-07T11:00:00+03:00")),
        "boris": Stood(20_000_000, instant_of("2026-03-06T11:00:00+03:00")),
        "vera": Stood(5_500_000, instant_of("2026-03-31T23:59:00+03:00")),
    }
    held = hold_contest(programme, "month", found, MARCH)
    assert placed(held.places) == [
        (1, "boris", {"bonus": 551}),
        (1, "anna", {"bonus": 550}),
        (3, "vera", {"bonus": 101}),
    ]
    assert held.ends == instant_of("2026-04-01T00:00:00+03:00")
    april = standings(programme, states, "2026-04-15T00:00:00+03:00")
    assert april == {"vera": Stood(50_000_000, instant_of("2026-04-01T00:01:00+03:00"))}


def test_since_when_is_kept_where_nothing_is_shared() -> None:
    programme = club()
    run_of_anna = happening("r", "anna", "2026-03-05T11:00:00+03:00", "run", facts={"km": Decimal(12)})
    member = programme.decide(programme.new_member("anna"), run_of_anna).member
    assert standing_in(programme, member, "month", MARCH) == Stood(12_000_000, run_of_anna.at)


def test_prizes_reach_the_winners_once() -> None:
    programme = club()
    states = ran(programme, {}, *RUNS)
    held = hold_contest(programme, "month", standings(programme, states), MARCH)
    made = list(replay(programme, held.follow_ups, states))
    assert [effect.granted for one in made for effect in one.effects if isinstance(effect, PointsAwarded)] == [
        *(551, 550, 101)
    ]
    assert made[0].explain("en").startswith("Prize of Runner of the month for member boris, place 1")
    assert programme.decide(made[0].member._replace(seen=()), held.follow_ups[0]).outcome == "repeated"


def test_time_passed_in_one_step_or_in_many() -> None:
    programme = club()
    one = ran(programme, {}, *RUNS)["anna"]
    many = one
    for day in ("2026-03-20", "2026-04-01", "2026-04-02", "2026-06-01"):
        many = programme.decide(many, tick("anna", f"{day}T00:00:00+03:00")).member
    assert programme.decide(one, tick("anna", "2026-06-01T00:00:00+03:00")).member == many
    assert read_member(write_member(many, programme), programme) == many
    assert standing_in(programme, many, "month", MARCH) == standing_in(programme, one, "month", MARCH)


def test_who_takes_part_is_asked_when_it_ends() -> None:
    programme = club()
    states = ran(programme, {}, *RUNS)
    states["boris"] = programme.updated(states["boris"], segments=["staff"])
    assert sorted(standings(programme, states)) == ["anna", "vera"]


def test_a_contest_over_its_dates() -> None:
    block = MONTH.replace("  season in calendar month\n", "  from 2026-03-06 through 2026-03-31\n")
    programme = club(block.replace("km in calendar month", "km while in force").replace("highest", "lowest"))
    states = ran(programme, {}, *RUNS)
    found = standings(programme, states, None)
    assert {name: one.score for name, one in found.items()} == {
        "anna": 8_000_000,
        "boris": 20_000_000,
        "vera": 5_500_000,
    }
    held = hold_contest(programme, "month", found)
    assert [one.member for one in held.places] == ["vera", "anna", "boris"]


def test_seasons_that_a_member_does_not_know_any_more_and_contests_that_there_are_not() -> None:
    programme = club(MONTH.replace("calendar month", "calendar day"))
    days = [("anna", f"2026-03-{day:02}T12:00:00+03:00", "1") for day in range(1, 29)]
    states = ran(programme, {}, *days)
    noon = "2026-03-05T12:00:00+03:00"
    assert standing_in(programme, states["anna"], "month", noon) == Stood(1_000_000, instant_of(noon))
    with pytest.raises(DecisionError, match="last 24 contests"):
        standing_in(programme, states["anna"], "month", "2026-03-02T12:00:00+03:00")
    with pytest.raises(InputError, match="no contest `year`"):
        hold_contest(programme, "year", {})
    with pytest.raises(InputError, match="has seasons"):
        hold_contest(programme, "month", {})
    dated = club(MONTH.replace("  season", "  from 2026-03-01 through 2026-03-31\n  season"))
    with pytest.raises(InputError, match="no season then"):
        hold_contest(dated, "month", {}, "2026-05-01T00:00:00+03:00")


def test_a_renamed_contest_keeps_what_was_reached() -> None:
    old = HEAD + MONTH
    new = old.replace("contest month", "contest runner").replace("  ties share", "  was month\n  ties share")
    states = ran(load(old), {}, *RUNS)
    programme = load(new, earlier=[(old, "2026-04-10T00:00:00+03:00")])
    later = programme.decide(states["anna"], tick("anna", "2026-04-20T00:00:00+03:00")).member
    assert standing_in(programme, later, "month", MARCH) == standing_in(load(old), states["anna"], "month", MARCH)


def test_since_when_is_not_changed_by_another_name() -> None:
    old = HEAD + MONTH
    new = old.replace('event run "A run"', 'event dash "A run"\n  was run')
    states = ran(load(old), {}, *RUNS[:3])
    programme = load(new, earlier=[(old, "2026-03-10T00:00:00+03:00")])
    member = programme.decide(states["anna"], enrolment("e", "anna", "2026-03-12T00:00:00+03:00")).member
    assert standing_in(programme, member, "month", MARCH) == Stood(20_000_000, instant_of(RUNS[2][1]))


def test_a_late_event_comes_before_what_came_since_and_changes_nothing_that_is_over() -> None:
    programme = load((HEAD + MONTH).replace("late events refused", "late events accepted for 30 days"))
    states = ran(programme, {}, *RUNS[:3])
    told = happening("late", "anna", "2026-03-02T11:00:00+03:00", "run", facts={"km": Decimal(1)})
    anna = programme.decide(states["anna"], told).member
    assert standing_in(programme, anna, "month", MARCH) == Stood(21_000_000, instant_of(RUNS[2][1]))
    april = programme.decide(states["anna"], tick("anna", "2026-04-01T12:00:00+03:00")).member
    over = programme.decide(april, told).member
    assert standing_in(programme, over, "month", MARCH) == Stood(20_000_000, instant_of(RUNS[2][1]))
    assert standing_in(programme, over, "month", "2026-04-15T00:00:00+03:00") is None


def test_what_time_alone_changes_is_dated_by_it_whenever_it_is_told() -> None:
    gift = """earn weekly
  at start of calendar week
  give 7 bonus
end
"""
    programme = load(
        HEAD.replace("  basis", "  week starts monday\n  basis") + MONTH.replace("total of km", "earned bonus") + gift
    )
    member = programme.new_member("anna", joined="2026-03-03T11:00:00+03:00")
    ticked = programme.decide(member, tick("anna", "2026-03-30T12:00:00+03:00")).member
    at_once, in_steps = (
        programme.decide(one, happening("r", "anna", "2026-03-31T00:00:00+03:00", "run", facts={"km": Decimal(1)}))
        for one in (member, ticked)
    )
    expected = Stood(28, instant_of("2026-03-30T00:00:00+03:00"))  # the Mondays are 9, 16, 23 and 30 March
    assert standing_in(programme, member, "month", MARCH) == expected
    assert standing_in(programme, at_once.member, "month", MARCH) == expected
    assert standing_in(programme, in_steps.member, "month", MARCH) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-10T00:00:00+03:00", Stood(40_000_000, instant_of("2026-03-10T00:00:00+03:00"))),
        ("2026-04-10T00:00:00+03:00", Stood(40_000_000, instant_of(RUNS[2][1]))),
    ],
)
def test_after_a_merge_both_scores_add_up(at: str, expected: Stood) -> None:
    programme = club()
    states = ran(programme, {}, *RUNS[:3])
    event = merge("m", "boris", at, into="anna", reason="two cards", actor="desk")
    gone, stays = programme.merge(states["boris"], states["anna"], event)
    assert standing_in(programme, stays.member, "month", MARCH) == expected
    assert gone.member.counters == ()


def test_a_merge_with_one_who_has_nothing_changes_nothing() -> None:
    programme = club()
    states = ran(programme, {"vera": programme.new_member("vera")}, *RUNS[:3])
    nothing = (("vera", "2026-03-08T11:00:00+03:00", "4"), ("vera", "2026-03-09T11:00:00+03:00", "-4"))
    states = ran(programme, states, *nothing)
    event = merge("m", "vera", "2026-03-10T00:00:00+03:00", into="anna", reason="two cards", actor="desk")
    _, stays = programme.merge(states["vera"], states["anna"], event)
    assert standing_in(programme, stays.member, "month", MARCH) == Stood(20_000_000, instant_of(RUNS[2][1]))


def test_after_a_merge_a_member_knows_of_as_many_contests_as_before() -> None:
    programme = club(MONTH.replace("calendar month", "calendar day"))
    runs = {
        name: [(name, f"2026-{month}-{day:02}T12:00:00+03:00", "1") for day in range(1, 26)]
        for name, month in (("anna", "03"), ("boris", "04"))
    }
    states = ran(programme, {}, *runs["anna"], *runs["boris"])
    event = merge("m", "boris", "2026-05-01T00:00:00+03:00", into="anna", reason="two cards", actor="desk")
    _, stays = programme.merge(states["boris"], states["anna"], event)
    with pytest.raises(DecisionError, match="last 24 contests"):
        standing_in(programme, stays.member, "month", "2026-03-20T12:00:00+03:00")
    noon = "2026-04-02T12:00:00+03:00"
    assert standing_in(programme, stays.member, "month", noon) == Stood(1_000_000, instant_of(noon))


def test_on_the_command_line(tmp_path: Path) -> None:
    rules = written(tmp_path, HEAD + MONTH, "rules.loyalty")
    lines = (
        f'{{"kind":"event","id":"r-{number}","member":"{name}","at":"{at}","name":"run","facts":{{"km":"{km}"}}}}\n'
        for number, (name, at, km) in enumerate(RUNS)
    )
    events, out = written(tmp_path, "".join(lines), "events.jsonl"), tmp_path / "prizes.jsonl"
    found = run("contest", rules, events, "month", "--at", MARCH, "--format", "json", "--prizes-out", out)
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.splitlines() == [
        '{"place":1,"member":"boris","score":"20","prizes":{"bonus":"551"}}',
        '{"place":1,"member":"anna","score":"20","prizes":{"bonus":"550"}}',
        '{"place":3,"member":"vera","score":"5.5","prizes":{"bonus":"101"}}',
    ]
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3
    members = tmp_path / "members.jsonl"
    table = run("contest", rules, events, "month", "--at", MARCH, "--members-out", members, "--language", "ru")
    assert "место" in table.stdout
    assert '"bonus"' in members.read_text(encoding="utf-8")
    assert run("contest", rules, events, "year").exit_code == 1


# ---------- opting in


def opting(when: str) -> dict[str, Stood]:
    """Anna opts in on 6 March, between her two runs, Boris after the end of the season, Vera not at all."""
    programme = club(MONTH.replace("  ties", f"  {when}\n  ties"))
    states = ran(programme, {}, *RUNS[:2])
    states["anna"] = programme.decide(states["anna"], choice("c", "anna", "2026-03-06T12:00:00+03:00", "month")).member
    states["vera"] = ran(programme, {}, RUNS[3])["vera"]
    second = happening("r-2", "anna", RUNS[2][1], "run", facts={"km": Decimal(8)})
    states["anna"] = programme.decide(states["anna"], second).member
    states["boris"] = programme.decide(
        states["boris"], choice("c", "boris", "2026-04-01T00:00:00+03:00", "month")
    ).member
    return standings(programme, states)


def test_what_comes_from_opting_in_on_is_ranked() -> None:
    assert opting("after opting in") == {"anna": Stood(8_000_000, instant_of(RUNS[2][1]))}


def test_who_opts_in_before_the_end_is_ranked_with_the_whole_season() -> None:
    assert opting("after opting in for whole period") == {"anna": Stood(20_000_000, instant_of(RUNS[2][1]))}


def test_opting_in_holds_for_the_seasons_to_come() -> None:
    programme = club(MONTH.replace("  ties", "  after opting in\n  ties"))
    anna = programme.decide(
        programme.new_member("anna"), choice("c", "anna", "2026-03-06T12:00:00+03:00", "month")
    ).member
    states = ran(programme, {"anna": anna}, ("anna", "2026-04-05T12:00:00+03:00", "7"))
    assert standings(programme, states, "2026-04-15T00:00:00+03:00")["anna"].score == 7_000_000
    assert read_member(write_member(states["anna"], programme), programme) == states["anna"]


def test_a_contest_that_is_over_or_for_others_is_not_opted_in_to() -> None:
    block = MONTH.replace("  season", "  from 2026-03-01 through 2026-03-31\n  after opting in\n  season")
    programme = club(block)
    state = programme.new_member("anna", segments=["staff"])
    for at, why in (("2026-03-06T12:00:00+03:00", "not for this member"), ("2026-04-01T00:00:00+03:00", "is over")):
        with pytest.raises(DecisionError, match=why):
            programme.decide(state, choice("c", "anna", at, "month"))


def test_goods_of_before_opting_in_that_come_back_lower_no_score() -> None:
    """60 RUB before and 30 RUB after it. Counted as a whole it is 90, and 30 when the first order has come back."""
    block = MONTH.replace("total of km", "spend")
    for when, before in (("after opting in", 30_00), ("after opting in for whole period", 90_00)):
        programme = load(
            HEAD.replace("returns refused", "returns replay within 30 days\n  returns keep prices").replace(
                "  expire never\n", "  expire never\n  after a return may go negative\n"
            )
            + block.replace("  ties", f"  {when}\n  ties")
        )
        state = programme.new_member("anna")
        bought = (
            purchase(name, "anna", f"2026-03-0{day}T12:00:00+03:00", [line("1", price=price)], currency="RUB")
            for name, day, price in (("o-1", 5, "60"), ("o-2", 7, "30"))
        )
        joined = choice("c", "anna", "2026-03-06T12:00:00+03:00", "month")
        first, second = bought
        for event in (first, joined, second):
            state = programme.decide(state, event).member
        assert standing_in(programme, state, "month", MARCH) == Stood(before, second.at)
        state = programme.decide(state, cancellation("x", "anna", "2026-03-08T12:00:00+03:00", "o-1")).member
        assert standings(programme, {"anna": state})["anna"].score == 30_00
