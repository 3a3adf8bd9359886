"""Text from outside: identifiers, plain strings, order of ids, look-alikes, and what a rule file may not contain.

Every table here is written out, so that a text is accepted or refused alike whatever Unicode the Python knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from loyalty_rules.errors import InputError, shown

MAX_IDENTIFIER: Final = 128
MAX_PLAIN_TEXT: Final = 4096

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._:@-]+")
_DIGITS: Final = re.compile(r"[0-9]+")

# General category Cf of Unicode 16, with the unassigned places inside its blocks: zero-width spaces and joiners,
# bidirectional controls, soft hyphen, byte order mark, tags.
_FORMAT: Final = (
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001\U000e0020-\U000e007f"
)
# Not Cf, yet drawn as nothing: grapheme joiner, Hangul and Khmer fillers, Mongolian selectors, empty Braille.
_INVISIBLE: Final = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0"
_SEPARATORS: Final = r"\u2028\u2029"
_SURROGATES: Final = r"\ud800-\udfff"

_FORBIDDEN_IN_SOURCE: Final = re.compile(
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_SEPARATORS}{_SURROGATES}{_FORMAT}{_INVISIBLE}]"
)
_FORBIDDEN_IN_DATA: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f{_SEPARATORS}{_SURROGATES}{_FORMAT}]")


# ---------------------------------------------------------------- what a host hands over


def identifier(value: str, what: str) -> str:
    """An id of an event, a member or a line, exactly as given: 1 to 128 of `A-Z a-z 0-9 . _ : @ -`.

    Ids are never normalised: two that differ in case are two ids, one with a space is refused. Raises `InputError`
    with `what` as the place: `id.type`, `id.length`, `id.charset`.
    """
    if type(value) is not str:
        raise InputError("id.type", f"an id is a string, not {_kind(value)}", what)
    if not 1 <= len(value) <= MAX_IDENTIFIER:
        raise InputError("id.length", f"an id has 1 to {MAX_IDENTIFIER} characters, this one has {len(value)}", what)
    if _IDENTIFIER.fullmatch(value) is None:
        raise InputError("id.charset", f"only A-Z a-z 0-9 . _ : @ - may stand in an id: {shown(value)}", what)
    return value


def plain_text(value: str, what: str) -> str:
    """A string of an event or a member in Unicode normal form C, at most 4,096 code points, "" allowed.

    Raises `InputError` with `what` as the place: `text.type` for anything but an exact `str`, `text.length`,
    `text.surrogate`, `text.nul`, and `text.control` for controls, line separators and invisible format characters.
    """
    if type(value) is not str:
        raise InputError("text.type", f"a string is expected, not {_kind(value)}", what)
    if len(value) > MAX_PLAIN_TEXT:
        raise _too_long(what)
    if value.isascii() and value.isprintable():
        return value
    found = _FORBIDDEN_IN_DATA.search(value)
    if found is not None:
        raise _forbidden_in_data(found.group(), found.start(), what)
    composed = unicodedata.normalize("NFC", value)
    if len(composed) > MAX_PLAIN_TEXT:  # a few characters have only a decomposed normal form
        raise _too_long(what)
    return composed


def plain_texts(values: Iterable[str], what: str) -> tuple[str, ...]:
    """Several such strings. Raises `InputError` (`call.type`) for what is no collection of them, and for one string,
    which would be one for each letter."""
    if type(values) is str:
        raise InputError("call.type", "a list of strings is expected, not one string", what)
    if not isinstance(values, Iterable):
        raise InputError("call.type", f"a list of strings is expected, not {_kind(values)}", what)
    return tuple(plain_text(value, what) for value in values)


def code_key(code: str) -> str:
    """What two ways of writing one code have in common: letters are compared without case, everything else as it is.

    Case is folded only of characters that Unicode 3.2 has: what folds of them never changes, whatever Unicode the
    Python knows. A key for comparing, not a text to show.
    """
    if code.isascii():
        return code.lower()
    known = unicodedata.ucd_3_2_0
    folded = (letter if known.category(letter) == "Cn" else letter.casefold() for letter in code)
    return unicodedata.normalize("NFC", "".join(folded))


def _kind(value: object) -> str:
    return shown(type(value).__name__)


def _too_long(what: str) -> InputError:
    return InputError("text.length", f"a string has at most {MAX_PLAIN_TEXT} characters", what)


def _forbidden_in_data(character: str, offset: int, what: str) -> InputError:
    name = f"U+{ord(character):04X} at character {offset + 1}"
    if character == "\0":
        return InputError("text.nul", f"a string may not contain NUL: {name}", what)
    if "\ud800" <= character <= "\udfff":
        return InputError("text.surrogate", f"half of a surrogate pair: {name}", what)
    return InputError("text.control", f"a string may not contain control or invisible characters: {name}", what)


LineOrderKey: TypeAlias = tuple[int, int, str, str]


@lru_cache(maxsize=4_096)
def line_order_key(line_id: str) -> LineOrderKey:
    """Sorts line ids into line order: ids of digits (ASCII) first, by value, then the others by code point.

    So 2 stands before 10. The order is total: `1` stands before `01`, which is another id of the same value.
    """
    if _DIGITS.fullmatch(line_id) is None:
        return (1, 0, line_id, "")
    significant = line_id.lstrip("0")
    # Digits of one length compare as text like their values, without an integer of the host's size limit.
    return (0, len(significant), significant, f"{len(line_id):09d}")


# ---------------------------------------------------------------- suggestions


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was probably meant, or None.

    Case counts only between candidates that are equally near; what is still equal goes to the first by code point.
    At most a third of the word may be wrong (one edit of a word of up to five letters). An edit inserts, drops,
    changes a letter or swaps two neighbours (Damerau-Levenshtein, optimal string alignment).
    """
    if not 1 <= len(word) <= MAX_IDENTIFIER:
        return None
    folded = word.casefold()
    bound = max(1, len(word) // 3)
    best: tuple[int, int, str] | None = None
    for candidate in candidates:
        if abs(len(candidate) - len(word)) > bound:
            continue
        edits = _edits(folded, candidate.casefold(), bound)
        if edits is None:
            continue
        bound = edits
        exact = _edits(word, candidate, len(word) + len(candidate))
        found = (edits, len(word) if exact is None else exact, candidate)
        if best is None or found < best:
            best = found
    return None if best is None else best[2]


def _edits(left: str, right: str, bound: int) -> int | None:
    """Edits between two words, None if there are more than `bound`. `left` has a letter at least.

    The columns of the usual table, each held in the bits of a few integers (Hyyrö 2003): bit i stands for the letter
    i of `left`, `up` and `down` for the cells that are one more or one less than the cell above.
    """
    places: dict[str, int] = {}
    for index, letter in enumerate(left):
        places[letter] = places.get(letter, 0) | 1 << index
    full = (1 << len(left)) - 1
    last = 1 << len(left) - 1
    up, down, diagonal, before = full, 0, 0, 0
    edits = len(left)
    for index, letter in enumerate(right, 1):
        here = places.get(letter, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = (((here & up) + up) ^ up | here | down | swapped) & full
        more = down | ~(diagonal | up) & full
        less = diagonal & up
        edits += bool(more & last) - bool(less & last)
        if edits - (len(right) - index) > bound:  # every letter that is left can take one edit back
            return None
        more = more << 1 | 1
        up = (less << 1 | ~(diagonal | more)) & full
        down = more & diagonal & full
        before = here
    return edits if edits <= bound else None


# ---------------------------------------------------------------- rule files


def forbidden_character(text: str) -> int | None:
    """The offset of the first character that may stand nowhere in a rule file, or None.

    Forbidden are controls but tab, CR and LF, the other line breaks of Unicode, lone surrogates, and everything that
    changes how text looks without being seen: bidirectional controls, zero-width and filler characters, tags.
    """
    found = _FORBIDDEN_IN_SOURCE.search(text)
    return None if found is None else found.start()


class Script(Enum):
    """The script of the letters of a name."""

    NONE = "no letters"
    LATIN = "Latin"
    CYRILLIC = "Cyrillic"
    HEBREW = "Hebrew"
    OTHER = "other"
    MIXED = "mixed"


# Letters that names of the three scripts are made of.
_SCRIPTS: Final = (
    (Script.LATIN, re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff]")),
    (Script.CYRILLIC, re.compile("[\u0400-\u0481\u048a-\u052f\u1c80-\u1c8a]")),
    (Script.HEBREW, re.compile("[\u05d0-\u05ea\u05ef-\u05f2]")),
)


_ASCII_LETTER: Final = re.compile("[A-Za-z]")


def letter_script(character: str) -> Script:
    """The script of one character. ASCII digits, `_`, `-` and combining accents belong to every script: `NONE`."""
    for script, letters in _SCRIPTS:
        if letters.match(character):
            return script
    return Script.NONE if character < "\x80" or "\u0300" <= character <= "\u036f" else Script.OTHER


def script_of(name: str) -> Script:
    """The one script of a name's letters; `MIXED` where there are several, `OTHER` for scripts not told apart here."""
    if name.isascii():  # nearly every name
        return Script.LATIN if _ASCII_LETTER.search(name) else Script.NONE
    scripts = {letter_script(character) for character in name} - {Script.NONE}
    if not scripts:
        return Script.NONE
    return scripts.pop() if len(scripts) == 1 else Script.MIXED


# Cyrillic letters and the Latin ones that readers take them for (Unicode Technical Standard 39, confusables.txt, the
# rows between these two scripts, and the small ka).
_CYRILLIC_LOOKS: Final = "АВЕЅІЈКМНОРСТУХҮЬӀԌԚԜѴӘӔаеѕіјкорсухүһӏԁԛԝѵәӕг"
_LATIN_LOOKS: Final = "ABESIJKMHOPCTYXYbIGQWVƏÆaesijkopcyxyhldqwvəær"
_LOOKS: Final = str.maketrans(_CYRILLIC_LOOKS, _LATIN_LOOKS)


def skeleton(name: str) -> str:
    """What a name looks like: two different names with one skeleton cannot be told apart by a reader.

    Cyrillic letters are folded to their Latin look-alikes and accents taken apart, so that a Cyrillic `ё` meets a
    Latin `ë`. A key for comparing, not a text to show.
    """
    return unicodedata.normalize("NFD", name).translate(_LOOKS)
