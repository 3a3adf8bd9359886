"""Experiments: shares that add up, the rules that they cover, and members of examples who are in a given group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import format_fraction
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checked.experiments import WHOLE
from loyalty_rules.lang.checker import conditions
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import TESTED, declare_inside, resolve
from loyalty_rules.lang.checker.programme import dates
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.experiments import GroupsApart, SharesNotWhole, ShareTooFine, VariantAskedWithin
from loyalty_rules.source import Span

#: The member of an example, and how many others are tried to find one who is in all given groups.
_MEMBER: Final = "example"
_TRIED: Final = 100_000
_TENTHS: Final = 10

#: The rules that an experiment may cover, by name.
Tested = Mapping[str, k.Rule]


def read_experiments(ctx: Context) -> None:
    """What other blocks need to know of an experiment: its variants and their shares."""
    for block in named(ctx, "H_EXPERIMENT"):
        if block.name is None:
            continue
        written = all_of(block, s.Variant)
        declare_inside(ctx, [("VARIANT", one.name) for one in written])
        shares = {one.name.text: _share(ctx, one.share) for one in reversed(written)}
        variants = tuple(sorted((name, share) for name, share in shares.items() if share))
        hold_out = first_of(block, s.HoldOut)
        held_out = 0 if hold_out is None else _share(ctx, hold_out.share)
        ctx.experiments[block.name.text] = k.Experiment(
            block.name.text, title_of(block), variants, held_out, span=block.header
        )
        if not written and hold_out is None:
            missing(ctx, block, "VARIANT", "HOLD_OUT")
        total = sum(shares.values()) + held_out
        known = all(shares.values()) and (hold_out is None or held_out > 0)
        if written and total != WHOLE and known and ctx.is_whole(block):
            ctx.report(SharesNotWhole(_percent(Fraction(total, _TENTHS))), block.header)


def _share(ctx: Context, percent: s.Percent) -> int:
    """A share in tenths of a per cent; 0 where it was reported."""
    tenths = percent.value * _TENTHS
    if tenths.denominator != 1 or not 0 < tenths < WHOLE:
        ctx.report(ShareTooFine(_percent(percent.value)), percent.span)
        return 0
    return int(tenths)


def _percent(value: Fraction) -> str:
    return f"{format_fraction(value)}%"


def experiments(ctx: Context, rules: Tested, segments: Mapping[str, k.Segment]) -> dict[str, k.Experiment]:
    """The experiments by name. `rules`: all that may be covered."""
    if not ctx.experiments:
        return {}
    asking = {name: _asks(rule, segments) for name, rule in sorted(rules.items())}
    return {
        block.name.text: _experiment(ctx, block, ctx.experiments[block.name.text], asking, segments)
        for block in named(ctx, "H_EXPERIMENT")
        if block.name is not None
    }


def _asks(value: object, segments: Mapping[str, k.Segment]) -> frozenset[str]:
    """The experiments of which something asks a variant, by itself or through segments; each of these is looked at
    once, however often it is asked for."""
    found: set[str] = set()
    seen: set[str] = set()
    left: list[object] = [value]
    while left:
        for part in parts_of(left.pop()):
            if isinstance(part, c.VariantOf):
                found.add(part.experiment)
            elif isinstance(part, c.InSegment) and part.segment not in seen and part.segment in segments:
                seen.add(part.segment)
                left.append(segments[part.segment].when)
    return frozenset(found)


def _experiment(
    ctx: Context,
    block: s.Block,
    head: k.Experiment,
    asking: Mapping[str, frozenset[str]],
    segments: Mapping[str, k.Segment],
) -> k.Experiment:
    in_force = dates(ctx, block)
    audience = [clause.condition for clause in all_of(block, s.ConditionClause)]
    place = Place("FOR", ctx.settings.basis, frozenset(), in_force)
    whom = conditions.clauses(ctx, audience, place, conditions.known_facts(ctx, audience, place))
    for test in whom:
        for other in sorted(_asks(test, segments)):
            ctx.report(VariantAskedWithin(other), test.span)
    asked_by = tuple(name for name, experiments in asking.items() if head.name in experiments)
    covers = first_of(block, s.NamesClause)
    if covers is not None:
        covered = tuple(sorted({name.text for name in covers.names if resolve(ctx, name, *TESTED)}))
    else:
        covered = asked_by if head.variants else tuple(asking)
    return replace(head, covers=covered, asked_by=asked_by, audience=whom, dates=in_force)


# ---------- examples


def given_held_out(ctx: Context, clause: s.GivenHeldOut) -> list[k.Given]:
    """That the member of an example is in the hold-out."""
    if resolve(ctx, clause.experiment, "H_EXPERIMENT") is None:
        return []
    return [k.GivenGroup(clause.experiment.text, "", _MEMBER, span=clause.span)]


def given_variant(operand: c.VariantOf, variant: str, span: Span) -> list[k.Given]:
    """That the member of an example has a variant."""
    return [k.GivenGroup(operand.experiment, variant, _MEMBER, span=span)]


def of_member(ctx: Context, example: k.Example) -> k.Example:
    """An example with a member who is in every given group: assignment knows nothing but names, so one is looked
    for."""
    wanted = [one for one in example.givens if isinstance(one, k.GivenGroup)]
    if not wanted:
        return example
    ids = (f"{_MEMBER}-{number}" if number else _MEMBER for number in range(_TRIED))
    member = next((found for found in ids if all(_is_in(ctx, one, found) for one in wanted)), None)
    if member is None:
        ctx.report(GroupsApart(_TRIED), wanted[-1].span)
        return example
    givens = (replace(one, member=member) if isinstance(one, k.GivenGroup) else one for one in example.givens)
    steps = (replace(step, event=step.event._replace(member=member)) for step in example.steps)
    return replace(example, givens=tuple(givens), steps=tuple(steps))


def _is_in(ctx: Context, wanted: k.GivenGroup, member: str) -> bool:
    experiment = ctx.experiments[wanted.experiment]
    return experiment.group(experiment.bucket(member)) == wanted.group
