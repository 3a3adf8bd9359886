"""Draws of a programme: whose tickets take part, who wins, and what reaches the winners. Scores and digests were worked
out with `printf 'autumn/m-1/1' | openssl dgst -sha256 -hmac 'correct horse'` and `sha256sum`."""

from __future__ import annotations

from typing import Any, Final

import pytest

from loyalty_rules import (
    DecisionError,
    HeldDraw,
    InputError,
    MemberState,
    Prize,
    Programme,
    Won,
    hold_draw,
    load,
    purchase,
    tick,
    tickets_of,
    verify_draw,
)
from loyalty_rules.adapters.wire import read_event, read_member, write_event, write_member
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import line
from loyalty_rules.histories import replay

SEED: Final = "correct horse"
HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end
purse bonus "Bonus points"
  round down per order
  usable at once
  expire never
  rules add up
end
reward car "A car"
  handed over by host
  expire never
end
segment staff
  supplied by host
end
"""
TICKETS: Final = """
earn tickets "Tickets for orders"
  on any product
  give 1 autumn per 500 RUB
end
"""
COMMITMENT: Final = "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"
ENDS: Final = instant_of("2026-11-30T18:00:00+03:00")


def draw(*lines: str, when: str = "draws at 2026-11-30 18:00") -> str:
    body = "\n".join(("prize 1 car winners 1", "prize 300 bonus winners 2", *lines))
    return f'draw autumn "Autumn draw"\n{when}\n{body}\ncommitment "{COMMITMENT}"\nend\n'


def club(*lines: str, when: str = "draws at 2026-11-30 18:00") -> Programme:
    return load(HEAD + draw(*lines, when=when) + TICKETS)


def buys(programme: Programme, member: MemberState, id: str, day: str, price: str) -> MemberState:
    order = purchase(id, member.member, f"{day}T12:00:00+03:00", [line("1", price=price)], currency="RUB")
    return programme.decide(member, order).member


def members(programme: Programme) -> dict[str, MemberState]:
    """m-1 with three tickets, m-2 with one, m-3 with none."""
    prices = {"m-1": "1700", "m-2": "900", "m-3": "499"}
    return {
        name: buys(programme, programme.new_member(name), "o-1", "2026-10-05", price) for name, price in prices.items()
    }


def counted(programme: Programme, states: dict[str, MemberState]) -> dict[str, int]:
    return {name: tickets_of(programme, state, "autumn") for name, state in states.items()}


def places(held: HeldDraw) -> list[tuple[int, str, str, str]]:
    return [(one.place, one.prize, one.member, one.ticket) for one in held.result.winners]


def test_tickets_are_counted_when_they_are_drawn() -> None:
    programme = club()
    states = members(programme)
    assert counted(programme, states) == {"m-1": 3, "m-2": 1, "m-3": 0}
    late = programme.decide(states["m-1"], tick("m-1", "2027-01-01T00:00:00+03:00")).member
    assert programme.balance(late, "autumn").usable == 0
    assert tickets_of(programme, late, "autumn") == 3
    again = buys(programme, late, "o-2", "2027-01-02", "5000")
    assert tickets_of(programme, again, "autumn") == 3


def test_tickets_are_given_up_to_the_instant_of_the_draw() -> None:
    programme = club()

    def tickets(at: str) -> int:
        order = purchase("o-1", "m-1", at, [line("1", price="1000")], currency="RUB")
        decided = programme.decide(programme.new_member("m-1"), order)
        return sum(one.granted for one in decided.effects if isinstance(one, PointsAwarded))

    assert tickets("2026-11-30T17:59:59.999999+03:00") == 2
    assert tickets("2026-11-30T18:00:00+03:00") == 0
    assert tickets("2026-12-05T12:00:00+03:00") == 0


def test_who_wins_and_what_follows() -> None:
    programme = club("one prize per member")
    held = hold_draw(programme, "autumn", SEED, counted(programme, members(programme)))
    assert (held.ends, held.prizes) == (ENDS, (Prize("1 car", 1), Prize("300 bonus", 2)))
    assert places(held) == [(1, "1 car", "m-1", "autumn/m-1/1"), (2, "300 bonus", "m-2", "autumn/m-2/1")]
    assert [one.score[:8] for one in held.result.winners] == ["9a83df61", "ad093000"]
    assert held.result.tickets == "5869df6e6d2f01e1aecb7bf269df09dc55899a16948588a610ec7689af55a1ed"
    assert [(one.member, one.place, one.prizes) for one in held.follow_ups] == [
        ("m-1", 1, (("car", 1_000_000),)),
        ("m-2", 2, (("bonus", 300_000_000),)),
    ]


def test_without_one_prize_per_member_the_other_tickets_count() -> None:
    programme = club()
    held = hold_draw(programme, "autumn", SEED, counted(programme, members(programme)))
    assert [(one.member, one.ticket) for one in held.result.winners] == [
        ("m-1", "autumn/m-1/1"),
        ("m-1", "autumn/m-1/2"),
        ("m-2", "autumn/m-2/1"),
    ]


def test_one_ticket_another_seed_and_another_order_of_tickets() -> None:
    programme = club("one prize per member")
    tickets = counted(programme, members(programme))
    held = hold_draw(programme, "autumn", SEED, tickets)

    def verify(seed: str, tickets: dict[str, int]) -> None:
        verify_draw(held.result, seed, tickets, held.prizes, one_prize_per_member=held.one_prize_per_member)

    verify(SEED, dict(reversed(tickets.items())))
    with pytest.raises(DecisionError, match="list of tickets"):
        verify(SEED, {**tickets, "m-2": 2})
    with pytest.raises(DecisionError, match="hash was published"):
        verify("correct horsf", tickets)
    with pytest.raises(DecisionError, match="hash was published"):
        hold_draw(programme, "autumn", "correct horsf", tickets)


def test_prizes_reach_the_winners_once() -> None:
    programme = club("one prize per member", 'message given en "You won {amount}"')
    states = members(programme)
    held = hold_draw(programme, "autumn", SEED, counted(programme, states))
    made = list(replay(programme, held.follow_ups, states))
    assert [
        (effect.rule, effect.purse, effect.granted)
        for decision in made
        for effect in decision.effects
        if isinstance(effect, PointsAwarded)
    ] == [("autumn", "car", 1), ("autumn", "bonus", 300)]
    assert [one.text for decision in made for one in decision.messages] == ["You won 1 car", "You won 300 bonus"]
    assert made[1].explain("en").startswith("Prize of Autumn draw for member m-2, place 2 (prize-")
    after = made[1].member
    assert programme.decide(after, held.follow_ups[1]).outcome == "repeated"
    forgotten = after._replace(seen=())
    again = programme.decide(forgotten, held.follow_ups[1])
    assert (again.outcome, again.member) == ("repeated", forgotten)


def test_a_prize_is_never_late() -> None:
    programme = club("one prize per member")
    states = members(programme)
    held = hold_draw(programme, "autumn", SEED, counted(programme, states))
    later = programme.decide(states["m-2"], tick("m-2", "2027-02-01T00:00:00+03:00")).member
    after = programme.decide(later, held.follow_ups[1]).member
    assert after.clock == later.clock
    assert programme.balance(after, "bonus").usable == 300


def test_who_takes_part_is_asked_when_tickets_are_drawn() -> None:
    programme = club("for not (in segment staff)")
    states = members(programme)
    states["m-1"] = programme.updated(states["m-1"], segments=["staff"])
    assert counted(programme, states) == {"m-1": 0, "m-2": 1, "m-3": 0}
    told = programme.decide(states["m-1"], tick("m-1", "2026-12-01T00:00:00+03:00")).explain("en")
    assert "Autumn draw: 3 autumn took no part in the draw of 2026-11-30 18:00" in told


def test_a_draw_at_the_end_of_each_season() -> None:
    programme = club(when="season in calendar month")
    member = buys(programme, programme.new_member("m-1"), "o-1", "2026-03-05", "1000")
    member = buys(programme, member, "o-2", "2026-04-30", "500")
    assert programme.balance(member, "autumn").usable == 1
    assert [tickets_of(programme, member, "autumn", f"2026-{month}-15T00:00:00Z") for month in ("02", "03", "04")] == [
        *(0, 2, 1)
    ]
    held = hold_draw(programme, "autumn", SEED, {"m-1": 2}, "2026-03-15T00:00:00Z")
    assert held.ends == instant_of("2026-04-01T00:00:00+03:00")
    assert places(held)[0] == (1, "1 car", "m-1", held.result.winners[0].ticket)
    assert held.result.draw == "autumn:2026-03-31"
    later = hold_draw(programme, "autumn", SEED, {"m-1": 2}, "2026-04-15T00:00:00Z")
    assert {one.id for one in held.follow_ups}.isdisjoint(one.id for one in later.follow_ups)
    with pytest.raises(InputError, match="drawn each season"):
        hold_draw(programme, "autumn", SEED, {"m-1": 2})


def test_what_a_member_does_not_know_any_more() -> None:
    programme = club(when="season in calendar day")
    member = programme.new_member("m-1")
    for day in range(1, 29):
        member = buys(programme, member, f"o-{day}", f"2026-03-{day:02}", "500")
    assert tickets_of(programme, member, "autumn", "2026-03-28T12:00:00+03:00") == 1
    assert tickets_of(programme, member, "autumn", "2026-03-05T12:00:00+03:00") == 1
    with pytest.raises(DecisionError, match="last 24 draws"):
        tickets_of(programme, member, "autumn", "2026-03-02T12:00:00+03:00")


def test_prizes_of_an_edition_that_is_over() -> None:
    """The prizes are others now, and a purse has another name: winners are given what the edition of then says."""
    old = HEAD + draw("one prize per member") + TICKETS
    new = old.replace('purse bonus "Bonus points"', 'purse pts "Points"\n  was bonus')
    new = new.replace("prize 300 bonus winners 2", "prize 5 pts winners 2")
    before = load(old)
    states = members(before)
    programme = load(new, earlier=[(old, "2026-12-05T00:00:00+03:00")])
    held = hold_draw(
        programme, "autumn", SEED, {name: tickets_of(programme, one, "autumn") for name, one in states.items()}
    )
    moved = programme.decide(states["m-2"], tick("m-2", "2026-12-10T00:00:00+03:00")).member
    after = programme.decide(moved, held.follow_ups[1]).member
    assert programme.balance(after, "pts").usable == 300
    assert programme.decide(after._replace(seen=()), held.follow_ups[1]).outcome == "repeated"


def test_a_prize_is_given_once_whatever_its_draw_was_called_since() -> None:
    first = HEAD + draw() + TICKETS
    second = first.replace("autumn", "fall").replace("draws at", "was autumn\n  draws at")
    third = first.replace("autumn", "leaves").replace("draws at", "was fall\n  draws at")
    programme = load(third, earlier=[(first, "2026-12-05T00:00:00+03:00"), (second, "2026-12-10T00:00:00+03:00")])
    prize = hold_draw(load(first), "autumn", SEED, {"m-2": 2}).follow_ups[1]
    member = programme.decide(programme.new_member("m-2"), prize).member
    later = programme.decide(member, tick("m-2", "2026-12-20T00:00:00+03:00")).member
    assert programme.decide(later._replace(seen=()), prize).outcome == "repeated"


CHANGE: Final = """
change tenth
  changes bonus
  from {day}
  balances divide by 10
  round down per lot
