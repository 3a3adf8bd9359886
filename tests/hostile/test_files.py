"""Hostile rule files that have much of what is allowed, that end oddly, that name other files, that turn in circles."""

from __future__ import annotations

import pytest

from loyalty_rules import Report, check
from loyalty_rules.diagnostics import MoreOmitted
from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import HEAD, STRICT_HEAD, block, earn, filled, named


def report(text: str | bytes) -> Report:
    return check(text)


def slugs(text: str) -> list[str]:
    return [found.problem.slug for found in report(text).diagnostics]


# ---------- many of one kind


def test_P_14_too_many_rules() -> None:
    found = each(
        "check",
        {
            "2,001 rules": (HEAD + "".join(earn(name) for _, name in named(2_001)), "limit.size"),
            "10,000 of one name": (HEAD + 'earn a "x"\nend\n' * 10_000, "limit.size"),
            "boosts count": (
                HEAD + "".join(block(f'boost {name} "x"', "multiply by 2") for _, name in named(2_001)),
                "limit.size",
            ),
            "of other languages": (
                HEAD + "".join(f'Earn n{i} "x"\nend\n' for i in range(9_000)),
                "block.unknown",
            ),
        },
    )
    assert found["2,001 rules"].place("limit.size") == f"{HEAD.count(chr(10)) + 2_000 * 4 + 1}:1"
    assert found["10,000 of one name"].place("limit.size") == f"{HEAD.count(chr(10)) + 2_000 * 2 + 1}:1"
    assert "limit.size" not in slugs(HEAD + 'earn a "x"\nend\n' * 2_000)
    loaded = run("load", {"2,001 rules": HEAD + "".join(earn(name) for _, name in named(2_001))})
    assert loaded["2,001 rules"].code == "rules.errors"


def test_P_14_a_name_that_is_declared_often_is_reported_once() -> None:
    found = refused(
        "check",
        {
            "rules": HEAD + earn("a") * 1_500 + earn("b") * 2,
            "sets": HEAD + block('products A "x"', 'where category is "a"') * 4_000,
            "facts": HEAD + block("facts", *["order fact a is number"] * 8_000),
            "levels": HEAD + block('tiers t "x"', *["level a"] * 10_000),
        },
        "name.twice",
    )
    assert found["rules"].codes == ("name.twice", "name.twice")
    assert found["rules"].places == (f"{HEAD.count(chr(10)) + 5}:6", f"{HEAD.count(chr(10)) + 1_501 * 4 + 1}:6")
    assert (found["sets"].codes, found["facts"].codes) == (("name.twice",), ("name.twice",))


def test_P_14_many_clauses_many_blocks_and_many_pairs() -> None:
    """What compares each with each stays within the bounds, or says that it would not."""
    many = {
        "clauses": (HEAD + earn("a", *["basis money paid"] * 9_000), "clause.twice"),
        "blocks that are open": ("loyalty rules 1\n" + 'earn a "x"\n' * 20_000, "block.open"),
        "ends": ("loyalty rules 1\n" + "end\n" * 60_000, "block.end"),
        "rows": (HEAD + block('table t "x"', "value rate is percent", *["| a | b | c |"] * 14_000), "table.columns"),
        "rules that overlap": (STRICT_HEAD + "".join(earn(name) for _, name in named(1_900)), "rules.overlap"),
        "rules with ways to hold": (
            STRICT_HEAD
            + block("facts", *(f'order fact f{i} is one of "a", "b"' for i in range(12)))
            + "".join(
                earn(name, *(f'when f{i} is "a" or f{i + 1} is "a"' for i in range(0, 12, 2))) for _, name in named(450)
            ),
            "limit.size",
        ),
        "rules with very many ways": (
            STRICT_HEAD
            + "".join(
                earn(name, "when " + " and ".join(['(order store is "a" or order channel is "b")'] * 38))
                for _, name in named(60)
            ),
            "rules.overlap",
        ),
    }
    found = each("check", many)
    assert len(found["rules that overlap"].codes) == 101


def test_P_14_thousands_of_warnings_stop_nothing() -> None:
    allows = HEAD + earn("a", *['allow L150 "x"'] * 9_000)
    same = HEAD + block('never a "x"', *["blocks earning"] * 9_000)
    accepted("check", {"allows": allows, "lines that say the same": same})


