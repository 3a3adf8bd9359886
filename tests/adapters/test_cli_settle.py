"""`loyalty settle`: what all members hold, what it is worth, how old it is, and what became of the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from loyalty_rules.adapters.wire import read_settlement, schemas
from loyalty_rules.explaining.account import Reason
from loyalty_rules.explaining.settled import PAGE
from loyalty_rules.explaining.settling import moves
from loyalty_rules.explaining.wording import placeholders, wording
from tests.adapters.command_line import EVENTS, FIRST_RULE, PLAIN, WRONG, order, run, written

CLUB: Final = """\
loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "Points"
  rules add up
  round down per order
  usable after 10 days
  expire after 60 days
  take oldest first
  worth 0.50 RUB per 1 bonus
end

purse cash "Cashback"
  counted in RUB
  round down per order
  usable at once
  expire never
end

earn base "Base"
  on any product
  give 1 bonus per 10 RUB
end

earn welcome "Welcome"
  after joining
  give 30 bonus
end

conversion exchange "Exchange"
  on request
  uses 10 bonus
  give 2 cash
end
"""
#: anna: 30 on 1 January, 25 on 20 January; 20 converted on 1 February, 10 expire on 3 March. boris: 100 on 25 February.
HISTORY: Final = (
    '{"kind":"enrolment","id":"j-1","member":"anna","at":"2026-01-01T12:00:00+03:00"}\n'
    + order("o-1", "anna", at="2026-01-20T12:00:00+03:00")
    + '{"kind":"choice","id":"c-1","member":"anna","at":"2026-02-01T12:00:00+03:00","rule":"exchange","amount":"20"}\n'
    + order("o-2", "boris", at="2026-02-25T12:00:00+03:00")
)
AT: Final = "2026-03-06T12:00:00+03:00"


def settled(tmp_path: Path, *more: str) -> dict[str, Any]:
    rules, events = written(tmp_path, CLUB), written(tmp_path, HISTORY, "events.jsonl")
    result = run("settle", rules, "--events", events, "--format", "json", *more)
    assert (result.exit_code, result.stderr) == (0, "")
    read_settlement(result.stdout)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_what_is_held_and_what_it_is_worth_how_old_it_is_and_when_it_goes(tmp_path: Path) -> None:
    """On 6 March anna holds the 25 of 20 January (45 days, through 21 March), boris 25 that wait until 7 March (9 days,
    through 26 April: 51 days). 50 points are worth 25 RUB. 10 of the 30 that are gone expired."""
    found = settled(tmp_path, "--at", AT)
    assert (found["at"], found["members"]) == (AT, 2)
    points = found["purses"]["bonus"]
    assert points == {
        "members": 2,
        "usable": "25",
        "pending": "25",
        "owed": "0",
        "liability": "25.00",
        "ages": [{"days": 30, "units": "25"}, {"days": 90, "units": "25"}],
        "ends": [{"days": 30, "units": "25"}, {"days": 90, "units": "25"}],
        "flows": {"given": "80", "expired": "-10", "converted": "-20"},
        "breakage": "0.333333",
        "rules": {"base": {"given": "50", "held": "50"}, "welcome": {"given": "30", "held": "0"}},
    }
    assert found["purses"]["cash"] == {
        "members": 1,
        "usable": "4.00",
        "pending": "0.00",
        "owed": "0.00",
        "liability": "4.00",
        "ages": [{"days": 90, "units": "4.00"}],
        "ends": [{"days": "never", "units": "4.00"}],
        "flows": {"converted": "4.00"},
        "rules": {"exchange": {"given": "4.00", "held": "4.00"}},
    }


def test_without_an_instant_it_is_the_last_one_at_which_anything_happened(tmp_path: Path) -> None:
    """On 25 February the ten points that go on 3 March are still there."""
    found = settled(tmp_path)
    assert found["at"] == "2026-02-25T12:00:00+03:00"
    assert (found["purses"]["bonus"]["usable"], found["purses"]["bonus"]["breakage"]) == ("35", "0.000000")


def test_members_who_were_away_for_long_are_brought_to_the_instant(tmp_path: Path) -> None:
    """25 for the order, and one for each of 1,096 days after 2 March 2026 through 2 March 2029."""
    daily = PLAIN.replace("  expire never\n", "  rules add up\n  expire never\n")
    rules = written(tmp_path, daily + "\nearn daily\n  at start of calendar day\n  give 1 bonus\nend\n")
    events = written(tmp_path, order("first", at="2026-03-02T12:00:00+03:00"), "events.jsonl")
    at = "2029-03-02T12:00:00+03:00"
    result = run("settle", rules, "--events", events, "--at", at, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["purses"]["bonus"]["usable"] == "1121"


PAY: Final = """
redeem pay "Points at the till"
  uses bonus
  pays 0.50 RUB per 1 bonus
  on any product
  too much is lowered
