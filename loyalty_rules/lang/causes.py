"""From everything that was found in a file, what its author has to mend: one mistake, one diagnostic.

A line that could not be read takes what depends on it along: a rule without its gift, a step without its `at`, money
without a currency. What only follows from a mistake that is reported anyway is left out; it is looked for again when
the file is checked the next time. Everything else stays, however near it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from loyalty_rules.diagnostics import Diagnostic, MoreOmitted, Related, Role, Severity, in_reading_order
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.outline import Outline
from loyalty_rules.lang.tokens import Line
from loyalty_rules.problems.budgets import BudgetCoversNothing, BudgetOfGifts, BudgetOfOffers
from loyalty_rules.problems.choices import NotToChoose
from loyalty_rules.problems.groups import GroupMixed
from loyalty_rules.problems.names import MisspeltDeclaration, UnknownName, WrongKind
from loyalty_rules.problems.partners import FundsNothing
from loyalty_rules.problems.reading import BlockNotClosed, UnknownClause
from loyalty_rules.problems.rules import OtherPurse, StepOfBasis
from loyalty_rules.problems.spending import NotOfGroup
from loyalty_rules.problems.values import OptionalFact, OtherCurrency, TooManyDecimals, WrongUnit
from loyalty_rules.source import Source
from loyalty_rules.text import nearest

#: How many other places of an unknown name are shown.
MAX_PLACES: Final = 3

#: What is said of lines below a step that could not be read, which are taken for more of the step before.
_OF_STEP: Final = frozenset({"L130", "L132", "L134", "L137", "L139"})
#: What is said of the rows there: their heads are taken for data.
_OF_ROW: Final = frozenset({"L014", "L015", "L023", "L050", "L053", "L091", "L095", "L096", "L131", "L135"})

#: What may be said of a rule, or of a level, only because something else in the file is wrong.
_MAY_FOLLOW: Final = (
    UnknownName,
    WrongUnit,
    OtherPurse,
    GroupMixed,
    OptionalFact,
    WrongKind,
    NotOfGroup,
    NotToChoose,
    FundsNothing,
    BudgetCoversNothing,
)


def first_causes(
    tree: s.SyntaxTree,
    source: Source,
    reading: Sequence[Diagnostic],
    checking: Sequence[Diagnostic],
    lines: Sequence[Line],
) -> tuple[Diagnostic, ...]:
    """What was found while a file was read and checked, without what follows from something else there, in reading
    order: the first `MAX_DIAGNOSTICS`, and how many more there are. `lines` are those of the reading. A file with an
    error keeps one."""
    if not _has_errors((*reading, *checking)):
        return in_reading_order((*reading, *checking))
    omitted = [one for one in (*reading, *checking) if isinstance(one.problem, MoreOmitted)]
    read = [one for one in reading if one not in omitted]
    checked = [one for one in checking if one not in omitted]
    kept = _kept(Outline(tree, source, lines, read), read, checked)
    if not _has_errors(kept):
        kept = [*read, *checked]
    return in_reading_order((*kept, *omitted))


def _has_errors(found: Iterable[Diagnostic]) -> bool:
    return any(one.problem.severity is Severity.ERROR for one in found)


def _kept(outline: Outline, reading: Sequence[Diagnostic], checking: Sequence[Diagnostic]) -> list[Diagnostic]:
    read = _one_a_line(outline, _of_steps(outline, _closings(outline, reading)))
    found = [one for one in checking if not outline.hides(one)]
    found = _of_steps(outline, found)
    found = _lost_names(outline, found)
    found = _money(outline, found)
    found = _whole_rules(outline, found, checking)
    return [*read, *_names_once(outline, found)]


# ---------- what was found while the file was read


def _closings(outline: Outline, reading: Iterable[Diagnostic]) -> list[Diagnostic]:
    """A misspelt `end` is no missing one."""
    ends = {
        outline.line(found)
        for found in reading
        if isinstance(found.problem, UnknownClause) and found.problem.suggestion == Role("END")
    }
    return [
        found
        for found in reading
        if not (isinstance(found.problem, BlockNotClosed) and outline.text_before(outline.line(found)) in ends)
    ]


def _one_a_line(outline: Outline, reading: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The first of several diagnostics of a line, but for rows; that the block before it is open is another matter."""
    kept: list[Diagnostic] = []
    seen: set[int] = set()
    for found in in_reading_order(reading):
        if not isinstance(found.problem, BlockNotClosed) and not outline.is_row(found):
            if outline.line(found) in seen:
                continue
            seen.add(outline.line(found))
        kept.append(found)
    return kept


