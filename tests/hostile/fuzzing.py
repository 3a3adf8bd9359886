"""Draws hostile inputs by a seed: rule files, documents, rows, spoilt as bytes, as lines and words, and as JSON.

What is spoilt is good: examples of the repository, and what deciding them writes. Words come from the phrase tables of
both languages, so that much of what is drawn gets past the lexer, and some past the parser.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from loyalty_rules.adapters.wire import write_decision, write_event, write_member, write_shared, write_statement
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.shared import SharedState, Used
from tests.hostile.fuzzacts import EVENTS, club
from tests.hostile.texts import GOOD
from tests.house.tree import ROOT

_DOCUMENTS: Final = ("event", "member", "decision", "shared", "statement")
#: Which act takes what; how often an act comes is how often it stands here.
ACTS: Final = (
    *(("check", "rules"),) * 6,
    *(("format", "rules"),) * 3,
    ("load", "rules"),
    *((f"read {name}", name) for name in (*_DOCUMENTS, "member", "event")),
    ("decide drawn", "events and rules"),
    ("command check", "rules"),
    ("command fmt", "rules"),
    ("command test", "rules"),
    ("command run rules", "rules"),
    ("command run events", "events"),
    ("command replay rows", "rows"),
)
_BYTES: Final = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b'"',
    b"#",
    b"|",
    b"\\",
    b"(",
    b"\xe2\x80\xae",
    b"\xcc\x81",
)
_WORDS: Final = (
    *(
        '"',
        '""',
        "#",
        "|",
        "(",
        ")",
        "not",
        "and",
        "or",
        "end",
        "конец",
        "-1",
        "0",
        "1e9",
        "9" * 40,
        "0.1234567",
        "1,5",
    ),
    *(
        "\u200b",
        "\u202e",
        "g\u043eld",
        "\uff12",
        "2026-02-30",
        "99:99",
        "1 000",
        "x" * 70,
        "é",
        "e\u0301",
        "\t",
        ",",
        "%",
        ":",
    ),
)
_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 10**30, "", " ", "0", "-0", "1e5", "9" * 50, "NaN", "1.0000001", "\ud800", "\x00"),
    *(
        "a" * 5_000,
        [],
        {},
        [[]],
        [None],
        {"a": 1},
        [0] * 2_000,
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "\u202e",
        1.5,
    ),
    *("9999-12-31T23:59:59+14:00", "__class__", "é", "e\u0301", "XXX", "12345678901234567890"),
)
#: How much of a small file is kept: what is made long is long in other inputs.
_SMALL: Final = 3_000


class Drawn(NamedTuple):
    """An input and the act that takes it."""

    act: str
    data: bytes


def drawn(seed: int, number: int) -> Drawn:
    """The input of this number: the same for the same seed and the same repository."""
    chance = random.Random(f"{seed} {number}")
    act, kind = chance.choice(ACTS)
    return Drawn(act, _spoilt(chance, chance.choice(corpus()[kind]), kind))


def spoilt_rules(seed: int, number: int) -> Drawn:
    """A small rule file of this number, for the check: some blocks of a file with what they name, spoilt mostly in
    ways that the grammar has a place for. Ten are read in the time of one whole file, and little else lies between a
    mistake and what finds it."""
    chance = random.Random(f"rules {seed} {number}")
    text = _few_blocks(chance)
    for _ in range(chance.choice((1, 1, 2, 3))):
        change = chance.choice((_alike, _alike, _swapped, _swapped, None))
        if change is None:
            text = _lines(chance, text)
        else:
            lines = text.split("\n")
            text = "\n".join(change(chance, lines, chance.randrange(len(lines))))
    data = text.encode("utf-8", "surrogatepass")
    return Drawn("check", (data if chance.randrange(8) else _bytes(chance, data))[:_SMALL])


@cache
def corpus() -> dict[str, tuple[str, ...]]:
    """What is spoilt, by what it is."""
    files = sorted((ROOT / "examples").rglob("*.loyalty")) + sorted(
        (ROOT / "tests" / "cases" / "semantics").rglob("*.loyalty")
    )
    texts = [file.read_text(encoding="utf-8") for file in files]
    rules = (GOOD, *(text for text in texts if len(text) < 6_000))
    found = {"rules": rules, "events": (EVENTS.read_text(encoding="utf-8"),)}
    rows = (
        "order,member,at,amount\na,2,2026-01-02T10:00:00Z,500.00\na,2,2026-01-02T10:00:00Z,5.00\n"
        "b,2,2026-01-31T21:00:00Z,80.00\nc,10,2026-01-03T13:00:00Z,99.99\n"
    )
    found["rows"] = (rows,)
    documents = _documents()
    found["events and rules"] = tuple(
        json.dumps({"rules": GOOD, "events": [json.loads(event)]}) for event in documents["event"]
    )
    return {**found, **documents}


def _documents() -> dict[str, tuple[str, ...]]:
    """What is written of the examples of a programme."""
    programme = club()
    found: dict[str, list[str]] = {name: [] for name in _DOCUMENTS}
    for example in programme.checked.examples:
        member = programme.member_from(example.givens, example.steps[0].event.at)
        decisions = []
        for step in example.steps:
            try:
                decisions.append(programme.decide(member, step.event))
            except LoyaltyError:  # a step of two members
                continue
            member = decisions[-1].member
            found["event"].append(write_event(step.event, programme))
            found["decision"].append(write_decision(decisions[-1], trace=True))
            found["member"].append(write_member(member, programme))
        if decisions:
            found["statement"].append(write_statement(programme.statement(member.member, decisions), programme))
    found["shared"].append(write_shared(SharedState("0" * 64, 7, (Used("a TIMES EVER", "", 0, 3),))))
    return {name: tuple(texts) for name, texts in found.items()}


def _spoilt(chance: random.Random, text: str, kind: str) -> bytes:
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        text = _lines(chance, text) if kind in ("rules", "rows") else _json(chance, text, kind == "events")
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 6))):
        data = _bytes(chance, data)
    return data[: 1 << 20]


def _bytes(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((0, 1, 1, 2, 8, 60)))
    piece = data[start:end]
    put = chance.choice((chance.choice(_BYTES), b"", piece * 2, piece * chance.choice((3, 200)), chance.randbytes(2)))
    return data[:start] + put + data[end:]


# ---------- small files


class _Block(NamedTuple):
    """A block of a file: its lines, and their words, among which are the names of others."""

    lines: str
    name: str
    words: frozenset[str]


@cache
def _files() -> tuple[tuple[str, tuple[_Block, ...], dict[str, _Block]], ...]:
    """Of each file its first line, its blocks (the first is the programme), and the blocks by their names."""
    found = []
    for text in corpus()["rules"]:
        version, _, rest = text.partition("\n")
        blocks = tuple(_block(one) for one in re.findall(r"^\w.*?^(?:end|конец)\n", rest, re.M | re.S))
        found.append((version, blocks, {one.name: one for one in blocks if one.name}))
    return tuple(found)


def _block(lines: str) -> _Block:
    name = re.match(r"\w+ (\w+)", lines)
    return _Block(lines, name[1] if name else "", frozenset(re.findall(r"\w+", lines)))


def _few_blocks(chance: random.Random) -> str:
    """The programme, one block of it or two, what they name, and what that names, in the order of the file."""
    version, blocks, named = chance.choice(_files())
    wanted = {blocks[0], *chance.choices(blocks, k=chance.choice((1, 1, 1, 1, 2)))}
    while more := {named[word] for one in wanted for word in one.words & named.keys()} - wanted:
        wanted |= more
    return "\n".join([version, *(one.lines for one in blocks if one in wanted)])


@cache
def _lines_alike() -> dict[str, tuple[str, ...]]:
    """The lines of all files by the word that they begin with."""
    found: dict[str, dict[str, None]] = {}
    for text in corpus()["rules"]:
        for line in text.split("\n"):
            found.setdefault(_first(line), {})[line] = None
    return {word: tuple(lines) for word, lines in found.items()}


def _first(line: str) -> str:
    return line.split(None, 1)[0] if line.strip() else ""


def _alike(chance: random.Random, lines: list[str], at: int) -> list[str]:
    """A line of some file that begins with the same word, in place of a line or below it."""
    other = chance.choice(_lines_alike().get(_first(lines[at]), ("",)))
    return [*lines[: at + chance.randrange(2)], other, *lines[at + 1 :]]


def _swapped(chance: random.Random, lines: list[str], at: int) -> list[str]:
    """A word of the file in place of another one, which is of its kind in half of the tries."""
    words = _words(lines[at])
    place = chance.randrange(len(words))
    others = [word for line in lines for word in line.split()]
    alike = [one for one in others if one[0].isdigit() == words[place][:1].isdigit()]
    words[place] = chance.choice((alike if chance.randrange(2) else others) or [""])
    return [*lines[:at], "".join(words), *lines[at + 1 :]]


# ---------- lines and words


@cache
def _phrases() -> tuple[str, ...]:
    tables = phrase_tables()
    return tuple(sorted({form for table in tables.values() for forms in table.forms.values() for form in forms}))


def _lines(chance: random.Random, text: str) -> str:
    """Some lines of a text changed, by what people and programs do wrong."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    change = chance.choice((_word, _word, _word, _phrase, _phrase, _moved, _doubled, _other, _nested, _gone))
    return "\n".join(change(chance, lines, at))


