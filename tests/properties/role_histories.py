"""Histories around what happens in a case: other amounts, more lines, more orders, other hours and days, and time that
passes. The same number makes the same history."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from loyalty_rules import Event, Purchase
from loyalty_rules.amounts import MICRO, micros
from loyalty_rules.events import Invitation, Line, Tender, Tick
from loyalty_rules.lang.checked import Example, Given
from loyalty_rules.testing.chance import Chance
from tests.cases.role_cases import Case, examined

_DAY: Final = 86_400 * MICRO
_CENT: Final = MICRO // 100


class History(NamedTuple):
    """What happens to members, one of whom is known from the start, and to friends who are invited."""

    member: str
    givens: tuple[Given, ...]
    friends: tuple[tuple[str, tuple[Given, ...]], ...]
    segments: tuple[str, ...]
    events: tuple[Event, ...]


def histories(case: Case, count: int) -> Iterator[History]:
    """What happens in the case and histories around it, each another one; half of them around what happens where it
    does not act."""
    acts, idle = (_example_of(text) for text in case.pair)
    text = case.pair[0]
    experiment, crowd = "\nexperiment " in text, "\ndraw " in text or "\ncontest " in text
    seen: set[History] = set()
    for seed in range(count):
        draw = Chance(seed)
        example = idle if seed % 2 else acts
        events = tuple(_taxed(step.event, case.tax) for step in example.steps)
        friends = tuple(
            (step.event.friend, step.friend) for step in example.steps if isinstance(step.event, Invitation)
        )
        segments = case.segments if not seed or draw.pick((True, True, True, False)) else ()
        drawn = _drawn(draw, events) if seed else events
        if crowd:
            drawn = _crowd(draw, drawn)
        member = events[0].member
        if experiment and seed:
            drawn = tuple(event._replace(member=f"m-{seed}") if event.member == member else event for event in drawn)
            member = f"m-{seed}"
        history = History(member, example.givens, friends, segments, drawn)
        if history not in seen:
            seen.add(history)
            yield history


@cache
def _example_of(text: str) -> Example:
    programme, diagnostics = examined(text)
    if programme is None:
        raise ValueError(f"{diagnostics} in\n{text}")
    return programme.checked.examples[0]


def _taxed(event: Event, tax: str) -> Event:
    """An order with a tax of the first line, which the rows of examples do not have."""
    if not tax or not isinstance(event, Purchase):
        return event
    return event._replace(lines=(event.lines[0]._replace(tax=micros(tax, "tax")), *event.lines[1:]))


def _crowd(draw: Chance, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events with orders of other members about the same time, of which some are alike."""
    found = list(events)
    for event in events:
        if isinstance(event, Purchase):
            for other in draw.pick((("anna",), ("anna", "boris"), ("anna", "boris", "vera"))):
                order = draw.pick((event, _ordered(draw, event)))
                at = event.at + draw.integer(-300, 300) * 60 * MICRO
                found.append(order._replace(id=f"{event.id}-{other}", member=other, at=at))
    return tuple(sorted(found, key=lambda event: event.at))


def _drawn(draw: Chance, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events with other amounts, one more order, another hour or day, and time behind them."""
    shift = draw.pick((0, 0, 0, 0, MICRO * 3_600, -MICRO * 3_600, _DAY, -_DAY, 7 * _DAY))
    if not any(isinstance(event, Purchase) for event in events):
        shift = draw.integer(-180, 180) * 60 * MICRO  # nothing else tells such histories apart
    found: list[Event] = []
    for event in events:
        moved = event._replace(at=event.at + shift)
        found.append(_ordered(draw, moved) if isinstance(moved, Purchase) else moved)
    orders = [event for event in found if isinstance(event, Purchase)]
    if orders and draw.integer(0, 2) == 0:
        again = draw.pick(orders)
        at = again.at + draw.pick((1, _DAY, 20 * _DAY, -MICRO))
        found.append(again._replace(id=f"{again.id}-again", at=at, redeem=(), codes=again.codes))
        found.sort(key=lambda event: event.at)
    if draw.integer(0, 2) == 0:
        last = found[-1]
        found += [Tick(last.member, last.at + days * _DAY) for days in (draw.pick((1, 8, 35)), 400)]
    return tuple(found)


def _ordered(draw: Chance, order: Purchase) -> Purchase:
    """The order with other amounts and lines; it is paid by the same means."""
    lines = tuple(_line(draw, line) for line in order.lines)
    if draw.integer(0, 2) == 0:
        lines += (draw.pick(lines)._replace(id="more"),)
    elif len(lines) > 1 and draw.integer(0, 2) == 0:
        lines = lines[:-1]
    tenders = order.tenders
    if tenders:
        total, left = sum(map(_paid, lines)), sum(map(_paid, lines))
        before = sum(tender.amount for tender in tenders)
        told = []
        for tender in tenders[1:]:
            part = total * tender.amount // before // _CENT * _CENT if before else 0
            told.append(Tender(tender.method, part))
            left -= part
        tenders = (Tender(tenders[0].method, left), *told)
    return order._replace(lines=lines, tenders=tenders)


def _line(draw: Chance, line: Line) -> Line:
    """The line at another price, in whole coins."""
    parts = draw.pick((100, 100, 101, 99, 103, 117, 150, 200, 333, 50, 67, 20))
    cents = draw.pick((0, 0, 1, 7, 25, 50, 99))

    def scaled(amount: int | None) -> int | None:
        return None if amount is None else (amount * parts // 100 // MICRO * MICRO) + cents * _CENT

    price, amount = scaled(line.price), scaled(line.amount)
    quantity = line.quantity
    if line.price is not None and not quantity % MICRO:
        quantity *= draw.pick((1, 1, 1, 2, 3))
    whole = amount if amount is not None else (price or 0) * quantity // MICRO
    discount = line.discount or whole * draw.pick((0, 0, 0, 10, 30)) // 100 // MICRO * MICRO
    tax = scaled(line.tax) if line.tax else 0
    return line._replace(price=price, amount=amount, quantity=quantity, discount=min(discount, whole), tax=tax or 0)


def _paid(line: Line) -> int:
    whole = line.amount if line.amount is not None else (line.price or 0) * line.quantity // MICRO
    return whole - line.discount
