"""`loyalty run` and `loyalty explain`: events in, decisions or words out, members carried along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.command_line import EVENTS, FIRST_RULE, PLAIN, RUSSIAN, WRONG, documents, order, run, written


def test_decisions_come_out_as_json_lines() -> None:
    result = run("run", FIRST_RULE, "--events", EVENTS)
    assert (result.exit_code, result.stderr) == (0, "")
    told = documents(result.stdout)
    assert [decision["event"] for decision in told] == ["p-1", "p-2", "p-3"]
    assert [effect["granted"] for effect in told[1]["effects"]] == ["49", "49"]
    assert [decision["balances"]["bonus"]["usable"] for decision in told] == ["25", "123", "0"]
    assert "trace" not in told[0]


def test_a_trace_comes_with_every_decision_where_it_is_asked_for() -> None:
    told = documents(run("run", FIRST_RULE, "--events", EVENTS, "--trace").stdout)
    assert [record["rule"] for record in told[0]["trace"]] == ["base", "weekend"]


def test_people_get_a_table() -> None:
    result = run("run", RUSSIAN, "--events", EVENTS, "--format", "text")
    assert result.exit_code == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.stdout.splitlines() if "│" in line]
    assert rows == [
        ["p-1", "m-1", "2026-03-02 12:00", "base 25 bonus", "25 bonus"],
        ["p-2", "m-1", "2026-03-07 11:00", "base 49 bonus", "123 bonus"],
        ["", "", "", "weekend 49 bonus", ""],
        ["p-3", "m-2", "2026-03-08 11:00", "-", "0 bonus"],
    ]
    assert "можно потратить после" in result.stdout


def test_a_payment_by_points_that_paid_nothing_has_no_row(tmp_path: Path) -> None:
    pay = "\nredeem pay\n  uses bonus\n  pays 1 RUB per 1 bonus\n  on any product\n  too much is lowered\nend\n"
    rules = written(tmp_path, PLAIN.replace("  expire never\n", "  expire never\n  take oldest first\n") + pay)
    asking = [json.loads(order(name, price="10.00")) | {"redeem": [{"rule": "pay"}]} for name in ("p-1", "p-2")]
    events = written(tmp_path, "".join(json.dumps(one) + "\n" for one in asking), "events.jsonl")
    result = run("run", rules, "--events", events, "--format", "text")
    rows = [[cell.strip() for cell in line.split("│")[4:6]] for line in result.stdout.splitlines() if "│" in line]
    assert rows == [["base 1 bonus", "1 bonus"], ["pay -1 bonus", "0 bonus"]]


def test_events_come_from_the_standard_input_and_empty_lines_are_nothing(tmp_path: Path) -> None:
    rules = written(tmp_path, PLAIN)
    result = run("run", rules, "--events", "-", input="\n" + order("p-1") + "\n\n")
    assert [decision["event"] for decision in documents(result.stdout)] == ["p-1"]


def test_members_go_out_and_come_in_again(tmp_path: Path) -> None:
    rules = written(tmp_path, PLAIN)
    first = written(tmp_path, order("p-1") + order("p-2", "m-0"), "first.jsonl")
    second = written(tmp_path, order("p-3", at="2026-03-03T12:00:00+03:00"), "second.jsonl")
    members = tmp_path / "members.jsonl"
    assert run("run", rules, "--events", first, "--members-out", members).exit_code == 0
    assert [json.loads(line)["core"]["member"] for line in members.read_text().splitlines()] == ["m-0", "m-1"]
    result = run("run", rules, "--events", second, "--members", members, "--members-out", members)
    assert documents(result.stdout)[0]["balances"]["bonus"]["usable"] == "50"
    assert len(members.read_text().splitlines()) == 2


def test_a_transfer_gives_a_decision_for_each_of_the_two_members(tmp_path: Path) -> None:
    giving = PLAIN.replace(
        "expire never\n", "expire never\n  take oldest first\n  transfer at most 9 bonus in calendar day\n"
    )
    rules, members = written(tmp_path, giving), tmp_path / "members.jsonl"
    gift = '{"kind":"transfer","id":"t-1","member":"m-1","at":"2026-03-03T12:00:00Z",'
    gift += '"points":"bonus","amount":"9","to":"m-2"}\n'
    result = run(
        "run", rules, "--events", written(tmp_path, order("p-1") + gift, "events.jsonl"), "--members-out", members
    )
    assert (result.exit_code, result.stderr) == (0, "")
    told = [(one["kind"], one["member"], one["balances"]["bonus"]["usable"]) for one in documents(result.stdout)]
    assert told == [("purchase", "m-1", "25"), ("transfer", "m-1", "16"), ("incoming", "m-2", "9")]
    assert [json.loads(line)["core"]["member"] for line in members.read_text().splitlines()] == ["m-1", "m-2"]
    again = run(
        "run", rules, "--events", written(tmp_path, gift.replace("t-1", "t-2"), "more.jsonl"), "--members", members
    )
    assert (again.exit_code, "transfer.limit" in again.stderr) == (1, True)


def test_a_bad_event_is_told_with_its_line_and_no_member_is_written(tmp_path: Path) -> None:
    rules, members = written(tmp_path, PLAIN), tmp_path / "members.jsonl"
    events = written(tmp_path, order("p-1") + order("p-2", price="12.345"), "events.jsonl")
    result = run("run", rules, "--events", events, "--members-out", members)
    assert result.exit_code == 1
    assert [decision["event"] for decision in documents(result.stdout)] == ["p-1"]
    assert result.stderr.startswith(f"{events}:2: ")
    assert not members.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "wire.syntax"),
        ("[]", "wire.type"),
        ('{"kind": "purchase"}', "wire.missing_field"),
        ("\x00", "wire.syntax"),
        (order("p-1").replace('"RUB"', '"USD"'), "currency.other"),
        (order("p-1").replace("250.00", "1e3"), "number.syntax"),
        ("[" * 100_000, "limit.depth"),
        ('"' + "x" * 1_100_000 + '"', "limit.size"),
        (order("p-0").replace("03-02T", "03-01T"), "event.late"),
    ],
)
def test_whatever_stands_in_a_line_is_refused_in_one_line(line: str, code: str, tmp_path: Path) -> None:
    rules = written(tmp_path, PLAIN)
    result = run("run", rules, "--events", "-", input=order("p-9") + line.rstrip("\n") + "\n")
    assert result.exit_code == 1
    assert result.stderr.startswith("-:2: ")
    assert f"[{code}]" in result.stderr
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 900


def test_bad_members_are_told_with_their_line(tmp_path: Path) -> None:
    rules, events = written(tmp_path, PLAIN), written(tmp_path, order("p-1"), "events.jsonl")
    members = written(tmp_path, "{}\n", "members.jsonl")
    result = run("run", rules, "--events", events, "--members", members)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{members}:1: ")


def test_a_member_that_stands_twice_is_refused(tmp_path: Path) -> None:
    rules, events = written(tmp_path, PLAIN), written(tmp_path, order("p-1"), "events.jsonl")
    members = tmp_path / "members.jsonl"
    assert run("run", rules, "--events", events, "--members-out", members).exit_code == 0
    members.write_text(members.read_text() * 2)
    result = run("run", rules, "--events", events, "--members", members)
    assert (result.exit_code, result.stderr) == (2, "loyalty: the member `m-1` stands twice\n")


def test_a_rule_file_with_errors_decides_nothing(tmp_path: Path) -> None:
    result = run("run", written(tmp_path, WRONG), "--events", EVENTS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error[L012]")
    assert run("explain", written(tmp_path, b"\xff"), "--events", EVENTS).exit_code == 1


@pytest.mark.parametrize("command", ["run", "explain"])
def test_commands_that_make_no_sense_end_with_2(command: str, tmp_path: Path) -> None:
    assert run(command).exit_code == 2
    assert run(command, FIRST_RULE).exit_code == 2
    assert run(command, tmp_path / "missing.loyalty", "--events", EVENTS).exit_code == 2
    assert run(command, FIRST_RULE, "--events", tmp_path / "missing.jsonl").exit_code == 2
    assert run(command, "-", "--events", "-", input=PLAIN).exit_code == 2
    assert run(command, FIRST_RULE, "--events", EVENTS, "--language", "xx").exit_code == 2
    assert run(command, tmp_path, "--events", EVENTS).exit_code == 2


# ---------- explain


def test_one_event_is_explained_with_the_ones_before_it_decided() -> None:
    result = run("explain", FIRST_RULE, "--events", EVENTS, "--event", "p-2")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        """\
