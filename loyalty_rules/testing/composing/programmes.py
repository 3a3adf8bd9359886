"""A whole programme, block by block; and a smaller one that is still like it."""

from __future__ import annotations

from loyalty_rules.testing.choosing import Draw
from loyalty_rules.testing.composing import asking, climbing, declaring, giving, relating, spending, telling
from loyalty_rules.testing.composing.scope import new_scope
from loyalty_rules.testing.composing.sketch import Sketch


def compose(draw: Draw) -> Sketch:
    """A programme with some of the features of the language."""
    s = new_scope(draw)
    s.basis = asking.amount(s) if s.maybe("rounding") else "MONEY_PAID"
    declaring.facts(s)
    declaring.events(s)
    declaring.sets(s)
    declaring.purses(s)
    climbing.ladders(s)
    declaring.memberships(s)
    declaring.segments(s)
    declaring.experiments(s)
    declaring.perks(s)
    declaring.tables(s)
    giving.earns(s)
    giving.boosts(s)
    relating.groups(s)
    relating.nevers(s)
    spending.redeems(s)
    spending.conversions(s)
    spending.changes(s)
    spending.lives(s)
    relating.budgets(s)
    relating.promises(s)
    s.blocks[:0] = [declaring.purse(s, one) for one in s.purses]
    telling.examples(s)
    return Sketch((tuple(declaring.programme(s)), *(tuple(block) for block in s.blocks)))