def _words(line: str) -> list[str]:
    return re.split(r"(\s+)", line)


def _word(chance: random.Random, lines: list[str], at: int) -> list[str]:
    words = _words(lines[at])
    place = chance.randrange(len(words))
    words[place] = chance.choice((chance.choice(_WORDS), words[place] + chance.choice(_WORDS), ""))
    return [*lines[:at], "".join(words), *lines[at + 1 :]]


def _phrase(chance: random.Random, lines: list[str], at: int) -> list[str]:
    words = _words(lines[at])
    place = chance.randrange(len(words))
    words[place] += f" {chance.choice(_phrases())} "
    return [*lines[:at], "".join(words), *lines[at + 1 :]]


def _moved(chance: random.Random, lines: list[str], at: int) -> list[str]:
    line = lines.pop(at)
    lines.insert(chance.randrange(len(lines) + 1), line)
    return lines


def _doubled(chance: random.Random, lines: list[str], at: int) -> list[str]:
    end = at + chance.choice((1, 1, 4, 20))
    return [*lines[:end], *lines[at:end] * chance.choice((1, 1, 2, 300)), *lines[end:]]


def _other(chance: random.Random, lines: list[str], at: int) -> list[str]:
    other = chance.choice(corpus()["rules"]).split("\n")
    start = chance.randrange(len(other))
    return [*lines[:at], *other[start : start + chance.choice((1, 3, 15))], *lines[at:]]