Order p-2 of member m-1, 2026-03-07 11:00

Base points (base): 49 bonus.
    +49.98  own amount
     -0.98  rounding
    = 49 bonus
  By line: 1: 49 bonus.
  Usable at once, valid through 2027-03-07.

Weekend points (weekend): 49 bonus.
    +49.98  own amount
     -0.98  rounding
    = 49 bonus
  By line: 1: 49 bonus.
  Usable at once, valid through 2027-03-07.

Given in all: 98 bonus.
Bonus points: 123 bonus to use.
"""
    )


def test_all_events_are_explained_in_the_language_asked_for() -> None:
    result = run("explain", FIRST_RULE, "--events", EVENTS, "--language", "ru")
    assert [line for line in result.stdout.splitlines() if line.startswith("Заказ")] == [
        "Заказ p-1 участника m-1, 2026-03-02 12:00",
        "Заказ p-2 участника m-1, 2026-03-07 11:00",
        "Заказ p-3 участника m-2, 2026-03-08 11:00",
    ]
    assert "Нужно: `weekday is one of saturday, sunday`. Есть: понедельник." in result.stdout


def test_a_member_is_told_less() -> None:
    result = run("explain", RUSSIAN, "--events", EVENTS, "--event", "p-2", "--audience", "member")
    assert result.stdout == "Основные баллы: 49 bonus.\nБаллы выходного дня: 49 bonus.\n"


def test_an_event_that_is_not_there_is_refused() -> None:
    result = run("explain", FIRST_RULE, "--events", EVENTS, "--event", "p-9")
    assert (result.exit_code, result.stderr) == (2, f"loyalty: there is no event `p-9` in `{EVENTS}`\n")


def test_a_bad_event_before_it_is_told(tmp_path: Path) -> None:
    result = run("explain", written(tmp_path, PLAIN), "--events", "-", "--event", "p-1", input="{\n" + order("p-1"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("-:1: ")
