"""The counters of a member document beside the entries of the ledger model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from loyalty_rules.member import MemberState
from tests.models.ledger_awards import cap_key, limit_key
from tests.models.ledger_calendar import earlier, period_start
from tests.models.ledger_challenges import done_key, taken_key
from tests.models.ledger_model import Member
from tests.models.ledger_offers import cap_key as off_key
from tests.models.ledger_offers import limit_key as offered_key
from tests.models.ledger_questions import Asked, Measure, Window
from tests.models.ledger_redeem import cap_key as used_key
from tests.models.ledger_redeem import limit_key as uses_key
from tests.models.ledger_state import key_of
from tests.models.ledger_using import limit_key as bought_key

ALL = Window("ever")


class Counters:
    """The counters of one member, as they go on. `nets` is added up entry by entry, each once."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.names = counted(member)
        self.nets: dict[str, Counter[int]] = {name: Counter() for name in self.names}
        self.read = dict.fromkeys(self.names, 0)
        self.day = 0  # on which they were compared last

    def differences(self, state: MemberState) -> list[str]:
        """What is counted otherwise. The engine may forget a bucket that no window reaches any more, and no other."""
        member, day = self.member, self.member.zone.day(self.member.clock)
        if any(self.day < change.day <= day for change in member.programme.changes):  # counted anew what was counted
            self.nets, self.read = {name: Counter() for name in self.names}, dict.fromkeys(self.names, 0)
        self.day = day
        engine = {counter.key: dict(counter.buckets) for counter in state.counters}
        found = []
        for name, (key, window) in self.names.items():
            nets, theirs, entries = self.nets[name], engine.get(name, {}), member.entries.get(key, [])
            for entry in entries[self.read[name] :]:
                nets[bucket(member, window, entry.day)] += entry.amount
            self.read[name] = len(entries)
            first = oldest(member, window, day)
            if theirs == {place: net for place, net in nets.items() if net and place >= first}:
                continue
            # A bucket that one of two members had forgotten comes back with the other one.
            there = [place for place in theirs if place >= first or not member.programme.merges]
            places = {*there, *(place for place in nets if place >= first)}
            found += [(name, at, theirs.get(at, 0), nets[at]) for at in places if theirs.get(at, 0) != nets[at]]
        return [f"counter {name} {place}: engine {one}, model {other}" for name, place, one, other in sorted(found)]


def counted(member: Member) -> dict[str, tuple[str, Window]]:
    """What the engine calls what the model counts."""
    found = {"@orders": ("orders", ALL)}
    for earn in member.programme.earns:
        for cap in earn.caps:
            if cap.window:
                found[f"{earn.name} CAP {cap.purse} S_MEMBER {named(cap.window)}"] = cap_key(earn, cap), cap.window
        if earn.limit:
            window = earn.limit.window or ALL
            found[f"{earn.name} LIMIT S_MEMBER {named(window)}"] = limit_key(earn), window
        for measure in measures(*earn.audience, *earn.when, *(earn.goal.tests if earn.goal else ())):
            found[measured(measure)] = key_of(measure), measure.window
        if earn.goal:
            found[f"{earn.name} DONE"] = done_key(earn.name), ALL
            if earn.goal.window:
                found[f"{earn.name} DONE_IN"] = done_key(earn.name), earn.goal.window
            for test in earn.goal.tests if earn.goal.how != "once" else ():
                key = taken_key(earn.name, test)
                found[f"{earn.name} TAKEN {measured(test.measure)}"] = key, test.measure.window
    for offer in member.programme.offers:
        for taking in offer.caps:
            if taking.window:
                found[f"{offer.name} CAP T_MONEY S_MEMBER {named(taking.window)}"] = (
                    off_key(offer, taking),
                    taking.window,
                )
        if offer.limit:
            window = offer.limit.window or ALL
            found[f"{offer.name} LIMIT S_MEMBER {named(window)}"] = offered_key(offer), window
        for measure in measures(*offer.audience, *offer.when):
            found[measured(measure)] = key_of(measure), measure.window
    for rule in member.programme.redeems:
        for ceiling in rule.caps:
            if ceiling.window:
                unit = rule.purse if ceiling.points else "T_MONEY"
                found[f"{rule.name} CAP {unit} S_MEMBER {named(ceiling.window)}"] = (
                    used_key(rule, ceiling),
                    ceiling.window,
                )
        if rule.limit:
            window = rule.limit.window or ALL
            found[f"{rule.name} LIMIT S_MEMBER {named(window)}"] = uses_key(rule), window
    for reward in member.programme.rewards:
        if reward.limit:
            window = reward.limit.window or ALL
            found[f"{reward.name} LIMIT S_MEMBER {named(window)}"] = bought_key(reward), window
    for ladder in member.programme.ladders:
        for level in ladder.levels:
            for measure in measures(level.when, level.keep, level.back):
                found[f"TIERS {measured(measure)}"] = key_of(measure), measure.window
    return found


def measures(*tests: object) -> Iterator[Measure]:
    for test in tests:
        if isinstance(test, Asked) and test.measure.what != "balance" and test.measure.window.how != "order":
            yield test.measure


def measured(measure: Measure) -> str:
    named_ones = {"earned": f"EARNED {measure.name}", "times": f"TIMES {measure.name}"}
    of = {"spend": "SPEND MONEY_PAID", **named_ones}.get(measure.what, measure.what.upper())
    return f"{of} {named(measure.window)}"


def named(window: Window) -> str:
    match window.how:
        case "period":
            period = {"programme year": "PYEAR"}.get(window.period, window.period.split()[-1].upper())
            return f"PERIOD {period}"
        case "last":
            count, unit = window.length
            return f"IN_LAST {count} {unit.upper()}"
        case _:
            return "EVER"


def bucket(member: Member, window: Window, day: int) -> int:
    """A date, or the number of a period."""
    if window.how == "last":
        return day
    if window.how != "period":
        return 0
    found = date.fromordinal(period_start(day, window.period, member.programme.year_starts))
    match window.period:
        case "calendar day":
            return day
        case "calendar week":
            return (day - 1) // 7
        case "calendar month":
            return found.year * 12 + found.month - 1
        case "calendar quarter":
            return found.year * 4 + found.month // 3
        case _:
            return found.year


def oldest(member: Member, window: Window, day: int) -> int:
    """The first bucket that counts on a date."""
    if window.how != "last":
        return bucket(member, window, day)
    count, unit = window.length
    return day - count + 1 if unit == "days" else earlier(day, window.length) + 1
