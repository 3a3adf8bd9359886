"""Hostile text, by the ids of the threats (U): letters that look alike, characters nobody sees, forms that differ."""

from __future__ import annotations

import json
import re

import pytest

from tests.hostile.documents import bare, order, rules_and
from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import GOOD, HEAD, block, earn
from tests.house.tree import in_core, package_files

#: Characters of category Cf, and of others that are drawn as nothing.
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\U000e0041", "\u3164", "\u2800")
TURNING = ("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u061c")
BREAKING = ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e")


def test_U_01_names_of_several_scripts_and_names_that_look_alike() -> None:
    mixed = ("g\u043eld", "\u0441offee", "gold\u03b1", "\u0261old\u0430")
    found = run("check", {name: HEAD + earn(name) for name in mixed})
    assert {ended.codes[0] for ended in found.values()} <= {"name.form", "text.character"}
    twins = HEAD + earn("cop") + earn("\u0441\u043e\u0440")
    ended = refused("check", {"twins": twins}, "name.alike")["twins"]
    assert ("cop" in ended.messages[0], "\u0441\u043e\u0440" in ended.messages[0]) == (True, True)
    many = "".join(earn(f"cop{number}") + earn(f"\u0441\u043e\u0440{number}") for number in range(900))
    refused("check", {"900 twins": HEAD + many}, "name.alike")


@pytest.mark.parametrize("characters", [TURNING, INVISIBLE, BREAKING], ids=["turning", "invisible", "breaking"])
def test_U_02_U_03_U_06_what_cannot_be_seen_stands_nowhere_in_a_rule_file(characters: tuple[str, ...]) -> None:
    places = {
        "a comment": "# a{}b\n",
        "a string": 'title ru "a{}b"\n',
        "a name": "earn a{}b\n",
        "a line of its own": "{}\n",
        "before the version": None,
        "a cell": block('table t "x"', "| a{}b |"),
    }
    files = {}
    for character in characters:
        for place, text in places.items():
            whole = HEAD + earn("a") + text.format(character) if text else f"{character}{HEAD}"
            if not (text is None and character == "\ufeff"):  # a byte order mark
                files[f"U+{ord(character):04X} in {place}"] = whole
    found = run("check", files)
    assert {name: ended.outcome for name, ended in found.items() if ended.outcome != "refused"} == {}
    told = {name for name, ended in found.items() if "text.forbidden" in ended.codes}
    assert {name for name in files if "before the version" not in name} <= told
    for name, ended in found.items():
        assert all(message.isprintable() for message in ended.messages), name


def test_U_03_what_cannot_be_seen_stands_in_no_data() -> None:
    characters = (*TURNING, *INVISIBLE[:8], *BREAKING)
    named = {f"U+{ord(character):04X}": f"vip{character}" for character in characters}
    refused("text", named, "text.control")
    refused("event", {name: order(category=text) for name, text in named.items()}, "text.control")
    codes = {ended.code for ended in run("id", named).values()}
    assert codes == {"id.charset"}


def test_U_04_composed_and_decomposed_are_one() -> None:
    composed, apart = "caf\u00e9", "cafe\u0301"
    rule = 'when order store is "{}"'
    files = {name: HEAD + earn("a", rule.format(text)) for name, text in (("one", composed), ("two", apart))}
    assert len({ended.value for ended in accepted("check", files).values()}) == 1
    events = {name: order(store=text) for name, text in (("one", composed), ("two", apart))}
    assert len({ended.value for ended in accepted("event", events).values()}) == 1
    for_file = HEAD + earn("a", rule.format(composed))
    given = accepted("decide", {"other form": rules_and(for_file, order(store=apart))})["other form"]
    assert given.value["granted"] == 25


def test_U_05_case_is_a_difference_in_every_locale() -> None:
    """Nothing that decides folds case: only what is suggested after a slip compares without it."""
    exact = HEAD + earn("a", 'when order store is "K"')
    stores = {store: rules_and(exact, order(store=store)) for store in ("K", "k", "\u212a")}
    given = accepted("decide", stores)
    # The sign for kelvins is a K in composed form.
    assert {store: ended.value["granted"] for store, ended in given.items()} == {"K": 25, "k": 0, "\u212a": 25}
    pairs = {"\u0130": "i\u0307", "\u0131": "I", "\u00df": "SS", "\ufb01": "fi", "\u017f": "s", "S": "s"}
    for left, right in pairs.items():
        file = HEAD + earn("a", f'when order store is "{left}"')
        given = accepted("decide", {store: rules_and(file, order(store=store)) for store in (left, right)})
        assert [ended.value["granted"] for ended in given.values()] == [25, 0], left
    folding = re.compile(r"\.(?:casefold|lower|upper|swapcase|title|capitalize)\(\)")
    found = {file.path for file in package_files() if folding.search(file.text)}
    # Suggestions; the words of our own headers, codes, outcomes and steps, in letters of ASCII.
    ours = ("text.py", "lang/blocks.py", "explaining/returns.py", "memberships.py", "settlement/perks.py")
    assert {path for path in found if in_core(path)} == {f"loyalty_rules/{path}" for path in ours}


def test_U_06_three_line_breaks_and_no_other() -> None:
    """The version line ends with CR, LF or CRLF; the others that `str.splitlines` knows are errors where they stand."""
    for character in BREAKING:
        text = f"{HEAD}# a{character}giv\n"
        ended = refused("check", {"breaks": text}, "text.forbidden")["breaks"]
        assert ended.places[0] == f"{HEAD.count(chr(10)) + 1}:4"