end
"""


def test_what_is_set_aside_is_held_until_it_is_captured(tmp_path: Path) -> None:
    """On 5 March boris has the 10 points of 20 January, usable since the 30th: 6 of them are set aside,
    and once more 4, of which 3 pay on 6 March and the last is free again. 3 of 3 were spent."""
    rules = written(tmp_path, CLUB + PAY)
    events = written(
        tmp_path,
        order("o-1", "boris", at="2026-01-20T12:00:00+03:00", price="100.00")
        + "".join(
            f'{{"kind":"reservation","id":"v-{number}","member":"boris","at":"2026-03-05T1{number}:00:00+03:00",'
            f'"rule":"pay","amount":"{units}"}}\n'
            for number, units in ((1, 6), (2, 4))
        )
        + '{"kind":"capture","id":"k-1","member":"boris","at":"2026-03-06T11:00:00+03:00","reservation":"v-2",'
        '"amount":"3"}\n',
        "events.jsonl",
    )
    points = json.loads(run("settle", rules, "--events", events, "--at", AT, "--format", "json").stdout)
    assert points["purses"]["bonus"] == {
        "members": 1,
        "usable": "1",
        "pending": "0",
        "reserved": "6",
        "owed": "0",
        "liability": "3.50",
        "ages": [{"days": 90, "units": "7"}],
        "ends": [{"days": 30, "units": "7"}],
        "flows": {"given": "10", "captured": "-3"},
        "breakage": "0.000000",
        "rules": {"base": {"given": "10", "held": "7"}},
    }
    told = run("settle", rules, "--events", events, "--at", AT).stdout
    assert "  Held: 7 bonus, members: 1\n    to use now: 1 bonus\n    set aside to pay: 6 bonus\n" in told
    assert "  Paid from what was set aside: -3 bonus\n" in told


def test_what_is_held_is_what_came_less_what_went(tmp_path: Path) -> None:
    for purse in settled(tmp_path, "--at", AT)["purses"].values():
        held = float(purse["usable"]) + float(purse["pending"]) - float(purse["owed"])
        assert sum(map(float, purse["flows"].values())) == held
        assert sum(float(band["units"]) for band in purse["ages"]) == held
        assert sum(float(band["units"]) for band in purse["ends"]) == held
        assert sum(float(rule["held"]) for rule in purse["rules"].values()) == held


def test_people_read_it_in_both_languages(tmp_path: Path) -> None:
    rules, events = written(tmp_path, CLUB), written(tmp_path, HISTORY, "events.jsonl")
    english = run("settle", rules, "--events", events, "--at", AT).stdout
    assert english == (
        """\
Settlement of Club, 2026-03-06 12:00, members: 2

Points
  Held: 50 bonus, members: 2
    to use now: 25 bonus
    to use later: 25 bonus
  Liability: 25.00 RUB
  earned within 30 days: 25 bonus
  earned within 90 days: 25 bonus
  valid for 30 days at most: 25 bonus
  valid for 90 days at most: 25 bonus
  Given: +80 bonus
  Expired: -10 bonus
  Converted: -20 bonus
  Breakage: 33.3% of what was spent or expired
  Base: given 50 bonus, held 50 bonus
  Welcome: given 30 bonus, held 0 bonus

Cashback
  Held: 4.00 RUB, members: 1
  Liability: 4.00 RUB
  earned within 90 days: 4.00 RUB
  without an end: 4.00 RUB
  Converted: +4.00 RUB
  Exchange: given 4.00 RUB, held 4.00 RUB
"""
    )
    russian = run("settle", rules, "--events", events, "--at", AT, "--language", "ru").stdout
    assert "Сводка: Club, 2026-03-06 12:00, участников: 2\n" in russian
    assert "  Сгорает 33.3% от списанного и сгоревшего\n" in russian


def test_members_as_they_are_count_without_an_event_of_their_own(tmp_path: Path) -> None:
    rules, members = written(tmp_path, CLUB), tmp_path / "members.jsonl"
    first = written(tmp_path, HISTORY, "events.jsonl")
    assert run("run", rules, "--events", first, "--members-out", members).exit_code == 0
    nothing = written(tmp_path, "", "nothing.jsonl")
    told = run("settle", rules, "--events", nothing, "--members", members, "--at", AT, "--format", "json")
    points = json.loads(told.stdout)["purses"]["bonus"]
    assert (points["usable"], points["pending"], points["flows"]) == ("25", "25", {"expired": "-10"})


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    nothing = written(tmp_path, "", "nothing.jsonl")
    empty = run("settle", FIRST_RULE, "--events", nothing)
    assert (empty.exit_code, "there are no members" in empty.stderr) == (2, True)
    early = run("settle", FIRST_RULE, "--events", EVENTS, "--at", "2026-03-01T00:00:00Z")
    assert (early.exit_code, "later than `--at`" in early.stderr) == (2, True)
    assert run("settle", FIRST_RULE, "--events", EVENTS, "--at", "yesterday").exit_code != 0
    assert run("settle", written(tmp_path, WRONG), "--events", EVENTS).exit_code == 1
    bad = run("settle", FIRST_RULE, "--events", written(tmp_path, "{}\n", "bad.jsonl"))
    assert (bad.exit_code, bad.stdout) == (1, "")


def test_both_languages_have_the_same_texts_for_everything_that_moves() -> None:
    english, russian = (wording(language, PAGE).texts for language in ("en", "ru"))
    assert {key: placeholders(text) for key, text in english.items()} == {
        key: placeholders(text) for key, text in russian.items()
    }
    flows = {f"flow.{reason.value}" for reason in Reason if moves(reason)} | {"flow.breakage"}
    assert {key for key in english if key.startswith("flow.")} == flows
    assert schemas.schema("settlement")["title"] == "A settlement"
