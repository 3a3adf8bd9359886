"""Whole programmes drawn from the grammar: nearly all of them check, each holds what every file and every programme
has to hold, and no phrase of the language is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest

from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.testing.composing.smaller import smaller
from tests.properties.drawn_programmes import files, histories, loaded

T = TypeVar("T")

#: Phrases that no drawn programme has, each with the reason.
_OFFERS, _PAYING = "offers are not drawn", "rewards that pay are not drawn"
_GOALS = "challenges are not drawn"
_REFERRALS = "histories are drawn of one member alone"
_DRAWS = "who wins follows from the tickets of all members, and histories are drawn of one alone"
UNDRAWN: dict[str, str] = {
    **dict.fromkeys(("H_OFFER", "DISCOUNT", "SELL_AT", "ROUND_TOTAL", "KEEP_PRICE", "ALLOCATE", "B_DISC"), _OFFERS),
    **dict.fromkeys(("BUY", "PICK", "PICK_UP_TO", "PICK_NUMBER", "SAME_SKU", "FROM_BOUGHT", "ACROSS"), _OFFERS),
    **dict.fromkeys(("DISCOUNTS", "TAXES", "SMALLEST_COIN", "SHOULD_DISCOUNT", "DISCOUNT_GIVEN", "REUSE"), _OFFERS),
    **dict.fromkeys(("ADD_GIFT", "SHOULD_ADD_GIFT"), _OFFERS),
    **dict.fromkeys(("PAYS_VALUE", "NO_CHANGE", "ASK_USE", "X_BUY", "PAID_FROM", "REDEEMED"), _PAYING),
    **dict.fromkeys(("H_CHALLENGE", "GOAL", "ONCE", "ONCE_WINDOW", "REPEAT_ZERO", "REPEAT_CARRY", "RET_TAKE"), _GOALS),
    **dict.fromkeys(("AFTER_COMPLETING", "COMPLETED", "OPT_IN_WHOLE", "FORGIVE", "FORGIVE_WITH", "OLD_GOAL"), _GOALS),
    "SINCE_DONE": _GOALS,
    **dict.fromkeys(("CLOCK", "JUDGED_BY", "BY_CLOCK"), "an order tells one clock alone"),
    **dict.fromkeys(
        ("H_PARTNER", "MERCHANT", "ORDER_PARTNER", "FUNDED_BY", "REST_BY", "SETTLES", "PREPAID", "KEPT_BY"),
        "partners are not drawn",
    ),
    **dict.fromkeys(("H_REFERRAL", "GIVE_INVITER", "GIVE_FRIEND", "REFUSE_SAME", "S_INVITER", "S_FRIEND"), _REFERRALS),
    **dict.fromkeys(("WAS_INVITED", "X_FRIEND", "INVITED_FRIEND", "SHOULD_GIVE_INVITER"), _REFERRALS),
    **dict.fromkeys(("H_DRAW", "DRAWS_AT", "SEASON", "PRIZE", "WINNERS", "COMMITMENT"), _DRAWS),
    **dict.fromkeys(("ONE_PRIZE", "X_WINS", "PLACE"), _DRAWS),
    **dict.fromkeys(("DRAWS_AT_ONCE", "NO_PRIZE", "CHANCE", "OUT_OF"), _DRAWS),
    **dict.fromkeys(("H_CONTEST", "RANKS", "HIGHEST", "LOWEST"), _DRAWS),
    **dict.fromkeys(("TIES_SHARE", "TIES_EARLIER", "TIES_ALL"), _DRAWS),
    "IN_TABLE": "lists are not drawn",
    **dict.fromkeys(
        ("CHOSEN_FROM", "CHOOSE_MOST", "CHANGE_CHOICE", "CHOICE_ENDS", "DEFAULT_CHOICE"),
        "product sets are not chosen",
    ),
    **dict.fromkeys(("WITH_CODE", "PRESENTS"), "codes are not drawn"),
    "ON_LINE": "an expectation is of an order as a whole",
    "LANGUAGES": "a text is drawn in one language, and this asks for all",
    "LEAVE_LESS": "memberships are drawn before the rules of which one has to give money",
    "HELD_OUT": "an experiment is drawn without a hold-out as well",
    "ZONE_STORE": "stores tell no zone",
}
FILES, RUNS, EACH, PARTS = 400, 120, 4, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_files_hold_what_every_file_has_to(part: int) -> None:
    size = FILES // PARTS
    run = files(range(part * size, (part + 1) * size))
    assert not run.broken, run.told()
    assert run.refused <= size * 5 // 100, f"{run.refused} of {size} drawn files have an error"


@pytest.mark.parametrize("part", range(PARTS))
def test_histories_of_drawn_programmes_hold_what_every_history_has_to(part: int) -> None:
    size = RUNS // PARTS
    run = histories(range(10_000 + part * size, 10_000 + (part + 1) * size), each=EACH)
    assert not run.broken, run.told()
    assert run.decided * 2 > run.events > 0


def test_every_phrase_of_the_language_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    counted = dict.fromkeys(phrase_tables()["en"].forms, 0)
    for seed in range(2_000):
        for role in compose(Chance(seed)).roles:
            counted[role] += 1
    with capsys.disabled():
        least = sorted(counted.items(), key=lambda one: one[1])[:8]
        print("\nleast drawn of 2,000 programmes:", ", ".join(f"{role} {times}" for role, times in least))
    assert {role for role, times in counted.items() if not times} == set(UNDRAWN)


def test_what_is_found_is_shrunk_to_a_file_that_people_read() -> None:
    """A programme with a boost that multiplies: what is left is that boost, without what it does not need."""
    drawn = (compose(Chance(seed)) for seed in range(1_000))
    found = next(one for one in drawn if "MULTIPLY_BY 2" in _lines(one) and len(one.blocks) > 12)
    shortest = smaller(found, lambda one: "MULTIPLY_BY 2" in _lines(one) and loaded(one) is not None)
    kinds = [block[0].split()[0] for block in shortest.blocks]
    assert {"H_BOOST", "H_EARN", "H_PROGRAMME", "H_PURSE"} <= set(kinds)
    assert len(kinds) <= 6  # a purse that something spends stays together with what spends it
    boost = next(block for block in shortest.blocks if block[0].startswith("H_BOOST"))
    assert boost[2:] == ("MULTIPLY_BY 2",)
    assert boost[1] in ("CHANGES r0", "CHANGES r1")  # one rule, whichever it changed
    assert repr(shortest).startswith("loyalty rules 1\n\nprogramme")


def test_the_plainest_choices_make_the_plainest_programme() -> None:
    """What a shrinker ends in is short: one purse, one rule."""

    class Plainest:
        def integer(self, low: int, high: int) -> int:
            return low

        def pick(self, values: Sequence[T]) -> T:
            return values[0]

    assert compose(Plainest()).written() == (
        'loyalty rules 1\n\nprogramme "Drawn"\n  currency RUB\n  time zone UTC\n  basis money paid\n'
        "  prices include tax\n  late events refused\n  returns refused\nend\n\n"
        "purse points\n  rules add up\n  round down per order\n  worth 1 RUB per 1 points\n"
        "  usable at once\n  expire never\nend\n\n"
        "earn r0\n  on any product\n  give 1 points per 3 RUB\nend\n"
    )


def _lines(sketch: Sketch) -> list[str]:
    return [line for block in sketch.blocks for line in block]