def test_U_07_half_of_a_surrogate_pair() -> None:
    halves = {"first": "\ud800", "second": "a\udc00b", "both, apart": "\udc00\ud800"}
    refused("text", halves, "text.surrogate")
    refused("check text", {name: f"{HEAD}# {text}\n" for name, text in halves.items()}, "source.encoding")
    escaped = {"first": r"\ud800", "second": r"a\udc00b", "in a pair": r"\ud83d\ud83d"}
    refused("event", {name: order(category="@").replace("@", text) for name, text in escaped.items()}, "text.surrogate")
    keys = {name: order(facts={"@": "1"}).replace("@", text) for name, text in escaped.items()}
    refused("event", keys, "text.surrogate")
    refused(
        "event text", {name: order(category="@").replace("@", text) for name, text in halves.items()}, "text.surrogate"
    )
    refused("fact value", {name: f'{{"note": {text!a}}}' for name, text in halves.items()}, "text.surrogate")


def test_U_08_NUL_in_data_and_in_files() -> None:
    refused("text", {"a string": "a\0b", "alone": "\0"}, "text.nul")
    refused("event", {"escaped": order(category="a\0b"), "a store": order(store="\0")}, "text.nul")
    refused("event", {"raw": order(category="@").replace("@", "a\0b")}, "wire.syntax")
    each("check", {"a string": (HEAD + earn("a", title="a\0b"), "text.forbidden"), "bytes": ("\0" * 9, "version.line")})
    refused("id", {"an id": "a\0b"}, "id.charset")


def test_U_09_texts_have_a_longest_length() -> None:
    long = "a" * 1_000_000
    refused("text", {"a megabyte": long, "4,097": "a" * 4_097}, "text.length")
    accepted("text", {"4,096": "a" * 4_096})
    each(
        "event",
        {
            "a megabyte": (order(category=long), "text.length"),
            "larger": (order(category=long + long[:100_000]), "limit.size"),
        },
    )
    refused("fact value", {"a fact": '{"note": "a" * 10**6}'}, "text.length")
    refused("fact value", {"a name": '{"a" * 10**6: "x"}'}, "text.length")
    for clause in ('when order store contains "a"', 'when order store like "*a*"', 'when order store matches "a+"'):
        refused("check", {clause: HEAD + earn("a", clause)}, "line.word")


def test_U_10_ids_are_taken_exactly_or_not_at_all() -> None:
    apart = accepted("id", {"lower": "evt-1", "upper": "EVT-1", "longest": "e" * 128})
    assert (apart["lower"].value, apart["upper"].value) == ("evt-1", "EVT-1")
    others = {
        "space": "evt-1 ",
        "wide": "\uff45vt-1",
        "zero width": "evt-1\u200b",
        "accent": "\u00e9vt",
        "line": "evt-1\n",
    }
    refused("id", others, "id.charset")
    refused("id", {"none": "", "129": "e" * 129, "a megabyte": "e" * 1_000_000}, "id.length")
    refused(
        "event",
        {name: order(id=text) for name, text in others.items() if name not in ("zero width", "line")},
        "id.charset",
    )
    refused("event", {"a number": order(id=1)}, "id.type")
    ids = ("evt-1", "EVT-1", "evt-1")
    events = [json.loads(order(id=text)) for text in ids]
    decided = accepted("decide", {"twice": json.dumps({"events": events})})["twice"]
    assert decided.value["granted"] == 2 * 50  # coffee gives twice, the third is a repeat


def test_U_11_the_order_of_lines_is_the_same_in_every_collation() -> None:
    """Ids of digits by value, the others by code point: `B1` before `a-2` before `a1`, whatever a database would do."""
    ids = ["a1", "B1", "a-2", "a_3", "Z", "10", "9"]
    lines = [{"id": one, "sku": one, "quantity": "1", "price": "0.50"} for one in ids]
    rule = HEAD + block('earn a "x"', "on any product", "give 1 bonus per 1 RUB")
    documents = {
        "as listed": rules_and(rule, order(lines=lines)),
        "reversed": rules_and(rule, order(lines=lines[::-1])),
        "sorted": rules_and(rule, order(lines=sorted(lines, key=lambda one: one["id"].lower()))),
    }
    found = [accepted("decide", documents, environment={"LC_ALL": name}) for name in ("C", "C.UTF-8")]
    values = {json.dumps(ended.value["effects"]) for each_locale in found for ended in each_locale.values()}
    assert len(values) == 1
    # 9 and 10 by value, then B1, Z, a-2, a1, a_3: three points of 3.5 go to the first by largest remainder.
    assert "lines=(1, 1, 1, 0, 0, 0, 0)" in values.pop()


def test_what_is_refused_is_never_repeated_at_length() -> None:
    refusals = [
        *run("event", {"a price": order(price="\u20ac" * 4_000), "bare": bare("\u20ac" * 4_000)}).values(),
        *run("id", {"an id": "\u20ac" * 100}).values(),
        *run("check", {"a name": GOOD + earn("\u20ac" * 1_900), "words": GOOD + "\u044f" * 1_900 + "\n"}).values(),
    ]
    assert all(message.count("\u20ac") <= 120 for ended in refusals for message in ended.messages)
