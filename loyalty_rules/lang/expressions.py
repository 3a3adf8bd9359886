"""Builders of what stands inside clauses: conditions, measures, amounts, values, cells. And what builders share.

A builder gets what its rule of the grammar matched, in order: tokens, and what the builders of inner rules made. The
items of a repetition stand among the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

from loyalty_rules.lang import syntax
from loyalty_rules.lang.tokens import Duration, Token, YearDay
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

Children: TypeAlias = Sequence[Any]
Builder: TypeAlias = Callable[[Children], Any]
T = TypeVar("T")

_PARTS: Final = ("WHOLE_AMOUNT", "EACH_PART")


# ---------- what builders share


@frozen
class Part:
    """A piece of a node, told apart by its role."""

    span: Span
    role: str
    value: Any


def the_one(children: Children, kind: type[T]) -> T:
    """The first child of a class; the grammar says that there is one."""
    return next(child for child in children if isinstance(child, kind))


def maybe(children: Children, kind: type[T]) -> T | None:
    return next((child for child in children if isinstance(child, kind)), None)


def all_of_class(children: Children, kind: type[T]) -> tuple[T, ...]:
    return tuple(child for child in children if isinstance(child, kind))


def part_of(children: Children, role: str, default: Any = None) -> Any:
    """The value of the part with this role."""
    return next((child.value for child in children if isinstance(child, Part) and child.role == role), default)


def role_in(children: Children, prefix: Sequence[str]) -> str:
    """The role of the first token with one of these roles, or ""."""
    return next((child.role for child in children if isinstance(child, Token) and child.role in prefix), "")


def span_of(children: Children) -> Span:
    first: Span = children[0].span
    return first.join(children[-1].span)


def token_of(children: Children, role: str) -> Token:
    return next(child for child in children if isinstance(child, Token) and child.role == role)


def value_of(children: Children, role: str) -> Any:
    """The value of the token with this role."""
    return token_of(children, role).value


def names_in(children: Children) -> tuple[syntax.Name, ...]:
    return tuple(name_of(child) for child in children if isinstance(child, Token) and child.role == "NAME")


def name_of(token: Token) -> syntax.Name:
    return syntax.Name(token.text, span=token.span)


def text_of(token: Token) -> syntax.Text:
    return syntax.Text(str(token.value), span=token.span)


def duration_in(children: Children) -> Duration | None:
    values = (child.value for child in children if isinstance(child, Token))
    return next((value for value in values if isinstance(value, Duration)), None)


# ---------- conditions


def _all_of(children: Children) -> syntax.All:
    return syntax.All(all_of_class(children, syntax.Node), span=span_of(children))  # type: ignore[arg-type]


def _any_of(children: Children) -> syntax.AnyOf:
    return syntax.AnyOf(all_of_class(children, syntax.Node), span=span_of(children))  # type: ignore[arg-type]


def _bracketed(children: Children) -> Any:
    return children[1]


def _negated(children: Children) -> syntax.Not:
    return syntax.Not(children[2], span=span_of(children))


def _among(children: Children) -> syntax.Among:
    count = int(value_of(children, "NUMBER"))
    return syntax.Among(count, all_of_class(children, syntax.Node), span=span_of(children))  # type: ignore[arg-type]


def _is(children: Children) -> syntax.Is:
    operand, word, bound = children
    return syntax.Is(operand, word.role == "IS_NOT", bound, span=span_of(children))


def _is_one_of(children: Children) -> syntax.IsOneOf:
    operand, *values = all_of_class(children, syntax.Node)
    return syntax.IsOneOf(operand, tuple(values), span=span_of(children))  # type: ignore[arg-type]


def _compared(children: Children) -> syntax.Compared:
    operand, how, bound = children
    return syntax.Compared(operand, how.role, bound, span=span_of(children))


def _between(children: Children) -> syntax.Between:
    operand, _, low, _, high = children
    return syntax.Between(operand, low, high, span=span_of(children))


def _falls(children: Children) -> syntax.Falls:
    return syntax.Falls(children[0], children[2], span=span_of(children))


def _in_table(children: Children) -> syntax.InTable:
    return syntax.InTable(children[0], name_of(children[2]), span=span_of(children))


def _on_sale(children: Children) -> syntax.OnSale:
    return syntax.OnSale(span=span_of(children))


def _flag(children: Children) -> syntax.Flag:
    return syntax.Flag(children[0].role, name_of(children[1]), span=span_of(children))


# ---------- measures


def _counter(children: Children) -> Part:
    of = name_of(children[1]) if len(children) > 1 else None
    return Part(span_of(children), "COUNTER", (children[0].role, of))


def _filter(children: Children) -> Part:
    return Part(span_of(children), "WHERE", children[2])


def _on_lines(children: Children) -> Part:
    return Part(span_of(children), "ON", part_of(children, "SELECTION"))


def _by_rules(children: Children) -> Part:
    return Part(span_of(children), "BY", part_of(children, "NAMES"))


def _measure(children: Children) -> syntax.Measure:
    counter, of = part_of(children, "COUNTER")
    return syntax.Measure(
        counter,
        of,
        part_of(children, "WHERE"),
        part_of(children, "ON", ()),
        part_of(children, "BY", ()),
        maybe(children, syntax.Window),
        bool(role_in(children, ("BEFORE_THIS",))),
        span=span_of(children),
    )


def _selection(children: Children) -> Part:
    return Part(span_of(children), "SELECTION", all_of_class(children, syntax.Node))


def _any_product(children: Children) -> syntax.AnyProduct:
    return syntax.AnyProduct(span=span_of(children))


def _delivery(children: Children) -> syntax.Delivery:
    return syntax.Delivery(span=span_of(children))


def _order_line(children: Children) -> syntax.OrderLine:
    return syntax.OrderLine(span=span_of(children))


def _window(children: Children) -> syntax.Window:
    name = next(iter(names_in(children)), None)
    return syntax.Window(children[0].role, duration_in(children), name, span=span_of(children))


# ---------- amounts and values


def _money_base(children: Children) -> Part:
    return Part(span_of(children), "BASE", (children[0].role, part_of(children, "STRINGS", ())))


def _base_amount(children: Children) -> syntax.BaseAmount:
    role, tenders = part_of(children, "BASE")
    return syntax.BaseAmount(role, tenders, bool(role_in(children, ("WITHOUT_TAX",))), span=span_of(children))


def _attribute(children: Children) -> syntax.Attribute:
    return syntax.Attribute(children[0].role, span=span_of(children))


def _quantity(children: Children) -> syntax.Quantity:
    number, unit = children
    return syntax.Quantity(
        Fraction(number.value), name_of(unit) if unit.role == "NAME" else str(unit.role), span=span_of(children)
    )


def number_of(children: Children) -> syntax.Number:
    return syntax.Number(Fraction(children[0].value), span=span_of(children))


def _percent(children: Children) -> syntax.Percent:
    return syntax.Percent(Fraction(children[0].value), span=span_of(children))


def _otherwise(children: Children) -> syntax.Otherwise:
    read = _percent if children[1].role == "PERCENT" else number_of
    return syntax.Otherwise(read(children[1:]), span=span_of(children))


def _lookup(children: Children) -> syntax.Lookup:
    return syntax.Lookup(name_of(children[1]), span=span_of(children))


def _gift(children: Children) -> syntax.Gift:
    """All four forms: the amount is a quantity of the purse, a per cent, or a lookup of one or the other."""
    first = children[0]
    amount = _percent(children[:1]) if isinstance(first, Token) else first
    if isinstance(amount, syntax.Quantity) and isinstance(amount.unit, syntax.Name):
        purse = amount.unit
    else:
        purse = names_in(children)[0]
    share = isinstance(amount, syntax.Percent) or bool(role_in(children, ("TO",)))
    parts = role_in(children, _PARTS)
    return syntax.Gift(amount, purse, maybe(children, syntax.Step), parts, share, span=span_of(children))


def _step(children: Children) -> syntax.Step:
    how, quantity, *rest = children
    return syntax.Step(how.role, quantity, rest[0] if rest else None, span=span_of(children))


def _of_measure(children: Children) -> syntax.Measure:
    measure: syntax.Measure = children[1]
    return measure


def _date_value(children: Children) -> syntax.DateValue:
    return syntax.DateValue(children[0].value, span=span_of(children))


def _time_value(children: Children) -> syntax.TimeValue:
    return syntax.TimeValue(children[0].value, span=span_of(children))


def _instant_value(children: Children) -> syntax.InstantValue:
    day, minutes = (child.value for child in children)
    return syntax.InstantValue(day, minutes, span=span_of(children))


def _string_value(children: Children) -> syntax.Text:
    return text_of(children[0])


def _word(children: Children) -> syntax.Word:
    return syntax.Word(children[0].role, span=span_of(children))


def _named(children: Children) -> syntax.Name:
    return name_of(children[0])


def _percent_of(children: Children) -> syntax.PercentOf:
    return syntax.PercentOf(Fraction(children[0].value), children[2], span=span_of(children))


def _shifted(children: Children) -> syntax.Shifted:
    duration, word, day = children
    return syntax.Shifted(duration.value, word.role == "AFTER", day, span=span_of(children))


def _date_word(children: Children) -> syntax.DateWord:
    return syntax.DateWord(children[0].role, span=span_of(children))


def _moment(children: Children) -> syntax.Moment:
    minutes = children[1].value if len(children) > 1 else None
    return syntax.Moment(children[0].value, minutes, span=span_of(children))


def _yearday(children: Children) -> Part:
    return Part(span_of(children), "DAY", children[0].value)


def _last_day_of(children: Children) -> Part:
    month = int(the_one(children, syntax.Word).role.removeprefix("MO"))
    return Part(span_of(children), "DAY", YearDay(month, 0))


def _list_of_names(children: Children) -> Part:
    return Part(span_of(children), "NAMES", names_in(children))


def _list_of_strings(children: Children) -> Part:
    strings = tuple(text_of(child) for child in children if child.role == "STRING")
    return Part(span_of(children), "STRINGS", strings)


# ---------- cells


def _cell_all(children: Children) -> syntax.CellAll:
    return syntax.CellAll(span=span_of(children))


def _range(children: Children) -> Part:
    compare, value = children
    return Part(span_of(children), "RANGE", ((compare.role, value),))


def _range_between(children: Children) -> Part:
    _, low, _, high = children
    return Part(span_of(children), "RANGE", (("AT_LEAST", low), ("AT_MOST", high)))


def _cell_range(children: Children) -> syntax.CellRange:
    tests = tuple(test for child in children if isinstance(child, Part) for test in child.value)
    return syntax.CellRange(tests, span=span_of(children))


#: Builders by the rule of the grammar, or the name behind `->`.
EXPRESSIONS: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        "all_of": _all_of,
        "one_of": _any_of,
        "bracketed": _bracketed,
        "negated": _negated,
        "any_among": _among,
        "is_": _is,
        "is_not": _is,
        "is_one_of": _is_one_of,
        "compared": _compared,
        "between": _between,
        "falls": _falls,
        "in_table": _in_table,
        "on_sale": _on_sale,
        "was_invited": lambda found: syntax.WasInvited(span=span_of(found)),
        "in_segment": _flag,
        "member_of": _flag,
        **dict.fromkeys(("opted_in", "applied", "completed"), _flag),
        "has": _flag,
        "attribute": _attribute,
        "counter": _counter,
        "filter": _filter,
        "on_lines": _on_lines,
        "by_rules": _by_rules,
        "measure": _measure,
        "selection": _selection,
        "any_product": _any_product,
        "delivery": _delivery,
        "order_line": _order_line,
        "window": _window,
        "in_this_order": _window,
        "in_last": _window,
        "in_year_joined": _window,
        "in_year_of": _window,
        "since_joining": _window,
        "since_change": _window,
        "since_completion": _window,
        "ever": _window,
        "while_in_force": _window,
        "money_base": _money_base,
        "paid_by_tender": _money_base,
        "base_amount": _base_amount,
        "of_name": _quantity,
        "of_counted": _quantity,
        "plain_number": number_of,
        "percent": _percent,
        "lookup": _lookup,
        "otherwise": _otherwise,
        "units_gift": _gift,
        "lookup_gift": _gift,
        "percent_gift": _gift,
        "lookup_percent_gift": _gift,
        "step": _step,
        "price_step": _step,
        "of_measure": _of_measure,
        "date_value": _date_value,
        "time_value": _time_value,
        "instant_value": _instant_value,
        "string_value": _string_value,
        "yes": _word,
        "no": _word,
        "no_level": _word,
        "weekday": _word,
        "month": _word,
        "named": _named,
        "percent_of": _percent_of,
        "shifted": _shifted,
        "dated_word": _date_word,
        "moment_date": _moment,
        "moment_time": _moment,
        "yearday_given": _yearday,
        "last_day_of": _last_day_of,
        "names": _list_of_names,
        "strings": _list_of_strings,
        "cell_all": _cell_all,
        "range": _range,
        "range_between": _range_between,
        "cell_range": _cell_range,
    }
)
