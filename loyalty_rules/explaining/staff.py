"""For the people who answer for a programme: everything that happened and everything that did not, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding, format_fraction, round_exact
from loyalty_rules.decision import (
    DiscountGiven,
    Effect,
    Entry,
    ExpiryMoved,
    ExpiryWaits,
    GiftAdded,
    LevelAssigned,
    OptedIn,
    Outcome,
    PointsActivated,
    PointsAdjusted,
    PointsAwarded,
    PointsCaptured,
    PointsConverted,
    PointsExpired,
    PointsRedeemed,
    PointsReleased,
    PointsReserved,
    PointsTaken,
    PromiseTrace,
    ReservationReleased,
    RuleTrace,
)
from loyalty_rules.events import (
    Absorbed,
    Adjustment,
    Cancellation,
    Capture,
    Choice,
    Confirmation,
    Enrolment,
    Happening,
    Incoming,
    Invitation,
    MembershipStep,
    Merge,
    PerkUse,
    Purchase,
    Referred,
    Release,
    Reservation,
    Return,
    Tick,
    Transfer,
    Welcome,
    Withdrawn,
    Won,
)
from loyalty_rules.explaining import (
    accounts,
    challenges,
    choices,
    codes,
    draws,
    levels,
    memberships,
    perks,
    pricing,
    reserving,
    returns,
)
from loyalty_rules.explaining.funding import shares
from loyalty_rules.explaining.reasons import changed_since, groups, moved_by_change, what_broke, why_not
from loyalty_rules.explaining.spending import told_of_spending
from loyalty_rules.explaining.telling import Telling, end_of, is_return, listed_of, lived, safe
from loyalty_rules.lang.checked import Boost, Earn, Offer
from loyalty_rules.ledger import lots
from loyalty_rules.member import CONFIRMATION
from loyalty_rules.text import line_order_key

#: How many lines of an order one rule's paragraph lists.
_LINES: Final = 20
#: Exact amounts are shown to so many digits behind those that the purse has.
_DIGITS: Final = 6
_INDENT: Final = "  "
#: Events of which no rule is asked.
_NO_RULES: Final = (
    *(Tick, Adjustment, MembershipStep, PerkUse, Transfer, Incoming, Merge, Absorbed),
    *(Invitation, Welcome, Withdrawn),
)


def told_to_staff(telling: Telling) -> str:
    """The whole decision: the event, what fell due before it, a paragraph for every rule, and how the member stands."""
    decision = telling.decision
    if decision.outcome == "repeated":
        return f"{heading(telling)}\n\n{telling.text('heading.repeated', id=_event_id(telling))}\n"
    paragraphs = [heading(telling)]
    if decision.event.at < decision.member.clock and not isinstance(decision.event, Tick):
        paragraphs[0] += "\n" + telling.text("heading.late", moment=telling.moment(decision.member.clock))
    if decision.refused is not None:
        return f"{paragraphs[0]}\n\n{returns.refusal(telling, decision.refused)}\n"
    back = list(returns.told(telling))
    due = [*_due(telling), *_of_other_editions(telling)]
    if due:
        paragraphs.append("\n".join(due))
    if back:
        paragraphs.append("\n".join(back))
    if is_return(telling) and decision.trace:
        paragraphs.append(telling.text("return.kept"))
    presented = list(codes.told(telling))
    if presented:
        paragraphs.append("\n".join(presented))
    given = [record for record in decision.trace if record.granted]
    paragraphs += [paragraph(telling, record) for record in given]
    paragraphs += [paragraph(telling, record) for record in decision.trace if not record.granted]
    paragraphs += [promise(telling, record) for record in decision.promises]
    paragraphs.append("\n".join(_after(telling)))
    return "\n\n".join(paragraphs) + "\n"


def paragraph(telling: Telling, record: RuleTrace) -> str:
    """One rule in one decision: what it gave and how that adds up, or why it gave nothing."""
    lines = [_first(telling, record), *_sum(telling, record), *_prolonged(telling, record)]
    lines += [_INDENT + sentence for sentence in changed_since(telling, record.rule, record.purse)]
    lines += [_INDENT + sentence for sentence in (*groups(telling, record), *why_not(telling, record))]
    for effect in telling.awards(record.rule):
        if effect.purse == record.purse and record.granted:
            lines += [_INDENT + _by_line(telling, effect), _INDENT + _life(telling, effect)]
            paying = shares(telling, "pays", effect.purse, effect.granted, effect.funding)
            lines += [_INDENT + sentence for sentence in paying]
    lines += [_INDENT + sentence for sentence in pricing.discounts(telling, record)]
    return "\n".join(lines)


def promise(telling: Telling, record: PromiseTrace) -> str:
    """A promise that was asked: kept, or broken and by how much."""
    key = "promise.kept" if record.held else "promise.broken"
    first = telling.text(key, title=telling.title(record.promise), name=record.promise)
    return "\n".join([first, *(_INDENT + sentence for sentence in what_broke(telling, record))])


# ---------- the occasion


def _event_id(telling: Telling) -> str:
    event = telling.decision.event
    return "" if isinstance(event, Tick) else event.id


def heading(telling: Telling) -> str:
    event = telling.decision.event
    values = {"id": _event_id(telling), "member": event.member, "moment": telling.moment(event.at)}
    match event:
        case Purchase():
            return telling.text("heading.purchase", **values)
        case Happening():
            return telling.text("heading.event", name=safe(event.name, 80), **values)
        case Enrolment():
            return telling.text("heading.enrolment", **values)
        case Choice():
            rule = telling.checked.earns.get(event.rule)
            if rule is not None and event.purse:
                values["purse"] = telling.title(event.purse)
                return telling.text("heading.chooses", rule=telling.title(event.rule), **values)
            if event.sets:
                values["sets"] = ", ".join(telling.title(name) for name in event.sets)
                return telling.text("heading.chooses_sets", rule=telling.title(event.rule), **values)
            key = "heading.opting" if event.rule in telling.plan.opt_ins else "heading.choice"
            return telling.text(key, rule=telling.title(event.rule), **values)
        case Return():
            return telling.text("heading.return", order=event.order, **values)
        case Cancellation():
            return telling.text("heading.cancellation", order=event.order, **values)
        case Confirmation():
            return telling.text("heading.confirmation", order=event.order, **values)
        case Adjustment():
            return telling.text("heading.adjustment", **values)
        case Reservation():
            return telling.text("heading.reservation", rule=telling.title(event.rule), **values)
        case Capture():
            return telling.text("heading.capture", reservation=event.reservation, **values)
        case Release():
            return telling.text("heading.release", reservation=event.reservation, **values)
        case MembershipStep():
            values["membership"] = telling.title(event.membership)
            return telling.text(f"heading.{event.step}", **values)
        case PerkUse():
            return telling.text("heading.perk", perk=telling.title(event.perk), **values)
        case Transfer():
            return telling.text("heading.transfer", to=event.to, **values)
        case Incoming():
            return telling.text("heading.incoming", giver=event.giver, **values)
        case Merge() | Absorbed():
            return _merging(telling, event, values)
        case Invitation():
            return telling.text("heading.invitation", friend=event.friend, **values)
        case Welcome():
            return telling.text("heading.welcome", inviter=event.inviter, **values)
        case Referred() | Withdrawn():
            key = "heading.referral" if isinstance(event, Referred) else "heading.referral_withdrawn"
            return telling.text(key, friend=event.friend, event=event.event, **values)
        case Won():
            values |= {"rule": telling.title(event.rule), "place": str(event.place)}
            return telling.text("heading.played" if draws.at_once(telling, event.rule) else "heading.prize", **values)
        case Tick():
            return telling.text("heading.tick", **values)


def _merging(telling: Telling, event: Merge | Absorbed, values: dict[str, str]) -> str:
    signed = {"actor": safe(event.actor, 80), "reason": safe(event.reason, 200)}
    if isinstance(event, Merge):
        return telling.text("heading.merge", into=event.into, **signed, **values)
    return telling.text("heading.absorbed", other=event.state.member, **signed, **values)


def _due(telling: Telling) -> Iterator[str]:
    """What fell due before the event, conversions, and levels that changed."""
    for effect in telling.decision.effects:
        match effect:
            case PointsTaken() | PointsConverted() | PointsRedeemed():
                yield from told_of_spending(telling, effect)
            case PointsReserved() | PointsCaptured() | ReservationReleased():
                yield from reserving.told(telling, effect)
            case PointsActivated(purse, units, at):
                amount = telling.units(purse, units)
                yield telling.text("due.activated", purse=telling.title(purse), amount=amount, date=telling.start(at))
            case PointsReleased(purse, units, _, usable, expires):
                amount, end = telling.units(purse, units), end_of(telling, expires)
                key = "due.released" if usable > telling.decision.event.at else "due.released_now"
                yield telling.text(key, purse=telling.title(purse), amount=amount, date=telling.start(usable), end=end)
            case PointsExpired(purse=purse) if purse in telling.checked.draws:
                yield from draws.told(telling, effect)
            case PointsExpired(purse, units, at, parts):
                listed = [
                    telling.text("due.part", amount=telling.units(purse, part), rule=telling.quoted(rule))
                    for rule, part in parts[:_LINES]
                ]
                yield telling.text(
                    "due.expired",
                    purse=telling.title(purse),
                    amount=telling.units(purse, units),
                    date=telling.start(at),
                    parts=listed_of(telling, listed, len(parts)),
                )
            case ExpiryMoved(purse, units, _, until, ""):
                amount = telling.units(purse, units)
                yield telling.text("due.moved", purse=telling.title(purse), amount=amount, date=telling.end(until))
            case ExpiryMoved() if moved_by_change(telling, effect):
                yield moved_by_change(telling, effect)
            case ExpiryWaits(purse, units, at):
                amount = telling.units(purse, units)
                yield telling.text("due.waits", purse=telling.title(purse), amount=amount, date=telling.start(at))
            case PointsAdjusted():
                yield from _adjusted(telling, effect)
            case OptedIn(rule, _):
                yield telling.text("due.opted_in", rule=telling.title(rule))
            case _:
                yield from accounts.told(telling, effect)
                yield from levels.told(telling, effect)
                yield from memberships.told(telling, effect)
                yield from perks.told(telling, effect)
                yield from challenges.told(telling, effect)
                yield from choices.told(telling, effect)


def _of_other_editions(telling: Telling) -> Iterator[str]:
    """What rules gave before the edition began that decided: it knows neither them nor their words."""
    known = {record.rule for record in telling.decision.trace if record.granted}
    for effect in () if is_return(telling) else telling.decision.effects:
        if isinstance(effect, PointsAwarded) and effect.granted and effect.rule not in known:
            amount = telling.units(effect.purse, effect.granted)
            yield telling.text("due.earlier_edition", rule=telling.quoted(effect.rule), amount=amount)


def _adjusted(telling: Telling, effect: PointsAdjusted) -> Iterator[str]:
    """What came or went by hand, at whose word, and what was asked for where that was more."""
    key = "due.hand_added" if effect.asked > 0 else "due.hand_taken"
    listed = [
        telling.text("due.part", amount=telling.units(effect.purse, part), rule=telling.quoted(rule))
        for rule, part in effect.parts[:_LINES]
    ]
    yield telling.text(
        key if effect.units else f"{key}_nothing",
        purse=telling.title(effect.purse),
        amount=telling.units(effect.purse, abs(effect.units)),
        actor=safe(effect.actor, 80),
        reason=safe(effect.reason, 200),
        parts=listed_of(telling, listed, len(effect.parts)),
    )
    if effect.units != effect.asked:
        yield _INDENT + telling.text("due.hand_asked", amount=telling.units(effect.purse, abs(effect.asked)))


# ---------- one rule


def _first(telling: Telling, record: RuleTrace) -> str:
    names = {"title": telling.title(record.rule), "name": record.rule}
    rule = telling.rule(record.rule)
    if isinstance(rule, Boost) and not record.purse:
        if record.granted:
            amount = telling.added(rule, record.granted)
            return telling.text("rule.boosted", amount=amount, rules=telling.quoted(*rule.changes), **names)
        taken = list(_taken(telling, record.rule))
        if taken:
            return telling.text("rule.lowered", amounts=", ".join(taken), **names)
    elif record.granted:
        key = "rule.discount" if isinstance(rule, Offer) and rule.adds is None else "rule.gave"
        return telling.text(key, amount=telling.units(record.purse, record.granted), **names)
    if record.outcome is Outcome.AWARDED:
        moves = any(isinstance(one, ExpiryMoved) and one.rule == record.rule for one in telling.decision.effects)
        given = isinstance(rule, Earn) and rule.levels
        return telling.text("rule.assigned" if given else "rule.moves" if moves else "rule.idle", **names)
    return telling.text("rule.nothing", outcome=telling.words.table.text(record.outcome.value), **names)


def _prolonged(telling: Telling, record: RuleTrace) -> Iterator[str]:
    """The ends that a rule moved; told beside its first gift."""
    first = next(other for other in telling.decision.trace if other.rule == record.rule)
    for effect in telling.decision.effects if first is record else ():
        if isinstance(effect, ExpiryMoved) and effect.rule == record.rule:
            amount, date = telling.units(effect.purse, effect.units), telling.end(effect.until)
            yield _INDENT + telling.text("rule.prolonged", amount=amount, date=date)


def _taken(telling: Telling, boost: str) -> Iterator[str]:
    """What a boost takes from each rule it lowers, before rounding."""
    for record in telling.decision.trace:
        exact = sum((entry.amount for entry in record.entries if entry.by == boost), start=Fraction(0))
        if exact < 0 and record.rule != boost:
            amount = telling.amount(-exact / 10 ** telling.decimals(record.purse), record.purse)
            yield telling.text("rule.taken", amount=amount, rule=telling.quoted(record.rule))


def _sum(telling: Telling, record: RuleTrace) -> Iterator[str]:
    """The entries as signed decimals that add up to what was granted, digit for digit.

    An exact third has no last digit. So what is shown of an entry is the difference of two sums, each rounded: no
    figure is off by more than the last digit shown, and their sum is exact.
    """
    if not record.entries or (len(record.entries) == 1 and record.entries[0].amount == record.granted):
        return
    unit = 10 ** telling.decimals(record.purse)
    scale = 10**_DIGITS
    shown: list[tuple[str, str]] = []
    total, told = Fraction(0), 0
    for entry in record.entries:
        total += entry.amount / unit
        now = round_exact(total * scale, Rounding.HALF_UP)
        figure = format_fraction(Fraction(now - told, scale), _DIGITS)
        told = now
        shown.append((figure if figure.startswith("-") else f"+{figure}", _label(telling, entry)))
    width = max(len(figure) for figure, _ in shown)
    for figure, label in shown:
        yield f"{_INDENT * 2}{figure.rjust(width)}  {label}"
    yield f"{_INDENT * 2}{telling.text('entry.sum', amount=telling.units(record.purse, record.granted))}"


def _label(telling: Telling, entry: Entry) -> str:
    match entry.step:
        case "cap":
            return telling.text("entry.cap", by=telling.cap(entry.by))
        case "own":
            return telling.text("entry.own")
        case step:
            return telling.text(f"entry.{step}", by=telling.quoted(entry.by))


def _by_line(telling: Telling, effect: PointsAwarded) -> str:
    """Which line carries how much, by the ids of the lines."""
    event = telling.decision.event
    ids = sorted((line.id for line in event.lines), key=line_order_key) if isinstance(event, Purchase) else []
    carried = [(line, units) for line, units in zip(ids, effect.lines, strict=False) if units]
    listed = [
        telling.text("given.line", line=line, amount=telling.units(effect.purse, units))
        for line, units in carried[:_LINES]
    ]
    count = len(carried)
    if effect.order:
        count += 1
        listed.append(telling.text("given.order", amount=telling.units(effect.purse, effect.order)))
    return telling.text("given.lines", lines=listed_of(telling, listed, count))


def _life(telling: Telling, effect: PointsAwarded) -> str:
    if keeper := telling.checked.purses[effect.purse].kept_by:
        return telling.text("given.kept", partner=telling.title(keeper))
    if effect.purse in telling.checked.draws:
        return draws.life(telling, effect)
    key = "given.idle" if telling.is_kept_alive(effect) else "given.through"
    if effect.waits_for == CONFIRMATION:
        opened = telling.ends_of(effect) and telling.checked.purses[effect.purse].from_usable
        words = "given.confirmed_open" if opened else "given.confirmed"
        return telling.text(words) if opened else telling.text(words, end=end_of(telling, effect.expires, key))
    if effect.waits_for:
        name, expire = telling.title(effect.waits_for), telling.ends_of(effect)
        if expire and telling.checked.purses[effect.purse].from_usable:
            return telling.text("given.waits_open", event=name)
        return telling.text("given.waits", event=name, end=end_of(telling, effect.expires, key))
    return lived(telling, effect.usable, effect.expires, telling.decision.event.at, key)


# ---------- how the member stands


def _after(telling: Telling) -> Iterator[str]:
    if not isinstance(telling.decision.event, _NO_RULES) and not is_return(telling):
        yield from pricing.in_all(telling)
        yield from _total(telling)
    yield from standing(telling)


def _total(telling: Telling) -> Iterator[str]:
    """The units that rules gave. That it was nothing is told only where nothing else was given, either."""
    totals: dict[str, int] = {}
    for effect in telling.decision.effects:
        if isinstance(effect, PointsAwarded):
            totals[effect.purse] = totals.get(effect.purse, 0) + effect.granted
    if totals:
        amounts = ", ".join(telling.units(purse, totals[purse]) for purse in sorted(totals))
        yield telling.text("after.total", amounts=amounts)
    elif not any(_gives_else(effect) for effect in telling.decision.effects):
        yield telling.text("after.nothing")


def _gives_else(effect: Effect) -> bool:
    """Whether something was given that is no award: a voucher, a discount, a gift, a level."""
    match effect:
        case PointsConverted(granted=granted) | DiscountGiven(granted=granted):
            return granted > 0
        case _:
            return isinstance(effect, LevelAssigned | GiftAdded)


def standing(telling: Telling) -> Iterator[str]:
    """Balances and levels of the member after the decision."""
    member = telling.decision.member
    held = {purse.name: purse for purse in member.purses}
    for name in sorted(telling.checked.purses_held):
        if name in telling.checked.draws:
            yield draws.standing(telling, held.get(name), name)
            continue
        balance = lots.balance(held[name], member.clock) if name in held else lots.Balance(0, 0)
        values = {"purse": telling.title(name), "usable": telling.units(name, balance.usable)}
        if balance.pending:
            yield telling.text("after.pending", pending=telling.units(name, balance.pending), **values)
        else:
            yield telling.text("after.usable", **values)
    yield from levels.standing(telling)
    yield from memberships.standing(telling)
    yield from perks.standing(telling)
    yield from challenges.standing(telling, member)
    yield from choices.standing(telling)
    yield from choices.counting(telling)
