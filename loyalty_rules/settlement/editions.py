"""The editions of one programme, each from an instant on: an occasion is decided by the one in force at its instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from fractions import Fraction
from typing import Any, Final

from loyalty_rules.decision import Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion, receive
from loyalty_rules.errors import DecisionError, SettingsError
from loyalty_rules.events import Cancellation, Event, Purchase, Return
from loyalty_rules.lang.checked import Checked, Ladder
from loyalty_rules.lang.conditions import Fact, Owner
from loyalty_rules.lang.renaming import declared, former_keys, taken_over
from loyalty_rules.ledger.redenominating import cut
from loyalty_rules.ledger.renaming import parts_renamed, renamed
from loyalty_rules.member import NEVER, MemberState, Purse, Sum
from loyalty_rules.values import frozen

#: The fields of effects that hold names of blocks, or units by them.
NAMED: Final = frozenset(
    {"rule", "purse", "ladder", "membership", "perk", "parts", "funding", "debits", "waits_for", "budget", "gifts"}
    | {"products", "sets"}
)


@frozen
class Edition:
    """A programme as it holds from `since` (0 for the first one) until the next edition."""

    plan: Plan
    fingerprint: str
    since: int
    names: Mapping[str, str] = field(default_factory=dict)  # by those of the edition before, where they changed
    keys: Mapping[str, str] = field(default_factory=dict)  # of counters, by those of the edition before


@frozen
class Editions:
    """All editions of a programme, one at least, in the order in which they hold."""

    all: tuple[Edition, ...]

    def place_at(self, at: int) -> int:
        """The edition in force at an instant, as its place in the list."""
        if len(self.all) == 1:
            return 0
        return max(place for place, edition in enumerate(self.all) if edition.since <= at or not place)

    def place_of(self, member: MemberState) -> int:
        """The edition under which a member's values stand."""
        return self.place_known(member.programme, member.clock)

    def judged(self, place: int, event: Event) -> tuple[int, Occasion]:
        """The edition that judges an event told under the one at `place`, and the event in its terms. Where orders go
        by a clock, it is the one in force at the start of the date that it shows, and none that has not begun."""
        plan = self.all[place].plan.of(event)
        occasion, now = receive(plan, event), place
        day = occasion.facts.get(plan.checked.judged_by)
        if isinstance(day, int):
            at = plan.timeline.start(day)
            while place and self.all[place].plan.checked.judged_by and self.all[place].since > at:
                place -= 1
        if place == now or not isinstance(event, Purchase):
            return place, occasion
        judge = self.all[place].plan.of(event)
        return place, receive(judge, _in_terms_of(event, plan, judge))

    def place_known(self, fingerprint: str, clock: int) -> int:
        """The edition with the fingerprint of the one that last decided, if it is one of these, else the one in force
        at the member's clock. Of two that mean the same, the later one that has begun."""
        if len(self.all) == 1:
            return 0
        places = [place for place, edition in enumerate(self.all) if edition.fingerprint == fingerprint]
        begun = [place for place in places if self.all[place].since <= clock]
        return (begun or places[:1] or [self.place_at(clock)])[-1]

    def turn_after(self, place: int) -> int:
        """The instant at which the edition behind this one begins; NEVER for the last."""
        return self.all[place + 1].since if place + 1 < len(self.all) else NEVER

    def started(self, member: MemberState, at: int) -> int:
        """The edition from which a decision at an instant starts. Raises `DecisionError` (`edition.earlier`) where that
        member was decided by an edition later than the one in force."""
        place, now = self.place_of(member), self.place_at(at)
        if place > now and member.decisions:
            raise DecisionError(
                "edition.earlier", f"the member was decided by a later edition than {self.all[now].fingerprint}"
            )
        return min(place, now)

    def turned(self, member: MemberState, place: int) -> MemberState:
        """The member as the edition behind this one takes it over: the same names, the same counters, under their new
        names where they have some; what its clauses no longer ask for stays. Remainders are cut to billionths of a
        smallest unit."""
        before, after = self.all[place], self.all[place + 1]
        if before.fingerprint == after.fingerprint:
            return member
        member = renamed(member, after.names, after.keys)
        purses = tuple(
            purse._replace(
                remainders=tuple(cut(rule, Fraction(top, under)) for rule, top, under in purse.remainders),
                sums=_sums(purse, before, after),
            )
            for purse in member.purses
        )
        kept = tuple(purse._replace(remainders=tuple(r for r in purse.remainders if r[1])) for purse in purses)
        return member._replace(purses=kept, programme=after.fingerprint)

    def renamed_since(self, place: int) -> tuple[dict[str, str], dict[str, str]]:
        """By the names of an edition those of the last one, where they changed since, and the same of its keys."""
        names: dict[str, str] = {}
        keys: dict[str, str] = {}
        for edition in self.all[place + 1 :]:
            names, keys = _then(names, edition.names), _then(keys, edition.keys)
        return names, keys

    def names_since(self, member: MemberState) -> Mapping[str, str]:
        """By the names in which a member stands those of the last edition, where they changed since."""
        return self.renamed_since(self.place_of(member))[0]


