"""Taking units back: from what the order holds, from orders that hold what it freed under a cap, from the purse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.decision import Effect, PointsGivenAgain, PointsTakenBack
from loyalty_rules.engine.keeping import bucket_of
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.returning import Grants
from loyalty_rules.engine.sameness import counter_then
from loyalty_rules.ledger import taking
from loyalty_rules.member import NEVER, Posted, Purse, Sum, Take, Waits
from loyalty_rules.records import Funding, Record, RecordedAward
from loyalty_rules.settlement.accounts.redenominating import counted_in
from loyalty_rules.settlement.giving.periods import period_of
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.timing.lives import life

Key = tuple[str, str]


@dataclass(slots=True)
class _Told:
    """What becomes of the units of one rule that fall."""

    units: int = 0
    lots: dict[int, int] = field(default_factory=dict)
    expired: int = 0
    owed: int = 0
    short: int = 0
    funding: dict[str, int] = field(default_factory=dict)

    def no_longer_pay(self, funding: Funding) -> None:
        for partner, units in funding:
            self.funding[partner] = self.funding.get(partner, 0) + units

    def took(self, lots: taking.Debits) -> None:
        for number, units in lots:
            self.lots[number] = self.lots.get(number, 0) + units


@dataclass(slots=True)
class TakeBack:
    """The purses and records of a member while an order comes back. `place` is that of its record."""

    plan: Plan
    at: int
    purses: dict[str, Purse]
    records: list[Record]
    place: int
    effects: list[Effect]
    wanted: dict[Key, int] = field(default_factory=dict)  # what the awards of a rule are to hold

    def settle(self, grants: Grants) -> None:
        """Takes or gives again what the grants of a purse fall or rise together."""
        before, after = (held_by_rules(grants.bought.units, one.units) for one in (grants.before, grants.after))
        for purse in sorted({purse for _, purse in (*before, *after)}):
            rules = sorted({rule for rule, into in (*before, *after) if into == purse})
            for rule in _rules(self.records[self.place], purse):
                fallen = grants.bought.units.get((rule, purse), 0) - after.get((rule, purse), 0)
                self.wanted[rule, purse] = sum(one.given for one in self._own(purse, rule)) - fallen
            falls = {rule: before.get((rule, purse), 0) - after.get((rule, purse), 0) for rule in rules}
            total = sum(falls.values())
            if total > 0:
                falling = [rule for rule in rules if falls[rule] > 0]
                shares = largest_remainder(total, [falls[rule] for rule in falling])
                for rule, units in zip(falling, shares, strict=True):
                    self.fall(rule, purse, units)
            elif total < 0:
                self._rise(purse, -total)

    # ---------- units that fall

    def fall(self, rule: str, purse: str, units: int) -> None:
        """Takes so many units of a rule."""
        told = _Told(units)
        left = units
        for place, number, most in self._holding(rule, purse):
            if left:
                left -= self._of_award(place, number, min(left, most), told)
        if left:  # orders that held it may no longer come back: a cap's fall is no debt of theirs
            taken = self._usable(purse, left)
            self.purses[purse] = taken.purse
            told.took(taken.lots)
            told.short += left - taken.units
        lots, funding = tuple(sorted(told.lots.items())), tuple(sorted(told.funding.items()))
        gone = PointsTakenBack(rule, purse, units, lots, told.expired, told.owed, told.short, funding=funding)
        self.effects.append(gone)

    def _holding(self, rule: str, purse: str) -> Iterator[tuple[int, int, int]]:
        """The awards that hold what falls, as places of records and of awards in them, with how much of it: of the
        order itself, of this rule first, then of the orders under the same caps or rounded with it, latest first. What
        another rule of the order had to give for this one it takes from those in its turn, and before all from those
        that hold more than they are to."""
        own = self.records[self.place]
        first = sorted(_awards(own, purse, ""), key=lambda at: own.awards[at].rule != rule)
        for at in first:
            yield self.place, at, max(0, self._over(own.awards[at].rule, purse))
        yield from ((self.place, at, max(0, self.records[self.place].awards[at].holds)) for at in first)
        caps = {one for name in {rule, *_rules(own, purse)} for one in self._caps(own, name, purse)}
        for place in reversed(range(len(self.records))):
            other = self.records[place]
            if place != self.place and other.programme == own.programme:
                yield from (
                    (place, at, other.awards[at].holds)
                    for at in _awards(other, purse, "")
                    if not caps.isdisjoint(self._caps(other, other.awards[at].rule, purse))
                )

    def _own(self, purse: str, rule: str) -> list[RecordedAward]:
        record = self.records[self.place]
        return [record.awards[at] for at in _awards(record, purse, rule)]

    def _over(self, rule: str, purse: str) -> int:
        """How much more the awards of a rule hold than they are to; below zero, how much less."""
        return sum(one.holds for one in self._own(purse, rule)) - self.wanted.get((rule, purse), 0)

    def _caps(self, record: Record, rule: str, purse: str) -> set[tuple[str, int]]:
        """The counters of caps that bind a rule, with the period of an order; and the sum that is rounded."""
        windows = self.plan.caps_of_rules.get(rule, {})
        binding = {key: window for key, window in windows.items() if counted_in(key) in ("", purse)}
        same = self.plan.values_counted
        found = {
            (counter_then(record, key, same.get(key)), bucket_of(self.plan, record, window))
            for key, window in binding.items()
        }
        declared = self.plan.checked.earns.get(rule)
        number = period_of(self.plan, purse, record.day)
        if number is None or (declared is not None and declared.rounding is not None):
            return found  # a rule that rounds by itself is rounded with no other order
        return {*found, (f"{rule} {purse}", number)}

    def _of_award(self, place: int, number: int, units: int, told: _Told) -> int:
        """Takes from what one award holds; of that, what had expired is not taken again. Returns how much it was."""
        record = self.records[place]
        award = record.awards[number]
        wanted = min(units, award.holds)
        if not wanted:
            return 0
        if self.plan.checked.purses[award.purse].kept_by:  # whatever became of it, the partner takes it back
            taken = taking.Taken(self.purses[award.purse], wanted, ((record.number, wanted),))
        else:
            taken = taking.take_given(self.purses[award.purse], record.number, record.at, award.rule, wanted)
        self.purses[award.purse] = taken.purse
        told.took(taken.lots)
        expired = min(wanted - taken.units, award.gone - award.expired)
        told.expired += expired
        short = self._of_purse(award.purse, wanted - taken.units - expired, told)
        told.short += short
        changed = award._replace(holds=award.holds - wanted, expired=award.expired + expired, short=award.short + short)
        told.no_longer_pay(award.moved(_charged(award), _charged(changed)))
        self._put(place, number, changed)
        return wanted

    def _of_purse(self, name: str, units: int, told: _Told) -> int:
        """Takes what was spent from what else is usable; what is missing is a debt, or short. Returns the latter."""
        taken = self._usable(name, units)
        told.took(taken.lots)
        missing = units - taken.units
        if missing and self.plan.checked.purses[name].may_go_negative:
            self.purses[name] = taking.owe(taken.purse, missing)
            told.owed += missing
            return 0
        self.purses[name] = taken.purse
        return missing

    def _usable(self, name: str, units: int) -> taking.Taken:
        declared, purse = self.plan.checked.purses[name], self.purses.get(name, Purse(name, ()))
        if declared.used_stands:
            return taking.Taken(purse, 0, ())
        return taking.take_usable(purse, units, self.at, declared.take or Take.OLDEST)

    def _put(self, place: int, number: int, award: RecordedAward) -> None:
        record = self.records[place]
        awards = (*record.awards[:number], award, *record.awards[number + 1 :])
        self.records[place] = record._replace(awards=awards)

    # ---------- units that were posted at the end of a period

    def settle_posted(self, purse: str, one: Sum, posted: Posted, fall: int) -> Posted:
        """Takes what no longer stands of a sum that was posted; below zero gives again what stands once more."""
        if fall > 0:
            return self._fall_posted(purse, one, posted, fall)
        back = min(-fall, posted.granted - posted.holds)
        short = min(back, posted.short)
        expired = back - short if self.at >= posted.expires else min(back - short, posted.expired)
        units = back - short - expired
        if units:
            again = taking.give_again(
                self.purses[purse], posted.number, posted.at, posted.usable, posted.expires, one.rule, units
            )
            self.effects.append(PointsGivenAgain(one.rule, purse, units, posted.usable, posted.expires))
            self.purses[purse] = debts.paid(again, self.at, self.effects)
        left = max(0, posted.expired - expired)
        return posted._replace(holds=posted.holds + back, short=posted.short - short, expired=left)

    def _fall_posted(self, purse: str, one: Sum, posted: Posted, units: int) -> Posted:
        told = _Told(units)
        taken = taking.take_given(self.purses[purse], posted.number, posted.at, one.rule, units)
        self.purses[purse] = taken.purse
        told.took(taken.lots)
        told.expired = min(units - taken.units, posted.gone - posted.expired)
        told.short = self._of_purse(purse, units - taken.units - told.expired, told)
        lots = tuple(sorted(told.lots.items()))
        self.effects.append(PointsTakenBack(one.rule, purse, units, lots, told.expired, told.owed, told.short))
        holds, expired, short = posted.holds - units, posted.expired + told.expired, posted.short + told.short
        return posted._replace(holds=holds, expired=expired, short=short)

    # ---------- units that rise

    def _rise(self, purse: str, units: int) -> None:
        """What earlier returns took is given again, first what they could not take; before all to the rules that hold
        less than they are to."""
        left = units
        own = _awards(self.records[self.place], purse, "")
        for turn, number in ((turn, number) for turn in (0, 1) for number in own):
            award = self.records[self.place].awards[number]
            room = award.given - award.holds
            back = min(left, room if turn else min(room, max(0, -self._over(award.rule, purse))))
            left -= back
            short = min(back, award.short)
            expired = back - short if self.at >= award.expires else min(back - short, award.expired)
            given = back - short - expired
            changed = award._replace(
                holds=award.holds + back, short=award.short - short, expired=max(0, award.expired - expired)
            )
            self._put(self.place, number, changed)
            if given:
                self._give(changed, given)

    def _give(self, award: RecordedAward, units: int) -> None:
        record = self.records[self.place]
        purse = self.purses.get(award.purse, Purse(award.purse, ()))
        funding = award.moved(_charged(award) - units, _charged(award))
        if self.plan.checked.purses[award.purse].kept_by:
            told = PointsGivenAgain(award.rule, award.purse, units, award.usable, award.expires, funding=funding)
            self.effects.append(told)
            return
        waits = life(self.plan, purse, self.plan.rules.get(award.rule), record.at, record.order).waits
        purse = taking.give_again(
            purse,
            record.number,
            record.at,
            award.usable,
            award.expires,
            award.rule,
            units,
            Waits(*waits) if waits and award.usable == NEVER else None,
            funding,
        )
        life_told = (award.usable, award.expires)
        self.effects.append(PointsGivenAgain(award.rule, award.purse, units, *life_told, funding=funding))
        self.purses[award.purse] = debts.paid(purse, self.at, self.effects)


def held_by_rules(bought: Mapping[Key, int], kept: Mapping[Key, int]) -> Mapping[Key, int]:
    """By which rules of an order the units that its kept goods are granted are held: what a rule asks only now, or
    more of than it was granted, was given by the others, by the first of them that fell."""
    held = {key: min(units, bought.get(key, 0)) for key, units in kept.items()}
    for purse in sorted({purse for _, purse in kept}):
        more = sum(kept[key] - held[key] for key in kept if key[1] == purse)
        for key in sorted(key for key in bought if key[1] == purse):
            room = min(more, max(0, bought[key] - held.get(key, 0)))
            if room:
                held[key] = held.get(key, 0) + room
                more -= room
        for key in sorted(key for key in kept if key[1] == purse)[:1]:
            held[key] += more
    return held


def _charged(award: RecordedAward) -> int:
    """What was given and has not come back: what could not be taken back, or had expired before, stays paid for."""
    return award.holds + award.short + award.expired


def _awards(record: Record, purse: str, rule: str) -> list[int]:
    """The places of the awards into a purse, of one rule or of all."""
    return [
        place for place, award in enumerate(record.awards) if award.purse == purse and (not rule or award.rule == rule)
    ]


def _rules(record: Record, purse: str) -> set[str]:
    """The rules that the order asked for units of a purse."""
    return {award.rule for award in record.awards if award.purse == purse}