# ---------- the ends of a text


def test_P_15_files_without_a_programme() -> None:
    each(
        "check",
        {
            "nothing": (b"", "file.empty"),
            "a byte order mark": (b"\xef\xbb\xbf", "file.empty"),
            "comments": ("# a\n# b", "file.empty"),
            "a carriage return": ("\r", "file.empty"),
            "the version alone": ("loyalty rules 1", "file.empty"),
            "no version": ('programme "P"\nend\n', "version.line"),
        },
    )


def test_P_15_one_file_with_every_kind_of_line_end_is_one_programme() -> None:
    text = HEAD + earn("a")
    mixed = text.replace("\n", "\r\n", 5).replace("\nend", "\rend")
    found = accepted(
        "check",
        {
            "LF": text,
            "CR": text.replace("\n", "\r"),
            "CRLF": text.replace("\n", "\r\n"),
            "mixed": mixed,
            "no end of line": text.rstrip("\n"),
            "a byte order mark": b"\xef\xbb\xbf" + text.encode(),
        },
    )
    assert len({ended.value for ended in found.values()}) == 1
    wrong = {name: (HEAD + "giv\n").replace("\n", end) for name, end in (("LF", "\n"), ("CR", "\r"), ("CRLF", "\r\n"))}
    places = {ended.place("block.outside") for ended in refused("check", wrong, "block.outside").values()}
    assert places == {f"{HEAD.count(chr(10)) + 1}:1"}


def test_P_16_what_is_not_utf_8() -> None:
    text = HEAD + "# caf\u00e9\n"
    offset = len(HEAD) + len("# caf")
    found = refused(
        "check",
        {
            "two bytes": b"\xff\xfe",
            "UTF-16": text.encode("utf-16"),
            "UTF-16 without a mark": HEAD.encode("utf-16-le"),
            "Latin-1": text.encode("latin-1"),
            "cut in a character": text.encode()[: offset + 1],
            "a surrogate": HEAD.encode() + b"# \xed\xa0\x80\n",
            "overlong": HEAD.encode() + b"# \xc0\xaf\n",
            "beyond Unicode": HEAD.encode() + b"# \xf4\x90\x80\x80\n",
            "a megabyte of it": b"# \xff\n" * 50_000,
        },
        "source.encoding",
    )
    assert f"byte {offset} " in found["Latin-1"].messages[0]
    assert f"byte {len(HEAD) + 2} " in found["overlong"].messages[0]
    text_found = refused(
        "check text", {"half a pair": HEAD + "# \ud800\n", "the other half": "\udc00"}, "source.encoding"
    )
    assert f"character {len(HEAD) + 2} " in text_found["half a pair"].messages[0]


def test_P_17_a_rule_file_names_no_other_file() -> None:
    """There is no loader: what looks like an inclusion is a line that says nothing, and no file is opened for it."""
    lines = [
        f"{word} {path}"
        for word in ("include", "import", "load", "from", "#include", "@import", "source")
        for path in ('"../../etc/passwd"', '"/etc/passwd"', '"rules.loyalty"', "/etc/passwd", '"file:///etc/passwd"')
    ]
    found = run(
        "check watched",
        {
            **{line: f"{HEAD}{line}\n" for line in lines if not line.startswith("#")},
            **{f"set: {line}": HEAD + block('products A "x"', line) for line in lines if not line.startswith("#")},
            "ten thousand": HEAD + 'include "rules.loyalty"\n' * 10_000,
            "as a comment": HEAD + '#include "/etc/passwd"\n' * 10_000,
        },
    )
    assert {ended.outcome for name, ended in found.items() if name != "as a comment"} == {"refused"}
    assert found["as a comment"].outcome == "accepted"
    assert {tuple(ended.value) for ended in found.values()} == {()}  # files that were opened


# ---------- circles


def circle(count: int, one: str) -> str:
    """A file whose names lead to each other in a ring."""
    return HEAD + "".join(one.format(here=f"n{i}", there=f"n{(i + 1) % count}") for i in range(count))


RULE = 'earn {here} "x"\n  when applied {there}\n  on any product\n  give 1 bonus per 10 RUB\nend\n'
SET = 'products {here} "x"\n  include {there}\nend\n'
SEGMENT = 'segment {here} "x"\n  when in segment {there}\nend\n'
GROUP = 'group {here} "x"\n  rule {there}\n  rule r\n  choose largest for member\n  decide per order\nend\n'


