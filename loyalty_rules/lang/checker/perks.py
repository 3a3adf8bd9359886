"""Perks: who has one, when, and how often."""

from __future__ import annotations

from typing import Final

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import caps
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.programme import dates, messages, titles
from loyalty_rules.lang.checker.rules import asked, zone_name

#: What a message of a perk can tell.
_OF_PERK: Final = ("title", "until")


def perks(ctx: Context) -> dict[str, k.Perk]:
    """The perks by name."""
    found = (_perk(ctx, block, block.name.text) for block in named(ctx, "H_PERK") if block.name)
    return {one.name: one for one in found if one is not None}


def _perk(ctx: Context, block: s.Block, name: str) -> k.Perk | None:
    """A perk is asked about apart from any order: what an order tells has no answer here."""
    in_force = dates(ctx, block)
    zone = zone_name(ctx, block)
    place = Place("PERK", ctx.settings.basis, frozenset({(k.TriggerKind.TIME, "")}), in_force, zone=zone)
    audience, occasion = asked(ctx, block, place)
    clause, grants = first_of(block, s.Dates), first_of(block, s.Grants)
    limits = caps.limits(ctx, block, in_force)
    given, names = messages(ctx, block, "MSG_GIVEN", _OF_PERK), titles(ctx, block)
    if grants is None:
        return None
    return k.Perk(
        name=name,
        title=title_of(block),
        titles=names,
        span=block.header,
        audience=audience,
        occasion=occasion,
        codes=None,
        opt_in=simple(block, "OPT_IN") is not None,
        dates=in_force,
        dates_span=clause.span if clause else block.header,
        zone=zone,
        lines=None,
        caps=(),
        limits=limits,
        given=given,
        missed=(),
        grants=grants.text.value,
    )
