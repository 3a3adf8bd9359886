"""Every page does what it shows: its Python runs, its rule files check, its commands print what stands below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.fences import Fence, fences, pieces, with_base
from tests.docs.running import commands, faults

ROOT = Path(__file__).resolve().parents[2]
#: Runs in a module of its own, because not every Python has what it needs.
ELSEWHERE = ROOT / "docs" / "durable-rules.md"
PAGES = sorted({ROOT / "README.md", *(ROOT / "docs").rglob("*.md")} - {ELSEWHERE})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_shows(page: Path, tmp_path: Path) -> None:
    assert list(faults(list(fences(page)), tmp_path)) == []


# ---------- the runner itself

RULES = """loyalty rules 1

programme "Page"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 10 RUB
end
"""
WRONG = """example "wrong"
  at 2026-03-02 12:00 places order "o"
  | unit price |
  | 95 RUB     |
  should give 10 bonus by base
end
"""


def _found(tmp_path: Path, text: str) -> list[str]:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    return list(faults(list(fences(page)), folder))


def _fenced(kind: str, text: str) -> str:
    return f"```{kind}\n{text}```\n"


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        (_fenced("python", "print(1)\n"), "it prints"),
        (_fenced("python", "print(1)\n") + "\n" + _fenced("text", "2\n"), "it prints"),
        (_fenced("python", "1 / 0\n"), "ZeroDivisionError"),
        (_fenced("console", "$ loyalty --version\nloyalty 0.0\n"), "it prints"),
        (_fenced("console", "$ rm nothing\n"), "only `loyalty` runs"),
        (_fenced("json", "{\n"), "not JSON"),
        (_fenced("loyalty", RULES.replace("give", "giv")), "L012"),
        (_fenced("loyalty error L012", RULES), "L012"),
        (_fenced("loyalty", RULES + "\n" + WRONG), "expected"),
        (_fenced("loyalty", RULES) + "\n" + _fenced("loyalty", WRONG), "expected"),
        (_fenced("loyalty", WRONG), "without a rule file"),
        (_fenced("toml", "x = 1\n"), "unknown kind"),
    ],
)
def test_a_page_that_shows_something_else_is_found(tmp_path: Path, blocks: str, fault: str) -> None:
    (found,) = _found(tmp_path, blocks)
    assert fault in found


def test_blocks_of_a_page_share_names_files_and_the_first_rule_file(tmp_path: Path) -> None:
    text = (
        _fenced("loyalty club.loyalty", RULES)
        + _fenced("loyalty", WRONG.replace("10 bonus", "9 bonus"))
        + _fenced("loyalty error L012", RULES.replace("give", "giv"))
        + _fenced("python", "from pathlib import Path\nrules = Path('club.loyalty').read_text()\n")
        + _fenced("python", "print(rules.splitlines()[0])\n")
        + _fenced("text", "loyalty rules 1\n")
        + _fenced("console", "$ loyalty fmt --check club.loyalty\n…\n$ echo $?\n0\n")
        + _fenced("json", '{"a": 1}\n')
    )
    assert _found(tmp_path, text) == []


def test_a_fragment_replaces_blocks_of_the_same_name_and_all_examples() -> None:
    text = with_base("earn base\n  on any product\n  give 1 bonus per 5 RUB\nend\n", RULES + "\n" + WRONG)
    version, _, blocks = text.partition("\n")
    assert version == "loyalty rules 1"
    kinds = [(piece.kind, piece.name) for piece in pieces(blocks)]
    assert kinds == [("programme", ""), ("purse", "bonus"), ("earn", "base")]
    assert "per 5 RUB" in text
    assert "per 10 RUB" not in text


def test_commands_are_told_from_what_they_print() -> None:
    assert list(commands("$ loyalty check a\nfine\n\n$ echo $?\n0\n")) == [
        ("loyalty check a", "fine\n\n"),
        ("echo $?", "0\n"),
    ]


def test_a_fence_knows_its_place_name_and_codes(tmp_path: Path) -> None:
    page = tmp_path / "p.md"
    page.write_text("\n```loyalty club.loyalty error L012 L014\nx\n```\n", encoding="utf-8")
    assert list(fences(page)) == [Fence(page, 2, "loyalty", ("club.loyalty", "error", "L012", "L014"), "x\n", "")]
    (fence,) = fences(page)
    assert (fence.name, fence.codes) == ("club.loyalty", ["L012", "L014"])
