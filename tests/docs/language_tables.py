"""The tables of the language reference, made of the grammar, the phrase tables and `grammar/messages/*/roles.toml`.

`python -m tests.docs.language_tables` writes them between the markers of the pages; a test fails where a page differs.
A marker names what stands below it: `<!-- clauses earn -->`, `<!-- words counters -->`, `<!-- headers -->`,
`<!-- grammar -->`; the end is `<!-- / -->`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Final, TypeAlias

from loyalty_rules.calendar import Period
from loyalty_rules.lang.checker.counts import SLOTS
from loyalty_rules.lang.phrases import phrase_tables

ROOT: Final = Path(__file__).resolve().parents[2]
#: The pages with tables, and the language that each is written in.
PAGES: Final = {ROOT / "docs" / "language.md": "en", ROOT / "docs" / "ru" / "language.md": "ru"}

#: The symbols of one alternative of a rule, in the order in which they are written.
Form: TypeAlias = tuple[str, ...]

_MARKED: Final = re.compile(r"(<!-- ([a-z]+)(?: ([a-z]+))? -->\n).*?(<!-- / -->)", re.DOTALL)
_TOKEN: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|[|()?+*]")
_MARKS: Final = {"COMMA": ",", "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]"}
_REPEATS: Final = frozenset({"?", "+", "*"})
_HEADS: Final = {
    "en": ("n", "English", "Russian", "says", "phrase", "header", "is"),
    "ru": ("n", "по-русски", "по-английски", "что говорит", "фраза", "заголовок", "что это"),
}


# ---------- the grammar


@cache
def rules() -> Mapping[str, tuple[Form, ...]]:
    """The rules of the grammar by name, each as its alternatives, without the names of their builders."""
    text = (ROOT / "grammar" / "loyalty.lark").read_text(encoding="utf-8")
    text = re.sub(r"->\s*\w+", "", re.sub(r"//.*", "", text))
    found: dict[str, tuple[Form, ...]] = {}
    for name, body in re.findall(r"^(\w+):(.*?)(?=^\w+:|\Z)", text, re.MULTILINE | re.DOTALL):
        found[name] = tuple(_alternatives(_TOKEN.findall(body)))
    return found


def _alternatives(tokens: Sequence[str]) -> Iterator[Form]:
    depth = start = 0
    for place, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            yield tuple(tokens[start:place])
            start = place + 1
    yield tuple(tokens[start:])


def forms(block: str) -> dict[str, list[Form]]:
    """By opening phrase of a block, what can stand behind it."""
    found: dict[str, list[Form]] = {}
    for form in _opened(block):
        found.setdefault(form[0], []).append(form[1:])
    return found


def _opened(rule: str) -> Iterator[Form]:
    for form in rules()[rule]:
        if form[0].isupper():
            yield form
        else:
            for first in _opened(form[0]):
                yield first + form[1:]


def named_in_clauses() -> list[str]:
    """The rules that clauses, heads and cells are made of, in the order of the grammar."""
    blocks = [header.removeprefix("H_").lower() for header in headers()]
    waiting = [symbol for block in blocks for tails in forms(block).values() for tail in tails for symbol in tail]
    waiting += ["head", "cell"]
    known: set[str] = set()
    while waiting:
        symbol = waiting.pop()
        if symbol in rules() and symbol not in known:
            known.add(symbol)
            waiting += [inner for form in rules()[symbol] for inner in form]
    return [name for name in rules() if name in known]


def headers() -> list[str]:
    """The roles of headers, in the order of the texts."""
    return [f"H_{block.upper()}" for block in texts("en")["blocks"]]


# ---------- texts


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """What each role says, by section."""
    page = ROOT / "grammar" / "messages" / language / "roles.toml"
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(page.read_text(encoding="utf-8"))
    return found


def says(language: str, block: str, role: str) -> str:
    """What a clause says in a block. Raises `KeyError` for a clause without a line."""
    own = texts(language).get(block, {})
    return own[role] if role in own else texts(language)["shared"][role]


def written(language: str, form: Form) -> str:
    """A form with its phrases in one language: `cap quantity scope window?`."""
    table = phrase_tables()[language]
    words = []
    for token, following in zip(form, (*form[1:], ""), strict=True):
        word = _MARKS.get(token) or (table.text(token) if token in table.forms else token)
        words.append(f"({word})" if following in _REPEATS and " " in word else word)
    text = " ".join(words)
    for pattern, tight in ((r" ([?+*])(?= |$)", r"\1"), (r"\( ", "("), (r" \)", ")"), (r"(?<! \() ,", ",")):
        text = re.sub(pattern, tight, text)
    return text


def count(block: str, role: str) -> str:
    """How often a clause stands in a block: 1, ?, + or *; with a letter where several exclude each other."""
    letters = iter("abcdefg")
    role = _SAME.get(role, role)
    for slot in SLOTS.get(f"H_{block.upper()}", ()):
        together = len(slot.roles) > 1 and slot.often in "1?"
        letter = next(letters) if together else ""
        if role in slot.roles:
            return slot.often + letter
    return "*"


#: Opening phrases that are counted together, under the first.
_SAME: Final = {
    **dict.fromkeys(("ROUND_UP", "ROUND_HALF_UP", "ROUND_HALF_EVEN"), "ROUND_DOWN"),
    **dict.fromkeys(("USABLE_AFTER", "USABLE_FROM"), "USABLE_AT_ONCE"),
    **dict.fromkeys(("EXPIRE_AFTER", "EXPIRE_SAME", "EXPIRE"), "EXPIRE_NEVER"),
    **dict.fromkeys(("THROUGH", "UNTIL"), "FROM"),
    **{f"AT_{edge}_{one.value}": "AT_END_DAY" for edge in ("END", "START") for one in Period},
    **dict.fromkeys(("AT_END_YEAR_JOINED", "AT_END_YEAR_OF", "AT_START_YEAR_OF", "AT_ITS_END"), "AT_END_DAY"),
}


# ---------- tables


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def _code(language: str, form: Form) -> str:
    return f"`{written(language, form)}`"


def _order(language: str) -> tuple[str, ...]:
    return (language, *(other for other in ("en", "ru") if other != language))


def clause_table(language: str, block: str) -> str:
    """Every clause of a block, by opening phrase."""
    number, first, second, meaning, *_ = _HEADS[language]
    rows = [
        [
            count(block, role),
            *("<br>".join(_code(one, (role, *tail)) for tail in tails) for one in _order(language)),
            says(language, block, role),
        ]
        for role, tails in forms(block).items()
    ]
    return table((number, first, second, meaning), rows)


def word_table(language: str, section: str) -> str:
    """Words of expressions."""
    _, first, second, meaning, *_ = _HEADS[language]
    rows = [[*(_forms(one, role) for one in _order(language)), text] for role, text in texts(language)[section].items()]
    return table((first, second, meaning), rows)


def _forms(language: str, role: str) -> str:
    return ", ".join(f"`{form}`" for form in phrase_tables()[language].forms[role])


def header_table(language: str) -> str:
    """The kinds of blocks."""
    _, first, second, _, _, header, meaning = _HEADS[language]
    tails = {"H_FACTS": "", "H_PROGRAMME": '"…"', "H_EXAMPLE": '"…"'}
    rows = []
    for role in headers():
        shown = tails.get(role, 'NAME "…"?')
        named = [
            f"[`{phrase_tables()[one].text(role)}`](#{role.removeprefix('H_').lower()})" for one in _order(language)
        ]
        named[1] = f"`{phrase_tables()[_order(language)[1]].text(role)}`"
        block = texts(language)["blocks"][role.removeprefix("H_").lower()]
        rows.append([*named, f"`{shown}`" if shown else "", block])
    return table((first, second, header, meaning), rows)


def grammar(language: str) -> str:
    """The expressions, with the phrases of one language."""
    lines = ["```ebnf"]
    for name in named_in_clauses():
        shown = [_quoted(language, form) for form in rules()[name]]
        text = f"{name} = {' | '.join(shown)} ;"
        lines += wrap(text, 110, subsequent_indent=" " * 9, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, "```"]) + "\n"


def _quoted(language: str, form: Form) -> str:
    phrases = phrase_tables()[language]
    words = []
    for token in form:
        mark = _MARKS.get(token)
        if mark is not None or token in phrases.forms:
            # Hard spaces hold a phrase together while the line is wrapped.
            words.append(f'"{mark or phrases.text(token)}"')
        else:
            words.append(token)
    text = " ".join(word.replace(" ", "\u00a0") for word in words)
    return re.sub(r" ([?+*])(?= |$|\))", r"\1", text.replace("( ", "(").replace(" )", ")"))


def made(language: str, kind: str, name: str) -> str:
    """What stands below a marker."""
    match kind:
        case "clauses":
            return clause_table(language, name)
        case "words":
            return word_table(language, name)
        case "headers":
            return header_table(language)
        case "grammar":
            return grammar(language).replace("\u00a0", " ")
        case _:
            raise KeyError(kind)


def filled(text: str, language: str) -> str:
    """A page with every table made anew."""
    return _MARKED.sub(lambda found: found[1] + made(language, found[2], found[3] or "") + found[4], text)


def main() -> None:
    """Writes the tables into the pages."""
    for page, language in PAGES.items():
        page.write_text(filled(page.read_text(encoding="utf-8"), language), encoding="utf-8")
        print(f"{page.relative_to(ROOT)}: tables written", file=sys.stderr)


if __name__ == "__main__":
    main()
