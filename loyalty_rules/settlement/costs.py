"""Who bears what offers and rewards cost: partners their shares of what was taken off, paid or handed over, and less of
it where goods come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from loyalty_rules.decision import CostShared, DiscountGiven, Effect, GiftAdded, PointsRedeemed
from loyalty_rules.engine.amounts_kept import kept_gift, share
from loyalty_rules.engine.funding import paid
from loyalty_rules.engine.paying import kept_covered
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Funders
from loyalty_rules.records import Funding, Record, RecordedPayment


def shared(plan: Plan, effects: Iterable[Effect], at: int) -> Iterator[CostShared]:
    """What partners bear of what an order took off its prices, paid with rewards and had handed over."""
    found: dict[str, int] = {}
    for effect in effects:
        if isinstance(effect, DiscountGiven):
            _add(found, effect.rule, effect.granted)
        elif isinstance(effect, GiftAdded):
            _add(found, effect.rule, effect.units)
        elif isinstance(effect, PointsRedeemed):
            _add(found, effect.rule, effect.rights if _handed_over(plan, effect.rule) else effect.value)
    yield from _moved(plan, {}, found, at)


def lessened(plan: Plan, before: Record, after: Record, at: int) -> Iterator[CostShared]:
    """What partners no longer bear of an order of which goods came back: of what stands they bear the same shares."""
    then, now = (_costs(plan, one, before.payments) for one in (before, after))
    yield from _moved(plan, then, now, at)


def _costs(plan: Plan, record: Record, paid_at_first: Sequence[RecordedPayment]) -> Mapping[str, int]:
    """What of an order costs something: of the goods that are kept, what was taken off and paid, and what stays handed
    over."""
    found: dict[str, int] = {}
    for line in record.lines:
        for rule, money in line.discounts:
            _add(found, rule, share(money, line, line.kept))
    kept = tuple(line.kept for line in record.lines)
    for gift in record.gifts:
        _add(found, gift.rule, kept_gift(gift, record.lines, kept))
    first = record._replace(payments=tuple(paid_at_first))
    for payment, row in zip(record.payments, kept_covered(plan, first, kept), strict=True):
        rights = (payment.rights or payment.pieces) if payment.spent else 0  # all of them while anything is kept
        _add(found, payment.rule, rights if _handed_over(plan, payment.rule) else sum(row))
    return found


def _add(found: dict[str, int], rule: str, units: int) -> None:
    found[rule] = found.get(rule, 0) + units


def _moved(plan: Plan, before: Mapping[str, int], after: Mapping[str, int], at: int) -> Iterator[CostShared]:
    """By how much rules cost more, or less, and who bears it."""
    for rule in sorted(before.keys() | after.keys()):
        then, now, bearing = before.get(rule, 0), after.get(rule, 0), _funders(plan, rule)
        if bearing and now != then:
            money, rights = (0, now - then) if _in_units(plan, rule) else (now - then, 0)
            yield CostShared(rule, money, rights, at, _difference(paid(then, bearing), paid(now, bearing)))


def _difference(before: Funding, after: Funding) -> Funding:
    one, other = dict(before), dict(after)
    moved = ((partner, other.get(partner, 0) - one.get(partner, 0)) for partner in sorted(one.keys() | other.keys()))
    return tuple((partner, units) for partner, units in moved if units)


def _funders(plan: Plan, rule: str) -> Funders:
    offer, reward = plan.checked.offers.get(rule), plan.checked.rewards.get(rule)
    if offer is not None:
        return offer.funders
    return reward.funders if reward is not None else ()


def _in_units(plan: Plan, rule: str) -> bool:
    """Whether it costs what is handed over, and no money."""
    offer = plan.offers.get(rule)
    return _handed_over(plan, rule) or (offer is not None and offer.adds is not None)


def _handed_over(plan: Plan, rule: str) -> bool:
    reward = plan.checked.rewards.get(rule)
    return reward is not None and reward.right.handed_over
