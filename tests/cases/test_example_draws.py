"""Draws of the examples: each document is what holding the draw gives, and what anyone can verify: with one ticket more
or another seed it fails, with the tickets in another order it passes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.adapters.command_line import run

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
DRAWS: Final = sorted(EXAMPLES.rglob("*.draw.json"))
#: Draws among all tickets, and those of which each ticket is played at once.
AMONG_ALL: Final = [path for path in DRAWS if "prizes" in json.loads(path.read_text(encoding="utf-8"))]
AT_ONCE: Final = [path for path in DRAWS if path not in AMONG_ALL]
Change = Callable[[dict[str, Any]], None]


def name_of(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


def test_there_are_draws_and_every_file_with_one_has_its_document() -> None:
    kinds = ("commitment ", "обязательство ")
    with_draw = [
        path
        for path in EXAMPLES.rglob("*.loyalty")
        if any(line.strip().startswith(kinds) for line in path.read_text(encoding="utf-8").splitlines())
    ]
    assert [path.with_suffix("").with_suffix(".loyalty") for path in DRAWS] == sorted(with_draw) != []


@pytest.mark.parametrize("path", DRAWS, ids=name_of)
def test_a_draw_that_is_held_again_is_the_same(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    name, _, day = document["draw"].partition(":")
    season = ["--at", f"{day}T12:00:00+03:00"] if day else []
    rules = path.with_suffix("").with_suffix(".loyalty")
    orders = rules.with_suffix(".orders.jsonl")
    held = run("draw", "hold", rules, orders, name, "--seed", path.parent / "seed.txt", *season)
    assert (held.exit_code, held.stderr) == (0, "")
    assert json.loads(held.stdout) == document


@pytest.mark.parametrize("path", AMONG_ALL, ids=name_of)
def test_winners_by_another_calculation(path: Path) -> None:
    """Scores of all tickets, sorted; worked out here from the documentation alone."""
    document = json.loads(path.read_text(encoding="utf-8"))
    key, name = document["seed"].encode(), document["draw"]
    assert document["commitment"] == "sha256:" + hashlib.sha256(key).hexdigest()
    scores = sorted(
        (hmac.new(key, f"{name}/{member}/{number}".encode(), "sha256").hexdigest(), member)
        for member, count in document["tickets"].items()
        for number in range(1, count + 1)
    )
    alone, won, expected = document.get("one_prize_per_member", False), set(), []
    for score, member in scores:
        if not alone or member not in won:
            won.add(member)
            expected.append((score, member))
    places = sum(prize["winners"] for prize in document["prizes"])
    assert [(one["score"], one["member"]) for one in document["result"]["winners"]] == expected[:places]


@pytest.mark.parametrize("path", AT_ONCE, ids=name_of)
def test_what_tickets_win_by_another_calculation(path: Path) -> None:
    """Each score as a share of all, laid on the chances, the rarest first; from the documentation alone."""
    document = json.loads(path.read_text(encoding="utf-8"))
    key, name = document["seed"].encode(), document["draw"]
    assert document["commitment"] == "sha256:" + hashlib.sha256(key).hexdigest()
    chances = sorted((one["chance"], one.get("prize", "")) for one in document["chances"])
    expected = []
    for member, count in sorted(document["tickets"].items()):
        for number in range(1, count + 1):
            ticket = f"{name}/{member}/{number}"
            score = hmac.new(key, ticket.encode(), "sha256").hexdigest()
            laid = [prize for chance, prize in chances for _ in range(chance)]
            expected.append((ticket, score, laid[int(score, 16) * len(laid) // 2**256]))
    assert [(one["ticket"], one["score"], one.get("prize", "")) for one in document["spins"]] == expected


@pytest.mark.parametrize("path", AT_ONCE, ids=name_of)
def test_a_spin_that_was_changed_fails(path: Path, tmp_path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    won = next(one for one in document["spins"] if "prize" in one)
    del won["prize"]
    changed = tmp_path / "draw.json"
    changed.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    told = run("draw", "verify", changed)
    assert (told.exit_code, "did not come to this" in told.stderr) == (1, True)


@pytest.mark.parametrize("path", AT_ONCE, ids=name_of)
def test_what_holding_decides_is_what_the_document_says(path: Path, tmp_path: Path) -> None:
    """Each ticket is played by its member, and played again it changes nothing."""
    document = json.loads(path.read_text(encoding="utf-8"))
    rules = path.with_suffix("").with_suffix(".loyalty")
    prizes, members = tmp_path / "prizes.jsonl", tmp_path / "members.jsonl"
    out = ("--prizes-out", prizes, "--members-out", members)
    asked = ("--seed", path.parent / "seed.txt")
    name = document["draw"]
    run("draw", "hold", rules, rules.with_suffix(".orders.jsonl"), name, *asked, *out)
    told = [json.loads(line) for line in prizes.read_text(encoding="utf-8").splitlines()]
    assert [(one["member"], one["place"]) for one in told] == [
        (member, number) for member, count in sorted(document["tickets"].items()) for number in range(1, count + 1)
    ]
    states = [json.loads(line)["core"] for line in members.read_text(encoding="utf-8").splitlines()]
    played = {one["member"]: one["counters"].get(f"{name} DRAWN") for one in states}
    assert {member: [[0, str(count)]] for member, count in document["tickets"].items()} == {
        member: count for member, count in played.items() if count
    }
    again = run("draw", "hold", rules, prizes, name, *asked, "--members", members)
    assert json.loads(again.stdout) == document


def one_ticket_more(document: dict[str, Any]) -> None:
    document["tickets"][min(document["tickets"])] += 1


def one_ticket_less(document: dict[str, Any]) -> None:
    document["tickets"][max(document["tickets"])] -= 1


def another_seed(document: dict[str, Any]) -> None:
    document["seed"] += "."


def another_order(document: dict[str, Any]) -> None:
    document["tickets"] = dict(reversed(document["tickets"].items()))


@pytest.mark.parametrize(
    ("change", "code"), [(one_ticket_more, 1), (one_ticket_less, 1), (another_seed, 1), (another_order, 0)]
)
@pytest.mark.parametrize("path", DRAWS, ids=name_of)
def test_what_fails_and_what_passes(path: Path, change: Change, code: int, tmp_path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert run("draw", "verify", path).exit_code == 0
    change(document)
    changed = tmp_path / "draw.json"
    changed.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    assert run("draw", "verify", changed).exit_code == code
