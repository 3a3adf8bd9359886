"""What each phrase is worth: pairs of a rule file and a history in which its clause made a difference.

Every phrase has a case in which it acts (tests/cases/roles). Its clause is taken out of the rule file there; where the
file needs it, the file without the phrase takes its place that the case itself has, or another phrase that may stand
there, or the rule is taken out, or its number is changed. Histories are drawn around what happens in the case: other
amounts, more lines, more orders, other hours and days, and time that passes. Each is decided by both files; where
something else comes of it, the pair counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from itertools import chain
from typing import Final, NamedTuple

from loyalty_rules import Event, LoyaltyError, Programme, Purchase
from loyalty_rules.amounts import MICRO
from loyalty_rules.events import Invitation, Line, Tender, Tick
from loyalty_rules.histories import decided
from loyalty_rules.lang.checked import OTHER_MEMBER, Example, Given
from loyalty_rules.lang.lexer import lex
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tables import TABLES_FILE
from loyalty_rules.source import Source
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.sketch import choices
from tests.cases.role_cases import Case, examined, file, roles_by_line, roles_in, table, without
from tests.engine.evaluators import deciding_by

#: So many pairs are asked for, of so many histories at most.
LEAST: Final = 50
_MOST: Final = 400
#: A variant that changes less than one in so many histories is left for another one.
_FIRST: Final = 12
#: So many pairs of each phrase are decided by the reference evaluator as well.
_BY_BOTH: Final = 3
#: Histories in which a phrase that changes nothing is looked at.
_SILENT: Final = 8
_DAY: Final = 86_400 * MICRO
#: A number of its own: no part of a date, a time, a name or a text.
_NUMBER: Final = re.compile(r"(?<![-\w.:\"])\d+(?![-\w.:\"])")
_CENT: Final = MICRO // 100
#: What is told of each event: what came of it, or the code of the error that refused it.
_Told = tuple[object, ...]


class Variant(NamedTuple):
    """A rule file that does not have the clause, or has another one in its place."""

    how: str
    programme: Programme


class History(NamedTuple):
    """What happens to a member, and to friends who are invited."""

    givens: tuple[Given, ...]
    friends: tuple[tuple[str, tuple[Given, ...]], ...]
    segments: tuple[str, ...]
    events: tuple[Event, ...]


@dataclass
class Pairs:
    """Of one phrase: the variant by which it was asked, and how many pairs made a difference, of those tried."""

    role: str
    how: str = "nothing else may stand there"
    changed: int = 0
    tried: int = 0


def pairs_of(case: Case) -> Pairs:
    """Pairs of a phrase until there are enough, by the first variant that makes a difference often."""
    best = Pairs(case.role)
    for variant in variants(case):
        found = Pairs(case.role, variant.how)
        for history in histories(case, _MOST):
            if found.changed == LEAST or found.tried >= _FIRST * (found.changed + 1):
                break
            _try(case, variant, history, found)
        best = max(best, found, key=lambda one: one.changed)
        if best.changed == LEAST:
            break
    return best


def changes_nothing(case: Case, *, alone: bool = False) -> str:
    """What comes of the histories of a case without the phrase, where that is something else; "" where it is the
    same. `alone`: without the phrase and not without its line."""
    programme = examined(case.pair[0])[0] if not case.structural else None
    if programme is None:
        return _form_changes_nothing(case.role)
    for variant in variants(case, form=True):
        if alone and variant.how == "taken out":
            continue  # the line says more than the phrase
        for history in histories(case, _SILENT):
            own, other = told(programme, history), told(variant.programme, history)
            if own != other:
                return f"{variant.how}: {own}, not {other}"
    return ""


def _form_changes_nothing(role: str) -> str:
    """The same of a phrase that has no case of its own: in the first case in which it stands."""
    standing = (case for case in table().values() if not case.structural and role in roles_in(case.pair[0]))
    found = next(standing, None)
    return "" if found is None else changes_nothing(replace(found, role=role), alone=True)


def printed(found: Sequence[Pairs]) -> str:
    """The table: the phrase, the pairs that made a difference of those tried, and how its clause was taken out."""
    english = phrase_tables()["en"]
    return "\n".join(
        f"{one.role:<20} {one.changed:>3} of {one.tried:>3}  {english.text(one.role)}: {one.how}" for one in found
    )


# ---------- phrases

#: Phrases of programmes that change no decision, each with the reason. Those that open a block, and a few others that
#: a decision cannot show, have theirs in tests/cases/roles (`structural`).
SILENT: Final = {
    "TITLE": "a name for people",
    "MSG_GIVEN": "a text for the member; it tells what was decided",
    "MSG_MISSED": "a text for the member; it tells what was decided",
    "ALWAYS": "a promise is held against decisions, and changes none",
}
#: Phrases that their cases show in explanations alone: cases in which they change a decision.
_OWN: Final = {
    "MINUTES": Case(
        "MINUTES",
        "own",
        blocks="facts\n  order fact gate is instant\nend",
        earn="when gate over 30 minutes after event time",
        acts="detail gate is 2026-03-07 11:40",
        idle="detail gate is 2026-03-07 11:20",
    ),
    "TIME_ZONE": Case(
        "TIME_ZONE",
        "own",
        programme="time zone Europe/Moscow",
        earn="when weekday is saturday",
        acts='at 2026-03-07 20:00 places order "o-1"',
        idle='at 2026-03-08 20:00 places order "o-1"',
    ),
}


def case_of(role: str) -> Case:
    return _OWN.get(role) or table()[role]


def asked_of(kind: str) -> tuple[str, ...]:
    """The phrases whose case is of a kind."""
    return tuple(role for role, case in table().items() if case.kind == kind)


_WON = "an event that tells who won tells the prize as well"
#: Phrases whose pairs cannot be made of their case, each with the reason; one that has its pairs is no longer here.
UNREACHED: Final = {
    **dict.fromkeys(("PRIZE", "WINNERS", "PLACE", "SEASON"), _WON),
    **dict.fromkeys(("TAXES", "TAX_IN", "TAX_EX"), "orders are drawn without tax"),
    **dict.fromkeys(("SUPPLIED", "VARIANT", "VALUE_GIVEN"), "other lines of the file ask for what it declares"),
}


def counted() -> list[str]:
    """The phrases that can change a decision, and whose case shows it."""
    without = {*SILENT, *UNREACHED, *of_examples(), *asked_of("structural")}
    return sorted(set(phrase_tables()["en"].forms) - without)


@cache
def of_examples() -> tuple[str, ...]:
    """The phrases that stand in examples alone: they say what happens there, and are no part of a programme."""
    return tuple(
        role
        for role, case in table().items()
        if not case.structural and role not in _OWN and not _stands_above_example(case.pair[0], role)
    )


def _stands_above_example(text: str, role: str) -> bool:
    end = text[: _example(text)].count("\n")
    return any(role in found for found in roles_by_line(text)[: end + 1])


def _try(case: Case, variant: Variant, history: History, found: Pairs) -> None:
    """Decides a history by both files. Of the first pairs that count both evaluators have to say the same."""
    programme = examined(case.pair[0])[0]
    if programme is None:
        raise ValueError(case.role)
    own, other = told(programme, history), told(variant.programme, history)
    found.tried += 1
    if own == other:
        return
    found.changed += 1
    if found.changed <= _BY_BOTH:
        with deciding_by("reference"):
            if (told(programme, history), told(variant.programme, history)) != (own, other):
                raise ValueError(f"{case.role}: the evaluators differ on {history}")


# ---------- rule files


def variants(case: Case, *, form: bool = False) -> Iterator[Variant]:
    """The rule file of a case without its clause, or with another one. Those with an error are left out. `form`: only
    those without the clause or the phrase, or with another phrase."""
    text = case.pair[0]
    own = {key: getattr(case, key) for key in ("earn", "blocks", "programme", "purse")}
    listed = chain(
        [("taken out", without(text, case.role)), ("the phrase taken out", replaced(text, case.role))],
        [("as the case has it", file({**own, **case.other}, case.acts))] if case.other and not form else [],
        ((f"`{other}` instead", replaced(text, case.role, other)) for other in _instead(case.role)),
        [("by hand", _by_hand(text, case.role))] if case.role in _BY_HAND and not form else [],
        _further(text, case.role) if not form else [],
    )
    seen = {rules_of(text)}
    for how, other in listed:
        if rules_of(other) in seen:
            continue
        seen.add(rules_of(other))
        programme = examined(rules_of(other))[0]
        if programme is not None:
            yield Variant(how, programme)


def rules_of(text: str) -> str:
    """A file without its example."""
    return text[: _example(text)] + "\n"


#: What is written instead where taking out needs more than the phrase or its line.
_BY_HAND: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "UP_FROM": (("upgrade from start of next calendar month", "upgrade from next order"),),
    "ABOUT_ORDER": (("about an order", ""), ("usable after 3 days since event delivered", "usable at once")),
    "DRAWS_AT": (("draws at 2026-03-31", "draws at 2026-04-30"),),
    "CURRENCY": (("RUB", "USD"),),
    "TIME_ZONE": (("time zone Europe/Moscow", "time zone Asia/Tokyo"),),
    "LATE_NO": (("late events refused", "late events accepted for 3 days"),),
    "CLOCK": (
        *(('clock booked "Booked on"', ""), ("orders judged by clock booked", "")),
        ("when date at least 1 day after booked", ""),
    ),
    "LINE_FACT": (
        ('facts\n  line fact roast is one of "light", "dark" else "dark"\nend', ""),
        ('where roast is "light"', 'where sku is not "none of these"'),
    ),
    "MEMBER_FACT": (('facts\n  member fact city is text else "Moscow"\nend', ""), ('for city is "Kazan"', "")),
    "LEAVE_LESS": (("leaving refunds fee less r", "leaving refunds nothing"),),
    "EVENT_FACT": (("fact stars is number else 0", ""), ("when stars at least 4", "")),
}


def _by_hand(text: str, role: str) -> str:
    for old, new in _BY_HAND[role]:
        text = text.replace(old, new)
    return text


def _further(text: str, role: str) -> Iterator[tuple[str, str]]:
    """What changes more than the phrase."""
    yield "asks nothing", _asking_nothing(text, role)
    for changed in _numbers(text, role):
        yield "another number", changed
    yield "its fact taken out", _without_fact(text, role)
    yield "its block taken out", _without_blocks(text, role)


def _without_fact(text: str, role: str) -> str:
    """The file without the facts among which a phrase stands, and without what is asked for them."""
    shorter = _by_block(text, role, lambda block: [] if block[0] == "facts" else block)
    if "\nfacts\n" not in text or "\nfacts\n" in shorter:
        return text
    return "\n".join(line for line in shorter.split("\n") if not line.startswith(("when ", "for ")))


@cache
def _instead(role: str) -> tuple[str, ...]:
    """Phrases of which the grammar takes one where it takes this one."""
    page = json.loads(resources.files("loyalty_rules.grammar").joinpath(TABLES_FILE).read_text(encoding="utf-8"))
    symbols = sorted({page["symbols"][origin] for _, origin, _ in page["rules"]})
    found = [other for symbol in symbols if role in choices(symbol) for other in choices(symbol)]
    return tuple(other for other in dict.fromkeys(found) if other != role)


def _asking_nothing(text: str, role: str) -> str:
    """The file with product sets that every line of an order is in, in the place of those with the phrase."""
    everything = 'where sku is not "none of these"'
    return _by_block(
        text, role, lambda block: [block[0], everything, "end"] if block[0].startswith("products") else block
    )


def replaced(text: str, role: str, other: str = "") -> str:
    """The file with another phrase in the place of one, or none, above its example."""
    table = phrase_tables()["en"]
    lines, _ = lex(Source("case", text), table)
    places = [
        token.span
        for line in lines
        if line.span.start < _example(text)
        for token in line.tokens
        if token.role == role and not isinstance(token.value, tuple)
    ]
    for span in reversed(places):
        text = f"{text[: span.start]}{table.text(other) if other else ''}{text[span.end :]}"
    return text


def _example(text: str) -> int:
    return text.index("\nexample ") + 1


def _by_block(text: str, role: str, changed: Callable[[list[str]], list[str]]) -> str:
    """The file with other blocks in the place of those with a phrase, but for the programme and the example."""
    lines, roles = text.split("\n"), roles_by_line(text)
    kept: list[str] = []
    block: list[str] = []
    has = False
    for line, found in zip(lines, roles, strict=True):
        if not line.strip() and not block:
            continue
        block.append(line.strip())
        has = has or role in found
        if line.strip() == "end" or line.startswith("loyalty"):
            if has and not block[0].startswith(("programme", "example", "loyalty")):
                block = changed(block)
            kept += block
            block, has = [], False
    return "\n".join(kept) + "\n"


def _without_blocks(text: str, role: str) -> str:
    return _by_block(text, role, lambda block: [])


def _numbers(text: str, role: str) -> Iterator[str]:
    """The file with another number in the lines of a phrase, or in the lines of its block: more, and less."""
    for changed in (_doubled, _halved, _next):
        yield _with_numbers(text, role, changed)
    for changed in (_doubled, _halved):
        yield _by_block(text, role, partial(_renumbered, changed))


def _renumbered(changed: Callable[[re.Match[str]], str], block: list[str]) -> list[str]:
    return [_NUMBER.sub(changed, line) for line in block]


def _doubled(found: re.Match[str]) -> str:
    return str(2 * int(found[0]))


def _halved(found: re.Match[str]) -> str:
    return str(int(found[0]) // 2)


def _next(found: re.Match[str]) -> str:
    return str(int(found[0]) + 1)


def _with_numbers(text: str, role: str, changed: Callable[[re.Match[str]], str]) -> str:
    lines, roles = text.split("\n"), roles_by_line(text)
    end = text[: _example(text)].count("\n")
    return "\n".join(
        _NUMBER.sub(changed, line, count=1) if place <= end and role in roles[place] else line
        for place, line in enumerate(lines)
    )


# ---------- histories


def histories(case: Case, count: int) -> Iterator[History]:
    """What happens in the case and histories around it, each another one; half of them around what happens where it
    does not act."""
    acts, idle = (_example_of(text) for text in case.pair)
    seen: set[History] = set()
    for seed in range(count):
        draw = Chance(seed)
        example = idle if seed % 2 else acts
        events = tuple(step.event for step in example.steps)
        friends = tuple(
            (step.event.friend, step.friend) for step in example.steps if isinstance(step.event, Invitation)
        )
        segments = case.segments if not seed or draw.pick((True, True, True, False)) else ()
        history = History(example.givens, friends, segments, _drawn(draw, events) if seed else events)
        if history not in seen:
            seen.add(history)
            yield history


@cache
def _example_of(text: str) -> Example:
    programme = examined(text)[0]
    if programme is None:
        raise ValueError(text)
    return programme.checked.examples[0]


def _drawn(draw: Chance, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events with other amounts, one more order, another hour or day, and time behind them."""
    shift = draw.pick((0, 0, 0, 0, MICRO * 3_600, -MICRO * 3_600, _DAY, -_DAY, 7 * _DAY))
    if not any(isinstance(event, Purchase) for event in events):
        shift = draw.integer(-180, 180) * 60 * MICRO  # nothing else tells such histories apart
    found: list[Event] = []
    for event in events:
        moved = event._replace(at=event.at + shift)
        found.append(_ordered(draw, moved) if isinstance(moved, Purchase) else moved)
    orders = [event for event in found if isinstance(event, Purchase)]
    if orders and draw.integer(0, 2) == 0:
        again = draw.pick(orders)
        at = again.at + draw.pick((1, _DAY, 20 * _DAY, -MICRO))
        found.append(again._replace(id=f"{again.id}-again", at=at, redeem=(), codes=again.codes))
        found.sort(key=lambda event: event.at)
    if draw.integer(0, 2) == 0:
        last = found[-1]
        found += [Tick(last.member, last.at + days * _DAY) for days in (draw.pick((1, 8, 35)), 400)]
    return tuple(found)


