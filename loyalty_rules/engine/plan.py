"""What follows from a checked programme alone, worked out once: which measures are kept, which rule waits for which,
who is grouped with whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar

from loyalty_rules.calendar import zone
from loyalty_rules.engine.counting import windows_of_members, windows_of_rules
from loyalty_rules.engine.having import Having, having_of
from loyalty_rules.engine.index import Index, index_of
from loyalty_rules.engine.reads import Reads, reads_of
from loyalty_rules.engine.strata import strata_of
from loyalty_rules.engine.stretches import counted_since
from loyalty_rules.engine.tablerows import ByKeys, rows_by_keys
from loyalty_rules.events import Event, Purchase
from loyalty_rules.lang.checked import (
    Boost,
    Cap,
    Checked,
    Contest,
    Earn,
    Experiment,
    Group,
    Never,
    Occurs,
    Offer,
    Perk,
    Policy,
    Redeem,
    RedeemGroup,
    Told,
)
from loyalty_rules.lang.conditions import (
    Base,
    CounterKind,
    Fact,
    Field,
    FieldOf,
    Measure,
    Owner,
    Window,
    WindowKind,
)
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.timeline import Timeline

T = TypeVar("T")

#: Counters of the engine itself: orders ever made, for the number of an order.
ORDERS_EVER: Final = "@orders"


def measures_of(*values: object) -> Iterator[Measure]:
    """Every measure that the values ask for, those inside filters included."""
    return (part for value in values for part in parts_of(value) if isinstance(part, Measure))


@dataclass(frozen=True)
class Plan:
    """A checked programme with what the stages need at hand. `text` is the rule file, for the words of conditions."""

    checked: Checked
    text: str

    def once(self, make: Callable[[Plan], T]) -> T:
        """What is made of the plan outside of it, made once."""
        made: dict[object, T] = self._made
        return made[make] if make in made else made.setdefault(make, make(self))

    @cached_property
    def _made(self) -> dict[object, Any]:
        return {}

    @cached_property
    def elsewhere(self) -> Mapping[str, Plan]:
        """The programme for orders in its other currencies, by currency."""
        return {code: Plan(one, self.text) for code, one in self.checked.elsewhere.items()}

    def of(self, event: Event) -> Plan:
        """The programme as it judges an event: an order by its currency, anything else by the first one."""
        return self.elsewhere.get(event.currency, self) if isinstance(event, Purchase) else self

    @cached_property
    def timeline(self) -> Timeline:
        one = self.checked
        return Timeline(zone(one.zone), one.day_start, one.week_start, one.year_start)

    def timeline_in(self, where: str) -> Timeline:
        """The programme's calendar in another zone, "" for its own."""
        return replace(self.timeline, zone=zone(where)) if where else self.timeline

    @cached_property
    def reads(self) -> Reads:
        return reads_of(self.checked)

    @cached_property
    def line_facts(self) -> Mapping[str, Fact]:
        return self._facts(Owner.LINE)

    @cached_property
    def order_facts(self) -> Mapping[str, Fact]:
        return self._facts(Owner.ORDER)

    @cached_property
    def member_facts(self) -> Mapping[str, Fact]:
        return self._facts(Owner.MEMBER)

    def _facts(self, owner: Owner) -> Mapping[str, Fact]:
        return {name: fact for name, fact in self.checked.facts.items() if fact.owner is owner}

    @cached_property
    def kept_measures(self) -> tuple[Measure, ...]:
        """The measures whose past has to be known, one for each key, by key."""
        checked = self.checked
        asked = measures_of(
            *checked.earns.values(),
            *checked.boosts.values(),
            *checked.nevers.values(),
            *checked.conversions.values(),
            *self.offers.values(),
            *checked.payers.values(),
            *checked.segments.values(),
            *checked.ladders.values(),
            *(table.asked for table in checked.tables.values()),
            *checked.memberships.values(),
            *checked.perks.values(),
            *checked.experiments.values(),
            *(purse.waits for purse in checked.purses.values()),
            *checked.promises.values(),
            *checked.referrals.values(),
            *(draw.audience for draw in checked.draws.values()),
            *checked.contests.values(),
            *checked.examples,
        )
        kept = {
            measure.key: measure
            for measure in asked
            if measure.window.kind is not WindowKind.THIS_ORDER and measure.counter is not CounterKind.BALANCE
        }
        return tuple(kept[key] for key in sorted(kept))

    @cached_property
    def having(self) -> Having:
        return having_of(self.checked, self.kept_measures)

    @cached_property
    def lookups(self) -> Mapping[str, ByKeys]:
        """The rows of each table by their keys."""
        return {name: rows_by_keys(table) for name, table in self.checked.tables.items()}

    @cached_property
    def rules(self) -> Mapping[str, Earn | Boost]:
        """Earn rules and boosts by name, in the order of their names."""
        found: dict[str, Earn | Boost] = {**self.checked.earns, **self.checked.boosts}
        return {name: found[name] for name in sorted(found)}

    @cached_property
    def index(self) -> Index:
        """Which of the rules can touch a line."""
        return index_of({name: rule.lines for name, rule in self.rules.items()}, self.checked.products)

    @cached_property
    def codes(self) -> Mapping[str, tuple[str, ...]]:
        """By rule, the codes that it asks for, as they are compared."""
        rules = (*self.rules.values(), *self.checked.offers.values())
        return {rule.name: rule.codes.keys for rule in rules if rule.codes is not None}

    @cached_property
    def opt_ins(self) -> frozenset[str]:
        """The rules to which members opt in."""
        return frozenset(name for name, rule in self.optable.items() if rule.opt_in)

    @cached_property
    def optable(self) -> Mapping[str, Earn | Boost | Offer | Redeem | Perk | Contest]:
        """The rules to which members may have to opt in; of a reward, how it is used; of a contest, who takes part."""
        rules = {**self.payers, **self.checked.perks, **self.checked.offers, **self.rules}
        return {**rules, **self.checked.contests}

    @cached_property
    def inviters(self) -> Mapping[str, Plan]:
        """By referral, what is left of the programme where its inviter is given something: its rule alone."""
        lonely = replace(self.checked, boosts={}, groups={}, referrals={})
        sides = {name: replace(lonely, earns={name: one.inviter}) for name, one in self.checked.referrals.items()}
        return {name: Plan(side, self.text) for name, side in sides.items()}

    @cached_property
    def kept_gifts(self) -> frozenset[str]:
        """The referrals whose gifts stay when an order comes back."""
        return frozenset(name for name, one in self.checked.referrals.items() if not one.takes_back)

    @cached_property
    def referral_limits(self) -> frozenset[str]:
        """The counters of limits that stay spent whatever comes back, for what was given is kept."""
        return frozenset(limit.key for name in self.kept_gifts for limit in self.checked.earns[name].limits)

    @cached_property
    def base_limit_keys(self) -> frozenset[str]:
        """The counters of `skip first` and `only first`."""
        return frozenset(limit.key for rule in self.checked.earns.values() for limit in rule.base_limits)

    @cached_property
    def challenges(self) -> tuple[Earn, ...]:
        """The challenges, by name."""
        return tuple(rule for _, rule in sorted(self.checked.earns.items()) if rule.goal is not None)

    @cached_property
    def goal_keys(self) -> frozenset[str]:
        """The counters of challenges."""
        goals = ((rule.name, rule.goal) for rule in self.challenges if rule.goal is not None)
        return frozenset(key for name, goal in goals for key in goal.keys(name))

    @cached_property
    def counted_since(self) -> frozenset[str]:
        """The challenges since whose completion something is counted."""
        return counted_since(self.kept_measures)

    @cached_property
    def windows_of_rules(self) -> Mapping[str, Window]:
        """The windows of caps, limits and base limits that have a counter, by its key."""
        return windows_of_rules(self)

    @cached_property
    def windows(self) -> Mapping[str, Window]:
        """The windows of all counters of a member, by their keys."""
        return windows_of_members(self)

    @cached_property
    def values_counted(self) -> Mapping[str, Told]:
        """What each value of has a counter of its own, by the key of the ceiling."""
        rules = (*self.rules.values(), *self.offers.values())
        return {key: same for rule in rules for key, same in rule.counted_by_value.items()}

    @cached_property
    def caps_of_rules(self) -> Mapping[str, Mapping[str, Window]]:
        """By rule, the caps over a period that bind it: its own, those of its boosts and of their groups."""
        found: dict[str, dict[str, Window]] = {}
        for name in self.rules:
            boosts = {b for top in self.boost_roots.get(name, ()) for b in self.members(top)}
            binding = [cap for rule in (name, *sorted(boosts)) for cap in self.rules[rule].caps]
            for inner in (name, *sorted(boosts)):
                while inner in self.group_of:
                    binding += self.group_of[inner].caps
                    inner = self.group_of[inner].name
            found[name] = {
                cap.key: cap.window
                for cap in binding
                if cap.window is not None and cap.window.kind is not WindowKind.LAST
            }
        return found

    @cached_property
    def caps_of_sums(self) -> frozenset[str]:
        """The caps of what is rounded over a period."""
        binding = (*self.rules.values(), *self.checked.groups.values())
        purses = self.checked.purses
        caps = (cap for one in binding for cap in one.caps)
        return frozenset(cap.key for cap in caps if purses[cap.purse].rounding.place.period is not None)

    @cached_property
    def budgets_of(self) -> Mapping[str, tuple[str, ...]]:
        """By rule, boost, conversion and reward, the budgets that cover it."""
        found: dict[str, list[str]] = {}
        for budget in self.checked.budgets.values():
            for name in budget.covers:
                found.setdefault(name, []).append(budget.name)
        return {name: tuple(budgets) for name, budgets in found.items()}

    @cached_property
    def held_back(self) -> Mapping[str, tuple[str, ...]]:
        """By rule, the experiments whose hold-out does not get it, by name."""
        return self._experiments(lambda one: one.covers if one.held_out else ())

    @cached_property
    def tested(self) -> Mapping[str, tuple[str, ...]]:
        """By rule, the experiments that cover it or of which it asks a variant, by name."""
        return self._experiments(lambda one: (*one.covers, *one.asked_by))

    def _experiments(self, rules_of: Callable[[Experiment], tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, experiment in sorted(self.checked.experiments.items()):
            for rule in sorted(set(rules_of(experiment))):
                found.setdefault(rule, []).append(name)
        return {rule: tuple(names) for rule, names in found.items()}

    @cached_property
    def limit_keys(self) -> frozenset[str]:
        rules = (*self.rules.values(), *self.payers.values(), *self.offers.values())
        counted = (limit for offer in self.offers.values() for limit in offer.base_limits)
        return frozenset(limit.key for rule in rules for limit in rule.limits) | {limit.key for limit in counted}

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """What lowers prices: offers, and rewards that do, by name."""
        return self.checked.lowering

    @cached_property
    def caps_of_offers(self) -> Mapping[str, tuple[Cap, ...]]:
        """By offer, the caps that bind it: its own, and those of the groups that it stands in."""
        found = {name: list(offer.caps) for name, offer in self.offers.items()}
        for group in self.checked.offer_groups.values():
            for name in self.offers_in(group.name):
                found[name] += group.caps
        return {name: tuple(caps) for name, caps in found.items()}

    @cached_property
    def offer_roots(self) -> tuple[str, ...]:
        """The outermost groups of offers and the offers that stand alone, by name."""
        listed = {name for group in self.checked.offer_groups.values() for name in group.rules}
        return tuple(sorted({*self.offers, *self.checked.offer_groups} - listed))

    def offers_in(self, name: str) -> tuple[str, ...]:
        """The offers of a group and of the groups in it, in listed order; an offer is its own only one."""
        group = self.checked.offer_groups.get(name)
        return tuple(one for inner in group.rules for one in self.offers_in(inner)) if group else (name,)

    @cached_property
    def payers(self) -> Mapping[str, Redeem]:
        """What an order may ask for: redeem rules, and how rewards are used, by name."""
        return self.checked.payers

    @cached_property
    def redeem_group_of(self) -> Mapping[str, RedeemGroup]:
        """The group that lists a redeem rule."""
        return {name: group for group in self.checked.redeem_groups.values() for name in group.rules}

    @cached_property
    def timed(self) -> tuple[Earn, ...]:
        """The rules that wait for time, by name."""
        return tuple(rule for _, rule in sorted(self.checked.earns.items()) if rule.timing is not None)

    @cached_property
    def reaching(self) -> frozenset[tuple[str, str]]:
        """The levels, each with its ladder, that rules wait for."""
        return frozenset(rule.reaches for rule in self.checked.earns.values() if rule.reaches[0])

    @cached_property
    def group_of(self) -> Mapping[str, Group]:
        """The group that lists a rule or a group."""
        return {name: group for group in self.checked.groups.values() for name in group.rules}

    def root(self, name: str) -> str:
        """The outermost group of a rule, or the rule itself."""
        while name in self.group_of:
            name = self.group_of[name].name
        return name

    def members(self, name: str) -> tuple[str, ...]:
        """The rules of a group and of the groups in it, in listed order; a rule is its own only member."""
        group = self.checked.groups.get(name)
        return tuple(rule for inner in group.rules for rule in self.members(inner)) if group else (name,)

    def groups_in(self, name: str) -> tuple[str, ...]:
        """A group and the groups in it, inner ones first; none for a rule."""
        group = self.checked.groups.get(name)
        return (*(found for inner in group.rules for found in self.groups_in(inner)), name) if group else ()

    @cached_property
    def groups_of_awards(self) -> tuple[str, ...]:
        """The groups of rules that are rounded by themselves, inner ones first."""
        return tuple(group for stratum in self.strata for root in stratum for group in self.groups_in(root))

    @cached_property
    def boost_groups(self) -> tuple[str, ...]:
        """The groups of boosts that are rounded with their rules, inner ones first."""
        roots = {self.root(boost.name) for boost in self.checked.boosts.values() if not boost.after_rounding}
        return tuple(group for root in sorted(roots) for group in self.groups_in(root))

    def chained_before(self, name: str) -> tuple[str, ...]:
        """The rules that stand before a rule in the groups that chain what they list."""
        found: tuple[str, ...] = ()
        while name in self.group_of:
            group = self.group_of[name]
            if group.policy in (Policy.MULTIPLY, Policy.ONE_AFTER_ANOTHER):
                earlier = group.rules[: group.rules.index(name)]
                found = (*(rule for one in earlier for rule in self.members(one)), *found)
            name = group.name
        return found

    @cached_property
    def asking_tenders(self) -> frozenset[str]:
        """The rules that ask how an order is paid."""
        return frozenset(
            name
            for name, rule in (*self.rules.items(), *self.offers.items())
            for part in parts_of(rule)
            if (isinstance(part, FieldOf) and part.field is Field.TENDER) or (isinstance(part, Base) and part.tenders)
        )

    @cached_property
    def boost_roots(self) -> Mapping[str, tuple[str, ...]]:
        """For each earn rule the boosts of it that are settled with it: outermost groups and lone boosts, by name."""
        roots: dict[str, set[str]] = {}
        for boost in self.checked.boosts.values():
            if not boost.after_rounding:
                for rule in boost.changes:
                    roots.setdefault(rule, set()).add(self.root(boost.name))
        return {rule: tuple(sorted(names)) for rule, names in roots.items()}

    @cached_property
    def conversions_at_once(self) -> tuple[str, ...]:
        """The conversions that happen at once, by name; one that takes what another gives comes after it."""
        waiting = {name: one for name, one in self.checked.conversions.items() if one.timing.occurs is Occurs.AT_ONCE}
        order: list[str] = []
        while waiting:
            given = {name: {give.purse for give in one.gives} for name, one in waiting.items()}
            name = min(
                name
                for name, one in waiting.items()
                if all(given[o].isdisjoint(one.purses) for o in waiting if o != name)
            )
            order.append(name)
            del waiting[name]
        return tuple(order)

    @cached_property
    def nevers(self) -> tuple[Never, ...]:
        return tuple(self.checked.nevers[name] for name in sorted(self.checked.nevers))

    @cached_property
    def strata(self) -> tuple[tuple[str, ...], ...]:
        """The roots (rules or groups of rules) of each stratum, by name: one stratum reads what a lower one gave."""
        return strata_of(self)