def _nested(chance: random.Random, lines: list[str], at: int) -> list[str]:
    deep = chance.choice((3, 63, 70, 4_000))
    opening, closing = chance.choice(
        (("(", ")"), ("not ", ""), ("- ", ""), ('"', '"'), ("| ", ""), ("не ", ""), ("1 + ", ""))
    )
    return [*lines[:at], lines[at] + f" {opening * deep}x{closing * deep}", *lines[at + 1 :]]


def _gone(chance: random.Random, lines: list[str], at: int) -> list[str]:
    return lines[:at] + lines[at + chance.choice((1, 1, 5)) :]


# ---------- JSON


def _json(chance: random.Random, text: str, lines: bool) -> str:
    """One value of a document changed, put out of its place, or told twice."""
    rows = text.split("\n") if lines else [text]
    at = chance.randrange(len(rows))
    try:
        rows[at] = _document(chance, json.loads(rows[at]))
    except (ValueError, RecursionError):  # spoilt before: no JSON any more, or far too deep
        rows[at] += chance.choice(('"', "{", "[" * 200, "NaN", "\\u12", ",", "\ud800"))
    return "\n".join(rows)


def _document(chance: random.Random, document: Any) -> str:
    places = list(_places(document))
    if places:
        holder, place = chance.choice(places)
        _change(chance, holder, place)
    written = json.dumps(document, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.1:
        written = written.replace('", "', '", "id": "twice", "', 1)
    return written.replace('"@nan@"', chance.choice(("NaN", "1e999", "[" * 5_000, "1E1000000", "-", "01")))


def _places(value: Any) -> Sequence[tuple[Any, Any]]:
    """Every value of a document: what holds it, and under which key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, below in items:
        found += [(value, key), *_places(below)]
    return found


def _change(chance: random.Random, holder: Any, place: Any) -> None:
    changes: tuple[Callable[[], Any], ...] = (
        lambda: holder.__setitem__(place, chance.choice(_VALUES)),
        lambda: holder.__setitem__(place, "@nan@"),
        lambda: holder.__setitem__(place, [holder[place]] * chance.choice((2, 1_500))),
        lambda: holder.__setitem__(place, {"of": holder[place]}),
        lambda: holder.pop(place),
        lambda: holder.__setitem__(f"{place}x", 1) if isinstance(holder, dict) else holder.append(holder[place]),
        lambda: holder.__setitem__(place, _neighbour(holder[place])),
    )
    chance.choice(changes)()


def _neighbour(value: Any) -> Any:
    """Another value of the same kind, that often passes as one."""
    if type(value) is bool:
        return not value
    if type(value) is int:
        return -value
    if type(value) is str and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return value[1:] if value.startswith("-") else f"-{value}"
    return f"{value}x" if type(value) is str else value
