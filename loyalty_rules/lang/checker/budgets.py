"""Budgets: what they cover, what they count of it, over which periods, and what happens when they are short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, measures
from loyalty_rules.lang.checker.caps import purse_of
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.groups import purses_of
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.programme import dates, messages, titles
from loyalty_rules.lang.checker.same import word_of
from loyalty_rules.problems.budgets import (
    BudgetCounts,
    BudgetCoversNothing,
    BudgetNeverMeets,
    BudgetOfChange,
    BudgetOfGifts,
    BudgetOfOffers,
    BudgetOfPartner,
    BudgetOfSums,
    BudgetOfUncounted,
    BudgetSame,
    BudgetUnits,
    BudgetWindow,
    BudgetWorth,
)

#: What a budget may cover.
_COVERED: Final = ("H_EARN", "H_CHALLENGE", "H_BOOST", "H_OFFER", "H_CONVERSION", "H_REWARD", "H_PARTNER")
#: What its messages can tell.
_GIVEN: Final = ("amount", "title")
_MISSED: Final = ("title",)
_FIELDS: Final = {"STORE": c.Field.STORE, "CHANNEL": c.Field.CHANNEL, "ORDER_MERCHANT": c.Field.MERCHANT}
_WINDOWS: Final = frozenset({c.WindowKind.PERIOD, c.WindowKind.EVER, c.WindowKind.IN_FORCE})


#: What gives units.
_Giver: TypeAlias = k.Earn | k.Boost | k.Conversion


@dataclass(frozen=True)
class Parts:
    """What budgets are checked against: the rules, and what they give into."""

    earns: Mapping[str, k.Earn]
    boosts: Mapping[str, k.Boost]
    conversions: Mapping[str, k.Conversion]
    rewards: Mapping[str, k.Reward]
    offers: Mapping[str, k.Offer]
    purses: Mapping[str, k.Purse]
    changes: Mapping[str, k.Change]

    @cached_property
    def _into(self) -> Mapping[str, frozenset[str]]:
        """The purses into which each rule, boost and conversion gives; a reward is a purse of its own."""
        rules: dict[str, k.Earn | k.Boost] = {**self.earns, **self.boosts}
        found = {name: frozenset(purses_of([rule], rules)) for name, rule in rules.items()}
        found |= {name: frozenset(give.purse for give in one.gives) for name, one in self.conversions.items()}
        return found | {name: frozenset({name}) for name in self.rewards}

    @cached_property
    def _giving(self) -> Mapping[str, tuple[_Giver, ...]]:
        """By reward, the rules and conversions that give it."""
        found: dict[str, list[_Giver]] = {name: [] for name in self.rewards}
        givers: list[k.Earn | k.Conversion] = [*self.earns.values(), *self.conversions.values()]
        for giver in givers:
            for purse in sorted(self._into[giver.name] & set(self.rewards)):
                found[purse].append(giver)
        return {name: tuple(giving) for name, giving in found.items()}

    def into(self, name: str) -> frozenset[str]:
        """The purses into which something that is covered gives."""
        return self._into.get(name, frozenset())

    def sold(self, name: str) -> Iterator[k.Dates]:
        """When a covered reward can be bought, where it has a price; when a covered offer is in force."""
        reward, offer = self.rewards.get(name), self.offers.get(name)
        if reward is not None and reward.right.prices:
            yield reward.use.dates
        if offer is not None:
            yield offer.dates

    def paid_by(self, partner: str) -> Iterator[str]:
        """The rules, boosts, conversions and offers for which a partner pays, as they or their purses say."""
        givers: dict[str, _Giver] = {**self.earns, **self.boosts, **self.conversions}
        for name, giver in givers.items():
            own = [giver.funders] if giver.funders is not None else [self._purse_pays(into) for into in self.into(name)]
            if any(partner == one for funders in own for one, _ in funders):
                yield name
        yield from (name for name, offer in self.offers.items() if partner in dict(offer.funders))

    def _purse_pays(self, purse: str) -> k.Funders:
        declared = self.purses.get(purse)
        return () if declared is None else declared.funders

    def givers(self, name: str) -> tuple[_Giver, ...]:
        """The rules whose gifts a covered name stands for."""
        found = self.earns.get(name) or self.boosts.get(name) or self.conversions.get(name)
        return self._giving.get(name, ()) if found is None else (found,)


def budgets(ctx: Context, parts: Parts) -> dict[str, k.Budget]:
    """The budgets by name."""
    found = (_budget(ctx, block, block.name.text, parts) for block in named(ctx, "H_BUDGET") if block.name)
    return {one.name: one for one in found if one is not None}


def _budget(ctx: Context, block: s.Block, name: str, parts: Parts) -> k.Budget | None:
    named_by, of_partners = list(_covered(ctx, block, parts)), list(_of_partners(ctx, block, parts))
    covered = [*named_by, *of_partners]
    if not covered and _covers_partner(ctx, block):
        return None  # what its caps count is not known: that it covers nothing is told already
    in_force = dates(ctx, block)
    into = sorted({purse for one in covered for purse in parts.into(one.text)})
    caps = list(_caps(ctx, block, into, parts, in_force))
    _of_offers(ctx, block, covered, parts)
    given = messages(ctx, block, "MSG_GIVEN", _GIVEN)
    missed = messages(ctx, block, "MSG_MISSED", _MISSED)
    named_so = titles(ctx, block)
    if not covered or not caps:
        return None
    counts, purse = caps[0][0], caps[0][1]
    first = caps[0][2].span
    for other, its_purse, cap in caps[1:]:
        if (other, its_purse) != (counts, purse):
            ctx.report(BudgetUnits(name), cap.span, Related(first, "first_here"))
    _may_cover(ctx, block, covered, [purse] if counts is k.Counts.POINTS else into, parts)
    if counts is k.Counts.MONEY:
        _worths(ctx, block, into, parts)
    _meets(ctx, block, name, covered, parts, in_force)
    return k.Budget(
        name,
        title_of(block),
        named_so,
        block.header,
        tuple(sorted({one.text for one in covered})),
        counts,
        purse,
        tuple(cap for _, _, cap in caps),
        simple(block, "SHORT_NOTHING") is not None,
        in_force,
        given,
        missed,
        tuple(sorted({one.text for one in of_partners} - {one.text for one in named_by})),
    )


def _of_offers(ctx: Context, block: s.Block, covered: list[s.Name], parts: Parts) -> None:
    """What offers take off is money, or a time, or off so many goods: they give no units of a purse."""
    offers = [parts.offers[name.text] for name in covered if name.text in parts.offers]
    for clause in all_of(block, s.BudgetCap) if offers else ():
        unit, span = clause.quantity.unit, clause.quantity.span
        if unit == "ITEMS":
            for one in (offer for offer in offers if not offer.counts_items):
                ctx.report(BudgetOfUncounted(one.name, ctx.words(span)), span, Related(one.span, "rule_here"))
        elif unit != "TIMES" and any(offer.adds is not None for offer in offers):
            gift = next(offer for offer in offers if offer.adds is not None)
            ctx.report(BudgetOfGifts(gift.name, ctx.words(span)), span, Related(gift.span, "rule_here"))
        elif unit != "TIMES" and not amounts.is_money(ctx, unit):
            ctx.report(BudgetOfOffers(ctx.words(span), ctx.settings.currency), span)


# ---------- what it covers


def _covered(ctx: Context, block: s.Block, parts: Parts) -> Iterator[s.Name]:
    clause = first_of(block, s.NamesClause)
    for name in clause.names if clause is not None else ():
        declared = resolve(ctx, name, *_COVERED)
        if declared is None or declared.kind == "H_PARTNER":
            continue
        known = name.text in parts.earns or declared.kind == "H_REWARD"
        if known and not parts.into(name.text):
            related = Related(declared.name.span, "declared_here")
            ctx.report(BudgetCoversNothing(name.text, Role(declared.kind)), name.span, related)
        else:
            yield name


def _covers_partner(ctx: Context, block: s.Block) -> bool:
    clause = first_of(block, s.NamesClause)
    found = [ctx.names.get(name.text) for name in clause.names] if clause is not None else []
    return any(one is not None and one.kind == "H_PARTNER" for one in found)


def _of_partners(ctx: Context, block: s.Block, parts: Parts) -> Iterator[s.Name]:
    """What covered partners pay for, as far as the budget can count it: of points what gives them, of rights what gives
    rights. Referrals are in no budget."""
    clause, first = first_of(block, s.NamesClause), first_of(block, s.BudgetCap)
    unit = None if first is None else first.quantity.unit
    for name in clause.names if clause is not None else ():
        declared = ctx.names.get(name.text)
        if declared is None or declared.kind != "H_PARTNER":
            continue
        found = [rule for rule in parts.paid_by(name.text) if _countable(ctx, parts, rule, unit)]
        if not found and ctx.is_whole(block):
            ctx.report(BudgetOfPartner(name.text), name.span, Related(declared.name.span, "declared_here"))
        yield from (s.Name(rule, span=name.span) for rule in found)


def _countable(ctx: Context, parts: Parts, rule: str, unit: s.Name | str | None) -> bool:
    declared = ctx.names.get(rule)
    if declared is None or declared.kind == "H_REFERRAL":
        return False
    into = parts.into(rule)
    if isinstance(unit, s.Name) and unit.text in parts.purses:
        return unit.text in into
    if unit == "ITEMS" and rule in parts.offers:
        return parts.offers[rule].counts_items
    if unit == "ITEMS":
        return bool(into) and all(name in parts.rewards and parts.rewards[name].right.counted for name in into)
    return True


def _may_cover(ctx: Context, block: s.Block, covered: list[s.Name], counted: list[str], parts: Parts) -> None:
    """Reports what is rounded over a period, and units that are counted anew."""
    wanted = frozenset(counted)
    for name in covered:
        for rule in parts.givers(name.text):
            for purse in sorted(parts.into(rule.name) & wanted):
                own = rule.rounding if isinstance(rule, k.Earn) else None
                if purse not in parts.purses:
                    continue  # its block has a mistake, and that is told
                rounding = own or parts.purses[purse].rounding
                if rounding.place.summed and not isinstance(rule, k.Conversion):
                    ctx.report(BudgetOfSums(rule.name, purse), name.span, Related(rule.span, "rule_here"))
    for change in parts.changes.values():
        for purse in sorted(wanted.intersection(change.purses)):
            related = Related(change.span, "other_here")
            ctx.report(BudgetOfChange(purse, change.name), block.header, related)


def _worths(ctx: Context, block: s.Block, into: list[str], parts: Parts) -> None:
    """Money is counted by what units are worth."""
    first = (*ctx.settings.currencies, "")[0]
    for purse in into:
        declared = parts.purses.get(purse)
        known = declared is None or declared.worth is not None or declared.currency == first
        if declared is not None and not known and ctx.settings.currency == first:
            related = Related(declared.span, "purse_here")
            ctx.report(BudgetWorth(purse, first), block.header, related)


def _meets(ctx: Context, block: s.Block, name: str, covered: list[s.Name], parts: Parts, own: k.Dates) -> None:
    """Warns of a budget that is over before anything that it covers begins, or begins after all of it has ended."""
    given = [rule.dates for one in covered for rule in parts.givers(one.text)]
    given += [dates for one in covered for dates in parts.sold(one.text)]
    if given and not any(_overlap(own, dates) for dates in given):
        ctx.report(BudgetNeverMeets(name), block.header)


def _overlap(one: k.Dates, other: k.Dates) -> bool:
    return all(a.end is None or b.start is None or b.start < a.end for a, b in ((one, other), (other, one)))


# ---------- what it counts


def _caps(
    ctx: Context, block: s.Block, into: list[str], parts: Parts, in_force: k.Dates
) -> Iterator[tuple[k.Counts, str, k.BudgetCap]]:
    found: set[tuple[str, int]] = set()
    for clause in all_of(block, s.BudgetCap):
        window = _window(ctx, clause)
        same = _same(ctx, clause.same)
        counted = _counted(ctx, block, clause, into, parts)
        if window is None or counted is None or (same is None and clause.same is not None):
            continue
        counts, purse, units = counted
        name = block.name.text if block.name else ""
        key = " ".join(filter(None, (name, counts.value, purse, measures.window_key(window, in_force), word_of(same))))
        if (key, units) not in found:
            found.add((key, units))
            yield counts, purse, k.BudgetCap(key, units, same, window, span=clause.span)


def _counted(
    ctx: Context, block: s.Block, clause: s.BudgetCap, into: list[str], parts: Parts
) -> tuple[k.Counts, str, int] | None:
    """What a cap counts, the purse where it counts units, and how many."""
    quantity, unit = clause.quantity, clause.quantity.unit
    if isinstance(unit, str):
        counts = {"TIMES": k.Counts.TIMES, "ITEMS": k.Counts.ITEMS}.get(unit)
        rights = all(name in parts.rewards and parts.rewards[name].right.counted for name in into)
        if counts is None or (counts is k.Counts.ITEMS and into and not rights):
            ctx.report(BudgetCounts(ctx.words(quantity.span)), quantity.span)
            return None
        number = s.Number(Fraction(quantity.number), span=quantity.span)
        whole = amounts.whole(ctx, number, 1, amounts.LARGEST)
        return None if whole is None else (counts, "", whole)
    if amounts.is_money(ctx, unit):
        units = amounts.first_money(ctx, quantity)
        return (k.Counts.MONEY, "", units or 0) if amounts.above_zero(ctx, units, quantity.span) else None
    purse = purse_of(ctx, quantity, into, block)
    units = None if purse is None else amounts.points(ctx, quantity, purse)
    if purse is None or not amounts.above_zero(ctx, units, quantity.span):
        return None
    return k.Counts.POINTS, purse.name, units or 0


def _window(ctx: Context, clause: s.BudgetCap) -> c.Window | None:
    """The window of a cap, without one for ever. None where it was reported."""
    if clause.window is None:
        return c.EVER
    found = measures.window(ctx, clause.window)
    if found is not None and found.kind not in _WINDOWS:
        ctx.report(BudgetWindow(ctx.words(clause.window.span)), clause.window.span)
        return None
    return found


def _same(ctx: Context, node: s.Attribute | s.Name | None) -> c.FieldOf | c.FactOf | None:
    """What has a budget of its own for each value. None without it, or where it was reported."""
    if node is None:
        return None
    if isinstance(node, s.Attribute):
        return c.FieldOf(_FIELDS[node.role], c.Kind.TEXT)
    if resolve(ctx, node, "ORDER_FACT", "MEMBER_FACT") is None:
        return None
    fact = ctx.facts[node.text]
    if fact.kind is not c.Kind.TEXT:
        ctx.report(BudgetSame(node.text), node.span)
        return None
    return c.FactOf(fact)
