"""`loyalty draw`: winners out of a document, and whether a document that has some is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loyalty_rules import InputError
from loyalty_rules.adapters.wire.draws import read_draw, write_draw
from loyalty_rules.adapters.wire.instant import read_instant, write_instant
from tests.adapters.command_line import run, written

#: Scores by `openssl dgst -sha256 -hmac 'correct horse'`, see tests/engine/test_draws.py.
SPRING: dict[str, Any] = {
    "draw": "spring",
    "commitment": "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631",
    "seed": "correct horse",
    "prizes": [{"prize": "car", "winners": 1}, {"prize": "mug", "winners": 1}],
    "one_prize_per_member": True,
    "tickets": {"m-1": 2, "m-2": 1, "m-3": 2},
}
RESULT: dict[str, Any] = {
    "tickets": "90e6e09c3a046c929f3820a5ce113ee4fd075c2361542afccba8b22f7392627d",
    "winners": [
        {
            "place": 1,
            "prize": "car",
            "member": "m-2",
            "ticket": "spring/m-2/1",
            "score": "17f92bf8f4440b64041c95a9077f395d0d7a940c38dc3e5f658fb47ccb98311c",
        },
        {
            "place": 2,
            "prize": "mug",
            "member": "m-1",
            "ticket": "spring/m-1/1",
            "score": "887db201d375ba44fb117734c63dc2fc0ffb6bf0f344bc87f88ce9a8b70245ba",
        },
    ],
}


def document(tmp_path: Path, **changed: Any) -> Path:
    return written(tmp_path, json.dumps({**SPRING, **changed}), "draw.json")


def test_a_draw_is_settled_and_what_came_of_it_verified(tmp_path: Path) -> None:
    settled = run("draw", "settle", document(tmp_path))
    assert (settled.exit_code, json.loads(settled.stdout)) == (0, {**SPRING, "result": RESULT})
    verified = run("draw", "verify", written(tmp_path, settled.stdout, "settled.json"))
    assert (verified.exit_code, verified.stderr) == (0, "")
    assert verified.stdout.endswith("settled.json: verified, 2 winners of spring\n")
    russian = run("draw", "verify", tmp_path / "settled.json", "--language", "ru")
    assert russian.stdout.endswith("settled.json: проверено, победителей в spring: 2\n")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"seed": "correct horsf"}, "draw.seed"),
        ({"tickets": {"m-1": 2, "m-2": 1, "m-3": 3}}, "draw.result"),
        ({"one_prize_per_member": False, "prizes": [{"prize": "car", "winners": 3}]}, "draw.result"),
        ({"result": {**RESULT, "winners": RESULT["winners"][::-1]}}, "draw.result"),
        ({"result": None}, "draw.result"),
        ({"prizes": []}, "wire.length"),
        ({"more": 1}, "wire.unknown_field"),
    ],
)
def test_what_was_changed_fails(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    found = run("draw", "verify", document(tmp_path, **{"result": RESULT, **changed}))
    assert (found.exit_code, found.stdout) == (1, "")
    assert f"[{reason}]" in found.stderr


def test_a_document_is_read_as_it_is_written() -> None:
    draw = read_draw(json.dumps({**SPRING, "result": RESULT}))
    assert read_draw(write_draw(draw)) == draw
    assert json.loads(write_draw(draw)) == {**SPRING, "result": RESULT}


def test_tickets_are_whole_numbers() -> None:
    with pytest.raises(InputError):
        read_draw(json.dumps({**SPRING, "tickets": {"m-1": "2"}}))


# ---------- instant win, as in tests/engine/test_instant.py

WHEEL: dict[str, Any] = {
    "draw": "spring",
    "commitment": SPRING["commitment"],
    "seed": "correct horse",
    "chances": [{"prize": "car", "chance": 5}, {"prize": "coffee", "chance": 10}, {"chance": 85}],
    "tickets": {"m-1": 1, "m-2": 1},
}
SPUN: list[dict[str, str]] = [
    {"member": "m-1", "ticket": "spring/m-1/1", "score": RESULT["winners"][1]["score"]},
    {"member": "m-2", "ticket": "spring/m-2/1", "prize": "coffee", "score": RESULT["winners"][0]["score"]},
]


def wheel(tmp_path: Path, **changed: Any) -> Path:
    return written(tmp_path, json.dumps({**WHEEL, **changed}), "wheel.json")


def test_what_every_ticket_won_is_settled_and_verified_in_any_order(tmp_path: Path) -> None:
    settled = run("draw", "settle", wheel(tmp_path))
    assert (settled.exit_code, json.loads(settled.stdout)) == (0, {**WHEEL, "spins": SPUN})
    for spins in (SPUN, SPUN[::-1]):
        verified = run("draw", "verify", wheel(tmp_path, spins=spins))
        assert (verified.exit_code, verified.stderr) == (0, "")
        assert verified.stdout.endswith("wheel.json: verified, 1 winners of spring\n")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"seed": "correct horsf"}, "draw.seed"),
        ({"tickets": {"m-1": 2, "m-2": 1}}, "draw.result"),
        ({"spins": SPUN[:1]}, "draw.result"),
        ({"spins": [SPUN[0], {**SPUN[1], "prize": "car"}]}, "draw.result"),
        ({"chances": [{"prize": "coffee", "chance": 5}, {"chance": 95}]}, "draw.result"),
        ({"chances": [{"prize": "coffee", "chance": 0}]}, "wire."),
        ({"spins": None}, "draw.result"),
    ],
)
def test_an_instant_win_that_was_changed_fails(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    found = run("draw", "verify", wheel(tmp_path, **{"spins": SPUN, **changed}))
    assert (found.exit_code, found.stdout) == (1, "")
    assert f"[{reason}" in found.stderr


def test_an_instant_win_is_read_as_it_is_written() -> None:
    text = json.dumps({**WHEEL, "spins": SPUN})
    assert json.loads(write_instant(read_instant(text))) == {**WHEEL, "spins": SPUN}
    assert read_instant(write_instant(read_instant(text))) == read_instant(text)
