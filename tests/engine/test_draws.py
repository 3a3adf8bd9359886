"""Draws: who wins follows from the seed and the tickets, and from nothing else.

Scores were worked out with `openssl dgst -sha256 -hmac SEED`, digests with `sha256sum`.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from loyalty_rules import DecisionError, InputError, Prize, Winner, commitment_of, settle_draw, verify_draw

SEED: Final = "correct horse"
COMMITMENT: Final = "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"
TICKETS: Final = {"m-1": 2, "m-2": 1, "m-3": 2}
PRIZES: Final = (Prize("car", 1), Prize("mug", 2))
CAR: Final = Winner(1, "car", "m-2", "spring/m-2/1", "17f92bf8f4440b64041c95a9077f395d0d7a940c38dc3e5f658fb47ccb98311c")
MUG: Final = Winner(2, "mug", "m-1", "spring/m-1/1", "887db201d375ba44fb117734c63dc2fc0ffb6bf0f344bc87f88ce9a8b70245ba")
SECOND_MUG: Final = Winner(
    3, "mug", "m-1", "spring/m-1/2", "bd948b0f8387c0914c9e1b242a0ed6ad588e514378823b6c26ecf8e31e78d345"
)
OTHER_MUG: Final = Winner(
    3, "mug", "m-3", "spring/m-3/1", "d9036597c16044a715a67a36245f5057ab0d813635a982b9c61e10f74be442ae"
)


def test_the_commitment_is_the_hash_of_the_seed() -> None:
    assert commitment_of(SEED) == COMMITMENT


def test_the_lowest_scores_win_in_the_order_of_the_prizes() -> None:
    result = settle_draw("spring", SEED, COMMITMENT, TICKETS, PRIZES)
    assert result.winners == (CAR, MUG, SECOND_MUG)
    # printf 'm-1 2\nm-2 1\nm-3 2\n' | sha256sum
    assert result.tickets == "90e6e09c3a046c929f3820a5ce113ee4fd075c2361542afccba8b22f7392627d"


def test_one_prize_a_member_passes_over_the_other_tickets_of_who_has_won() -> None:
    result = settle_draw("spring", SEED, COMMITMENT, TICKETS, PRIZES, one_prize_per_member=True)
    assert result.winners == (CAR, MUG, OTHER_MUG)


def test_prizes_without_a_ticket_left_have_no_winner() -> None:
    result = settle_draw("spring", SEED, COMMITMENT, TICKETS, [Prize("mug", 9)], one_prize_per_member=True)
    assert [one.member for one in result.winners] == ["m-2", "m-1", "m-3"]
    assert settle_draw("spring", SEED, COMMITMENT, {}, PRIZES).winners == ()


def test_the_order_of_members_does_not_matter_nor_who_has_no_ticket() -> None:
    first = settle_draw("spring", SEED, COMMITMENT, TICKETS, PRIZES)
    again = settle_draw("spring", SEED, COMMITMENT, {"m-9": 0, "m-3": 2, "m-2": 1, "m-1": 2}, PRIZES)
    assert first == again


def test_another_draw_with_the_same_seed_has_other_winners() -> None:
    assert settle_draw("autumn", SEED, COMMITMENT, TICKETS, PRIZES).winners[0].ticket.startswith("autumn/")
    assert settle_draw("autumn", SEED, COMMITMENT, TICKETS, PRIZES).winners[0].score != CAR.score


# ---------- checked by others


def test_a_result_is_verified() -> None:
    verify_draw(settle_draw("spring", SEED, COMMITMENT, TICKETS, PRIZES), SEED, TICKETS, PRIZES)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"tickets": {**TICKETS, "m-3": 3}}, "tickets"),  # one ticket more, which wins nothing
        ({"tickets": {**TICKETS, "m-4": 1}}, "tickets"),
        ({"tickets": {"m-1": 2, "m-2": 1}}, "tickets"),
        ({"seed": "correct horsf"}, "seed"),
        ({"prizes": (Prize("mug", 2), Prize("car", 1))}, "winners"),
        ({"prizes": (Prize("car", 1), Prize("mug", 1))}, "winners"),
        ({"one_prize_per_member": True}, "winners"),
    ],
)
def test_whatever_is_changed_is_seen(changed: dict[str, Any], where: str) -> None:
    result = settle_draw("spring", SEED, COMMITMENT, TICKETS, PRIZES)
    given: dict[str, Any] = {"seed": SEED, "tickets": TICKETS, "prizes": PRIZES, **changed}
    with pytest.raises(DecisionError) as caught:
        verify_draw(result, **given)
    assert (caught.value.code, caught.value.where) == ("draw.seed" if where == "seed" else "draw.result", where)


def test_a_winner_who_was_put_there_is_seen() -> None:
    result = settle_draw("spring", SEED, COMMITMENT, TICKETS, PRIZES)
    forged = result._replace(winners=(CAR._replace(member="m-3", ticket="spring/m-3/1"), MUG, SECOND_MUG))
    with pytest.raises(DecisionError, match="place 1 goes to the ticket spring/m-2/1"):
        verify_draw(forged, SEED, TICKETS, PRIZES)


# ---------- what is refused


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tickets": {"m-1": -1}}, "draw.tickets"),
        ({"tickets": {"m-1": True}}, "draw.tickets"),
        ({"tickets": {"m-1": 600_000, "m-2": 400_001}}, "draw.tickets"),
        ({"tickets": [("m-1", 1)]}, "draw.tickets"),
        ({"tickets": {"m 1": 1}}, "id.charset"),
        ({"prizes": ()}, "draw.prizes"),
        ({"prizes": (Prize("car", 0),)}, "draw.prizes"),
        ({"prizes": (Prize("car", 100_001),)}, "draw.prizes"),
        ({"prizes": (("car", 1),)}, "draw.prizes"),
        ({"prizes": 5}, "draw.prizes"),
        ({"prizes": (Prize("a\x00", 1),)}, "text.nul"),
        ({"seed": ""}, "draw.seed"),
        ({"seed": 7}, "text.type"),
        ({"commitment": "sha256:4104"}, "draw.seed"),
        ({"commitment": None}, "text.type"),
        ({"draw": "spring/draw"}, "draw.name"),
        ({"draw": ""}, "draw.name"),
    ],
)
def test_what_is_no_draw_is_refused(changed: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {"draw": "spring", "seed": SEED, "commitment": COMMITMENT, "tickets": TICKETS}
    with pytest.raises((InputError, DecisionError)) as caught:
        settle_draw(**{**given, "prizes": PRIZES, **changed})
    assert caught.value.code == code


def test_what_is_no_result_is_not_verified() -> None:
    with pytest.raises(InputError) as caught:
        verify_draw(None, SEED, TICKETS, PRIZES)  # type: ignore[arg-type]  # what a host passes by mistake
    assert (caught.value.code, caught.value.where) == ("call.type", "result")


def test_an_empty_seed_has_no_commitment() -> None:
    with pytest.raises(InputError) as caught:
        commitment_of("")
    assert caught.value.code == "draw.seed"