def _then(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """One change of names after another."""
    changed = {former: second.get(name, name) for former, name in first.items()}
    again = set(first.values())
    return changed | {former: name for former, name in second.items() if former not in again}


def currency_of(event: Event, before: MemberState) -> str:
    """The currency that an event is about: that of its order, as far as the member knows it; "" for the first one of
    the programme."""
    if isinstance(event, Purchase):
        return event.currency
    order = event.order if isinstance(event, Return | Cancellation) else ""
    return next((record.currency for record in before.records if order and record.order == order), "")


def _in_terms_of(event: Purchase, now: Plan, judge: Plan) -> Purchase:
    """An order without the facts that only today's edition declares."""
    more = {name for name in now.checked.facts if name not in judge.checked.facts}
    lines = (line._replace(facts=tuple(fact for fact in line.facts if fact[0] not in more)) for line in event.lines)
    facts = tuple(fact for fact in event.facts if fact[0] not in more)
    return event._replace(lines=tuple(lines), facts=facts)


def succession(editions: Iterable[tuple[Plan, str, int]]) -> Editions:
    """Editions that follow one another, each with its fingerprint and the instant from which it holds."""
    found: list[Edition] = []
    for plan, fingerprint, since in editions:
        names = taken_over(found[-1].plan.checked, plan.checked) if found else {}
        before = {name: former for former, name in names.items()}
        former = {
            key: was
            for one in (plan, *plan.elsewhere.values())
            for key, was in former_keys(one.checked, before).items()
        }
        found.append(Edition(plan, fingerprint, since, names, {key: now for now, key in former.items()}))
    return Editions(tuple(found))


def effect_renamed(effect: Effect, names: Mapping[str, str]) -> Effect:
    """An effect that came before a change of names, told in the new ones."""
    changed: dict[str, Any] = {
        name: _renamed_in(name, value, names) for name, value in effect._asdict().items() if name in NAMED
    }
    return effect._replace(**changed)


def _renamed_in(name: str, value: Any, names: Mapping[str, str]) -> Any:
    match name:
        case "parts" | "funding" | "gifts":
            return parts_renamed(value, names)
        case "sets":
            return tuple(sorted(names.get(one, one) for one in value))
        case "debits":
            return tuple(debit._replace(parts=parts_renamed(debit.parts, names)) for debit in value)
        case _:
            return names.get(value, value)


def _sums(purse: Purse, before: Edition, after: Edition) -> tuple[Sum, ...]:
    """The sums of periods, cut like remainders; none where the purse is rounded over another period from now on."""
    former = next((old for old, now in after.names.items() if now == purse.name), purse.name)
    then, now = before.plan.checked.purses.get(former), after.plan.checked.purses.get(purse.name)
    if then is None or now is None or then.rounding.period is not now.rounding.period:
        return ()
    found = ((one, cut(one.rule, Fraction(one.numerator, one.denominator))) for one in purse.sums)
    return tuple(one._replace(numerator=top, denominator=under) for one, (_, top, under) in found if top)


def alone(plan: Plan, fingerprint: str) -> Editions:
    """A programme without earlier editions."""
    return Editions((Edition(plan, fingerprint, 0),))


# ---------- what may follow what


def check_succession(before: Checked, after: Checked) -> None:
    """What members hold under an edition is known to the one after it. Raises `SettingsError` (`edition.lost`,
    `edition.changed`) otherwise, naming it."""
    then, now = (one.currencies or (one.currency,) for one in (before, after))
    if now[: len(then)] != then:
        raise _changed(f"the currency was {', '.join(then)} and is {', '.join(now)}")
    names, kinds = taken_over(before, after), declared(after)
    for name, kind in declared(before).items():
        if name in names and kinds[names[name]] != kind:
            raise _changed(f"`{name}` and `{names[name]}` are blocks of different kinds")
    for name, purse in before.purses.items():
        held = after.purses.get(names.get(name, name))
        if held is None:
            raise _lost(f"members hold units of the purse `{name}`")
        if (purse.currency, purse.decimals) != (held.currency, held.decimals):
            raise _changed(f"the purse `{name}` is counted in other units than before")
        if bool(purse.kept_by) is not bool(held.kept_by):
            raise _changed(f"the balance of the purse `{name}` lived elsewhere before")
        if purse.rounding.posts is not held.rounding.posts:
            raise _changed(f"the purse `{name}` posts at the end of another period than before")
    for name, draw in before.draws.items():
        later = after.draws.get(name)
        if draw.chances and (later is None or (later.chances, later.commitment) != (draw.chances, draw.commitment)):
            raise _changed(f"the draw `{name}` had other chances, another commitment or another name before")
    for name, ladder in before.ladders.items():
        kept = after.ladders.get(names.get(name, name))
        if kept is None:
            raise _lost(f"members stand on the ladder `{name}`")
        for level in sorted(_levels(ladder) - _levels(kept)):
            raise _lost(f"members hold the level `{level}` of `{name}`")
    for name in before.memberships:
        if names.get(name, name) not in after.memberships:
            raise _lost(f"members have the membership `{name}`")
    for name, segment in before.segments.items():
        there = after.segments.get(names.get(name, name))
        if not segment.when and (there is None or there.when):
            raise _lost(f"members are in the segment `{name}`, which the host supplied")
    _check_facts(before, after)
    if after.judged_by:
        _check_judged(before, after, names)


def _check_judged(before: Checked, after: Checked, names: Mapping[str, str]) -> None:
    """An order of today may be judged by the edition before: it has to know all that members hold."""
    if any(name != former for former, name in names.items()):
        raise _judged("blocks are renamed")
    if before.purses.keys() != after.purses.keys():
        raise _judged("there are other purses or rewards")
    for name, purse in before.purses.items():
        if purse.rounding.period is not after.purses[name].rounding.period:
            raise _judged(f"the purse `{name}` is rounded over another period")
    if _standings(before) != _standings(after):
        raise _judged("ladders have other levels")


def _standings(checked: Checked) -> dict[str, tuple[str, ...]]:
    """The levels of each ladder, ascending."""
    return {name: (one.base, *(level.name for level in one.levels)) for name, one in checked.ladders.items()}


def _judged(what: str) -> SettingsError:
    return SettingsError(
        "edition.judged", f"orders may still be judged by the edition before, and in this one {what}", "earlier"
    )


def check_changes(before: Checked, after: Checked, since: int) -> None:
    """A change of denomination that has happened by the instant from which an edition holds does not happen again in
    it. Raises `SettingsError` (`edition.changed`), naming it."""
    names = taken_over(before, after)
    for name, change in before.changes.items():
        again = after.changes.get(names.get(name, name))
        if again is not None and change.at < since <= again.at:
            raise _changed(
                f"the change `{again.name}` has happened before, and happens once: another one has its own name"
            )


def _check_facts(before: Checked, after: Checked) -> None:
    """Facts of members: known ones stay as they are, new ones are not required of members who have none."""
    for name, fact in before.facts.items():
        if fact.owner is Owner.MEMBER:
            kept = after.facts.get(name)
            if kept is None or kept.owner is not Owner.MEMBER:
                raise _lost(f"members have the fact `{name}`")
            if not _takes(kept, fact):
                raise _changed(f"the member fact `{name}` has other values than before")
    for name, fact in after.facts.items():
        if fact.owner is Owner.MEMBER and name not in before.facts and not fact.optional and fact.otherwise is None:
            raise _changed(f"the new member fact `{name}` is required, and members do not have it")


def _takes(after: Fact, before: Fact) -> bool:
    """Whether a fact may be all that members have of the one before it: any text is not one of some texts, and not
    the name of a time zone."""
    chosen = not after.choices or (bool(before.choices) and set(before.choices) <= set(after.choices))
    return after.kind is before.kind and chosen and (before.zone or not after.zone)


def _levels(ladder: Ladder) -> frozenset[str]:
    return frozenset({ladder.base, *(level.name for level in ladder.levels)}) - {""}


def _lost(what: str) -> SettingsError:
    return SettingsError("edition.lost", f"{what}, and the next edition does not have it", "earlier")


def _changed(what: str) -> SettingsError:
    return SettingsError("edition.changed", what, "earlier")
