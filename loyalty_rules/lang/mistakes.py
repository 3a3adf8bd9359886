"""What to say about a line that the grammar does not take: where it got stuck, what could have stood there, what was
probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from loyalty_rules.diagnostics import Diagnostic, Problem, Role
from loyalty_rules.lang import otherwise
from loyalty_rules.lang.otherwise import Meant, words_from
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.tokens import Token
from loyalty_rules.problems.reading import (
    ClauseElsewhere,
    HeaderIncomplete,
    LineEndsEarly,
    MixedAndOr,
    NameReserved,
    TextAfter,
    UnexpectedWord,
    UnknownClause,
)
from loyalty_rules.source import Span
from loyalty_rules.text import nearest
from loyalty_rules.values import frozen

#: What the grammar calls the end of a line.
END: Final = "$END"
MAX_EXPECTED: Final = 6
MAX_WORD: Final = 60


@frozen
class Stuck:
    """A line was readable up to the token at `place` (up to its end: the number of tokens).

    `expected` are the terminals that could have stood there, `before` those in place of the token before.
    """

    place: int
    expected: frozenset[str]
    before: frozenset[str]


# ---------- what could have stood there

_WEEKDAYS: Final = frozenset(f"WD{day}" for day in range(7))
_MONTHS: Final = frozenset(f"MO{month:02}" for month in range(1, 13))
_MEASURES: Final = frozenset(
    {"SPEND", "ITEMS", "ORDERS", "ACTIVE_DAYS", "ACTIVE_WEEKS", "ACTIVE_MONTHS", "DAYS_ROW", "WEEKS_ROW", "MONTHS_ROW"}
    | {"VALUE_GIVEN", "DISCOUNT_GIVEN", "EARNED", "REDEEMED", "BALANCE_OF", "TOTAL_OF", "TIMES"}
)
_BASES: Final = frozenset({"LIST_PRICE", "PRICE_AFTER", "MONEY_PAID"})
_OPERANDS: Final = (
    _MEASURES
    | _BASES
    | frozenset(
        {"NAME", "SKU", "CATEGORY", "BRAND", "TAG", "UNIT_PRICE", "QUANTITY", "STORE", "CHANNEL", "ORDER_MERCHANT"}
        | {"ORDER_PARTNER", "TENDER", "ORDER_NUMBER", "VARIANT_OF", "WEEKDAY", "MONTH_NAME", "CLOCK_TIME", "DATE_TODAY"}
        | {"EVENT_TIME", "JOINING_DATE", "PREV_ORDER_DATE", "FIRST_ORDER_DATE"}
    )
)
_FLAGS: Final = frozenset(
    {"ON_SALE", "IN_SEGMENT", "MEMBER_OF", "OPTED_IN", "APPLIED", "COMPLETED", "HAS", "WAS_INVITED"}
)
_CONDITIONS: Final = _OPERANDS | _FLAGS | {"LPAR", "NOT", "ANY_N"}
_VALUES: Final = _WEEKDAYS | _MONTHS | {"NUMBER", "PERCENT", "DATE", "TIME", "STRING", "YES", "NO", "NO_LEVEL", "NAME"}
_PERIODS: Final = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "PYEAR")
_WINDOWS: Final = frozenset(
    {"IN_THIS_ORDER", "IN_LAST", "IN_YEAR_JOINED", "IN_YEAR_OF", "SINCE_JOINING", "SINCE_CHANGE", "EVER", "IN_FORCE"}
    | {"SINCE_DONE"}
    | {f"IN_{period}" for period in _PERIODS}
    | {f"IN_PREV_{period}" for period in _PERIODS}
)
_COMPARISONS: Final = frozenset(
    {"IS", "IS_NOT", "IS_ONE_OF", "AT_LEAST", "AT_MOST", "OVER", "UNDER", "BETWEEN", "FALLS"} | {"IN_TABLE"}
)
_OUTCOMES: Final = frozenset(
    {"O_CAP", "O_ZERO", "O_COND", "O_LINES", "O_NEVER", "O_GROUP", "O_CAPUSED", "O_LIMIT", "O_DATES", "O_AUD"}
    | {"O_CODE", "O_OPT", "O_TENDER", "O_FULL", "O_WAITING", "O_ACCRUED"}
)

#: Sets of phrases that are shown as one thing, the larger first.
_KINDS: Final = (
    ("A_CONDITION", _CONDITIONS),
    ("AN_OPERAND", _OPERANDS),
    ("A_VALUE", _VALUES),
    ("A_COMPARISON", _COMPARISONS),
    ("A_WINDOW", _WINDOWS),
    ("AN_OUTCOME", _OUTCOMES),
    ("A_MEASURE", _MEASURES),
    ("A_BASE", _BASES),
    ("A_WEEKDAY", _WEEKDAYS),
    ("A_MONTH", _MONTHS),
    ("A_PERIOD_END", frozenset(f"AT_END_{period}" for period in _PERIODS)),
    ("A_NEXT_PERIOD", frozenset(f"FROM_NEXT_{period}" for period in _PERIODS)),
)

#: Every kind of thing that stands in `Role` and is no phrase, but for the reasons of a problem.
KINDS: Final = frozenset({kind for kind, _ in _KINDS} | {"END_OF_LINE"})


def expected_roles(terminals: Collection[str], table: PhraseTable) -> tuple[Role, ...]:
    """At most six things that could have stood there: kinds of things, then phrases in the order of the table."""
    left = set(terminals)
    found = []
    for kind, members in _KINDS:
        if members <= left:
            found.append(kind)
            left -= members
    may_end = END in left
    phrases = sorted((role for role in left if role in table.places), key=table.places.__getitem__)
    found += [*sorted(left.difference(phrases) - {END}), *phrases]
    room = MAX_EXPECTED - may_end
    return tuple(Role(role) for role in (*found[:room], *(("END_OF_LINE",) if may_end else ())))


# ---------- what was probably meant


def probably_meant(words: Sequence[str], roles: Iterable[str], table: PhraseTable, more_than: int = 0) -> Meant | None:
    """The phrase, out of these roles, that the words start with but for a slip; only phrases of `more_than` words.

    Longer phrases first; then those that miss a space.
    """
    by_length: dict[int, dict[str, str]] = {}
    for role in roles:
        for form in table.forms.get(role, ()):
            if form.count(" ") >= more_than:
                by_length.setdefault(form.count(" ") + 1, {})[form] = role
    for missing in (0, 1):
        for length in sorted(by_length, reverse=True):
            written = length - missing
            if 1 <= written <= len(words):
                near = nearest(" ".join(words[:written]), by_length[length])
                if near is not None:
                    return Meant(Role(by_length[length][near]), written)
    return None


def _suggestion(stuck: Stuck, tokens: Sequence[Token], table: PhraseTable) -> Role | None:
    place = stuck.place
    known = tokens[place].role in table.forms  # a phrase, but perhaps only the start of the one that was meant
    length = tokens[place].text.count(" ") + 1 if known else 0
    meant = probably_meant(words_from(tokens, place), stuck.expected, table, length)
    if meant is None and place > 0 and not known:
        # A slip in a later word of a phrase leaves a shorter phrase before it: `review evry order`.
        length = tokens[place - 1].text.count(" ") + 1
        meant = probably_meant(words_from(tokens, place - 1), stuck.before, table, length)
    return meant.role if meant is not None else None


def _put_otherwise(stuck: Stuck, tokens: Sequence[Token], table: PhraseTable) -> Diagnostic | None:
    """What to say of words that people use for what the language says otherwise."""
    found = otherwise.put_otherwise(tokens, stuck.place, stuck.expected, stuck.before, table)
    if found is not None:
        return found
    for place, could in ((stuck.place - 1, stuck.before), (stuck.place, stuck.expected)):
        meant = otherwise.said(words_from(tokens, place), could, table) if place >= 0 else None
        # Words before the place were read as something: only more of them tell that something else was meant.
        length = tokens[place].text.count(" ") + 1
        if meant is None or (place < stuck.place and meant.words <= length and stuck.expected != {"NAME"}):
            continue
        word = " ".join(words_from(tokens, place)[: meant.words])[:MAX_WORD]
        problem = UnexpectedWord(word, expected_roles(could, table), meant.role)
        return Diagnostic(problem, otherwise.covered(tokens, place, meant.words))
    return None


# ---------- the diagnostics


def explain(stuck: Stuck, tokens: Sequence[Token], table: PhraseTable, at: Span, *, suggest: bool = True) -> Diagnostic:
    """Why a line or cell is not taken. `at`: where it stands, for one without tokens.

    Without `suggest` nothing is looked for that was probably meant: it costs more than reading the line.
    """
    if stuck.place == len(tokens):
        listed = otherwise.list_at_end(tokens, table) if suggest and tokens else None
        if listed is not None:
            return listed
        end = tokens[-1].span.end if tokens else at.end
        return Diagnostic(LineEndsEarly(expected_roles(stuck.expected, table)), Span(end, end))
    token = tokens[stuck.place]
    word = token.text[:MAX_WORD]
    other = _put_otherwise(stuck, tokens, table) if suggest and not _mixes(stuck, tokens) else None
    if other is not None:
        return other
    problem: Problem
    if stuck.expected == {END}:
        return Diagnostic(TextAfter(word), token.span.join(tokens[-1].span))
    if stuck.expected == {"NAME"} and token.role in table.forms and " " not in token.text:
        problem = NameReserved(word, table.name)
    elif _mixes(stuck, tokens):
        problem = MixedAndOr()
    else:
        meant = _suggestion(stuck, tokens, table) if suggest else None
        problem = UnexpectedWord(word, expected_roles(stuck.expected, table), meant)
    return Diagnostic(problem, token.span)


def explain_header(stuck: Stuck, tokens: Sequence[Token], table: PhraseTable, *, suggest: bool = True) -> Diagnostic:
    """Why a header is not taken. `suggest` as for a line."""
    at = tokens[0].span
    missing = next((literal for literal in ("NAME", "STRING") if literal in stuck.expected), None)
    here = tokens[stuck.place].role if stuck.place < len(tokens) else END
    if missing is not None and here in (END, "STRING") and END not in stuck.expected:
        return Diagnostic(HeaderIncomplete(Role(tokens[0].role), Role(missing)), at.join(tokens[-1].span))
    return explain(stuck, tokens, table, at, suggest=suggest)


def explain_opening(
    tokens: Sequence[Token],
    block: str,
    openers: Mapping[str, frozenset[str]],
    table: PhraseTable,
    *,
    suggest: bool = True,
) -> Diagnostic:
    """Why a line opens no clause of a block. `openers`: by the role of each header, what can open its lines. `suggest`
    as for a line that is not taken."""
    first = tokens[0]
    said = otherwise.opening(tokens, openers[block], table) if suggest else None
    if said is not None and said.words <= first.text.count(" "):  # less than what it is read as
        said = None
    if said is None and any(first.role in opening for opening in openers.values()):
        others = tuple(Role(header) for header in table.forms if first.role in openers.get(header, ()))
        return Diagnostic(ClauseElsewhere(Role(first.role), Role(block), others), first.span)
    words = words_from(tokens, 0)
    possible = openers[block] | {"END"} if len(tokens) == 1 else openers[block]
    meant = (said or probably_meant(words, possible, table)) if suggest else None
    word = " ".join(words[: meant.words if meant is not None else 1])[:MAX_WORD]
    suggestion = meant.role if meant is not None else None
    span = otherwise.covered(tokens, 0, meant.words) if meant is not None else first.span
    return Diagnostic(UnknownClause(word, Role(block), suggestion), span)


def _mixes(stuck: Stuck, tokens: Sequence[Token]) -> bool:
    """Whether the line got stuck at an `and` among `or`s without brackets between them, or the other way round."""
    here = tokens[stuck.place].role
    other = {"AND": "OR", "OR": "AND"}.get(here)
    if other is None or other not in stuck.expected:
        return False
    depth = 0
    for place in range(stuck.place - 1, -1, -1):
        role = tokens[place].role
        depth += (role == "RPAR") - (role == "LPAR")
        if depth < 0:
            return False
        if depth == 0 and role == other and not (other == "AND" and _of_between(tokens, place)):
            return True
    return False


def _of_between(tokens: Sequence[Token], place: int) -> bool:
    """Whether the `and` at a place belongs to a `between`: no other `and` or `or` stands between the two."""
    for token in reversed(tokens[:place]):
        if token.role == "BETWEEN":
            return True
        if token.role in ("AND", "OR", "LPAR", "RPAR"):
            return False
    return False