end
"""


@pytest.mark.parametrize("name", ["bonus", "pts"])
@pytest.mark.parametrize(
    ("old_day", "new_day"),
    [
        ("2026-11-30", "2026-11-30"),  # before the draw: the prize was meant in new points
        ("2026-12-01", "2026-12-01"),  # the edition of the draw had it, and its successor has it too
        (None, "2026-12-08"),  # the next edition brought it
        (None, "2026-12-02"),  # and brought it late
        ("2026-12-01", None),  # and has it no more
        ("2026-12-15", "2026-12-15"),  # it is still to come
    ],
)
def test_a_prize_is_counted_in_the_denomination_of_today(name: str, old_day: str | None, new_day: str | None) -> None:
    base = HEAD + draw() + TICKETS
    changes = ["" if day is None else CHANGE.format(day=day) for day in (old_day, new_day)]
    new = base + changes[1]
    if name != "bonus":
        new = new.replace('purse bonus "Bonus points"', f"purse {name}\n  was bonus")
        new = new.replace("300 bonus", f"300 {name}").replace("changes bonus", f"changes {name}")
    programme = load(new, earlier=[(base + changes[0], "2026-12-05T00:00:00+03:00")])
    held = hold_draw(programme, "autumn", SEED, {"m-2": 2})
    moved = programme.decide(programme.new_member("m-2"), tick("m-2", "2026-12-10T00:00:00+03:00")).member
    after = programme.decide(moved, held.follow_ups[1]).member
    days = {"2026-11-30", "2026-12-15"} & {old_day}
    assert programme.balance(after, name).usable == (300 if days else 30)


def test_a_renamed_draw_keeps_its_tickets() -> None:
    old = HEAD + draw("one prize per member") + TICKETS
    new = (
        old.replace("draw autumn", "draw fall")
        .replace("1 autumn", "1 fall")
        .replace("winners 1\n", "winners 1\nwas autumn\n")
    )
    member = members(load(old))["m-1"]
    programme = load(new, earlier=[(old, "2026-11-01T00:00:00+03:00")])
    assert tickets_of(programme, member, "fall") == 3
    later = programme.decide(member, tick("m-1", "2026-12-10T00:00:00+03:00")).member
    assert tickets_of(programme, later, "fall") == 3


def test_what_is_no_prize_of_the_draw() -> None:
    programme = club()
    member = programme.new_member("m-1")
    codes: list[str] = []
    for won in (
        Won("w", "m-1", ENDS, "winter", ENDS, 1, (("bonus", 300_000_000),)),
        Won("w", "m-1", ENDS, "autumn", ENDS, 1, (("autumn", 1_000_000),)),
        Won("w", "m-1", ENDS, "autumn", ENDS, 1, (("bonus", -1_000_000),)),
        Won("w", "m-1", ENDS, "autumn", ENDS, 1, (("bonus", 500_000),)),
    ):
        with pytest.raises(InputError) as caught:
            programme.decide(member, won)
        codes.append(caught.value.code)
    assert codes == ["prize.unknown", "prize.unknown", "prize.unknown", "amount.decimals"]


def test_unknown_draws() -> None:
    programme = club()
    with pytest.raises(InputError, match="no draw `winter`"):
        hold_draw(programme, "winter", SEED, {})
    with pytest.raises(InputError, match="no draw `winter`"):
        tickets_of(programme, programme.new_member("m-1"), "winter")


def test_a_result_whose_winners_are_no_list_is_refused() -> None:
    programme = club()
    held = hold_draw(programme, "autumn", SEED, {"m-1": 3})
    broken = held.result._replace(**dict[str, Any](winners=7))
    with pytest.raises(InputError, match="list of `Winner`"):
        verify_draw(broken, SEED, {"m-1": 3}, held.prizes)


def test_on_the_wire() -> None:
    programme = club("one prize per member")
    states = members(programme)
    held = hold_draw(programme, "autumn", SEED, counted(programme, states))
    text = write_event(held.follow_ups[1], programme)
    assert '"kind":"prize"' in text
    assert '"prizes":{"bonus":"300"}' in text
    assert read_event(text, programme) == held.follow_ups[1]
    after = programme.decide(states["m-2"], held.follow_ups[1]).member
    assert read_member(write_member(after, programme), programme) == after


def test_a_guardrail_keeps_a_prize_back() -> None:
    programme = load(HEAD + draw() + TICKETS + "never fraud\nfor in segment staff\nblocks earning\nend\n")
    member = programme.updated(members(programme)["m-1"], segments=["staff"])
    held = hold_draw(programme, "autumn", SEED, {"m-1": 3})
    decision = programme.decide(member, held.follow_ups[0])
    assert [effect for effect in decision.effects if isinstance(effect, PointsAwarded)] == []


def test_what_else_a_rule_does_goes_on_behind_the_draw() -> None:
    ladder = "tiers status\nlevel gold when spend in last 12 months at least 9 000 RUB\nupgrade from next order\n"
    rule = "earn first\ngive 1 autumn\ngive level gold in ladder status lasting 1 month\nend\n"
    programme = load(HEAD + draw() + f"{ladder}review never\nend\n{rule}")
    before = buys(programme, programme.new_member("m-1"), "o-1", "2026-11-30", "100")
    behind = buys(programme, programme.new_member("m-1"), "o-1", "2026-12-01", "100")
    assert [programme.level(one, "status") for one in (before, behind)] == ["gold", "gold"]
    assert [programme.balance(one, "autumn").usable for one in (before, behind)] == [1, 0]


def test_by_hand_no_tickets_are_given_behind_the_draw() -> None:
    from loyalty_rules import adjustment

    programme = club()
    member = programme.new_member("m-1")
    given = programme.decide(
        member, adjustment("a", "m-1", "2026-11-30T17:00:00+03:00", "autumn", 2, reason="post", actor="desk")
    ).member
    assert tickets_of(programme, given, "autumn") == 2
    late = programme.decide(
        given, adjustment("b", "m-1", "2026-11-30T18:00:00+03:00", "autumn", 2, reason="post", actor="desk")
    ).member
    assert tickets_of(programme, late, "autumn") == 2
