"""Text that wants to be run and values that run, by the ids of the threats (C).

Nothing is generated: a rule file becomes frozen values, and names are keys of tables. So what these texts are after is
not there; the tests watch the process for it all the same.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from loyalty_rules import PickleRefused, check, happening, line, load, purchase
from loyalty_rules.rendering import render_all
from tests.hostile.documents import order, rules_and
from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import GOOD, HEAD, block, earn, named

#: What runs in Python where a text reaches `exec`, a template or an f-string.
RUNNING = (
    '__import__("os").system("id")',
    "{().__class__.__base__.__subclasses__()}",
    "x\\rimport os",
    "#{7*7}",
    "{{7*7}}",
    "${jndi:ldap://localhost/a}",
    "%(x)s %n %s",
    "'); DROP TABLE members; --",
    "x\\u000aimport os",
)


def test_C_01_C_03_texts_stay_texts() -> None:
    """As a title, a value, a comment and an id: nothing is compiled, run or opened."""
    files = {}
    for text in RUNNING:
        plain = text.replace('"', "'")
        files[text] = GOOD + earn("b", f'when order store is not "{plain}"', title=plain) + f"# {text}\n"
    assert {tuple(ended.value) for ended in accepted("check watched", files).values()} == {()}
    decided = accepted("decide watched", {name: rules_and(text, order(store=name)) for name, text in files.items()})
    assert {tuple(ended.value) for ended in decided.values()} == {()}
    torn = {
        "a carriage return": 'earn a "x\rimport os; os.system("id")"\n',
        "a separator": 'earn a "x\u2028import os"\n',
    }
    found = run("check watched", {name: HEAD + text for name, text in torn.items()})
    assert {(ended.outcome, tuple(ended.value)) for ended in found.values()} == {("refused", ())}


def test_C_02_the_first_line_sets_no_encoding() -> None:
    first = b"# coding: utf7\n"
    found = run("check watched", {"utf7": first + b"+AAo-print(1)\n", "above a file": first + GOOD.encode()})
    assert {name: (ended.outcome, ended.value) for name, ended in found.items()} == {
        "utf7": ("refused", []),
        "above a file": ("accepted", []),
    }


def test_C_03_the_name_of_a_file_is_only_shown() -> None:
    name = "{().__class__}%s\x1b[2J\n../../etc/passwd"
    report = check(GOOD + "giv\n", name=name)
    assert report.source is not None
    shown = render_all(report.diagnostics, report.source, "en")
    assert "{().__class__}%s" in shown
    assert "\x1b" not in shown


def test_C_04_names_are_not_folded_into_others() -> None:
    """Letters that Python reads as `eval` and `__class__` are no letters of a name here."""
    refused(
        "check", {name: HEAD + earn(name) for name in ("\uff45val", "__\uff43lass__", "\U0001d41aa")}, "text.character"
    )
    accepted("check", {name: HEAD + earn(name) for name in ("eval", "None", "lambda", "import", "constructor")})


def test_C_05_values_are_taken_by_their_exact_type() -> None:
    """A subclass may run code whenever it is compared or read: it is refused before anything of it is asked."""
    texts = {
        text: f'{{"note": {text}}}' for text in ('Text("x")', "Trap()", "Lazy()", "b'x'", "[1]", "deep(3)", "Names()")
    }
    refused("fact value", texts, "fact.type")
    refused("fact value", {text: f'{{"day": {text}}}' for text in ("Instant(2026, 3, 7)", "Trap()")}, "fact.type")
    refused(
        "fact value",
        {text: text for text in ('Names({"note": "x"})', "Lazy()", "Trap()", "'note'", "[1]")},
        "call.type",
    )
    refused("fact value", {"a name": '{Trap: "x"}', "a number": '{1: "x"}'}, "text.type")
    refused("quantity value", {text: text for text in ('Text("1")', "Whole(1)", 'Sly("1")', "Trap()")}, "number.type")
    refused("id value", {text: text for text in ('Text("a")', "Trap()", "Whole(1)", "None")}, "id.type")
    refused(
        "instant value", {text: text for text in ("Instant(2026, 3, 7)", "Trap()", "Whole(1)", "True")}, "time.type"
    )
    refused("instant value", {"a zone": "datetime(2026, 3, 7, tzinfo=BrokenZone())"}, "time.naive")
    refused("text value", {text: text for text in ('Text("a")', "Trap()", "1")}, "text.type")
    refused("event value", {text: text for text in ("Trap()", "Names()", "None", '"purchase"', "Lazy()")}, "call.type")


def test_C_06_names_of_python_are_names_like_others() -> None:
    taken = ("func_globals", "gi_frame", "constructor", "format", "pop", "get", "mro")
    files = {name: HEAD + block("facts", f"order fact {name} is text optional") for name in taken}
    accepted("check", files)
    refused(
        "check",
        {name: HEAD + block("facts", f"order fact {name} is text") for name in ("__class__", "_x")},
        "text.character",
    )
    events = {name: rules_and(files["get"], order(facts={name: "x"})) for name in (*taken[:-2], "__class__", "_x")}
    refused("decide", {name: text for name, text in events.items() if name != "get"}, "fact.unknown")
    accepted("decide", {"get": rules_and(files["get"], order(facts={"get": "x"}))})
    unknown = {name: rules_and(GOOD, order(**{name: "x"})) for name in ("__class__", "__dict__", "_replace", "_fields")}
    refused("decide", unknown, "wire.unknown_field")


def test_C_07_placeholders_are_five_names_and_nothing_else() -> None:
    leaking = (
        "{0.__class__.__init__.__globals__}",
        "{:1000000000d}",
        "{amount:1000000000}",
        "{amount!r}",
        "{level.__class__}",
        "{}",
    )
    files = {text: HEAD + earn("a", f'message given en "{text}"') for text in leaking}
    refused("check", files, "message.placeholder")
    plain = ("%(x)s", "%1000000000d", "{amount", "amount}", "{{amount}}", "$amount", "\\{amount}")
    files = {text: rules_and(HEAD + earn("a", f'message given en "{text}"'), order()) for text in plain}
    found = accepted("decide", files)
    assert all(ended.seconds < 0.2 for ended in found.values())


def test_C_08_no_text_is_a_pattern() -> None:
    """Neither is there a clause that takes one, nor does a text slow down those that read rule files and documents."""
    slow = ("a" * 1_000 + "!", " " * 1_000 + "x", "(a+)+$", "(.*)*x", "[[:alpha:]]", "a{1,65535}")
    files = {}
    for text in slow:
        files[f"a value {text[:9]!r} {len(text)}"] = HEAD + earn("a", f'when order store is "{text}"')
    for text in (" " * 1_900 + "x", "1 " * 950, "1 000 " * 300, "1-" * 950 + "x", "a/" * 950 + "!", "\u201c" * 1_900):
        files[f"lines {text[:9]!r}"] = HEAD + 'earn a "x"\n' + f"  {text}\n" * 120
        files[f"rows {text[:9]!r}"] = HEAD + 'table t "x"\n' + f"  | {text} |\n" * 120
    found = run("check", files)
    assert {ended.outcome for name, ended in found.items() if name.startswith("a value")} == {"accepted"}
    events = {name: order(category=text) for name, text in zip("abcdef", slow, strict=True)}
    accepted("event", events)
    spaces = {"before": " " * 1_000_000 + order(), "escapes": order(category="@").replace("@", "\\\\" * 2_000)}
    accepted("event", spaces)
    for text in (" " * 50_000, "1" * 50_000, "1_" * 25_000, "2026-" * 10_000):
        for act in ("quantity", "instant", "zone", "id"):
            assert run(act, {"a text": text})["a text"].outcome == "refused"


def test_C_10_programmes_are_not_pickled() -> None:
    programme = load(GOOD)
    decision = programme.decide(programme.new_member("m"), happening("e", "m", "2026-03-07T11:00:00Z", "visit"))
    for value in (programme, programme.checked, programme.plan):
        with pytest.raises(PickleRefused, match="save the text of its rule file"):
            pickle.dumps(value)
    for sent in (decision, programme.decide(decision.member, decision.event)):
        assert type(programme).__name__.encode() not in pickle.dumps(sent)
    for kept in (decision.member, decision.event, decision.effects):
        assert pickle.loads(pickle.dumps(kept)) == kept  # noqa: S301 - of our own
        assert copy.deepcopy(kept) == kept


def _changes(programme: Any) -> list[Callable[[], object]]:
    checked, rule = programme.checked, programme.checked.earns["base"]
    return [
        lambda: setattr(programme, "checked", None),
        lambda: setattr(programme, "fingerprint", "x"),
        lambda: delattr(programme, "plan"),
        lambda: setattr(programme, "anything", 1),
        lambda: setattr(programme.source, "text", ""),
        lambda: setattr(programme.plan, "checked", None),
        lambda: setattr(checked, "zone", "UTC"),
        lambda: checked.earns.clear(),
        lambda: checked.earns.__setitem__("more", rule),
        lambda: setattr(rule, "gives", ()),
        lambda: setattr(rule.gives[0], "value", 1_000_000),
        lambda: rule.gives.append(rule.gives[0]),
        lambda: setattr(checked.purses["bonus"], "rules_add_up", False),
    ]


def test_C_11_what_was_checked_cannot_be_changed() -> None:
    programme = load(GOOD)
    before = (programme.fingerprint, repr(programme.checked))
    for change in _changes(programme):
        with pytest.raises((AttributeError, TypeError)):
            change()
    assert (programme.fingerprint, repr(programme.checked)) == before


def test_C_11_every_checked_value_is_frozen() -> None:
    programme = load(GOOD)
    waiting: list[Any] = [programme.checked]
    seen = 0
    while waiting:
        value = waiting.pop()
        seen += 1
        assert not isinstance(value, list | dict | set | bytearray), value
        if dataclasses.is_dataclass(value):
            for part in dataclasses.fields(value):
                with pytest.raises(dataclasses.FrozenInstanceError):
                    setattr(value, part.name, None)
            waiting += [getattr(value, part.name) for part in dataclasses.fields(value)]
        elif isinstance(value, tuple | frozenset):
            waiting += value
        elif hasattr(value, "values"):
            waiting += value.values()
    assert seen > 100


def test_C_12_rules_change_neither_the_event_nor_the_member_nor_each_other() -> None:
    """Rules read a snapshot: in whatever order they stand, the same is decided."""
    names = [name for _, name in named(6)]
    rules = [
        earn(name, f"when applied {names[place - 1]}") if place % 3 else earn(name) for place, name in enumerate(names)
    ]
    programmes = [load(HEAD + "".join(order_of)) for order_of in (rules, rules[::-1], rules[3:] + rules[:3])]
    assert len({programme.fingerprint for programme in programmes}) == 1
    event = purchase("p", "m", "2026-03-07T11:00:00Z", [line("1", price="250")], currency="RUB")
    member = programmes[0].new_member("m")
    before = (repr(event), repr(member))
    decisions = [programme.decide(member, event) for programme in programmes]
    assert (repr(event), repr(member)) == before
    assert len({(decision.effects, decision.member) for decision in decisions}) == 1


def nested(levels: int) -> str:
    """The deepest condition there may be, with `and`, `or` and `not` at every level."""
    opening = ["not (", 'order channel is "b" and (', 'order store is "c" or (']
    condition = "".join(opening[level % 3] for level in range(levels)) + 'order store is "a"' + ")" * levels
    return HEAD + earn("a", f"when {condition}")


def test_C_13_the_deepest_files_are_decided_and_explained() -> None:
    chain = block('products n0 "x"', 'where category is "coffee"')
    chain += "".join(block(f'products {name} "x"', f"include n{i - 1}") for i, name in named(63, 1))
    sets = HEAD + chain + block('earn a "x"', "on n63", "give 1 bonus per 10 RUB")
    lines = HEAD + earn("a", *['when order store is "arbat"'] * 2_000)
    files = {"brackets": nested(64), "sets": sets, "clauses": lines}
    accepted("decide", {name: rules_and(text, order(store="arbat")) for name, text in files.items()})
    refused("check", {"one more": nested(65)}, "limit.depth")


def test_C_14_the_stack_of_the_host_is_enough() -> None:
    """Loaded, decided and explained for the first time at a depth where Python has 300 frames left."""
    documents = {name: rules_and(text, order()) for name, text in (("deep", nested(64)), ("good", GOOD))}
    shallow = accepted("decide", documents)
    deep = accepted("decide deep in the stack", documents, fresh=True)
    assert {name: ended.value for name, ended in deep.items()} == {name: ended.value for name, ended in shallow.items()}


def test_C_15_depth_is_looked_at_before_anything_follows_it() -> None:
    levels = 100_000
    refused("fact value", {"a list": f'{{"note": deep({levels})}}'}, "fact.type")
    refused("quantity value", {"a list": f"deep({levels})"}, "number.type")
    each(
        "member",
        {
            "lists": ("[" * levels, "limit.depth"),
            "objects": ('{"a":' * levels, "limit.depth"),
            "in a field": (json.dumps({"facts": "@"}).replace('"@"', "[" * levels + "]" * levels), "limit.depth"),
        },
    )
    refused("event", {"facts": order(facts="@").replace('"@"', '{"a":' * levels + "1" + "}" * levels)}, "limit.depth")
