"""Product sets of which members choose: what there is to choose, how many, how often, and until when."""

from __future__ import annotations

from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.events import Choice
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, role_of, shown_role
from loyalty_rules.lang.checker.gifts import lookup
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.problems.choices import (
    ChangeOfChoice,
    ChoiceOfNoSet,
    DefaultTooMany,
    NoSetsToChoose,
    NotAmongSets,
    SeveralSetsToChoose,
)
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.ladders import TableOfLines

#: What says how members choose, beside what they choose from; and what stands without it.
_OF_CHOICE: Final = ("CHOOSE_MOST", "CHANGE_CHOICE", "CHOICE_ENDS", "DEFAULT_CHOICE")
_WITHOUT: Final = ("WHERE", "INCLUDE", "EXCEPT")

_WINDOWS: Final = (c.WindowKind.PERIOD, c.WindowKind.LAST)


def choice_of(ctx: Context, block: s.Block, tables: dict[str, k.Table]) -> tuple[tuple[str, ...], k.SetChoice] | None:
    """The sets from which members choose, and how; None where they do not."""
    listed = first_of(block, s.NamesClause, lambda clause: clause.role == "CHOSEN_FROM")
    if listed is None:
        for clause in block.clauses if ctx.is_whole(block) else ():
            if role_of(clause) in _OF_CHOICE:
                ctx.report(ChoiceOfNoSet(shown_role(clause)), clause.span)
        return None
    for clause in block.clauses:
        if role_of(clause) in _WITHOUT:
            related = Related(listed.span, "first_here")
            ctx.report(ClausesExclude(shown_role(clause), Role("CHOSEN_FROM")), clause.span, related)
    sets = tuple(sorted({name.text for name in listed.names if resolve(ctx, name, "H_PRODUCTS")}))
    most, table = _most(ctx, first_of(block, s.ChooseAtMost), tables)
    return sets, k.SetChoice(most, table, _once(ctx, block), _ends(ctx, block), _default(ctx, block, listed, most))


def _most(ctx: Context, clause: s.ChooseAtMost | None, tables: dict[str, k.Table]) -> tuple[int | None, str]:
    match None if clause is None else clause.number:
        case s.Lookup() as node:
            table = lookup(ctx, node, tables, percent=False)
            if table is not None and table.of_lines:
                ctx.report(TableOfLines(table.name), node.span)
            return 0, "" if table is None else table.name
        case s.Number() as number:
            return amounts.whole(ctx, number, 1, amounts.LARGEST), ""
        case _:
            return None, ""


def _once(ctx: Context, block: s.Block) -> c.Window | None:
    clause = first_of(block, s.ChangeChoice)
    window = None if clause is None else measures.window(ctx, clause.window)
    if clause is not None and window is not None and window.kind not in _WINDOWS:
        ctx.report(ChangeOfChoice(), clause.window.span)
    return window


def _ends(ctx: Context, block: s.Block) -> Period | None:
    clause = first_of(block, s.ChoiceEnds)
    return None if clause is None else ctx.period(clause.end.removeprefix("AT_END_"), clause.span)


def _default(ctx: Context, block: s.Block, listed: s.NamesClause, most: int | None) -> tuple[str, ...]:
    offered = {name.text for name in listed.names}
    found: dict[str, s.Name] = {}
    for clause in all_of(block, s.NamesClause, lambda clause: clause.role == "DEFAULT_CHOICE"):
        for name in clause.names:
            if name.text not in offered and resolve(ctx, name, "H_PRODUCTS"):
                ctx.report(NotAmongSets(name.text), name.span, Related(listed.span, "first_here"))
            found.setdefault(name.text, name)
        if most and len(found) > most:
            ctx.report(DefaultTooMany(len(found), most), clause.span)
    return tuple(sorted(found))


def chooses_sets(ctx: Context, node: s.At, ids: tuple[str, str], at: int) -> Choice | None:
    """The member of an example chooses product sets. None where no block lets it choose them, which is reported."""
    told = tuple(dict.fromkeys(name.text for name in node.names if resolve(ctx, name, "H_PRODUCTS")))
    if len(told) < len(node.names):
        return None
    found = []
    for block in ctx.blocks("H_PRODUCTS"):
        listed = first_of(block, s.NamesClause, lambda clause: clause.role == "CHOSEN_FROM")
        if listed is not None and block.name is not None and set(told) <= {name.text for name in listed.names}:
            found.append(block.name.text)
    if node.name is not None:
        if resolve(ctx, node.name, "H_PRODUCTS") is None:
            return None
        found = [name for name in found if name == node.name.text]
    span = node.names[0].span.join(node.names[-1].span)
    if not found:
        ctx.report(NoSetsToChoose(told), span)
        return None
    if len(found) > 1:
        ctx.report(SeveralSetsToChoose(told, tuple(sorted(found))), span)
        return None
    return Choice(*ids, at, found[0], None, sets=tuple(sorted(told)))
