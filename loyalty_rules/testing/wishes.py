"""What a programme may promise and need not: that paying more never gives less, that a split order gives no more than a
whole one, that what was quoted is what is taken. A host asks for those that its programme means to keep.

    found = list(split_gives_no_more(history, played(history), slack={"bonus": 1}))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.amounts import MICRO
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.decision import PointsAwarded, PointsRedeemed
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Event, Line, Purchase, RedeemRequest
from loyalty_rules.programme import Decision
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.playing import Broken, Decisions, Property, decide

_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


def given(decision: Decision) -> Counter[str]:
    """What a decision gives, by purse."""
    found: Counter[str] = Counter()
    for effect in decision.effects:
        if isinstance(effect, PointsAwarded):
            found[effect.purse] += effect.granted
    return found


def _orders(decisions: Decisions) -> Iterator[tuple[int, Decision, Purchase]]:
    """Orders that are paid as it comes: where tenders or points are told, another amount would not add up."""
    for place, one in enumerate(decisions):
        order = one.event
        if not isinstance(order, Purchase) or one.outcome != "decided":
            continue
        if not order.redeem and order.tenders is None:
            yield place, one, order


def more_paid_gives_no_less(history: History, decisions: Decisions) -> Iterator[Broken]:
    """An order in which one line costs a coin more gives as much into each purse, or more."""
    for place, one, order in _orders(decisions):
        coin = MICRO // 10 ** EXPONENTS[order.currency]
        for number, line in enumerate(order.lines):
            if line.amount is None or line.delivery:
                continue
            dearer = line._replace(amount=line.amount + coin)
            lines = (*order.lines[:number], dearer, *order.lines[number + 1 :])
            more = given(decide(one.programme, one.before, order._replace(lines=lines), one.shared_before))
            yield from _less("more_paid_gives_no_less", place, given(one), more)


def split_gives_no_more(
    history: History, decisions: Decisions, *, slack: Mapping[str, int] = _NOTHING
) -> Iterator[Broken]:
    """Two orders with the lines of one, at its instant, give into each purse no more than that one does, but for so
    many smallest units (`slack`, by purse) as the programme's rounding allows."""
    for place, one, order in _orders(decisions):
        if len(order.lines) < 2:
            continue
        first, second = _part(order, order.lines[:1], "split-1"), _part(order, order.lines[1:], "split-2")
        earlier = decide(one.programme, one.before, first, one.shared_before)
        later = decide(one.programme, earlier.member, second, earlier.shared)
        parts = given(earlier) + given(later)
        allowed = given(one) + Counter(slack)
        yield from _less("split_gives_no_more", place, parts, allowed)


def _part(order: Purchase, lines: tuple[Line, ...], id: str) -> Purchase:
    return order._replace(id=id, lines=lines)


def _less(name: str, place: int, first: Counter[str], second: Counter[str]) -> Iterator[Broken]:
    """The purses into which the second gives less than the first."""
    yield from (Broken(name, place, (("purse", purse),)) for purse in sorted(first) if second[purse] < first[purse])


def quoted_is_taken(history: History, decisions: Decisions) -> Iterator[Broken]:
    """As many points as `redeemable` quotes are taken where an order asks for all that can be used."""
    for place, one in enumerate(decisions):
        if not isinstance(one.event, Purchase) or one.outcome != "decided":
            continue
        plain = one.event._replace(redeem=(), tenders=None)
        try:
            quotes = one.programme.redeemable(one.before, plain, one.shared_before)
        except (InputError, DecisionError):
            continue
        for quote in quotes:
            taken = _taken(one, plain._replace(redeem=(RedeemRequest(quote.rule, None),)), quote.rule)
            if taken is not None and taken != quote.units:
                yield Broken("quoted_is_taken", place, (("rule", quote.rule),))


def _taken(one: Decision, event: Event, rule: str) -> int | None:
    """The units that a rule takes; None where the order is refused."""
    try:
        decision = decide(one.programme, one.before, event, one.shared_before)
    except (InputError, DecisionError):
        return None
    return sum(
        effect.units for effect in decision.effects if isinstance(effect, PointsRedeemed) and effect.rule == rule
    )


WISHES: Final[Mapping[str, Property]] = MappingProxyType(
    {
        "more_paid_gives_no_less": more_paid_gives_no_less,
        "split_gives_no_more": split_gives_no_more,
        "quoted_is_taken": quoted_is_taken,
    }
)
