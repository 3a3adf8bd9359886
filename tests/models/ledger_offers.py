"""Offers of the ledger model: as plain values with their text, and what they take off the lines of an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.models.ledger_awards import Basket, holds, read
from tests.models.ledger_calendar import NEVER
from tests.models.ledger_lives import roubles
from tests.models.ledger_questions import Test, Window, block
from tests.models.ledger_state import Event, Known, Line, Order, State, half_up, split

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Limit, Programme


@dataclass(frozen=True)
class Taking:
    """So many kopecks a member gets off over a window, or an order."""

    amount: int
    window: Window | None = None

    def text(self) -> str:
        return f"cap {roubles(self.amount)} {f'per member {self.window.text()}' if self.window else 'per order'}"


@dataclass(frozen=True)
class Offer:
    """A `percent` of each line, or an `amount` once; `keep` kopecks of each item stay."""

    name: str
    percent: int = 0
    amount: int = 0
    category: str = ""
    keep: int = 0
    audience: tuple[Test, ...] = ()
    when: tuple[Test, ...] = ()
    caps: tuple[Taking, ...] = ()
    limit: Limit | None = None

    def text(self, programme: Programme) -> str:
        lines = [f"for {test.text(programme)}" for test in self.audience]
        lines += [f"when {test.text(programme)}" for test in self.when]
        lines.append(f"on {self.category or 'any product'}")
        lines.append(f"discount {f'{self.percent}%' if self.percent else roubles(self.amount)}")
        lines += [f"keep price at least {roubles(self.keep)}"] if self.keep else []
        lines += [cap.text() for cap in self.caps]
        lines += [self.limit.text()] if self.limit else []
        return block(f"offer {self.name}", lines)


def cap_key(offer: Offer, cap: Taking) -> str:
    return f"{offer.name} CAP {cap.window.text() if cap.window else ''}"


def limit_key(offer: Offer) -> str:
    return f"{offer.name} LIMIT {offer.limit.window.text() if offer.limit and offer.limit.window else ''}"


# ---------- an order


def priced(state: State, event: Event) -> tuple[tuple[Line, ...], dict[str, dict[int, int]]]:
    """The lines with what is left to pay, and what each offer took off, by line. Each is asked of the order as it
    came."""
    took: dict[str, dict[int, int]] = {}
    if not state.programme.offers:
        return event.lines, took
    known, lines = read(state, event.at), event.lines
    came = Basket(dict(enumerate(lines)), {place: line.amount for place, line in enumerate(lines)})
    for offer in state.programme.offers:
        if not may(state, offer, known, came):
            continue
        off = taken_off(state, offer, known, lines)
        if not sum(off.values()):
            continue
        took[offer.name] = off
        lines = tuple(replace(line, amount=line.amount - off.get(place, 0)) for place, line in enumerate(lines))
    return lines, took


def counts(state: State, event: Event, took: dict[str, dict[int, int]]) -> None:
    """What was taken off counts for the ceilings, once nothing refuses the order any more."""
    for offer in state.programme.offers:
        off = took.get(offer.name)
        if off is None:
            continue
        state.acted["offer in percent" if offer.percent else "offer of an amount"] += 1
        for cap in offer.caps:
            if cap.window:
                state.count(cap_key(offer, cap), event.at, sum(off.values()))
        if offer.limit:
            state.count(limit_key(offer), event.at, 1)


def may(state: State, offer: Offer, known: Known, came: Basket) -> bool:
    if not all(holds(test, known, came, known.ranks) for test in (*offer.audience, *offer.when)):
        return False
    return offer.limit is None or state.net(limit_key(offer), offer.limit.window, known.day) < offer.limit.times


def taken_off(state: State, offer: Offer, known: Known, lines: tuple[Line, ...]) -> dict[int, int]:
    """Rounded per line or order, then held by the price that is kept and by the ceilings."""
    own = {place: line for place, line in enumerate(lines) if offer.category in ("", line.category) and line.amount}
    room = {place: max(0, line.amount - offer.keep * line.quantity) for place, line in own.items()}
    whole = sum(line.amount for line in own.values())
    if not whole:
        return {}
    by_line = bool(offer.percent) and not state.programme.off_per_order
    share = Fraction(offer.percent, 100) if offer.percent else Fraction(min(offer.amount, whole), whole)
    exact = {place: line.amount * share for place, line in own.items()}
    if by_line:
        exact = {place: Fraction(half_up(asked)) for place, asked in exact.items()}
        off = {place: min(room[place], int(asked)) for place, asked in exact.items()}
    else:
        off = filled(half_up(sum(exact.values(), start=Fraction(0))), exact, room)
    most = min([NEVER, *(ceiling(state, offer, cap, known) for cap in offer.caps)])
    if sum(off.values()) <= most:
        return off
    return filled(most, exact, off if by_line else room)


def ceiling(state: State, offer: Offer, cap: Taking, known: Known) -> int:
    if cap.window is None:
        return cap.amount
    return max(0, cap.amount - state.net(cap_key(offer, cap), cap.window, known.day))


def filled(total: int, wanted: dict[int, Fraction], room: dict[int, int]) -> dict[int, int]:
    """In whole kopecks, by what is asked of each line; lines that can take no more leave it to the others."""
    found, total = dict.fromkeys(room, 0), min(total, sum(room.values()))
    while total:
        places = [place for place in room if found[place] < room[place] and wanted[place]]
        if not places:
            break
        shares = dict(zip(places, split(total, [wanted[place] for place in places]), strict=True))
        over = [place for place in places if found[place] + shares[place] > room[place]]
        for place in over or places:
            more = min(shares[place], room[place] - found[place])
            found[place] += more
            total -= more
        if not over:
            break
    return found


# ---------- goods that come back


def come_back(state: State, order: Order, before: list[int], *, cancelled: bool) -> None:
    """Of each line the share that is kept goes on counting for ceilings; a cancelled order gives the limit back."""
    for offer in state.programme.offers:
        off = order.off.get(offer.name)
        if off is None:
            continue
        was, now = (kept_off(order, off, units) for units in (before, order.kept))
        state.acted["goods back that an offer lowered"] += now < was
        for cap in offer.caps:
            if cap.window:
                state.count(cap_key(offer, cap), order.at, now - was)
        if offer.limit and cancelled:
            state.count(limit_key(offer), order.at, -1)


def kept_off(order: Order, off: dict[int, int], kept: list[int]) -> int:
    return sum(half_up(Fraction(units * kept[place], order.lines[place].quantity)) for place, units in off.items())
