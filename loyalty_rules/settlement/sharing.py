"""What members share, on the way through a decision: it goes in with it, is drawn on, and comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from loyalty_rules.decision import BudgetUsed, Effect
from loyalty_rules.engine.amounts_kept import kept_gift, share
from loyalty_rules.engine.budgets import Budgets, Draw, cost_of
from loyalty_rules.engine.paying import kept_sale
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.returning import Granted
from loyalty_rules.engine.view import View
from loyalty_rules.engine.windows import period_of
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.lang.checked import BudgetCap, Counts
from loyalty_rules.lang.conditions import WindowKind
from loyalty_rules.member import NEVER
from loyalty_rules.records import Record, RecordedUse
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.shared import SharedState, is_forgotten, used, without_periods

#: How many dates there are at one instant, less one: zones are up to 26 hours apart.
_DATES_APART: Final = 2


class Effects(list[Effect]):
    """The effects of a decision in the order in which they come about, with what it may draw on. While time passes
    those of the instant begin at `since`."""

    __slots__ = ("budgets", "since")

    def __init__(self, budgets: Budgets | None = None) -> None:
        super().__init__()
        self.budgets = budgets
        self.since = 0

    def draw(self, plan: Plan, view: View, at: int | None = None) -> Draw | None:
        """An occasion that may draw on budgets: on its own date, or at another instant. None where there are none."""
        if self.budgets is None or not plan.checked.budgets:
            return None
        occasion = view.occasion
        day = occasion.day if at is None else plan.timeline.day(at)
        return Draw(self.budgets, plan, occasion.at if at is None else at, day, view)


# ---------- into a decision and out of it


def has_budgets(editions: Editions) -> bool:
    return any(edition.plan.checked.budgets for edition in editions.all)


def is_shared(value: object) -> bool:
    """Whether a value is what members share, or nothing."""
    return value is None or type(value) is SharedState


def opened(editions: Editions, shared: SharedState | None, now: Plan | None = None) -> Budgets | None:
    """The shared value for one decision by an edition, in the names of the newest one. None where no edition has
    budgets. Raises `InputError` (`shared.missing`, `call.type`) where one has and nothing is shared, or something
    else is."""
    if not is_shared(shared):
        raise InputError("call.type", "what members share is a shared state, or nothing", "shared")
    if not has_budgets(editions):
        return None
    if shared is None:
        raise InputError("shared.missing", "the programme has budgets: hand over what members share", "shared")
    keys = newest_keys(editions)
    places = [place for place, one in enumerate(editions.all) if one.fingerprint == shared.programme]
    names = keys[places[-1]] if places else {}
    if names:
        entries = sorted(one._replace(key=names.get(one.key, one.key)) for one in shared.used)
        kept = sorted((names.get(key, key), first) for key, first in shared.kept)
        shared = shared._replace(used=tuple(entries), kept=tuple(kept))
    both = zip(editions.all, keys, strict=True)
    plans = ((plan, names) for one, names in both for plan in (one.plan, *one.plan.elsewhere.values()))
    return Budgets(shared, tuple(plans), now)


def current_names(editions: Editions, shared: SharedState) -> SharedState:
    """What members share, in the names of the newest edition."""
    budgets = opened(editions, shared)
    return shared if budgets is None else budgets.shared


def closed(editions: Editions, before: SharedState | None, budgets: Budgets | None) -> SharedState | None:
    """The shared value after a decision: the same one where it took nothing."""
    if budgets is None or before is None:
        return before
    return before if budgets.shared.used == before.used else _next(editions, budgets.shared)


def _next(editions: Editions, shared: SharedState) -> SharedState:
    return shared._replace(programme=editions.all[-1].fingerprint, version=shared.version + 1)


def newest_keys(editions: Editions) -> list[Mapping[str, str]]:
    """By edition: the keys of its counters that have another one in the newest edition, with that key."""
    found: list[Mapping[str, str]] = [{}]
    for edition in reversed(editions.all[1:]):
        later = found[0]
        through = {old: later.get(now, now) for old, now in edition.keys.items()}
        found.insert(
            0, {**{old: now for old, now in later.items() if old not in set(edition.keys.values())}, **through}
        )
    return found


def check_confirmed(decision: object, kind: type, shared: object) -> None:
    """Raises `InputError` (`call.type`) where anything but a decision and a shared value is to be confirmed."""
    if type(decision) is not kind or type(shared) is not SharedState:
        raise InputError("call.type", "a decision and a shared state are confirmed")


def confirmed(editions: Editions, effects: Iterable[Effect], shared: SharedState) -> SharedState:
    """Another shared value with what a decision took out of budgets, each by the cap under which it was given: on the
    way to an event the clock may pass from one edition to the next. Raises `DecisionError` (`shared.moved`) where so
    little, or so much, is left there that the event has to be decided again, and `budget.forgotten`."""
    budgets = opened(editions, shared)
    if budgets is None:
        return shared
    for effect in effects:
        if isinstance(effect, BudgetUsed):
            if is_forgotten(budgets.shared, effect.key, effect.bucket):
                if effect.granted > 0:
                    budgets.check_known(effect.key, effect.bucket)
                continue
            left = max(0, effect.cap - used(budgets.shared, effect.key, effect.value, effect.bucket))
            if not effect.low <= left <= effect.high:
                raise DecisionError("shared.moved", f"of `{effect.budget}` {left} are left: decide the event again")
            budgets.move(effect.key, effect.value, effect.bucket, effect.granted)
    return closed(editions, shared, budgets) or shared


def without_past(editions: Editions, shared: SharedState, before: int) -> SharedState:
    """The shared value without the periods that were over before an instant, in the names of the newest edition. Those
    of the last two days before it stay: some store, or some member, may still have their date."""
    budgets = opened(editions, shared)
    if budgets is None:
        return shared
    firsts: dict[str, int] = {}
    for plan, _ in budgets.keys:
        day = plan.timeline.day(before) - _DATES_APART
        for cap in _caps(plan):
            if cap.window.kind is WindowKind.PERIOD:
                key, first = budgets.key(plan, cap.key), plan.timeline.number(period_of(cap.window), day)
                firsts[key] = min(first, firsts.get(key, first))
    left = without_periods(budgets.shared, firsts)
    return shared if left.used == budgets.shared.used else _next(editions, left)


def _caps(plan: Plan) -> Iterable[BudgetCap]:
    """The caps of all budgets, of two for one counter the lower last."""
    found = [cap for budget in plan.checked.budgets.values() for cap in budget.caps]
    return sorted(found, key=lambda cap: -cap.units)


# ---------- what comes back


def freed(
    plan: Plan, records: list[Record], before: tuple[Record, ...], place: int, after: Granted, effects: Effects, at: int
) -> None:
    """Gives room back for units that no longer stand: of the order at `place`, and of those from which units were
    taken for it. Nothing that came back is taken again."""
    for number, record in enumerate(records):
        if number != place and record == before[number]:
            continue
        own = after if number == place else None
        uses = tuple(one for one in (_kept(plan, record, use, own) for use in record.budgets) if one.units)
        if uses == record.budgets:
            continue
        if effects.budgets is not None:
            _give_room(plan, record.budgets, uses, effects, effects.budgets, at)
        records[number] = record._replace(budgets=uses)


def _kept(plan: Plan, record: Record, use: RecordedUse, after: Granted | None) -> RecordedUse:
    """What of an award still stands, and so counts: all that it holds for others under its caps counts too. Of a reward
    that the order bought, what has not come back."""
    if not use.purse:
        gifts = [gift for gift in record.gifts if gift.rule == use.rule]
        if gifts:
            left = tuple(line.kept for line in record.lines)
            kept = sum(kept_gift(gift, record.lines, left) for gift in gifts)
            return use._replace(units=min(use.units, kept))
        kept = _kept_items(record, use.lines) if use.lines else _kept_discount(record, use.rule)
        return use._replace(units=min(use.units, kept))
    sale = kept_sale(plan, record, use.rule) if use.rule == use.purse else None
    if sale is not None:
        stay, pieces = sale
        return use._replace(units=min(use.units, use.units * stay if pieces == 1 else stay))
    holds = sum(award.holds for award in record.awards if (award.rule, award.purse) == (use.rule, use.purse))
    if after is None:
        return use._replace(units=min(use.units, holds))
    units = after.units.get((use.rule, use.purse), 0)
    parts = after.parts.get((use.rule, use.purse), {})
    covered = sum(parts.get(name, 0) for name in use.names)
    return use._replace(units=min(use.units, covered + max(0, holds - units)))


def _kept_discount(record: Record, offer: str) -> int:
    """What of an offer's discount the goods that are kept still have."""
    return sum(
        share(units, line, line.kept) for line in record.lines for rule, units in line.discounts if rule == offer
    )


