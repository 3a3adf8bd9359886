"""A file as it holds for orders in one of its currencies.

An order has one currency, and amounts in another one never match it. Of the clauses of one kind that name money only
those in its currency hold; where all of them are in others, the whole rule is of those. Blocks, names and places are
those of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Elsewhere
from loyalty_rules.lang.checker.counts import SLOTS, TRIGGERS, role_of
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: Rules of orders: what one of them says in another currency is not said of this order.
_RULES: Final = ("H_EARN", "H_BOOST", "H_OFFER", "H_REDEEM", "H_REWARD", "H_PROMISE")
#: Clauses that say something in each currency of its own, and nothing in one that none of them names.
_APART: Final = frozenset({"SMALLEST_COIN", "WORTH"})
#: What lowers prices.
_LOWERING: Final = frozenset({"DISCOUNT", "SELL_AT", "ROUND_TOTAL"})
#: What a reward is bought for, and how much of it is held: nothing that an order asks.
_OF_HOLDING: Final = frozenset({"COSTS", "HOLD_MOST"})

_DIGITS: Final = frozenset("0123456789")


@frozen
class InCurrency:
    """A file for orders in one currency. `elsewhere`: the rules that are of others, by name."""

    tree: s.SyntaxTree
    elsewhere: Mapping[str, Elsewhere]


def currencies_of(tree: s.SyntaxTree) -> tuple[str, ...]:
    """The currencies that the programme names, in its order."""
    for block in tree.blocks:
        for clause in block.clauses if block.kind == "H_PROGRAMME" else ():
            if isinstance(clause, s.NamesClause) and clause.role == "CURRENCY":
                return tuple(dict.fromkeys(name.text for name in clause.names))
    return ()


def without_examples(tree: s.SyntaxTree) -> s.SyntaxTree:
    """A file without its examples: they are read once, for all currencies."""
    return replace(tree, blocks=tuple(block for block in tree.blocks if block.kind != "H_EXAMPLE"))


def in_currency(tree: s.SyntaxTree, currency: str) -> InCurrency:
    """What a file says of orders in one of its currencies."""
    if len(currencies_of(tree)) < 2:
        return InCurrency(tree, {})
    reader = _Reader(tree, currency)
    blocks = tuple(reader.block(block) for block in tree.blocks)
    return InCurrency(replace(tree, blocks=blocks), reader.elsewhere)


def codes_in(row: s.Row, known: tuple[str, ...]) -> tuple[str, ...]:
    """The currencies that a row of a table names: a code behind a number."""
    found = []
    for cell in row.cells:
        words = cell.text.split()
        found += [word for before, word in pairwise(words) if before[-1:] in _DIGITS]
    return tuple(word for word in found if word in known)


class _Reader:
    """Reads a tree for one currency."""

    def __init__(self, tree: s.SyntaxTree, currency: str) -> None:
        self.known = currencies_of(tree)
        self.currency = currency
        self.elsewhere: dict[str, Elsewhere] = {}
        named = {block.name.text: block for block in tree.blocks if block.name is not None}
        self.purses = {name: found for name, block in named.items() if (found := self._counted_in(block))}
        self.waiting = {name for name, block in named.items() if block.kind == "H_EARN" and _waits(block)}
        self.waiting |= {name for name, block in named.items() if block.kind in ("H_CHALLENGE", "H_REFERRAL")}
        self.tables = {name: block for name, block in named.items() if block.kind == "H_TABLE"}
        self.groups = self._caps_of_groups(named)

    def block(self, block: s.Block) -> s.Block:
        """A block with the clauses that hold."""
        if block.kind == "H_TABLE":
            return self._table(block)
        if block.kind in ("H_PROGRAMME", "H_PURSE"):
            return replace(block, clauses=tuple(one for one in block.clauses if self._holds_apart(one)))
        if block.kind == "H_CHANGE":
            return self._change(block)
        if block.kind == "H_GROUP" or self._is_of_orders(block):
            return self._rule(block)
        return block

    def works_in(self, block: s.Block) -> tuple[str, ...]:
        """The currencies in which a rule works, in the order of the programme."""
        found = set(self.known)
        for said in self._said(block).values():
            found &= said.keys()
        for caps in self.groups.get(block.name.text if block.name else "", ()):
            found &= caps.keys()
        return tuple(code for code in self.known if code in found)

    # ---------- what is read

    def _rule(self, block: s.Block) -> s.Block:
        works = self.works_in(block)
        said = self._said(block)
        chosen = self.currency if self.currency in works else (works or self.known)[0]
        if self.currency not in works and block.name is not None:
            named = (*said.values(), *self.groups.get(block.name.text, ()))
            spans = [one[chosen] for one in named if chosen in one and self.currency not in one]
            apart = [span for one in named if chosen not in one for span in one.values()]
            places = (*(spans if works else apart), block.header)
            self.elsewhere[block.name.text] = Elsewhere(chosen, places[0], not works)
        if not works:
            return block
        always = _OF_HOLDING | ({"PAYS"} if block.kind == "H_REWARD" else set())  # a right pays one amount
        kept = (
            one for one in block.clauses if role_of(one) in always or not (told := self.money_in(one)) or chosen in told
        )
        return replace(block, clauses=tuple(kept))

    def _change(self, block: s.Block) -> s.Block:
        """A change with one clause where it has one for each currency: this one, or the first that it names."""
        said = self._said(block)
        kept = []
        for clause in block.clauses:
            told = self.money_in(clause)
            named = said.get(_slot(block.kind, role_of(clause)), {})
            chosen = self.currency if self.currency in named else next(iter(named), "")
            if not told or chosen in told:
                kept.append(clause)
        return replace(block, clauses=tuple(kept))

    def _said(self, block: s.Block) -> dict[str, dict[str, Span]]:
        """By kind of clause, the currencies that it names, each with the first place."""
        found: dict[str, dict[str, Span]] = {}
        for clause in block.clauses:
            if role_of(clause) in _OF_HOLDING:
                continue
            if role_of(clause) == "PAYS_VALUE" and self.known:
                found["PAYS_VALUE"] = {self.known[0]: clause.span}
            for code, span in self.money_in(clause).items():
                found.setdefault(_slot(block.kind, role_of(clause)), {}).setdefault(code, span)
        return found

    def money_in(self, clause: s.Clause) -> dict[str, Span]:
        """The currencies that a clause names, and those in which the purses that it gives to are counted."""
        parts: Iterator[object]
        match clause:
            case s.ConditionClause(role="ALWAYS", condition=condition):
                parts = parts_of(condition)
            case s.ConditionClause() | s.Basis() | s.FundedBy():
                return {}
            case s.Give(gift=gift) | s.ChangeGift(gift=gift):
                parts = parts_of((gift.amount, gift.step.quantity if gift.step else None, gift.purse))
            case _:
                parts = parts_of(clause)
        found: dict[str, Span] = {}
        for part in parts:
            match part:
                case s.Quantity(unit=s.Name(text=unit), span=span):
                    code = self.purses.get(unit, unit)
                case s.Name(text=name, span=span):
                    code = self.purses.get(name, "")
                case s.Lookup(table=table, span=span):
                    for told in self._rows(self.tables.get(table.text)):
                        found.setdefault(told, span)
                    continue
                case _:
                    continue
            if code in self.known:
                found.setdefault(code, span)
        return found

    def _is_of_orders(self, block: s.Block) -> bool:
        """Whether a rule gives for orders: what waits for something else is in no currency."""
        if block.kind == "H_BOOST":
            changed = (clause for clause in block.clauses if isinstance(clause, s.NamesClause))
            names = [name.text for clause in changed for name in clause.names]
            return not any(name in self.waiting for name in names)
        return block.kind in _RULES and (block.name is None or block.name.text not in self.waiting)

    def _holds_apart(self, clause: s.Clause) -> bool:
        told = self.money_in(clause) if role_of(clause) in _APART else {}
        return not told or self.currency in told

    def _counted_in(self, block: s.Block) -> str:
        """The currency of a purse; of a reward that holds money, the one that it names, else the first."""
        for clause in block.clauses:
            if isinstance(clause, s.NameClause) and clause.role == "COUNTED_IN":
                return clause.name.text
        return ""

    # ---------- tables and groups

    def _table(self, block: s.Block) -> s.Block:
        """The rows of this currency, and those of none; all of them where none is of it."""
        told = self._rows(block)
        if self.currency not in told:
            return block
        kept = (one for one in block.clauses if not isinstance(one, s.Row) or self._row_holds(one))
        return replace(block, clauses=tuple(kept))

    def _row_holds(self, row: s.Row) -> bool:
        told = self._codes(row)
        return not told or self.currency in told

    def _rows(self, block: s.Block | None) -> tuple[str, ...]:
        """The currencies in which the rows of a table name amounts."""
        rows = () if block is None else [one for one in block.clauses if isinstance(one, s.Row)]
        return tuple(dict.fromkeys(code for row in rows for code in self._codes(row)))

    def _codes(self, row: s.Row) -> tuple[str, ...]:
        return codes_in(row, self.known)

    def _caps_of_groups(self, named: Mapping[str, s.Block]) -> dict[str, list[dict[str, Span]]]:
        """By rule, what the caps of the groups that it stands in are counted in."""
        found: dict[str, list[dict[str, Span]]] = {}
        groups = [block for block in named.values() if block.kind == "H_GROUP"]
        inside = {
            name.text: [one.name.text for one in block.clauses if isinstance(one, s.NameClause) and one.role == "RULE"]
            for block in groups
            if (name := block.name) is not None
        }
        for block in named.values():
            if block.kind == "H_BUDGET":
                self._caps_of_budget(block, named, found)
        for block in groups:
            for caps in self._said(block).values():
                for rule in _all_inside(block.name.text if block.name else "", inside):
                    found.setdefault(rule, []).append(caps)
        return found

    def _caps_of_budget(
        self, block: s.Block, named: Mapping[str, s.Block], found: dict[str, list[dict[str, Span]]]
    ) -> None:
        """What is taken off in money is in the currency of the budgets of money that cover it."""
        caps = {code: span for said in self._said(block).values() for code, span in said.items()}
        covered = (name.text for one in block.clauses if isinstance(one, s.NamesClause) for name in one.names)
        for name in _with_paid_for(covered, named) if caps else ():
            rule = named.get(name)
            if rule is not None and any(role_of(clause) in _LOWERING for clause in rule.clauses):
                found.setdefault(name, []).append(caps)


def _with_paid_for(covered: Iterable[str], named: Mapping[str, s.Block]) -> Iterator[str]:
    """What a budget names, and the offers that partners pay for which it names."""
    for name in covered:
        yield name
        for other, block in named.items():
            funders = (one.partner.text for one in block.clauses if isinstance(one, s.FundedBy))
            if block.kind == "H_OFFER" and name in funders:
                yield other


def _all_inside(group: str, inside: Mapping[str, list[str]]) -> list[str]:
    """Everything that a group lists, and what is in the groups that it lists."""
    found: list[str] = []
    waiting = [group]
    while waiting:
        for name in inside.get(waiting.pop(), ()):
            if name not in found:
                found.append(name)
                waiting.append(name)
    return found


def _waits(block: s.Block) -> bool:
    return any(role_of(clause) in TRIGGERS for clause in block.clauses)


def _slot(kind: str, role: str) -> str:
    """What stands for a clause and those that exclude it."""
    return next((slot.roles[0] for slot in SLOTS.get(kind, ()) if role in slot.roles), role)