def _of_steps(outline: Outline, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without what is said of the lines of a step whose `at` could not be read."""
    steps, rows = outline.lines_of_lost_steps()
    return [
        one
        for one in found
        if not (one.problem.code in _OF_STEP and outline.line(one) in steps)
        and not (one.problem.code in _OF_ROW and outline.line(one) in rows)
    ]


# ---------- names


def _lost_names(outline: Outline, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without the names that a line which could not be read would have declared: those that stand in it, and, where
    the name itself is missing, the one of its kind that is used most, one for each such line."""
    kept = [
        one for one in found if not (isinstance(one.problem, UnknownName) and one.problem.name in outline.lost_words)
    ]
    for kind in outline.nameless:
        wanted = [one.problem for one in kept if isinstance(one.problem, UnknownName)]
        fitting = Counter(
            (problem.suggestion is None, problem.name) for problem in wanted if Role(kind) in problem.expected
        )
        if fitting:
            _, name = max(fitting, key=lambda key: (key[0], fitting[key]))
            kept = [one for one in kept if not (isinstance(one.problem, UnknownName) and one.problem.name == name)]
    return kept


def _names_once(outline: Outline, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """A name that nothing declares is reported once: where it first stands, or where a name near it is declared that
    nothing uses, if it is used more than once."""
    places: dict[str, list[Diagnostic]] = {}
    kept = []
    for one in in_reading_order(found):
        if isinstance(one.problem, UnknownName):
            places.setdefault(one.problem.name, []).append(one)
        else:
            kept.append(one)
    for name, uses in places.items():
        first, *others = uses
        problem = first.problem
        kinds = problem.expected if isinstance(problem, UnknownName) else ()
        unused = {text: at for text, at in outline.unused(role.role for role in kinds).items() if others}
        meant = nearest(name, sorted(unused))
        if meant is not None:
            related = tuple(Related(use.span, "used_here") for use in uses[:MAX_PLACES])
            kept.append(Diagnostic(MisspeltDeclaration(meant, name), unused[meant], related))
        else:
            related = tuple(Related(use.span, "also_here") for use in others[:MAX_PLACES])
            kept.append(replace(first, related=(*first.related, *related)) if related else first)
    return kept


# ---------- money and rules


def _money(outline: Outline, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without what is said of amounts while the currency, or the unit of a purse, is not known."""
    return [one for one in found if not _of_unknown_money(outline, one)]


def _of_unknown_money(outline: Outline, found: Diagnostic) -> bool:
    match found.problem:
        case WrongUnit(expected=str(expected)) if expected in outline.doubtful_purses:
            return True
        case TooManyDecimals(unit=unit) if unit in outline.doubtful_purses:
            return True
        case WrongUnit() | OtherCurrency() | StepOfBasis() | TooManyDecimals():
            return not outline.has_currency and outline.speaks_of_money(found.span)
        case UnknownName(name=name):
            return not outline.has_currency and outline.is_currency(name)
        case _:
            return False


def _whole_rules(outline: Outline, found: Sequence[Diagnostic], checking: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without what is said of the amounts of a rule, where it is not known what it gives, and of levels whose ladder
    has a mistake of its own. A fact that is asked for under a misspelt name is asked for."""
    if not any(isinstance(one.problem, _MAY_FOLLOW) for one in found):
        return list(found)
    wrong = frozenset(outline.line(one) for one in checking if one.problem.code not in ("L082", "L110"))
    broken = outline.broken_rules(wrong)
    levels = outline.doubtful_levels(wrong)
    misspelt: dict[str | None, list[Diagnostic]] = {}
    for one in checking:
        if isinstance(one.problem, UnknownName):
            misspelt.setdefault(one.problem.suggestion, []).append(one)
    unknown = {outline.line(one) for one in checking if isinstance(one.problem, UnknownName)}
    kept = []
    for one in found:
        match one.problem:
            case UnknownName(name=name, expected=kinds) if (
                Role("LEVEL") in kinds and name in levels and not outline.is_in(one, "H_TIERS")
            ):
                continue
            case UnknownName(name=name) if outline.is_currency(name) and outline.follows_from(one, broken, wrong):
                continue
            case WrongUnit() if outline.follows_from(one, broken, wrong):
                continue
            case OtherPurse(rule=rule) | FundsNothing(rule=rule) | BudgetCoversNothing(rule=rule) if rule in broken:
                continue
            case WrongKind(name=name) if name in broken and outline.is_in(one, "H_EXAMPLE"):
                continue
            case NotOfGroup() if outline.is_of(one, broken):
                continue
            case NotToChoose() if broken:
                continue
            case BudgetOfOffers() | BudgetOfGifts() if outline.line(one) in unknown:
                continue
            case GroupMixed(rule=rule, other=other) if rule in broken or other in broken:
                continue
            case OptionalFact(fact=fact) if outline.lacks_condition(one) or any(
                outline.are_together(one, slip) for slip in misspelt.get(fact, ())
            ):
                continue
            case _:
                kept.append(one)
    return kept
