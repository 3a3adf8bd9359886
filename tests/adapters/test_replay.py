"""Replaying many members: the same figures for any number of workers, and errors that say where."""

from __future__ import annotations

from collections import Counter

import pytest

from loyalty_rules import events
from loyalty_rules.adapters.replay.members import MemberFigures, decisions_of, histories, replay_members
from loyalty_rules.calendar import instant_of
from loyalty_rules.errors import DecisionError, InputError, RuleFileError, SettingsError
from loyalty_rules.events import Event
from loyalty_rules.loading import load

RULES = """loyalty rules 1

programme "Replay"
  currency RUB
  time zone Europe/Moscow
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

purse bonus "Points"
  round down per order
  usable at once
  expire after 1 month at end of calendar month
end

earn base "Base"
  on any product
  give 1 bonus per 10 RUB
end

tiers status "Status"
  level gold when spend in last 30 days at least 500 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
end
"""


def order(id: str, member: str, at: str, amount: str) -> Event:
    return events.purchase(id, member, at, [events.line("1", sku="s", amount=amount)], currency="RUB")


def year() -> list[Event]:
    """Two members by hand and fifty more. In Moscow, the last order of member 2 is of the first of February."""
    many = [order(f"x-{n}", f"{n}", "2026-01-05T12:00:00Z", f"{n}0.00") for n in range(3, 53)]
    return [
        order("b", "2", "2026-01-31T21:00:00Z", "80.00"),
        order("a", "2", "2026-01-02T10:00:00Z", "505.00"),
        order("c", "10", "2026-01-03T10:00:00Z", "99.99"),
        *many,
    ]


def test_figures_of_a_member_are_those_worked_out_by_hand() -> None:
    by_member = histories(year())
    figures = replay_members(RULES, [by_member["2"]], end=instant_of("2026-03-15T00:00:00Z"))
    # 505 / 10 = 50 in January, gone when March begins; 80 / 10 = 8 in February, there until the end of March. Gold from
    # 505 RUB on 2 January; the 30 dates before 1 February hold it, those before 1 March do not.
    assert figures.members == (
        MemberFigures("2", 2, {"bonus": 8}, {"bonus": 0}, {"status": ""}, {("base", "bonus"): 58}, {"bonus": 50}, 2),
    )
    assert figures.months == Counter({(2026, 1, "base", "bonus"): 50, (2026, 2, "base", "bonus"): 8})
    assert (figures.orders, figures.awards, figures.usable, figures.expired) == (
        2,
        Counter({("base", "bonus"): 58}),
        Counter(bonus=8),
        Counter(bonus=50),
    )
    assert figures.levels("status") == Counter({"": 1})


def test_histories_are_by_member_and_instant_and_numbers_by_their_value() -> None:
    events_of = histories(
        [*year(), order("9", "2", "2026-01-02T10:00:00Z", "1.00"), events.tick("2", "2026-01-02T10:00:00Z")]
    )
    assert list(events_of)[:3] == ["2", "3", "4"]
    assert [getattr(event, "id", "tick") for event in events_of["2"]] == ["9", "a", "tick", "b"]


def test_any_number_of_workers_gives_the_same_figures() -> None:
    by_member = histories(year())
    end = instant_of("2026-03-15T00:00:00Z")
    seen: list[int] = []
    one = replay_members(RULES, by_member.values(), end=end, progress=seen.append)
    assert sum(seen) == len(year())
    for workers in (2, 3):
        assert replay_members(RULES, by_member.values(), end=end, workers=workers) == one


def test_groups_come_back_in_order_however_many_there_are() -> None:
    alike = [(order("a", str(number), "2026-01-02T10:00:00Z", "10.00"),) for number in range(2_000)]
    figures = replay_members(RULES, iter(alike), workers=2)
    assert [member.member for member in figures.members] == [str(number) for number in range(2_000)]
    assert figures.awards == Counter({("base", "bonus"): 2_000})


@pytest.mark.parametrize("workers", [1, 2])
def test_an_event_that_cannot_be_decided_is_named(workers: int) -> None:
    euro = events.purchase("e", "7", "2026-01-02T10:00:00Z", [events.line("1", amount=1)], currency="EUR")
    with pytest.raises(InputError) as caught:
        replay_members(RULES, [(euro,)], workers=workers)
    assert (caught.value.code, caught.value.where) == ("currency.other", "member 7, event e, currency")
    late = (order("b", "7", "2026-01-03T10:00:00Z", "1.00"), order("a", "7", "2026-01-02T10:00:00Z", "1.00"))
    with pytest.raises(DecisionError) as late_caught:
        replay_members(RULES, [late], workers=workers)
    assert (late_caught.value.code, late_caught.value.where) == ("event.late", "member 7, event a")


def test_a_wrong_rule_file_is_told_before_any_worker_starts() -> None:
    with pytest.raises(RuleFileError) as caught:
        replay_members(RULES.replace("give 1", "giv 1"), [], workers=2)
    assert len(caught.value.diagnostics) == 1


@pytest.mark.parametrize("workers", [0, -1, 65])
def test_a_number_of_workers_that_makes_no_sense_is_refused(workers: int) -> None:
    with pytest.raises(SettingsError) as caught:
        replay_members(RULES, [], workers=workers)
    assert caught.value.code == "replay.workers"


def test_no_members_give_no_figures() -> None:
    figures = replay_members(RULES, [])
    assert (figures.members, figures.orders, figures.awards) == ((), 0, Counter())


def test_decisions_of_one_member_end_with_the_tick() -> None:
    programme = load(RULES)
    history = histories(year())["2"]
    decisions = list(decisions_of(programme, history, instant_of("2026-03-15T00:00:00Z")))
    assert [decision.event.kind for decision in decisions] == ["purchase", "purchase", "tick"]


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_get_the_rows_of_the_host(workers: int) -> None:
    table = "table rates\n  value rate is percent\n  supplied by host\n  | sku | rate |\n  otherwise 1%\nend\n"
    given = "\nearn more\n  on any product\n  give [rates] to bonus\nend\n"
    bought = events.line("1", sku="latte", price="250")
    orders = [(events.purchase("p-1", name, "2026-03-02T12:00:00Z", [bought], currency="RUB"),) for name in ("a", "b")]
    rules = RULES.replace("expire after", "rules add up\n  expire after", 1) + table + given
    figures = replay_members(rules, orders, tables={"rates": "sku,rate\nlatte,10%\n"}, workers=workers)
    assert [member.awards["more", "bonus"] for member in figures.members] == [25, 25]
