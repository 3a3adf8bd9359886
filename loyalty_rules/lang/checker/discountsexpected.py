"""What an example expects offers to take off, or to add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.values import data


def discounted(
    ctx: Context, clauses: Iterable[s.ShouldDiscount | s.ShouldAddGift], rules: Mapping[str, object]
) -> Iterator[tuple[s.ShouldDiscount | s.ShouldAddGift, k.Expected | None]]:
    """The discounts and gifts that a step expects, each with its clause; None where something was reported."""
    for clause in clauses:
        rule = rules.get(clause.rule.text)
        lowers = isinstance(rule, k.Reward) and rule.right.lowers
        found = resolve(ctx, clause.rule, "H_OFFER", *(("H_REWARD",) if lowers else ()))
        if isinstance(clause, s.ShouldAddGift):
            number = amounts.whole(ctx, clause.number, 1, amounts.LARGEST)
            known = found is not None and number is not None and (lowers or isinstance(rule, k.Offer))
            article = k.gift_unit(data(clause.sku))
            yield clause, k.Expected(clause.rule.text, article, number or 0, None, span=clause.span) if known else None
            continue
        units = amounts.money(ctx, clause.amount)
        fits = amounts.above_zero(ctx, units, clause.amount.span)
        if found is None or not fits or not (lowers or isinstance(rule, k.Offer)):
            yield clause, None
            continue
        code = clause.amount.unit.text if isinstance(clause.amount.unit, s.Name) else ctx.settings.currency
        line = data(clause.line) if clause.line else ""
        yield clause, k.Expected(clause.rule.text, code, units or 0, None, span=clause.span, line=line)
