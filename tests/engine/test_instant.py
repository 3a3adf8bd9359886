"""Instant win: what each ticket wins. Scores by `openssl dgst -sha256 -hmac 'correct horse'`; of 100 chances the first
5 are the car's, the next 10 the coffee's. As shares of all scores `m-1/1` is at 53.3, `m-1/2` at 74.05, `m-2/1` at
9.36, `m-3/1` at 84.7 and `m-3/2` at 96.2: one wins a coffee.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, cast

import pytest

from loyalty_rules import (
    Chance,
    DecisionError,
    InputError,
    Spun,
    commitment_of,
    happening,
    load,
    settle_spins,
    spin,
    verify_spins,
)
from loyalty_rules.decision import Outcome

SEED: Final = "correct horse"
PUBLISHED: Final = "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"
CHANCES: Final = (Chance("", 85), Chance("coffee", 10), Chance("car", 5))
TICKETS: Final = {"m-3": 2, "m-1": 2, "m-2": 1}
SPINS: Final = (
    Spun("m-1", "spring/m-1/1", "", "887db201d375ba44fb117734c63dc2fc0ffb6bf0f344bc87f88ce9a8b70245ba"),
    Spun("m-1", "spring/m-1/2", "", "bd948b0f8387c0914c9e1b242a0ed6ad588e514378823b6c26ecf8e31e78d345"),
    Spun("m-2", "spring/m-2/1", "coffee", "17f92bf8f4440b64041c95a9077f395d0d7a940c38dc3e5f658fb47ccb98311c"),
    Spun("m-3", "spring/m-3/1", "", "d9036597c16044a715a67a36245f5057ab0d813635a982b9c61e10f74be442ae"),
    Spun("m-3", "spring/m-3/2", "", "f65f9954b8db2b3828d426451f600135cbc6f780af7b1520b96d57df87a2ae67"),
)


def test_every_ticket_wins_what_its_score_says() -> None:
    assert settle_spins("spring", SEED, PUBLISHED, TICKETS, CHANCES) == SPINS
    assert spin("spring", SEED, PUBLISHED, "m-2", 1, CHANCES) == SPINS[2]


def test_neither_the_order_of_the_chances_nor_other_tickets_change_what_a_ticket_wins() -> None:
    assert spin("spring", SEED, PUBLISHED, "m-2", 1, CHANCES[::-1]) == SPINS[2]
    more = settle_spins("spring", SEED, PUBLISHED, {**TICKETS, "m-0": 3, "m-2": 5}, CHANCES)
    assert set(SPINS) < set(more)


@pytest.mark.parametrize(
    ("chances", "won"),
    [
        ((Chance("coffee", 9), Chance("", 91)), ""),
        ((Chance("coffee", 10), Chance("", 90)), "coffee"),
        ((Chance("car", 9), Chance("coffee", 10), Chance("", 81)), "coffee"),
        ((Chance("coffee", 9), Chance("car", 8), Chance("", 83)), "coffee"),
        ((Chance("car", 1),), "car"),
    ],
)
def test_a_ticket_wins_where_its_share_falls(chances: tuple[Chance, ...], won: str) -> None:
    """9.36 of 100 is the tenth chance: behind 9, in 10, behind 9 cars, behind 8 cars."""
    assert spin("spring", SEED, PUBLISHED, "m-2", 1, chances).prize == won


def test_over_many_tickets_prizes_come_as_often_as_their_chances() -> None:
    """Of 20 000 tickets 1 000 cars and 2 000 coffees are expected; four standard deviations are 123 and 170."""
    won = Counter(one.prize for one in settle_spins("spring", SEED, PUBLISHED, {"m": 20_000}, CHANCES))
    assert abs(won["car"] - 1_000) < 123
    assert abs(won["coffee"] - 2_000) < 170
    assert sum(won.values()) == 20_000


def test_any_order_of_the_spins_is_verified() -> None:
    verify_spins(SPINS, "spring", SEED, PUBLISHED, TICKETS, CHANCES)
    verify_spins(SPINS[::-1], "spring", SEED, PUBLISHED, TICKETS, CHANCES[::-1])


@pytest.mark.parametrize(
    "spins",
    [
        (*SPINS[:2], SPINS[2]._replace(prize="car"), *SPINS[3:]),
        (*SPINS[:2], SPINS[2]._replace(member="m-1"), *SPINS[3:]),
        (SPINS[0]._replace(score="0" * 64), *SPINS[1:]),
        (SPINS[0]._replace(ticket="spring/m-1/3"), *SPINS[1:]),
        SPINS[:4],
        (*SPINS, SPINS[0]),
        (*SPINS[:4], "spring/m-3/2"),
        (*SPINS[:4], tuple(SPINS[4])),
        (*SPINS[:4], SPINS[4]._replace(ticket=cast(Any, ["spring/m-3/2"]))),
    ],
)
def test_one_ticket_that_is_another_one_is_told(spins: Any) -> None:
    with pytest.raises(DecisionError) as failure:
        verify_spins(spins, "spring", SEED, PUBLISHED, TICKETS, CHANCES)
    assert failure.value.code == "draw.result"


def test_a_ticket_that_is_another_one_is_told_by_its_name() -> None:
    with pytest.raises(DecisionError, match="the ticket spring/m-1/1 did not come to this"):
        verify_spins((SPINS[0]._replace(prize="a bike"),), "spring", SEED, PUBLISHED, TICKETS, CHANCES)


def test_another_seed_or_a_ticket_more_is_told() -> None:
    with pytest.raises(DecisionError) as failure:
        verify_spins(SPINS, "spring", "correct horsf", PUBLISHED, TICKETS, CHANCES)
    assert failure.value.code == "draw.seed"
    for other in ({**TICKETS, "m-3": 3}, {**TICKETS, "m-3": 1}, {**TICKETS, "m-4": 1}):
        with pytest.raises(DecisionError) as failure:
            verify_spins(SPINS, "spring", SEED, PUBLISHED, other, CHANCES)
        assert failure.value.code == "draw.result"


@pytest.mark.parametrize(
    "chances",
    [
        (),
        (Chance("car", 0),),
        (Chance("car", -1), Chance("", 5)),
        (Chance("car", True),),
        (Chance("car", 1), Chance("car", 2)),
        (Chance("car", 1_000_000_001),),
        (("car", 1),),
        "car",
    ],
)
def test_chances_are_whole_and_stand_once(chances: Any) -> None:
    with pytest.raises(InputError) as failure:
        spin("spring", SEED, PUBLISHED, "m-1", 1, chances)
    assert failure.value.code == "draw.chances"


@pytest.mark.parametrize("number", [0, -1, True, "1", 1_000_001])
def test_tickets_are_numbered_from_one(number: Any) -> None:
    with pytest.raises(InputError) as failure:
        spin("spring", SEED, PUBLISHED, "m-1", number, CHANCES)
    assert failure.value.code == "draw.tickets"


WHEEL: Final = """loyalty rules 1

programme "Wheel"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts
  rules add up
  round down per order
  usable at once
  expire never
end

event spun
  fact prize is text
end

earn points
  after event spun
  when prize is "50 pts"
  give 50 pts
end
"""


def test_what_was_won_is_told_as_an_event_and_given_by_the_file() -> None:
    rules = load(WHEEL)
    chances = [Chance("50 pts", 99), Chance("", 1)]
    won = spin("wheel", SEED, commitment_of(SEED), "m-1", 1, chances)
    event = happening("wheel-1", "m-1", "2026-03-07T12:00:00Z", "spun", facts={"prize": won.prize})
    first = rules.decide(rules.new_member("m-1"), event)
    assert [record.outcome for record in first.trace] == [Outcome.AWARDED]
    assert rules.decide(first.member, event).outcome == "repeated"
