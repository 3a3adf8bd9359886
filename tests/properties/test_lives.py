"""Random lives and histories: the engine and a naive model agree on every balance, time passed in any steps gives the
same member, and nothing is lost or made on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules import Programme, load
from loyalty_rules.calendar import SECOND, instant_of
from loyalty_rules.decision import PointsActivated, PointsAwarded, PointsExpired
from loyalty_rules.events import Event, happening, line, purchase, tick
from loyalty_rules.ledger.lots import total
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision
from tests.models.lives_model import Life, Purse

RULES: Final = """loyalty rules 1

programme "Lives"
  currency RUB
  time zone {zone}
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

event gift
end

{purses}

earn bought
  on any product
  {gives}
end

earn given
  after event gift
  {gifts}
end

tiers status
  level gold when spend in last 2 months at least 1 000 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
end
"""

DAY: Final = 86_400 * SECOND


def programme(lives: Sequence[Life], zone: str = "UTC", more: str = "") -> Programme:
    names = [f"p{number}" for number in range(len(lives))]
    purses = "\n".join(
        f"purse {name}\n  round down per order\n{life.text()}\nend\n" for name, life in zip(names, lives, strict=True)
    )
    gives = "\n  ".join(f"give 1 {name} per 1 RUB" for name in names)
    gifts = "\n  ".join(f"give 50 {name}" for name in names)
    return load(RULES.format(zone=zone, purses=purses + more, gives=gives, gifts=gifts))


def order(number: int, at: int, amount: int) -> Event:
    return purchase(f"o-{number}", "m", at, [line("1", amount=amount)], currency="RUB")


def gift(number: int, at: int) -> Event:
    return happening(f"g-{number}", "m", at, "gift")


LIVES: Final = st.builds(
    Life,
    usable_days=st.sampled_from([0, 0, 3, 40]),
    months=st.sampled_from([0, 1, 2, 13]),
    on_day=st.sampled_from([None, None, (9, 30), (1, 31), (3, 1)]),
    same_day_months=st.sampled_from([0, 0, 1, 3]),
    idle_days=st.sampled_from([0, 0, 1, 20, 45]),
    from_usable=st.booleans(),
    waits_days=st.sampled_from([0, 0, 2, 30, 50]),
)


class Step(NamedTuple):
    """What happens after so many days: an order for so much, a gift (0), or nothing (None)."""

    days: int
    amount: int | None


STEPS: Final = st.lists(
    st.builds(Step, st.sampled_from([0, 1, 2, 19, 29, 31, 45, 70, 200]), st.sampled_from([None, 0, 7, 30, 600])),
    min_size=1,
    max_size=9,
)


@settings(max_examples=80, deadline=None)
@given(LIVES, st.dates(date(2023, 1, 1), date(2024, 12, 31)), STEPS)
def test_engine_and_model_agree_on_every_balance(life: Life, day: date, steps: list[Step]) -> None:
    rules = programme([life])
    member, model = rules.new_member("m"), Purse(life, day)
    for number, step in enumerate([*steps, Step(400, None), Step(500, None)]):
        day += timedelta(days=step.days)
        at = instant_of(f"{day.isoformat()}T12:00:00Z")
        if step.amount is None:
            member = rules.decide(member, tick("m", at)).member
            model.pass_to(day)
        elif step.amount:
            member = rules.decide(member, order(number, at, step.amount)).member
            model.earn(day, step.amount, order=True)
        else:
            member = rules.decide(member, gift(number, at)).member
            model.earn(day, 50, order=False)
        assert tuple(rules.balance(member, "p0")) == model.balance()


# ---------- time passes alike in any steps

#: Lives of which the engine knows more than the model: hours, other levels, units that end inside a day.
MORE: Final = """
purse waits
  round down per order
  usable after 5 hours
  expire after 1 month
  expiry waits while status is gold
end

