"""What both audiences need: the decision at hand, and its amounts, dates and titles in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final, Literal, Protocol

from loyalty_rules.amounts import MICRO, format_fraction, format_units
from loyalty_rules.calendar import format_date
from loyalty_rules.codes import PresentedCode
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.decision import Effect, NotReturnable, PointsAwarded, PromiseTrace, RuleTrace
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reasons import COUNTED
from loyalty_rules.errors import shown
from loyalty_rules.events import Cancellation, Event, Purchase, Referred, Return, Won
from loyalty_rules.explaining.wording import Wording
from loyalty_rules.lang.checked import Boost, Cap, Checked, Conversion, Earn, Expiry, Offer, Redeem, Rule
from loyalty_rules.lang.conditions import Kind, Measure
from loyalty_rules.lang.told import zone_told
from loyalty_rules.ledger.standings import stands
from loyalty_rules.member import ADJUSTMENT, NEVER, OVERDRAFT, REPAID, MemberState
from loyalty_rules.records import partner_in, rule_in
from loyalty_rules.settlement.ladders.ranks import held_rank
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: What one explanation repeats of a title, and of a clause as written.
_TITLE_LIMIT: Final = 120
_CLAUSE_LIMIT: Final = 240
#: What stands where no rule gave units, and the text that names it.
_UNNAMED: Final = {ADJUSTMENT: "name.adjustment", OVERDRAFT: "name.overdraft", REPAID: "name.repaid"}


class Decider(Protocol):
    """What an explanation reads of a programme."""

    @property
    def plan(self) -> Plan: ...


class Decided(Protocol):
    """What an explanation reads of a decision."""

    @property
    def programme(self) -> Decider: ...
    @property
    def event(self) -> Event: ...
    @property
    def outcome(self) -> Literal["decided", "repeated", "not_returnable"]: ...
    @property
    def member(self) -> MemberState: ...
    @property
    def effects(self) -> tuple[Effect, ...]: ...
    @property
    def trace(self) -> tuple[RuleTrace, ...]: ...
    @property
    def refused(self) -> NotReturnable | None: ...
    @property
    def promises(self) -> tuple[PromiseTrace, ...]: ...
    @property
    def codes(self) -> tuple[PresentedCode, ...]: ...


def safe(text: str, limit: int) -> str:
    """Text of an author or a host as it may be shown: controls escaped, bounded, a backslash left alone."""
    return "\\".join(shown(part, limit) for part in text[: limit + 1].split("\\"))


def titled(titles: tuple[tuple[str, str], ...], language: str, title: str, name: str) -> str:
    """The title in a language, else the title of the file, else the name."""
    return safe(dict(titles).get(language) or title or name, _TITLE_LIMIT)


def is_return(telling: Telling) -> bool:
    """Whether goods come back: then nothing is given, and no rule has anything to tell the member."""
    return isinstance(telling.decision.event, Return | Cancellation)


@frozen
class Telling:
    """One decision, to be told in the words of one language."""

    decision: Decided
    words: Wording

    @property
    def plan(self) -> Plan:
        return self.decision.programme.plan

    @property
    def checked(self) -> Checked:
        return self.plan.checked

    @property
    def language(self) -> str:
        return self.words.table.language

    def text(self, key: str, **values: str) -> str:
        return self.words.text(key, **values)

    def zone(self, zone: str) -> str:
        """The name of a time zone, told by the order or the member where it has to be."""
        decision = self.decision
        facts = dict(decision.event.facts) if isinstance(decision.event, Purchase) else {}
        order = {name: value for name, value in facts.items() if isinstance(value, str)}
        return zone_told(zone, self.checked.facts, order, dict(decision.member.facts), self.checked.zone)

    # ---------- names

    def title(self, name: str) -> str:
        """The title of a rule, promise, group, guardrail, purse, partner or ladder in this language, the name where it
        has none; of a part of a lot, with who pays for it."""
        if name in _UNNAMED:
            return self.text(_UNNAMED[name])
        if partner := partner_in(name):
            return self.text("name.funded", rule=self.title(rule_in(name)), partner=self.title(partner))
        checked = self.checked
        rule: Rule | None = checked.earns.get(name) or checked.boosts.get(name) or self.plan.offers.get(name)
        spender: Conversion | Redeem | None = checked.conversions.get(name) or checked.redeems.get(name)
        if spender is not None:
            return titled(spender.titles, self.language, spender.title, name)
        if rule is not None:
            return titled(rule.titles, self.language, rule.title, name)
        if name in checked.promises:
            promise = checked.promises[name]
            return titled(promise.titles, self.language, promise.title, name)
        if name in checked.ladders:
            ladder = checked.ladders[name]
            return titled(ladder.titles, self.language, ladder.title, name)
        if name in checked.memberships:
            membership = checked.memberships[name]
            return titled(membership.titles, self.language, membership.title, name)
        if name in checked.perks:
            return titled(checked.perks[name].titles, self.language, checked.perks[name].title, name)
        if name in checked.budgets:
            budget = checked.budgets[name]
            return titled(budget.titles, self.language, budget.title, name)
        if name in checked.changes:
            change = checked.changes[name]
            return titled(change.titles, self.language, change.title, name)
        declared: tuple[Mapping[str, object], ...] = (
            checked.groups,
            checked.offer_groups,
            checked.nevers,
            checked.purses,
            checked.products,
            checked.partners,
            checked.events,
            checked.experiments,
            checked.contests,
        )
        for blocks in declared:
            if name in blocks:
                title = getattr(blocks[name], "title", "")
                return titled(checked.titles.get(name, ()), self.language, title, name)
        return safe(name, _TITLE_LIMIT)

    def quoted(self, *names: str) -> str:
        """Titles inside a sentence, told apart from its words."""
        return ", ".join(self.text("rule.quoted", title=self.title(name)) for name in names)

    def written(self, span: Span) -> str:
        """What stands in the rule file, on one line."""
        return safe(" ".join(self.plan.text[span.start : span.end].split()), _CLAUSE_LIMIT)

    def level(self, ladder: str, name: str) -> str:
        """The name of a level, or the phrase for having none."""
        return safe(name or self.checked.ladders[ladder].base, _TITLE_LIMIT) or self.words.table.text("NO_LEVEL")

    def held(self, ladder: str) -> str:
        """The level that the member holds after the decision."""
        member, found = self.decision.member, self.checked.ladders[ladder]
        return self.level(ladder, found.level_name(held_rank(found, stands(member, ladder), member.clock)))

    def rule(self, name: str) -> Earn | Boost | Offer:
        """A rule of which there is a record; of a referral the side that the event is about."""
        if isinstance(self.decision.event, Referred) and name in self.checked.referrals:
            return self.checked.referrals[name].inviter
        if isinstance(self.decision.event, Won):
            won = self.checked.draws.get(name) or self.checked.contests.get(name)
            if won is not None:
                return won.rule
        return self.plan.rules.get(name) or self.plan.offers[name]

    def caps(self) -> Iterator[Cap]:
        """Every cap of the programme."""
        for rule in self.plan.rules.values():
            yield from rule.caps
        for offer in self.plan.offers.values():
            yield from offer.caps
        for group in self.checked.groups.values():
            yield from group.caps
        for offers in self.checked.offer_groups.values():
            yield from offers.caps
        for referral in self.checked.referrals.values():
            yield from referral.inviter.caps

    def cap(self, key: str) -> str:
        """A cap as it is written in the file; its key where it has no clause."""
        return next((self.written(cap.span) for cap in self.caps() if cap.key == key), safe(key, _TITLE_LIMIT))

    # ---------- amounts

    def units(self, purse: str, amount: int) -> str:
        """Smallest units of a purse: `57 bonus`, or `57.50 RUB` of a purse that is counted in money."""
        return f"{format_units(amount, self.decimals(purse))} {self.unit(purse)}"

    def money(self, units: int, currency: str = "") -> str:
        """Minor units of a currency: `12.50 RUB`; of that of the order without one."""
        code = currency or self.checked.currency
        return f"{format_units(units, EXPONENTS[code])} {code}"

    def added(self, boost: Boost, units: int) -> str:
        """What a boost added, in the purse of the rules it changes; a bare number where they give to several."""
        purses = {gift.purse for name in boost.changes for gift in self.checked.earns[name].gives}
        return self.units(min(purses), units) if len(purses) == 1 else str(units)

    def unit(self, purse: str) -> str:
        """What a purse is counted in: the currency, or points that go by its name."""
        found = self.checked.purses.get(purse)
        return found.currency if found and found.currency else safe(purse, _TITLE_LIMIT)

    def decimals(self, purse: str) -> int:
        """Of a purse, or of the currency, in which offers are counted."""
        found = self.checked.purses.get(purse)
        return found.decimals if found else EXPONENTS.get(purse, 0)

    def amount(self, distance: Fraction, unit: str) -> str:
        """A distance with its unit: `80 RUB`, `2.50 miles`, `2 orders`, `3 days`, or a bare number."""
        exponent = None
        if unit in EXPONENTS:
            exponent = EXPONENTS[unit]
        elif unit in self.checked.purses:
            exponent = self.decimals(unit)
            unit = self.unit(unit)
        elif unit in self.words.table.forms:
            return self.words.counted(unit, distance)
        if exponent is None:
            return format_fraction(distance)
        scaled = distance * 10**exponent
        whole = distance.denominator == 1 or scaled.denominator != 1
        number = format_fraction(distance) if whole else format_units(scaled.numerator, exponent)
        return f"{number} {unit}"

    def measured(self, measure: Measure, units: int) -> str:
        """Smallest units of a measure: money, points, things counted, or a bare number."""
        match measure.kind:
            case Kind.MONEY:
                return self.money(units, measure.currency)
            case Kind.POINTS:
                return self.units(measure.of, units)
            case Kind.COUNT:
                return self.amount(Fraction(units), COUNTED.get(measure.counter, measure.counter.value))
            case _:
                return format_fraction(Fraction(units, MICRO))

    # ---------- instants

    def date(self, instant: int) -> str:
        """The local date of an instant."""
        return format_date(self.plan.timeline.day(instant))

    def moment(self, instant: int) -> str:
        """Local date and time, by the wall clock of the programme's zone."""
        zone = self.plan.timeline.zone
        seconds = zone.local_seconds(instant)
        return f"{format_date(zone.local_date(instant))} {seconds // 3600:02d}:{seconds // 60 % 60:02d}"

    def start(self, instant: int) -> str:
        """An instant from which something holds: its date where it is the start of one, else date and time."""
        timeline = self.plan.timeline
        day = timeline.day(instant)
        return format_date(day) if timeline.start(day) == instant else self.moment(instant)

    def end(self, instant: int) -> str:
        """An instant at which something is over: the last date on which it holds; "" where it never is."""
        return "" if instant >= NEVER else self.date(instant - 1)

    def is_kept_alive(self, effect: PointsAwarded) -> bool:
        """Whether activity moves the end of what was given."""
        return any(end.idle for end in self.ends_of(effect))

    def ends_of(self, effect: PointsAwarded) -> tuple[Expiry, ...]:
        """The clauses that say when what was given expires; none for never."""
        rule = self.checked.earns.get(effect.rule)
        own = rule.expire if rule is not None else None
        return own if own is not None else self.checked.purses[effect.purse].expire

    def awards(self, rule: str) -> tuple[PointsAwarded, ...]:
        """What a rule gave, purse by purse."""
        return tuple(
            effect for effect in self.decision.effects if isinstance(effect, PointsAwarded) and effect.rule == rule
        )


def listed_of(telling: Telling, listed: list[str], count: int) -> str:
    """What is shown of a list, and how many more there are."""
    if count > len(listed):
        listed = [*listed, telling.text("given.more", count=str(count - len(listed)))]
    return ", ".join(listed)


def lived(telling: Telling, usable: int, expires: int, at: int, key: str = "given.through") -> str:
    """When what was given at an instant can be used, and how long; `key` says how the end is told."""
    end = end_of(telling, expires, key)
    if usable <= at:
        return telling.text("given.at_once", end=end)
    return telling.text("given.later", date=telling.start(usable), end=end)


def end_of(telling: Telling, expires: int, key: str = "given.through") -> str:
    """The last date on which something can be used, or that there is none."""
    return telling.text("given.never") if expires >= NEVER else telling.text(key, date=telling.end(expires))