def test_P_18_rules_that_wait_for_each_other() -> None:
    found = refused(
        "check",
        {"itself": circle(1, RULE), "two": circle(2, RULE), "1,500": circle(1_500, RULE)},
        "rules.circle",
    )
    assert "n0 \u2192 n1 \u2192 n0" in found["two"].messages[0].replace("`", "")
    assert {len(ended.codes) for ended in found.values()} == {1}


def test_P_18_sets_segments_and_groups_that_hold_each_other() -> None:
    refused("check", {"sets": circle(2, SET), "2,500 sets": circle(2_500, SET)}, "products.circle")
    refused("check", {"segments": circle(2, SEGMENT), "2,500 segments": circle(2_500, SEGMENT)}, "products.circle")
    groups = {"groups": circle(2, GROUP) + earn("r"), "900 groups": circle(900, GROUP) + earn("r")}
    refused("check", groups, "group.circle")
    purse = "when earned bonus in this order at least 1 bonus"
    refused("check", {"each reads all": HEAD + "".join(earn(name, purse) for _, name in named(1_000))}, "rules.circle")


def test_P_18_long_chains_are_not_followed_without_end() -> None:
    chains = {
        "rules": HEAD + earn("n0") + "".join(earn(name, f"when applied n{i - 1}") for i, name in named(1_500, 1)),
        "rules backwards": HEAD
        + "".join(earn(name, f"when applied n{i + 1}") for i, name in named(1_500))
        + earn("n1500"),
    }
    refused("check", chains, "rules.depth")
    first = block('products n0 "x"', 'where category is "a"')
    sets = HEAD + first + "".join(block(f'products {name} "x"', f"include n{i - 1}") for i, name in named(2_500, 1))
    last = block('products n2500 "x"', 'where category is "a"')
    backwards = HEAD + "".join(block(f'products {name} "x"', f"include n{i + 1}") for i, name in named(2_500)) + last
    segments = HEAD + block('segment n0 "x"', "when orders since joining at least 1 order")
    segments += "".join(block(f'segment {name} "x"', f"when in segment n{i - 1}") for i, name in named(2_500, 1))
    group = "choose largest for member\n  decide per order"
    groups = HEAD + earn("n0") + earn("a0") + block('group g0 "x"', "rule n0", "rule a0", group)
    groups += "".join(
        earn(n) + block(f'group g{i} "x"', f"rule g{i - 1}", f"rule {n}", group) for i, n in named(900, 1)
    )
    refused("check", {"sets": sets, "backwards": backwards, "segments": segments, "groups": groups}, "limit.size")


# ---------- many mistakes


@pytest.mark.parametrize(
    "line",
    [
        "  wehn order store is x",
        "  when order stroe is x",
        "  give",
        "  when",
        "  foo",
        "  when (",
        "  on on",
        "programme yer x",
    ],
)
def test_P_19_thousands_of_mistakes_are_a_hundred_diagnostics_and_a_count(line: str) -> None:
    text = "loyalty rules 1\n" + 'earn a "x"\n' + filled(f"{line}\n", 150_000)
    found = run("check", {"mistakes": text})["mistakes"]
    assert (found.outcome, len(found.codes), found.codes[-1]) == ("refused", 101, "limit.diagnostics")
    last = report(text).diagnostics[-1].problem
    assert isinstance(last, MoreOmitted)
    assert last.count >= text.count(line) - 100


def test_P_19_a_thousand_mistakes_are_counted_exactly() -> None:
    text = HEAD + 'earn a "x"\n' + "  foo\n" * 1_000 + "  on any product\n  give 1 bonus per 10 RUB\nend\n"
    last = report(text).diagnostics[-1].problem
    assert last == MoreOmitted(900)
    assert slugs(text)[:100] == ["clause.unknown"] * 100


def test_P_20_nothing_is_unpickled_and_no_file_outside_the_package_is_opened() -> None:
    """Lark's cache would unpickle a file of the temporary folder that anybody can have put there."""
    found = run("check watched", {"a good file": HEAD + earn("a"), "a bad one": HEAD + "giv\n"})
    assert {tuple(ended.value) for ended in found.values()} == {()}
