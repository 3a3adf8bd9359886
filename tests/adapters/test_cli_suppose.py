"""`loyalty explain --at` and `--given`: what an event would have led to at another time, or for another member."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_rules.adapters.wire import read_event
from loyalty_rules.loading import load
from tests.adapters.command_line import PLAIN, order, run, written

RULES = (
    PLAIN.replace("  expire never\n", "  rules add up\n  expire never\n").replace(
        "purse bonus",
        """facts
  member fact birthday is yearly date leap day on 28 february optional
end

segment staff
  supplied by host
end

tiers status
  level gold when spend in last 30 days at least 400 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
end

purse bonus""",
    )
    + """
earn gold_gift
  for status is gold
  give 3 bonus
end

earn staff_gift
  for in segment staff
  give 7 bonus
end

earn sunday_gift
  when weekday is sunday
  give 11 bonus
end

earn party
  for has birthday
  when birthday falls in calendar day
  give 100 bonus
end
"""
)
#: Mondays and a Tuesday: 250 RUB, 250 RUB, 250 RUB.
EVENTS = (
    order("first", at="2026-03-02T12:00:00+03:00")
    + order("second", at="2026-03-03T12:00:00+03:00")
    + order("third", at="2026-03-09T12:00:00+03:00")
)


def explained(folder: Path, *options: str, rules: str = RULES) -> str:
    rules_path, events = written(folder, rules), written(folder, EVENTS, "events.jsonl")
    result = run("explain", rules_path, "--events", events, *options)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def given(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(("Given in all", "Всего")))


@pytest.mark.parametrize(
    ("options", "units"),
    [
        # 25 each; the third finds 500 RUB in 30 days, so it is of a gold member: 25 + 3.
        (("--event", "first"), 25),
        (("--event", "third"), 28),
        # On Sunday 8 March, as the second is past: 25 + 3 + 11. On 4 May two reviews have come, and that of April found
        # nothing in its 30 dates, so no gold.
        (("--event", "third", "--at", "2026-03-08T12:00:00+03:00"), 39),
        (("--event", "third", "--at", "2026-05-04T12:00:00+03:00"), 25),
        # The first on a day after the others: they are decided before it.
        (("--event", "first", "--at", "2026-03-10T12:00:00+03:00"), 28),
        (("--event", "first", "--given", "status is gold"), 28),
        (("--event", "first", "--given", "in segment staff"), 32),
        (("--event", "first", "--given", "birthday is 1990-03-02"), 125),
        (("--event", "first", "--given", "status is gold", "--given", "in segment staff"), 35),
        # On 8 March one order is past, too little for gold: 25 + 7 + 11.
        (("--event", "first", "--at", "2026-03-08T12:00:00+03:00", "--given", "in segment staff"), 43),
        # What is given takes the place of what the member has; the rest stays.
        (("--event", "third", "--given", "status is no level"), 25),
        (("--event", "third", "--given", "in segment staff"), 35),
    ],
)
def test_what_would_have_been(tmp_path: Path, options: tuple[str, ...], units: int) -> None:
    assert given(explained(tmp_path, *options)) == f"Given in all: {units} bonus."


def test_what_is_about_an_order_that_is_moved_is_left_out(tmp_path: Path) -> None:
    cancelled = (
        '{"kind": "cancellation", "id": "x", "member": "m-1", "at": "2026-03-04T12:00:00+03:00", "order": "first"}\n'
    )
    rules = written(tmp_path, RULES)
    events = written(tmp_path, order("first") + cancelled, "events.jsonl")
    result = run("explain", rules, "--events", events, "--event", "first", "--at", "2026-03-10T12:00:00+03:00")
    assert (result.exit_code, given(result.stdout)) == (0, "Given in all: 25 bonus.")


def test_a_given_line_is_in_the_words_of_the_file_and_its_mistakes_have_a_place(tmp_path: Path) -> None:
    rules, events = written(tmp_path, RULES), written(tmp_path, EVENTS, "events.jsonl")
    wrong = run("explain", rules, "--events", events, "--event", "first", "--given", "status is golden")
    assert wrong.exit_code == 1
    assert "given status is golden" in wrong.stderr
    assert "did you mean `gold`?" in wrong.stderr
    two = run("explain", rules, "--events", events, "--event", "first", "--given", "in segment staff\nend\npurse x")
    assert two.exit_code == 1


def test_one_event_is_asked_about(tmp_path: Path) -> None:
    rules, events = written(tmp_path, RULES), written(tmp_path, EVENTS, "events.jsonl")
    asked = ("explain", rules, "--events", events)
    assert run(*asked, "--given", "in segment staff").exit_code == 2
    unknown = run(*asked, "--given", "in segment staff", "--event", "fourth")
    assert (unknown.exit_code, "fourth" in unknown.stderr) == (2, True)
    assert run(*asked, "--event", "first", "--at", "tomorrow").exit_code == 2


def test_what_is_supposed_leaves_the_inputs_as_they_were() -> None:
    programme = load(RULES)
    event = read_event(order("first"), programme)
    decision = programme.decide(programme.new_member("m-1"), event)
    assert decision.before == programme.new_member("m-1")


@pytest.mark.parametrize(
    ("options", "balance"),
    [
        # 25 for each order, and one for each of 1,096 days after 2 March 2026 through 2 March 2029.
        ((), 25 + 1_096 + 25),
        # Of 1,826 days through 2 March 2031 the last 60 are left out.
        (("--at", "2031-01-01T12:00:00+03:00"), 25 + 1_826 - 60 + 25),
        (("--given", "balance of bonus is 5 bonus"), 5 + 25),
    ],
)
def test_a_member_who_was_away_for_long_is_asked_about_as_well(
    tmp_path: Path, options: tuple[str, ...], balance: int
) -> None:
    daily = PLAIN.replace("  expire never\n", "  rules add up\n  expire never\n")
    rules = written(tmp_path, daily + "\nearn daily\n  at start of calendar day\n  give 1 bonus\nend\n")
    history = order("first", at="2026-03-02T12:00:00+03:00") + order("second", at="2029-03-02T12:00:00+03:00")
    events = written(tmp_path, history, "events.jsonl")
    result = run("explain", rules, "--events", events, "--event", "second", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == f"bonus: {balance} bonus to use."