purse rolling
  round down per order
  usable from start of next calendar week plus 2 hours
  expire after 20 days
  life counts from usable
  expiry waits while orders in last 30 days at least 2
end

earn to_waits
  on any product
  give 1 waits per 1 RUB
end

earn to_rolling
  on any product
  give 1 rolling per 1 RUB
end
"""
START: Final = instant_of("2026-01-29T23:59:59+03:00")
GAPS: Final = st.sampled_from([0, 3_600, 50_000, 86_400, 700_000, 1_700_000, 3_000_000])
HISTORIES: Final = st.lists(st.tuples(st.sampled_from([0, 7, 600]), GAPS), min_size=1, max_size=8)


def history_of(found: list[tuple[int, int]]) -> list[Event]:
    instants = [START + seconds * SECOND for seconds in accumulate(gap for _, gap in found)]
    pairs = enumerate(zip(found, instants, strict=True))
    return [order(number, at, amount) if amount else gift(number, at) for number, ((amount, _), at) in pairs]


def decided(rules: Programme, events: Sequence[Event]) -> list[Decision]:
    member: MemberState = rules.new_member("m")
    found: list[Decision] = []
    for event in events:
        found.append(rules.decide(member, event))
        member = found[-1].member
    return found


@settings(max_examples=60, deadline=None)
@given(LIVES, HISTORIES, st.lists(st.integers(0, 200 * DAY), max_size=12), st.sampled_from(["UTC", "Asia/Jerusalem"]))
def test_INV_31_time_in_any_steps_gives_the_same_member(
    life: Life, history: list[tuple[int, int]], splits: list[int], zone: str
) -> None:
    rules = programme([life], zone, MORE)
    events = history_of(history)
    end = tick("m", events[-1].at + 400 * DAY)
    ticks: list[Event] = [tick("m", START + after) for after in splits]
    at_once = decided(rules, [*events, end])
    in_steps = decided(rules, [*sorted([*events, *ticks], key=lambda event: event.at), end, end])
    assert in_steps[-1].member == at_once[-1].member
    assert _fallen_due(in_steps) == _fallen_due(at_once)


def _fallen_due(decisions: Sequence[Decision]) -> list[object]:
    return [effect for decision in decisions for effect in decision.effects if not isinstance(effect, PointsAwarded)]


@settings(max_examples=40, deadline=None)
@given(LIVES, HISTORIES)
def test_INV_32_INV_36_INV_37_nothing_is_lost_made_or_below_zero(life: Life, history: list[tuple[int, int]]) -> None:
    """Given units are pending, usable or expired, each once; what is pending becomes usable once, unless it expires."""
    rules = programme([life], more=MORE)
    events = history_of(history)
    granted: dict[str, int] = {}
    waited: dict[str, int] = {}
    activated: dict[str, int] = {}
    expired: dict[str, int] = {}
    for decision in decided(rules, [*events, tick("m", events[-1].at + 3 * DAY), tick("m", events[-1].at + 600 * DAY)]):
        for effect in decision.effects:
            match effect:
                case PointsAwarded():
                    granted[effect.purse] = granted.get(effect.purse, 0) + effect.granted
                    if effect.usable > decision.event.at:
                        waited[effect.purse] = waited.get(effect.purse, 0) + effect.granted
                case PointsActivated():
                    activated[effect.purse] = activated.get(effect.purse, 0) + effect.units
                case PointsExpired():
                    expired[effect.purse] = expired.get(effect.purse, 0) + effect.units
                case _:
                    pass
        for purse in decision.member.purses:
            balance = rules.balance(decision.member, purse.name)
            assert min(balance) >= 0
            assert all(lot.left > 0 and sum(units for _, units in lot.parts) == lot.left for lot in purse.lots)
            assert sum(balance) == total(purse) == granted.get(purse.name, 0) - expired.get(purse.name, 0)
            assert activated.get(purse.name, 0) <= waited.get(purse.name, 0)
