"""Numbers, dates and times as they are written, and what to answer where they are written otherwise."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

from loyalty_rules.diagnostics import Diagnostic, Fix, Role
from loyalty_rules.lang.scanner import HARD_SPACES, Atom
from loyalty_rules.lang.tokens import Token
from loyalty_rules.problems.reading import DateForm, NumberForm
from loyalty_rules.source import Span

MAX_DIGITS: Final = 15
MAX_DECIMALS: Final = 6

_NUMBER: Final = re.compile(r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.([0-9]+))?")
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{2}):([0-9]{2})")
_DATE_LIKE: Final = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")
_TIME_LIKE: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")
_COMMA: Final = re.compile(r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+),([0-9]+)")
_COMMA_GROUPS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_HARD_SPACE: Final = re.compile(f"[{HARD_SPACES}]")

_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def digits(atom: Atom, *, in_list: bool) -> Token | Diagnostic:
    """A NUMBER, DATE or TIME token, or what is wrong. `in_list`: a comma may have been meant to part two values."""
    text = atom.text
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return _number(atom, number[1], number[2] or "")
    day = _DATE.fullmatch(text)
    if day is not None:
        return _date(atom, int(day[1]), int(day[2]), int(day[3]))
    clock = _TIME.fullmatch(text)
    if clock is not None:
        return _time(atom, int(clock[1]), int(clock[2]))
    return _misshapen(atom, in_list)


def is_number(text: str) -> bool:
    """Whether digits are a number, grouped or not."""
    return _NUMBER.fullmatch(text) is not None


def torn(token: Token, following: Atom) -> Diagnostic:
    """Two numbers side by side: digits that are not grouped by threes with single spaces."""
    whole, point, decimals = (token.text + following.text).replace(" ", "").partition(".")
    fix = grouped(whole) + point + decimals if "." not in token.text + decimals else ""
    return bad_number(f"{token.text} {following.text}", "NUMBER_GROUPS", token.span.join(following.span), fix)


def days_of(month: int) -> int:
    """The most days that a month, 1 to 12, can have."""
    return _MONTH_DAYS[month - 1]


def bad_number(text: str, why: str, span: Span, fix: str = "", *, safe: bool = False) -> Diagnostic:
    """A number that is written otherwise. `why` is a role as in `NumberForm`, `fix` the number as it should be."""
    return Diagnostic(NumberForm(text[:60], Role(why)), span, fix=Fix(span, fix, safe) if fix else None)


def bad_date(text: str, why: str, span: Span, fix: str = "", *, safe: bool = False) -> Diagnostic:
    """A date or time that is wrong or written otherwise. `why` is a role as in `DateForm`."""
    return Diagnostic(DateForm(text[:60], Role(why)), span, fix=Fix(span, fix, safe) if fix else None)


def grouped(whole: str) -> str:
    """Digits with a space between each three, from five digits on."""
    if len(whole) < 5:
        return whole
    head = len(whole) % 3
    parts = [whole[:head]] if head else []
    return " ".join(parts + [whole[start : start + 3] for start in range(head, len(whole), 3)])


def iso(first: str, month: str, last: str) -> str:
    """The date that was meant, where one end is a year; "" where none is, and for a day that there is not."""
    year, day = (first, last) if len(first) == 4 else (last, first)
    if len(year) != 4 or len(day) > 2:
        return ""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _number(atom: Atom, whole: str, decimals: str) -> Token | Diagnostic:
    plain = whole.replace(" ", "")
    tail = f".{decimals}" if decimals else ""
    if plain != "0" and plain.startswith("0"):
        short = plain.lstrip("0") or "0"
        return bad_number(atom.text, "NUMBER_ZEROS", atom.span, grouped(short) + tail, safe=True)
    if len(plain) > MAX_DIGITS or len(decimals) > MAX_DECIMALS:
        return bad_number(atom.text, "NUMBER_LONG", atom.span)
    return Token("NUMBER", atom.text, atom.span, Fraction(plain + tail))


def _date(atom: Atom, year: int, month: int, day: int) -> Token | Diagnostic:
    try:
        ordinal = date(year, month, day).toordinal()
    except ValueError:
        return bad_date(atom.text, "NO_SUCH_DAY", atom.span)
    return Token("DATE", atom.text, atom.span, ordinal)


def _time(atom: Atom, hours: int, minutes: int) -> Token | Diagnostic:
    if hours > 23 or minutes > 59:
        return bad_date(atom.text, "NO_SUCH_TIME", atom.span)
    return Token("TIME", atom.text, atom.span, hours * 60 + minutes)


def _misshapen(atom: Atom, in_list: bool) -> Diagnostic:
    text, span = atom.text, atom.span
    spaced = _HARD_SPACE.sub(" ", text)
    if spaced != text:
        good = _NUMBER.fullmatch(spaced) is not None
        return bad_number(text, "NUMBER_SPACE", span, spaced if good else "", safe=True)
    if "," in text:
        return _comma(text, span, in_list)
    clock = _TIME_LIKE.fullmatch(text)
    if clock is not None:
        return bad_date(text, "TIME_FORM", span, f"{clock[1]:0>2}:{clock[2]}")
    day = _DATE_LIKE.fullmatch(text)
    if day is not None:
        return bad_date(text, "DATE_FORM", span, iso(day[1], day[3], day[4]))
    if ":" in text:
        return bad_date(text, "TIME_FORM", span)
    if _NUMBER.fullmatch(text.replace(" ", "")) is not None:
        whole, point, decimals = text.replace(" ", "").partition(".")
        return bad_number(text, "NUMBER_GROUPS", span, grouped(whole) + point + decimals)
    return bad_number(text, "NUMBER_MARKS", span)


def _comma(text: str, span: Span, in_list: bool) -> Diagnostic:
    """A decimal comma is mended without a question; three digits behind it may have been meant as thousands."""
    found = _COMMA.fullmatch(text)
    if found is not None and len(found[2]) != 3:
        return bad_number(text, "NUMBER_COMMA", span, f"{found[1]}.{found[2]}", safe=not in_list)
    if _COMMA_GROUPS.fullmatch(text) is not None:
        whole, point, decimals = text.replace(",", "").partition(".")
        return bad_number(text, "NUMBER_COMMA", span, grouped(whole) + point + decimals)
    return bad_number(text, "NUMBER_COMMA", span)
