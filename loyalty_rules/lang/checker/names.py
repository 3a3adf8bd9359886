"""Names: what a file declares, and what each use of a name stands for.

A closed world: a name that nothing declares is an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.currencies import EXPONENTS, WITHDRAWN
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang.checker.context import Context, Declared
from loyalty_rules.lang.conditions import Fact
from loyalty_rules.lang.otherwise import said
from loyalty_rules.lang.phrases import currency_called
from loyalty_rules.lang.syntax import Block, Clock, FactDeclaration, Level, Name
from loyalty_rules.problems.names import (
    CurrencyAsName,
    DeclaredTwice,
    FactOfSeveralEvents,
    LooksAlike,
    UnitAsName,
    UnknownName,
    WrongKind,
)
from loyalty_rules.text import nearest, skeleton

#: What gives by itself.
GIVING = ("H_EARN", "H_CHALLENGE")
RULES = (*GIVING, "H_BOOST", "H_REFERRAL")
#: What an experiment may cover.
TESTED = ("H_EARN", "H_BOOST", "H_OFFER", "H_PERK")
#: What a member spends units by.
SPENDERS = ("H_REDEEM", "H_CONVERSION")
#: What units are of: rewards and tickets are held like a purse.
PURSES = ("H_PURSE", "H_REWARD", "H_DRAW")
FACTS = ("LINE_FACT", "ORDER_FACT", "MEMBER_FACT", "CLOCK")


def declare_all(ctx: Context) -> None:
    """Collects every name that the file declares at its top level, and reports what cannot be told apart."""
    looks: dict[str, Name] = {}
    twice: set[str] = set()
    for declared in _declarations(ctx):
        _declare(ctx, declared, ctx.names, looks, twice)


def declare_inside(ctx: Context, names: Iterable[tuple[str, Name]]) -> None:
    """Checks names that count inside one block only (levels, facts of an event)."""
    inside: dict[str, Declared] = {}
    looks: dict[str, Name] = {}
    twice: set[str] = set()
    for kind, name in names:
        _declare(ctx, Declared(kind, name, None), inside, looks, twice)


def _declarations(ctx: Context) -> Iterable[Declared]:
    for block in ctx.tree.blocks:
        if block.name is not None:
            yield Declared(block.kind, block.name, block)
        elif block.kind == "H_FACTS":
            for clause in block.clauses:
                if isinstance(clause, FactDeclaration):
                    yield Declared(clause.owner, clause.name, None)
        elif block.kind == "H_PROGRAMME":
            yield from (Declared("CLOCK", clause.name, None) for clause in block.clauses if isinstance(clause, Clock))


def _declare(
    ctx: Context, declared: Declared, names: dict[str, Declared], looks: dict[str, Name], twice: set[str]
) -> None:
    """Takes a name; one that is taken already is reported once, however often it comes."""
    name = declared.name
    first = names.get(name.text)
    if first is not None:
        if name.text in twice:
            return
        twice.add(name.text)
        ctx.report(DeclaredTwice(name.text), name.span, Related(first.name.span, "first_here"))
        return
    if name.text in EXPONENTS:
        ctx.report(CurrencyAsName(name.text), name.span)
    look = skeleton(name.text)
    other = looks.get(look)
    if other is not None:
        ctx.report(LooksAlike(name.text, other.text), name.span, Related(other.span, "other_here"))
    looks.setdefault(look, name)
    names[name.text] = declared


def counts_amounts(ctx: Context, name: Name) -> None:
    """Reports the name of a purse, where a number in front of it makes a length of time; in every language, because
    the file is translated. Numeric facts are compared with bare numbers, and may be called so."""
    if any(name.text in table.units for table in ctx.tables.values()):
        ctx.report(UnitAsName(name.text), name.span)


# ---------- uses


def resolve(ctx: Context, name: Name, *kinds: str) -> Declared | None:
    """What a name stands for, if it is one of `kinds` (roles of headers and fact clauses); else it is reported."""
    declared = ctx.names.get(name.text)
    if declared is None:
        unknown(ctx, name, kinds, (text for text, found in ctx.names.items() if found.kind in kinds))
        return None
    if declared.kind not in kinds:
        problem = WrongKind(name.text, Role(declared.kind), _roles(kinds))
        ctx.report(problem, name.span, Related(declared.name.span, "declared_here"))
        return None
    return declared


def unknown(ctx: Context, name: Name, kinds: Iterable[str], candidates: Iterable[str]) -> None:
    """Reports a name that nothing declares, unless the line that declares it could not be read."""
    if ctx.was_faulty(name.text):
        return
    meant = _meant(ctx, name.text, candidates)
    if meant is None and "H_PURSE" in kinds and name.text not in EXPONENTS:
        meant = currency_called(name.text, ctx.tables.values()) or _per_cent(ctx, name.text)
    ctx.report(UnknownName(name.text, _roles(kinds), meant), name.span)


def _meant(ctx: Context, word: str, candidates: Iterable[str]) -> str | None:
    """The name that was probably meant, as long as it is worth looking for."""
    if not ctx.may_compare(0):
        return None
    known = sorted(candidates)
    if not ctx.may_compare(sum(map(len, known))):
        return None
    look = skeleton(word)
    return next((text for text in known if skeleton(text) == look), None) or nearest(word, known)


def currency_meant(ctx: Context, word: str) -> str | None:
    """The currency that a word, which is no code of one, was probably meant for."""
    called = WITHDRAWN.get(word) or currency_called(word, ctx.tables.values())
    return called or nearest(word, sorted(EXPONENTS))


def _per_cent(ctx: Context, word: str) -> str | None:
    """The sign of per cent for a word that is said for it."""
    return "%" if said([word], ("PERCENT",), ctx.table) is not None else None


def _roles(kinds: Iterable[str]) -> tuple[Role, ...]:
    return tuple(Role(kind) for kind in kinds)


def event_fact(ctx: Context, name: Name, event: str) -> Fact | None:
    """A fact of an event by its name: of this event (if any), else of the only event that declares it.

    Unknown gives None without a report; several are reported.
    """
    if event and name.text in ctx.event_facts.get(event, {}):
        return ctx.event_facts[event][name.text]
    owners = [owner for owner, facts in ctx.event_facts.items() if name.text in facts]
    if len(owners) > 1:
        ctx.report(FactOfSeveralEvents(name.text, tuple(sorted(owners))), name.span)
    return ctx.event_facts[owners[0]][name.text] if owners else None


def level_names(block: Block) -> list[tuple[str, Name]]:
    """The levels that a ladder declares."""
    return [("LEVEL", clause.name) for clause in block.clauses if isinstance(clause, Level)]