def _kept_items(record: Record, items: tuple[int, ...]) -> int:
    """Of the units on which an offer acts the share that is kept, line by line."""
    return sum(share(units, line, line.kept) for units, line in zip(items, record.lines, strict=False))


def _give_room(
    plan: Plan,
    then: tuple[RecordedUse, ...],
    now: tuple[RecordedUse, ...],
    effects: Effects,
    budgets: Budgets,
    at: int,
) -> None:
    caps = {cap.key: cap for cap in _caps(plan)}
    for key, value, bucket in sorted({one[:3] for one in then}):
        counts = Counts(key.split(" ")[1])
        back = _cost(counts, now, (key, value, bucket)) - _cost(counts, then, (key, value, bucket))
        name = budgets.key(plan, key)
        if back and not is_forgotten(budgets.shared, name, bucket):
            budgets.move(name, value, bucket, back)
            cap = caps.get(key)
            units = 0 if cap is None else cap.units
            left = max(0, units - used(budgets.shared, name, value, bucket))
            budget = budgets.called_now(name) or key.split(" ")[0]
            effects.append(BudgetUsed(budget, name, value, bucket, back, back, left, units, 0, NEVER, at))


def _cost(counts: Counts, uses: tuple[RecordedUse, ...], where: tuple[str, str, int]) -> int:
    return cost_of(counts, ((Fraction(*one.price), one.units) for one in uses if one[:3] == where))


def bounded(record: Record, after: Granted) -> Record:
    """The order's awards, none of which a budget counts may rise again above what is kept of them now."""
    counted: dict[tuple[str, str], set[str]] = {}
    for use in record.budgets:
        counted.setdefault((use.rule, use.purse), set()).update(use.names)
    awards = []
    for award in record.awards:
        names = counted.get((award.rule, award.purse), set())
        if names or award.most:
            parts = after.parts.get((award.rule, award.purse), {})
            most = award.most or (-1,) * len(award.names)
            kept = tuple(
                min(bound, parts.get(name, 0)) if bound >= 0 else parts.get(name, 0) if name in names else bound
                for name, bound in zip(award.names, most, strict=True)
            )
            award = award._replace(most=kept)
        awards.append(award)
    return record._replace(awards=tuple(awards))
