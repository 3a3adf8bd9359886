"""Builders of lines, headers and clauses, and the list of all builders.

A builder goes by the rule of the grammar, or by the name behind `->`.

Rules that only choose (`scope: S_ITEM | S_LINE`) have no builder and hand on what they matched.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.building.budgets import BUDGETS, same_of
from loyalty_rules.lang.building.challenges import CHALLENGES
from loyalty_rules.lang.building.codes import CODES
from loyalty_rules.lang.building.dates import DATING
from loyalty_rules.lang.building.draws import DRAWS
from loyalty_rules.lang.building.examples import EXAMPLES
from loyalty_rules.lang.building.experiments import EXPERIMENTS
from loyalty_rules.lang.building.giving import GIVING
from loyalty_rules.lang.building.partners import PARTNERS
from loyalty_rules.lang.building.perks import PERKS
from loyalty_rules.lang.building.prices import PRICES
from loyalty_rules.lang.building.referrals import REFERRALS
from loyalty_rules.lang.building.rewards import REWARDS
from loyalty_rules.lang.building.timing import TIMING
from loyalty_rules.lang.expressions import (
    EXPRESSIONS,
    Builder,
    Children,
    Part,
    all_of_class,
    duration_in,
    maybe,
    name_of,
    names_in,
    number_of,
    part_of,
    role_in,
    span_of,
    text_of,
    the_one,
    token_of,
    value_of,
)
from loyalty_rules.lang.tokens import Token
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

_SCOPES: Final = ("S_ITEM", "S_LINE", "S_ORDER", "S_SAME", "S_MEMBER", "S_INVITER")
_ORDERS: Final = ("CHEAPEST", "DEAREST", "LINE_ORDER")


# ---------- headers


@frozen
class Header:
    """The parts of a header line."""

    span: Span
    kind: str
    name: syntax.Name | None
    title: syntax.Text | None


def _header(children: Children) -> Header:
    names = names_in(children)
    titles = [text_of(child) for child in children if child.role == "STRING"]
    return Header(span_of(children), children[0].role, names[0] if names else None, titles[0] if titles else None)


# ---------- clauses


def _simple(children: Children) -> syntax.Simple:
    return syntax.Simple(children[0].role, span=span_of(children))


def _name_clause(children: Children) -> syntax.NameClause:
    return syntax.NameClause(children[0].role, name_of(children[1]), span=span_of(children))


def _names_clause(children: Children) -> syntax.NamesClause:
    return syntax.NamesClause(children[0].role, part_of(children, "NAMES"), span=span_of(children))


def _condition_clause(children: Children) -> syntax.ConditionClause:
    return syntax.ConditionClause(children[0].role, children[1], span=span_of(children))


def _selection_clause(children: Children) -> syntax.SelectionClause:
    return syntax.SelectionClause(children[0].role, part_of(children, "SELECTION"), span=span_of(children))


def _quantity_clause(children: Children) -> syntax.QuantityClause:
    return syntax.QuantityClause(children[0].role, children[1], span=span_of(children))


def _number_clause(children: Children) -> syntax.NumberClause:
    return syntax.NumberClause(children[0].role, number_of(children[1:]), span=span_of(children))


def _titled(children: Children) -> syntax.Titled:
    role, name, text = children
    return syntax.Titled(role.role, name_of(name), text_of(text), span=span_of(children))


def _week_starts(children: Children) -> syntax.WeekStarts:
    return syntax.WeekStarts(children[1], span=span_of(children))


def _day_starts(children: Children) -> syntax.DayStarts:
    return syntax.DayStarts(value_of(children, "TIME"), span=span_of(children))


def _year_starts(children: Children) -> syntax.YearStarts:
    return syntax.YearStarts(part_of(children, "DAY"), span=span_of(children))


def _basis(children: Children) -> syntax.Basis:
    return syntax.Basis(children[1], span=span_of(children))


def _returns_within(children: Children) -> syntax.ReturnsWithin:
    return syntax.ReturnsWithin(children[0].role, value_of(children, "DURATION"), span=span_of(children))


def _fact(children: Children) -> syntax.FactDeclaration:
    kind, leap = part_of(children, "TYPE") or (role_in(children, _FACT_TYPES), "")
    return _fact_of(children, kind, leap, ())


def _fact_choice(children: Children) -> syntax.FactDeclaration:
    return _fact_of(children, "CHOICE", "", part_of(children, "STRINGS"))


def _fact_of(children: Children, kind: str, leap: str, choices: tuple[syntax.Text, ...]) -> syntax.FactDeclaration:
    otherwise = part_of(children, "ELSE")
    optional = bool(role_in(children, ("OPTIONAL",)))
    return syntax.FactDeclaration(
        children[0].role, name_of(children[1]), kind, leap, choices, optional, otherwise, span=span_of(children)
    )


_FACT_TYPES: Final = ("T_MONEY", "T_NUMBER", "T_PERCENT", "T_TEXT", "T_YESNO", "DATE_TODAY", "T_INSTANT", "TIME_ZONE")


def _yearly(children: Children) -> Part:
    return Part(span_of(children), "TYPE", (children[0].role, children[1].role))


def _else(children: Children) -> Part:
    return Part(span_of(children), "ELSE", children[1])


def _worth(children: Children) -> syntax.Worth:
    amount, per = all_of_class(children, syntax.Quantity)
    return syntax.Worth(amount, per, span=span_of(children))


def _rounding(children: Children) -> syntax.Rounding:
    mode, place = children
    return syntax.Rounding(mode.role, place.role, span=span_of(children))


def _usable(children: Children) -> syntax.Usable:
    following = next((child.role for child in children if child.role.startswith("FROM_NEXT_")), "")
    event = names_in(children)[0] if role_in(children, ("SINCE_EVENT",)) else None
    confirmed = role_in(children, ("USABLE_CONFIRM",)) != ""
    return syntax.Usable(
        duration_in(children), following, part_of(children, "DAY"), event, confirmed, span=span_of(children)
    )


def _expire(children: Children) -> syntax.Expire:
    last = children[-1]
    end = last.role if last.role.startswith("AT_END_") else ""
    through = last.value if last.role == "DATE" else None
    day, same_day = part_of(children, "DAY"), children[0].role == "EXPIRE_SAME"
    idle = last.role == "WITHOUT_ACTIVITY"
    return syntax.Expire(duration_in(children), end, through, day, same_day, idle, span=span_of(children))


def _activity(children: Children) -> syntax.Activity:
    return syntax.Activity(children[1], span=span_of(children))


def _transfer_at_most(children: Children) -> syntax.TransferMost:
    window = the_one(children, syntax.Window)
    return syntax.TransferMost(the_one(children, syntax.Quantity), window, span=span_of(children))


def _prolong(children: Children) -> syntax.Prolong:
    return syntax.Prolong(name_of(children[1]), value_of(children, "DURATION"), span=span_of(children))


def _value_column(children: Children) -> syntax.ValueColumn:
    return syntax.ValueColumn(name_of(children[1]), children[-1].role, span=span_of(children))


def _level(children: Children) -> syntax.Level:
    name, *above = names_in(children)
    condition = None if isinstance(children[-1], Token) else children[-1]
    return syntax.Level(name, above[0] if above else None, condition, span=span_of(children))


def _upgrade_from_next(children: Children) -> syntax.UpgradeFromNext:
    return syntax.UpgradeFromNext(children[1].role, duration_in(children), span=span_of(children))


def _level_test(children: Children) -> syntax.LevelTest:
    return syntax.LevelTest(children[0].role, name_of(children[1]), children[3], span=span_of(children))


def _level_takes(children: Children) -> syntax.LevelTakes:
    quantity = the_one(children, syntax.Quantity)
    return syntax.LevelTakes(children[0].role, name_of(children[1]), quantity, span=span_of(children))


def _level_length(children: Children) -> syntax.LevelLength:
    return syntax.LevelLength(children[0].role, children[1].value, span=span_of(children))


def _review_at_end(children: Children) -> syntax.ReviewAtEnd:
    later, by = part_of(children, "SHIFT", (False, None))
    shift = "" if by is None else "PLUS" if later else "LESS"
    return syntax.ReviewAtEnd(children[1].role, shift, by, span=span_of(children))


def _review_on_day(children: Children) -> syntax.ReviewOnDay:
    return syntax.ReviewOnDay(part_of(children, "DAY"), span=span_of(children))


def _review_after(children: Children) -> syntax.ReviewAfter:
    following = children[2].role if len(children) > 2 else ""
    return syntax.ReviewAfter(children[1].value, following, span=span_of(children))


def _pays(children: Children) -> syntax.Pays:
    amount, per = all_of_class(children, syntax.Quantity)
    return syntax.Pays(amount, per, bool(role_in(children, ("PER_FULL",))), span=span_of(children))


def _pay_at_most(children: Children) -> syntax.PayAtMost:
    quantity, role = maybe(children, syntax.Quantity), role_in(children, ("PAY_MOST", "TOGETHER"))
    if quantity is not None:
        return syntax.PayAtMost(role, quantity, span=span_of(children))
    span = span_of(children[1:])
    kind = role_in(children, ("LIST_PRICE", "PRICE_AFTER", "MONEY_PAID"))
    base = syntax.BaseAmount(kind, (), bool(role_in(children, ("WITHOUT_TAX",))), span=span)
    percent = value_of(children, "PERCENT")
    return syntax.PayAtMost(role, syntax.PercentOf(percent, base, span=span), span=span_of(children))


def _base_limit(children: Children) -> syntax.BaseLimit:
    return syntax.BaseLimit(
        children[0].role,
        the_one(children, syntax.Quantity),
        role_in(children, _ORDERS),
        role_in(children, _SCOPES),
        maybe(children, syntax.Window),
        span=span_of(children),
    )


def _cap(children: Children) -> syntax.Cap:
    before = bool(role_in(children, ("BEFORE_BOOSTS",)))
    window, same = maybe(children, syntax.Window), same_of(children)
    scope = role_in(children, _SCOPES)
    return syntax.Cap(the_one(children, syntax.Quantity), scope, window, before, same, span=span_of(children))


def _limit(children: Children) -> syntax.Limit:
    number = number_of([token_of(children, "NUMBER")])
    return syntax.Limit(number, maybe(children, syntax.Window), same_of(children), span=span_of(children))


def _multiply_by(children: Children) -> syntax.MultiplyBy:
    return syntax.MultiplyBy(children[1], span=span_of(children))


def _change_gift(children: Children) -> syntax.ChangeGift:
    return syntax.ChangeGift(children[0].role, children[1], span=span_of(children))


# Clauses without arguments.
_SIMPLE: Final = (
    *("prices_include_tax", "tax_on_top", "returns_refused", "returns_keep_prices", "late_refused"),
    *("refund_in_proportion", "refund_points_first", "refund_money_first"),
    *("about_an_order", "take_only_what_is_left", "may_go_negative"),
    *("return_keeps_level", "return_rechecks_level", "return_waits_for_review", "return_takes_back"),
    *("carry_remainder", "rules_add_up", "life_from_earning", "life_from_usable", "supplied_by_host"),
    *("upgrade_next_order", "upgrade_this_order", "upgrade_part_above"),
    *("review_every_order", "review_never", "downgrade_one", "downgrade_to_earned"),
    *("after_joining", "after_rounding", "opt_in"),
    *("take_oldest", "take_soonest", "take_newest", "keep_months_apart", "on_request", "at_once", "handed_over"),
    *("rest_funded", "too_much_lowered", "too_much_refused", "blocks_redeeming"),
    *("add_up", "multiply", "choose_largest", "choose_smallest", "choose_first", "one_after_another"),
    *("decide_per_line", "decide_per_order", "short_gives_rest", "short_gives_nothing"),
    *("leaving_refunds_nothing", "leaving_refunds_unused"),
    *("blocks_earning", "blocks_discounts", "blocks_tier_counting", "blocks_everything"),
    *("should_be_refused", "to_dearest_line", "units_reused", "one_prize"),
    *("draws_at_once", "ties_share", "ties_earlier", "ties_all"),
)

#: Every builder, by the rule of the grammar, or the name behind `->`.
BUILDERS: Final[Mapping[str, Builder]] = MappingProxyType(
    dict.fromkeys(_SIMPLE, _simple)
    | dict(EXPRESSIONS)
    | dict(REWARDS)
    | dict(TIMING)
    | dict(PRICES)
    | dict(BUDGETS)
    | dict(PERKS)
    | dict(PARTNERS)
    | dict(CODES)
    | dict(EXPERIMENTS)
    | dict(CHALLENGES)
    | dict(GIVING)
    | dict(REFERRALS)
    | dict(DRAWS)
    | dict(EXAMPLES)
    | {
        "titled_header": _header,
        "bare_header": _header,
        "named_header": _header,
        **dict.fromkeys(("was", "judged_by"), _name_clause),
        "counted_in": _name_clause,
        "after_event": _name_clause,
        "member_rule": _name_clause,
        "uses_all": _name_clause,
        "uses_purse": _name_clause,
        "leaving_refunds_less": _name_clause,
        "refuse_same": _name_clause,
        "kept_by": _name_clause,
        **dict.fromkeys(("currency", "include", "except_sets", "changes", "covers", "languages"), _names_clause),
        "for_": _condition_clause,
        "when": _condition_clause,
        "where": _condition_clause,
        "afterwards": _condition_clause,
        "expiry_waits": _condition_clause,
        "activity": _activity,
        "transfer_at_most": _transfer_at_most,
        "always": _condition_clause,
        "on": _selection_clause,
        "except_": _selection_clause,
        "hold_at_most": _quantity_clause,
        "overdraft_at_most": _quantity_clause,
        "minimum": _quantity_clause,
        "uses": _quantity_clause,
        "leave_at_least": _quantity_clause,
        "prepaid": _quantity_clause,
        **dict.fromkeys(
            ("in_steps", "should_leave", "should_refund", "smallest_coin", "round_total"), _quantity_clause
        ),
        **dict.fromkeys(("decimals", "balances_by"), _number_clause),
        "title": _titled,
        "message_given": _titled,
        "message_missed": _titled,
        "allow": _titled,
        "week_starts": _week_starts,
        "day_starts": _day_starts,
        "programme_year_starts": _year_starts,
        "basis": _basis,
        "returns_within": _returns_within,
        "existing_lots_too": _simple,
        "new_lots_only": _simple,
        "late_accepted": lambda found: syntax.LateAccepted(value_of(found, "DURATION"), span=span_of(found)),
        "last_day": lambda found: syntax.LastDay(found[0].role, value_of(found, "DATE"), span=span_of(found)),
        **DATING,
        "fact": _fact,
        "fact_choice": _fact_choice,
        "yearly_type": _yearly,
        "else_value": _else,
        "worth": _worth,
        "rounding": _rounding,
        "posts": lambda children: syntax.Posts(children[1].role, span=span_of(children)),
        **dict.fromkeys(("usable_at_once", "usable_after"), _usable),
        **dict.fromkeys(("usable_from_next", "usable_on_day"), _usable),
        "usable_after_confirmation": _usable,
        "expire_never": _expire,
        "expire_after": _expire,
        "expire_after_end": _expire,
        "expire_after_on_day": _expire,
        "expire_after_idle": _expire,
        "expire_same_day": _expire,
        "expire_on_day": _expire,
        "expire_end": _expire,
        "expire_through": _expire,
        "prolong": _prolong,
        "value_column": _value_column,
        "base_level": _level,
        "level": _level,
        "level_above": _level,
        "upgrade_from_next": _upgrade_from_next,
        "level_test": _level_test,
        "level_takes": _level_takes,
        "level_length": _level_length,
        "carry_over": _quantity_clause,
        "review_at_end": _review_at_end,
        "pays": _pays,
        "pay_at_most": _pay_at_most,
        "together_at_most": _pay_at_most,
        "review_on_day": _review_on_day,
        "review_after": _review_after,
        "skip_first": _base_limit,
        "only_first": _base_limit,
        "cap": _cap,
        "limit": _limit,
        "multiply_by": _multiply_by,
        **dict.fromkeys(("increase_by", "replace_with"), _change_gift),
    }
)
