"""What is told of spending: what was taken, lot by lot, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.decision import (
    Message,
    PointsCaptured,
    PointsConverted,
    PointsExpired,
    PointsGivenBack,
    PointsRedeemed,
    PointsTaken,
    ReservationReleased,
)
from loyalty_rules.events import Purchase
from loyalty_rules.explaining.funding import costs_of, shares
from loyalty_rules.explaining.pricing import taken_off
from loyalty_rules.explaining.telling import Telling, listed_of, lived, safe
from loyalty_rules.explaining.wording import fill
from loyalty_rules.member import OVERDRAFT
from loyalty_rules.records import Debit
from loyalty_rules.text import line_order_key

#: How many rules are listed of what was taken.
_LINES: Final = 20
_MESSAGE_LIMIT: Final = 1_000


def told_of_spending(telling: Telling, effect: PointsTaken | PointsConverted | PointsRedeemed) -> Iterator[str]:
    """One effect of a conversion or of a redeem rule, for staff."""
    title = telling.title(effect.rule)
    if isinstance(effect, PointsRedeemed):
        yield from _redeemed(telling, effect)
        return
    if isinstance(effect, PointsTaken):
        parts = _by_rule(effect.debits)
        listed = [
            telling.text("due.part", amount=telling.units(effect.purse, units), rule=telling.quoted(rule))
            for rule, units in parts[:_LINES]
        ]
        amount = telling.units(effect.purse, effect.units)
        shown = listed_of(telling, listed, len(parts))
        yield telling.text("due.taken", title=title, amount=amount, moment=telling.start(effect.at), parts=shown)
        yield from owed(telling, effect.purse, effect.debits)
        return
    keeper = telling.checked.purses[effect.purse].kept_by
    life = lived(telling, effect.usable, effect.expires, effect.at)
    life = telling.text("given.kept", partner=telling.title(keeper)) if keeper else life
    amount = telling.units(effect.purse, effect.granted)
    yield telling.text("due.converted", title=title, amount=amount, life=life)
    for sentence in shares(telling, "pays", effect.purse, effect.granted, effect.funding):
        yield f"  {sentence}"
    if effect.granted < effect.asked:
        most = telling.units(effect.purse, telling.checked.purses[effect.purse].hold_at_most or 0)
        yield telling.text("why.full", purse=telling.title(effect.purse), amount=most)


def _redeemed(telling: Telling, effect: PointsRedeemed) -> Iterator[str]:
    """What points paid on which lines, and what kept it from being more."""
    title = telling.title(effect.rule)
    if effect.units and _handed(telling, effect):
        yield _handing(telling, effect)
    elif effect.units:
        event = telling.decision.event
        ids = sorted((line.id for line in event.lines), key=line_order_key) if isinstance(event, Purchase) else []
        paid = [(line, money) for line, money in zip(ids, effect.lines, strict=True) if money]
        listed = [telling.text("given.line", line=line, amount=telling.money(money)) for line, money in paid[:_LINES]]
        yield telling.text(
            "redeem.pays",
            title=title,
            amount=telling.units(effect.purse, effect.units),
            money=telling.money(effect.value),
            lines=listed_of(telling, listed, len(paid)),
        )
    else:
        yield telling.text("redeem.nothing", title=title)
    yield from owed(telling, effect.purse, effect.debits)
    if effect is _last(telling, effect.rule) and effect.rule not in telling.plan.offers:
        yield from (f"  {sentence}" for sentence in costs_of(telling, effect.rule))
    if effect.limited_by:
        yield telling.text("redeem.limited", reason=telling.text(f"redeem.{effect.limited_by}"))


def _last(telling: Telling, rule: str) -> PointsRedeemed:
    """The last payment by a rule: what it cost is told once."""
    found = [one for one in telling.decision.effects if isinstance(one, PointsRedeemed) and one.rule == rule]
    return found[-1]


def _handed(telling: Telling, effect: PointsRedeemed) -> bool:
    """Whether what was used pays nothing: the host hands it over, or it lowered prices."""
    rule = telling.plan.payers.get(effect.rule)
    return rule is not None and rule.right is not None and not rule.right.pays


def _handing(telling: Telling, effect: PointsRedeemed) -> str:
    amount = telling.units(effect.purse, effect.units)
    key = "redeem.lowered" if effect.rule in telling.plan.offers else "redeem.handed"
    return telling.text(key, title=telling.title(effect.rule), count=str(effect.rights), amount=amount)


def redeemed(telling: Telling) -> Iterator[str]:
    """What points paid and what was handed over, for the member."""
    for effect in telling.decision.effects:
        if isinstance(effect, PointsRedeemed) and effect.units and _handed(telling, effect):
            yield _handing(telling, effect)
        elif isinstance(effect, PointsRedeemed) and effect.units:
            amount, money = telling.units(effect.purse, effect.units), telling.money(effect.value)
            yield telling.text("redeem.paid", title=telling.title(effect.rule), amount=amount, money=money)
        if isinstance(effect, PointsRedeemed | PointsTaken):
            yield from owed(telling, effect.purse, effect.debits)


def owed(telling: Telling, purse: str, debits: tuple[Debit, ...]) -> Iterator[str]:
    """What of units that were used had to be borrowed."""
    borrowed = dict(_by_rule(debits)).get(OVERDRAFT, 0)
    if borrowed:
        yield telling.text("redeem.owed", amount=telling.units(purse, borrowed))


def back_again(telling: Telling, effect: PointsGivenBack | ReservationReleased) -> Iterator[str]:
    """Units that went back to their lots, for the member: some can be used again, others had their end behind them."""
    gone = _gone_at_once(telling, effect)
    for key, units in (("member.back", effect.units - gone), ("member.back_expired", gone)):
        if units:
            yield telling.text(key, title=telling.title(effect.rule), amount=telling.units(effect.purse, units))


def _gone_at_once(telling: Telling, back: PointsGivenBack | ReservationReleased) -> int:
    """How many of the units expired as they came back. Their ends alone do not tell: an end may wait. What expires
    stands behind them, before the next that come back."""
    effects = telling.decision.effects
    first = next(place for place, effect in enumerate(effects) if effect is back) + 1
    expired = 0
    for effect in effects[first:]:
        if isinstance(effect, PointsGivenBack | ReservationReleased):
            break
        if isinstance(effect, PointsExpired) and (effect.purse, effect.at) == (back.purse, back.at):
            expired += effect.units
    return min(expired, sum(debit.units for debit in back.debits if debit.expires <= back.at))


def _by_rule(debits: tuple[Debit, ...]) -> list[tuple[str, int]]:
    """What was taken, by the rule that had given it."""
    parts: dict[str, int] = {}
    for debit in debits:
        for rule, units in debit.parts:
            parts[rule] = parts.get(rule, 0) + units
    return sorted(parts.items())


def converted(telling: Telling) -> Iterator[tuple[str, str]]:
    """What each conversion gave, in the order in which it happened: its name, and all amounts of one instant."""
    together: dict[tuple[str, int], list[str]] = {}
    for effect in telling.decision.effects:
        if isinstance(effect, PointsConverted) and effect.granted:
            amount = telling.units(effect.purse, effect.granted)
            together.setdefault((effect.rule, effect.at), []).append(amount)
    for (rule, _), amounts in together.items():
        yield rule, ", ".join(amounts)


def messages_of_payments(telling: Telling) -> Iterator[Message]:
    """The file's own words for each redeem rule and reward that an order asked for: where it paid, lowered a price or
    was handed over, and where nothing came of it. What was set aside is told of when it is captured."""
    used: dict[str, list[PointsRedeemed | PointsCaptured]] = {}
    for effect in telling.decision.effects:
        if isinstance(effect, PointsRedeemed | PointsCaptured):
            used.setdefault(effect.rule, []).append(effect)
    for name, effects in used.items():
        rule, given = telling.plan.payers.get(name), any(effect.units for effect in effects)
        text = None if rule is None else dict(rule.given if given else rule.missed).get(telling.language)
        if text:
            filled = fill(text, {"amount": _came_to(telling, name, effects), "title": telling.title(name)})
            yield Message(name, given, telling.language, safe(filled, _MESSAGE_LIMIT))


def _came_to(telling: Telling, rule: str, effects: list[PointsRedeemed | PointsCaptured]) -> str:
    """What a payment came to: the money that it paid or took off, the goods that it added, or the rights that were
    handed over."""
    right = telling.plan.payers[rule].right
    if rule in telling.plan.offers:
        return taken_off(telling, rule)
    if right is not None and not right.pays:
        return telling.units(rule, sum(effect.rights for effect in effects if isinstance(effect, PointsRedeemed)))
    return telling.money(sum(effect.value for effect in effects))


def messages_of_conversions(telling: Telling) -> Iterator[Message]:
    """The file's own words for each conversion that gave something."""
    for rule, amount in converted(telling):
        conversion = telling.checked.conversions.get(rule)
        text = None if conversion is None else dict(conversion.given).get(telling.language)
        if text:
            filled = fill(text, {"amount": amount, "title": telling.title(rule)})
            yield Message(rule, True, telling.language, safe(filled, _MESSAGE_LIMIT))
