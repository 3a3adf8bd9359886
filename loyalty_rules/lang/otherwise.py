"""What people write for what the language says otherwise: `more than` for `over`, `5 percent`, `7 March 2026`.

None of it is read: where a line got stuck, it tells what to write instead. The words are those of `[habits]` and
`[currencies]` of the phrase tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from loyalty_rules.diagnostics import Diagnostic, Fix, Role
from loyalty_rules.lang import literals, scanner
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.scanner import Atom, Kind
from loyalty_rules.lang.tokens import Token
from loyalty_rules.problems.reading import UnexpectedCharacter, UnexpectedWord
from loyalty_rules.source import Span
from loyalty_rules.text import code_key
from loyalty_rules.zones import zone_names

#: What is compared by `is` and nothing else, if it stands behind what is compared.
_PLAIN: Final = (
    {f"WD{day}" for day in range(7)} | {f"MO{month:02}" for month in range(1, 13)} | {"DATE", "TIME", "STRING"}
)
#: What may stand in a list of values.
_VALUES: Final = _PLAIN | {"NUMBER", "PERCENT", "NAME"}
_COMPARISONS: Final = frozenset(
    {"IS", "IS_NOT", "IS_ONE_OF", "AT_LEAST", "AT_MOST", "OVER", "UNDER", "BETWEEN", "FALLS", "IN_TABLE"}
)
_JOINTS: Final = frozenset({"OR", "AND", "COMMA"})
#: Behind which a name stands, and never a text.
_BEFORE_NAMES: Final = frozenset(
    {"ON", "EXCEPT", "INCLUDE", "TO", "CHANGES", "COVERS", "RULE", "USES", "USES_ALL", "BY", "FUNDED_BY", "NUMBER"}
)
_TEXTS: Final = frozenset({"TITLE", "MSG_GIVEN", "MSG_MISSED"})
_DATES: Final = frozenset({"FROM", "THROUGH", "UNTIL"})
#: Marks that are left out: no line has any.
_DROPPED: Final = frozenset(":;.")
_DAY: Final = re.compile("[0-9]{1,2}")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_AMOUNT: Final = re.compile("[ \t]*([0-9][0-9 .]*)(?![0-9 .,])")

#: A way to put otherwise what stands at a place, where these terminals could stand.
_Way: TypeAlias = Callable[[Sequence[Token], int, Collection[str], PhraseTable], Diagnostic | None]


class Meant(NamedTuple):
    """A phrase that was probably meant, and how many words were written for it."""

    role: Role
    words: int


def words_from(tokens: Sequence[Token], place: int) -> list[str]:
    """The words of a line from a token on."""
    return " ".join(token.text for token in tokens[place:]).split(" ")


def said(words: Sequence[str], roles: Collection[str], table: PhraseTable) -> Meant | None:
    """The phrase, out of these roles, for which people say what the words begin with; of several the one for which
    most is said, then the first of the table."""
    lower = [code_key(word) for word in words]
    for phrase in table.habits.get(lower[0], ()) if lower else ():
        if phrase.role in roles and list(phrase.words) == lower[: len(phrase.words)]:
            return Meant(Role(phrase.role), len(phrase.words))
    return None


def opening(tokens: Sequence[Token], roles: Collection[str], table: PhraseTable) -> Meant | None:
    """The phrase for which people say what a line begins with. Words for the ends of a time stand before a date, and a
    ceiling may be one of how often, or of how much points pay."""
    words = words_from(tokens, 0)
    dated = len(tokens) > 1 and (
        tokens[1].role in ("DATE", "YEARDAY") or _date(tokens, 1, ("DATE",), table) is not None
    )
    meant = (said(words, set(roles) & _DATES, table) if dated else None) or said(words, roles, table)
    if meant is not None and meant.words == 1 and meant.role.role in _DATES and not dated:
        meant = said(words, set(roles) - _DATES, table)
    if meant is None or meant.role.role != "CAP":
        return meant
    behind = [token.role for token in tokens if token.span.start > covered(tokens, 0, meant.words).end]
    if behind[:1] == ["PERCENT"] and "PAY_MOST" in roles:
        return Meant(Role("PAY_MOST"), meant.words)
    counted = behind[1:2] == ["TIMES"] or (behind[1:2] and behind[1].startswith("S_"))
    return Meant(Role("LIMIT"), meant.words) if counted and "LIMIT" in roles else meant


def covered(tokens: Sequence[Token], place: int, words: int) -> Span:
    """Where so many words from a token on stand."""
    span = tokens[place].span
    for token in tokens[place:]:
        if words <= 0:
            break
        span = span.join(token.span)
        words -= token.text.count(" ") + 1
    return span


# ---------- values


def put_otherwise(
    tokens: Sequence[Token], place: int, expected: Collection[str], before: Collection[str], table: PhraseTable
) -> Diagnostic | None:
    """What to say of a line that got stuck at a token, where it writes a value in another way. `expected` and `before`:
    the terminals that could stand there, and in place of the token before."""
    for way in (_per_cent, _date, _list, _without_quotes):
        for at, could in ((place, expected), (place - 1, before)):
            if at >= 0 and (found := way(tokens, at, could, table)) is not None:
                return found
    return None


def _per_cent(tokens: Sequence[Token], place: int, could: Collection[str], table: PhraseTable) -> Diagnostic | None:
    """`5 percent`."""
    if place == 0 or tokens[place - 1].role != "NUMBER":
        return None
    meant = said(words_from(tokens, place), ("PERCENT",), table)
    if meant is None:
        return None
    number = tokens[place - 1]
    span = number.span.join(covered(tokens, place, meant.words))
    text = " ".join([number.text, *words_from(tokens, place)[: meant.words]])
    return literals.bad_number(text, "NUMBER_PERCENT", span, f"{number.text}%")


def _date(tokens: Sequence[Token], place: int, could: Collection[str], table: PhraseTable) -> Diagnostic | None:
    """`7 March 2026`, `March 7, 2026`, in Russian with a word for the year behind it."""
    if "DATE" not in could:
        return None
    words = words_from(tokens, place)
    for order in (("day", "month", "year"), ("month", "day", "year"), ("month", "day", ",", "year")):
        found = _date_of(words, order, table)
        if found is None:
            continue
        used = len(order)
        if len(words) > used and words[used] in table.forms["YEARS"]:
            used += 1
        span = covered(tokens, place, used)
        return literals.bad_date(" ".join(words[:used]), "DATE_FORM", span, found)
    return None


def american(before: Sequence[Token], day: Token, year: Atom, table: PhraseTable) -> Diagnostic | None:
    """`March 7 2026`: two numbers side by side behind a month."""
    words = [token.text for token in before[-1:]] + [day.text, year.text]
    found = _date_of(words, ("month", "day", "year"), table) if before else None
    if found is None:
        return None
    return literals.bad_date(" ".join(words), "DATE_FORM", before[-1].span.join(year.span), found)


def _date_of(words: Sequence[str], order: Sequence[str], table: PhraseTable) -> str | None:
    """The date that words of this order say, as it is written here; "" for a day that there is not."""
    if len(words) < len(order):
        return None
    parts = dict(zip(order, words, strict=False))
    month = next(
        (
            number
            for number in range(1, 13)
            if code_key(parts["month"]) in (code_key(form) for form in table.forms[f"MO{number:02}"])
        ),
        0,
    )
    whole = month and _DAY.fullmatch(parts["day"]) and _YEAR.fullmatch(parts["year"]) and parts.get(",", ",") == ","
    return literals.iso(parts["year"], str(month), parts["day"]) if whole else None


def _without_quotes(
    tokens: Sequence[Token], place: int, could: Collection[str], table: PhraseTable
) -> Diagnostic | None:
    """A name or a time zone in quotation marks; a text without the code of its language."""
    token = tokens[place] if place < len(tokens) else None
    if token is None or token.role != "STRING" or "STRING" in could or not {"NAME", "ZONE"} & set(could):
        return None
    plain, before = token.text[1:-1], tokens[place - 1].role if place else ""
    role = Role("NAME" if "NAME" in could else "ZONE")
    fix = None
    if before in _TEXTS:  # the code of its language is missing
        fix = Fix(Span(token.span.start, token.span.start), f"{table.language} ", safe=False)
    elif (before in _BEFORE_NAMES and scanner.is_word(plain)) if "NAME" in could else plain in zone_names():
        fix = Fix(token.span, plain, safe=False)
    return Diagnostic(UnexpectedWord(token.text, (role,), None), token.span, fix=fix) if fix is not None else None


def _list(tokens: Sequence[Token], place: int, could: Collection[str], table: PhraseTable) -> Diagnostic | None:
    """`weekday is saturday or sunday`, `weekday saturday`: values without `is one of`, or without anything."""
    joined = place < len(tokens) and _joins(tokens[place], table)
    if joined and tokens[place].role in could:  # it joins conditions, and was read so
        return None
    at = place + joined
    if at >= len(tokens) or tokens[at].role not in _VALUES or tokens[at].role in could:
        return None
    first = last = at
    while first >= 2 and _joins(tokens[first - 1], table) and tokens[first - 2].role in _VALUES:
        first -= 2
    while last + 2 < len(tokens) and _joins(tokens[last + 1], table) and tokens[last + 2].role in _VALUES:
        last += 2
    if last + 1 < len(tokens) and tokens[last + 1].role in _COMPARISONS:  # no value, but what is compared next
        last -= 2
    if last < first:
        return None
    compared = first > 0 and tokens[first - 1].role in ("IS", "IS_ONE_OF")
    bare = first == place and tokens[place].role in _PLAIN and {"IS", "IS_ONE_OF"} <= set(could)
    if not bare and not (compared and last > first):
        return None
    role = "IS_ONE_OF" if last > first else "IS"
    values = ", ".join(token.text for token in tokens[first : last + 1 : 2])
    span = tokens[first - compared].span.join(tokens[last].span)
    fix = Fix(span, f"{table.text(role)} {values}", safe=False)
    wrong = tokens[at - 1] if compared else tokens[at]
    expected = Role("COMMA") if compared else Role("A_COMPARISON")
    return Diagnostic(UnexpectedWord(wrong.text, (expected,), Role(role)), wrong.span, fix=fix)


def list_at_end(tokens: Sequence[Token], table: PhraseTable) -> Diagnostic | None:
    """`status is gold or silver`: the last value was read as what is compared next, and the line ends too early."""
    found = _list(tokens, len(tokens) - 1, (), table)
    joints = {token.role for token in tokens[-2:-1]}
    return found if joints & {"OR", "AND"} else None


def _joins(token: Token, table: PhraseTable) -> bool:
    """Whether a token stands between values of a list, as people write one."""
    return token.role in _JOINTS or said([token.text], ("OR", "AND"), table) is not None


# ---------- signs


def sign(found: Diagnostic, text: str, offset: int, atoms: Sequence[Atom], table: PhraseTable) -> Diagnostic:
    """A character that has no place in the language, with what is written for it: `at least` for `>=`, the code of a
    currency for its sign. `text`: the line, which stands at `offset` of the file; `atoms`: what stands before it."""
    if not isinstance(found.problem, UnexpectedCharacter) or found.fix is not None:
        return found
    position = found.span.start - offset
    for length in (2, 1):
        signs = text[position : position + length]
        phrase = next(iter(table.habits.get(signs, ())), None)
        if phrase is not None and len(signs) == length:
            span = Span(found.span.start, found.span.start + length)
            number = " ".join(f"U+{ord(one):04X}" for one in signs)
            return Diagnostic(UnexpectedCharacter(signs, number, Role(phrase.role)), span)
    return Diagnostic(found.problem, found.span, fix=next(_replaced(text, found.span, position, atoms, table), None))


def _replaced(text: str, span: Span, position: int, atoms: Sequence[Atom], table: PhraseTable) -> Iterator[Fix]:
    """The amount with the code of its currency, whichever side of the number the sign stands on, `10 rub.` too; a line
    without a mark that no line has."""
    if text[position] == "." and atoms and atoms[-1].span.end == span.start:
        called = table.currencies.get(code_key(atoms[-1].text))
        if called is not None:
            yield Fix(atoms[-1].span.join(span), called, safe=False)
    if text[position] in _DROPPED:
        yield Fix(span, "", safe=False)
    code = table.currencies.get(text[position])
    behind = _AMOUNT.match(text, position + 1)
    if code is None:
        return
    if atoms and atoms[-1].kind is Kind.DIGITS:
        blank = "" if atoms[-1].span.end < span.start else " "
        yield Fix(span, blank + code, safe=False)
    elif not text[position + 1 :].strip():
        yield Fix(span, code, safe=False)
    elif behind is not None and literals.is_number(digits := behind.group(1).strip()):
        yield Fix(Span(span.start, span.end + len(behind.group().rstrip())), f"{digits} {code}", safe=False)
