"""The ledger of one member, worked out naively: every date is visited, every sum is added up anew. Written from
docs/semantics.md; shares nothing with the engine.
"""

from __future__ import annotations

from dataclasses import replace

from tests.models import ledger_changes as changes
from tests.models import ledger_choices as choices
from tests.models import ledger_memberships as memberships
from tests.models.ledger_awards import Basket
from tests.models.ledger_calendar import later
from tests.models.ledger_exchange import ask_to_convert
from tests.models.ledger_levels import climb, recheck, review
from tests.models.ledger_lots import active, adjust, catches_up, clean, ends_of, merge, pay_debt, usable_from
from tests.models.ledger_merging import absorbs
from tests.models.ledger_offers import counts, priced
from tests.models.ledger_pairs import gives, receives
from tests.models.ledger_passing import Passing
from tests.models.ledger_programmes import Programme
from tests.models.ledger_redeem import ends_aside, redeem, set_aside
from tests.models.ledger_returns import take_back
from tests.models.ledger_state import Event, Order, RefusedError
from tests.models.ledger_using import buy, use


class Member(Passing):
    """One member under a programme."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(programme)
        self.refunded = 0  # of fees, by the last step of a membership

    def apply(self, event: Event) -> str:
        """`decided`, `repeated` or `not_returnable`; raises `RefusedError`."""
        if event.kind == "tick":
            if event.at > self.clock:
                self.late = False
                self.pass_to(event.at)
            return "decided"
        if event.id in self.seen:
            if self.seen[event.id] != event:
                raise RefusedError
            return "repeated"
        if event.at < self.clock and not self.takes_late(event):
            raise RefusedError
        if event.kind in ("return", "cancellation") and not self.may_return(event):
            return "not_returnable"
        self.late = event.at < self.clock  # what time brings on the way is not late itself
        if self.late:
            self.acted[f"late {event.kind}"] += 1
        else:
            self.pass_to(event.at)
        self.decisions += 1
        self.happens(event)
        merge(self)
        self.remembers_levels()
        self.seen[event.id] = event
        return "decided"

    def takes_late(self, event: Event) -> bool:
        """So many local dates back; what spends, and what is asked for, comes in time or not at all."""
        late = self.programme.late
        if not late or self.zone.day(self.clock) - self.zone.day(event.at) > late:
            return False
        if any(self.zone.day(event.at) < self.begun(one.posts, self.zone.day(self.clock)) for one in self.posting):
            return False
        if changes.since(self, event.at):
            return False
        if event.kind == "purchase":
            return not event.name
        return event.kind in ("event", "confirmation", "return", "cancellation")

    def happens(self, event: Event) -> None:
        at = event.at
        match event.kind:
            case "purchase":
                self.buys(event)
            case "event":
                self.gives(f"event {event.name}", at)
                self.count(f"times {event.name}", at, 1)
                if event.order:
                    self.releases(event.name, event.order, at)
            case "joining":
                if self.joined is not None:
                    raise RefusedError
                self.joined = self.zone.day(at)
                self.gives("joining", at)
            case "choice":
                reward = self.programme.reward(event.name)
                if reward:
                    buy(self, reward, event)
                elif any(earn.name == event.name for earn in self.programme.earns):
                    self.posts([choices.chosen(self, event)], at, "", at)
                else:
                    ask_to_convert(self, event.name, event.amount, at)
            case "adjustment":
                adjust(self, event.name, at, event.amount)
            case "confirmation":
                self.releases("confirmation", event.order, at)
            case "transfer":
                gives(self, event)
                self.acted["transfer to another member"] += 1
            case "incoming":
                other = Member(self.programme)
                other.apply(Event("adjustment", "a", event.until, name=event.name, amount=event.amount))
                other.pass_to(at)
                receives(self, event, gives(other, event))
                self.acted["transfer from another member"] += 1
            case "membership":
                membership = next(one for one in self.programme.memberships if one.name == event.name)
                self.refunded = memberships.step(self, membership, event.order, at)
            case "merge":
                other = Member(self.programme)
                for one in event.before:
                    other.apply(one)
                other.pass_to(at)
                absorbs(self, other)
                self.acted["merge"] += 1
            case "reservation":
                set_aside(self, event)
            case "capture":
                ends_aside(self, event.order, event.amount or -1)
            case "release":
                ends_aside(self, event.order, 0)
            case _:
                take_back(self, event)
        if self.late:
            catches_up(self)
            self.gives_levels()
        self.ends_event(event)

    def ends_event(self, event: Event) -> None:
        """What comes late converts nothing; ladders are asked now."""
        if not self.late:
            self.converts_at_once(event.at)
        for ladder in self.programme.ladders:
            if event.kind in ("return", "cancellation"):  # lifts no level
                if ladder.after_return == "recheck" or (ladder.after_return != "keep" and ladder.review == "order"):
                    recheck(self, ladder, self.clock)
                continue
            before = self.held_rank(ladder.name)
            ranks = climb(self, ladder, self.clock)
            if ladder.review == "order" and not ranks:
                review(self, ladder, self.clock, self.zone.day(self.clock))
            self.reached += [(ladder.name, rank) for rank in ranks if rank > before]
        self.rewards_levels(self.clock, converts=not self.late)
        for name in self.purses if self.late else ():  # what a level gave
            pay_debt(self, name)

    # ---------- an order

    def buys(self, event: Event) -> None:
        lines, off = priced(self, event)
        event = replace(event, lines=lines)
        paid = [line.amount for line in event.lines]
        payments = []
        reward = self.programme.reward(event.name)
        if reward:
            payments = use(self, reward, event)
        elif event.name:
            rule = next(one for one in self.programme.redeems if one.name == event.name)
            payment = redeem(self, rule, event.lines, event.amount, event.at)
            payments += [payment] if payment else []
        counts(self, event, off)
        for payment in payments:
            for place, money in payment.shares.items():
                paid[place] -= money
        basket = Basket(dict(enumerate(event.lines)), dict(enumerate(paid)))
        known, awards, limits, completed = self.decides("", event.at, basket, event.id)
        for category in ("", *sorted({line.category for line in event.lines})):
            places = [place for place, line in enumerate(event.lines) if category in ("", line.category)]
            on = f" {category}" if category else ""
            self.count(f"spend{on}", event.at, sum(paid[place] for place in places))
            self.count(f"items{on}", event.at, sum(event.lines[place].quantity for place in places))
            self.count(f"orders{on}", event.at, 1)
        if self.programme.returns:
            day = self.zone.day(event.at)
            until = self.zone.end(later(day, self.programme.returns[1]))
            kept = [line.quantity for line in event.lines]
            awards += self.gave_nothing(awards, event)
            self.orders[event.id] = Order(
                *(event.id, self.decisions, event.at, day, until, event.lines, kept, known, awards, limits, payments),
                completed,
                off,
            )
        self.acts(event, basket)

    def acts(self, event: Event, basket: Basket) -> None:
        """Activity: what adds to one of the measures behind it."""
        for purse in self.programme.purses:
            if any(basket.adds(measure) for measure in purse.active):
                active(self, purse.name, self.zone.day(event.at))

    def releases(self, name: str, order: str, at: int) -> None:
        """What waited for this event about its order is now as if it had been earned at this instant."""
        how = {"delivered": "event", "confirmation": "confirmation"}.get(name)
        for purse, held in self.purses.items():
            for lot in held.lots:
                if lot.usable is None and lot.order == order and lot.life.usable.how == how:
                    self.acted[f"released by {name}"] += 1
                    lot.usable = usable_from(self, lot.life.usable, at)
                    if lot.life.from_usable:
                        lot.last, lot.latest = ends_of(self, lot.life, lot.earned, lot.usable, held.active)
                        if self.end(lot) <= at:
                            self.notes_expiry(purse, lot)
                            lot.parts = {}
            clean(held)
            merge(self)
            pay_debt(self, purse)

    def may_return(self, event: Event) -> bool:
        order = self.orders.get(event.order)
        if order is None or event.at >= order.until or order.whole:
            return False
        if event.kind == "cancellation":
            return True
        return all(place < len(order.kept) and units <= order.kept[place] for place, units in event.back)