def _ordered(draw: Chance, order: Purchase) -> Purchase:
    """The order with other amounts and lines; it is paid by the same means."""
    lines = tuple(_line(draw, line) for line in order.lines)
    if draw.integer(0, 2) == 0:
        lines += (draw.pick(lines)._replace(id="more"),)
    elif len(lines) > 1 and draw.integer(0, 2) == 0:
        lines = lines[:-1]
    tenders = order.tenders
    if tenders:
        total, left = sum(map(_paid, lines)), sum(map(_paid, lines))
        before = sum(tender.amount for tender in tenders)
        told = []
        for tender in tenders[1:]:
            part = total * tender.amount // before // _CENT * _CENT if before else 0
            told.append(Tender(tender.method, part))
            left -= part
        tenders = (Tender(tenders[0].method, left), *told)
    return order._replace(lines=lines, tenders=tenders)


def _line(draw: Chance, line: Line) -> Line:
    """The line at another price, in whole coins."""
    parts = draw.pick((100, 100, 101, 99, 103, 117, 150, 200, 333, 50, 67, 20))
    cents = draw.pick((0, 0, 1, 7, 25, 50, 99))

    def scaled(amount: int | None) -> int | None:
        return None if amount is None else (amount * parts // 100 // MICRO * MICRO) + cents * _CENT

    price, amount = scaled(line.price), scaled(line.amount)
    quantity = line.quantity
    if line.price is not None and not quantity % MICRO:
        quantity *= draw.pick((1, 1, 1, 2, 3))
    whole = amount if amount is not None else (price or 0) * quantity // MICRO
    discount = line.discount or whole * draw.pick((0, 0, 0, 10, 30)) // 100 // MICRO * MICRO
    return line._replace(price=price, amount=amount, quantity=quantity, discount=min(discount, whole))


def _paid(line: Line) -> int:
    whole = line.amount if line.amount is not None else (line.price or 0) * line.quantity // MICRO
    return whole - line.discount


# ---------- decisions


def told(programme: Programme, history: History) -> list[_Told]:
    """What comes of a history: outcomes and effects of every member, or the codes of what was refused."""
    member = programme.member_from(history.givens, history.events[0].at)
    member = programme.updated(member, segments=_known(programme, history.segments))
    friends = dict(history.friends)
    states, shared = {member.member: member}, programme.new_shared()
    found: list[_Told] = []
    for event in history.events:
        if isinstance(event, Invitation) and event.friend not in states:
            friend = programme.member_from(friends.get(event.friend, ()), event.at)
            states[event.friend] = friend._replace(member=event.friend)
        try:
            made = decided(programme, states, event, shared)
        except LoyaltyError as error:
            found.append((error.code,))
            continue
        for decision in made:
            if decision.member.member != OTHER_MEMBER:  # whom units are given to is new each time
                states[decision.member.member], shared = decision.member, decision.shared or shared
            found.append(
                (decision.outcome, decision.effects, decision.to_pay, decision.refund, decision.refused, decision.codes)
            )
    return found


def _known(programme: Programme, segments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in segments if name in programme.checked.segments)
