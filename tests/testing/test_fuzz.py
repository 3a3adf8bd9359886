"""Random histories find a planted fault and show it as people read it, the same with the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from loyalty_rules import line, load, purchase
from loyalty_rules.decision import Outcome, PointsAwarded
from loyalty_rules.engine import ceilings
from loyalty_rules.lang.checked import Cap
from loyalty_rules.testing.asserting import ProgrammeFailedError, assert_programme
from loyalty_rules.testing.choosing import MEMBER
from loyalty_rules.testing.coverage import coverage
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.fuzz import FuzzReport, fuzz
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from loyalty_rules.testing.properties import broken
from loyalty_rules.testing.telling import told_fuzz, words
from loyalty_rules.testing.wishes import WISHES
from tests.engine.evaluators import deciding_by
from tests.testing.samples import CLUB

PROGRAMME = load(CLUB)


@pytest.fixture
def generous(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An engine whose caps let one unit too many through: the reference evaluator, which reads them anew each time."""
    in_order = ceilings.in_order

    def wider(caps: Iterable[Cap]) -> list[Cap]:
        return [_wider(cap) for cap in in_order(caps)]

    monkeypatch.setattr(ceilings, "in_order", wider)
    with deciding_by("reference"):
        yield


def _wider(cap: Cap) -> Cap:
    return Cap(cap.key, cap.purse, cap.units + 1, cap.scope, cap.window, cap.before_boosts, cap.span)


def test_a_sound_programme_comes_out_well() -> None:
    report = fuzz(PROGRAMME, orders=120, seed=5)
    assert not report.findings
    assert report.orders >= 120 and report.histories > 10
    assert told_fuzz("club", report, words("en")).endswith("nothing broken (seed 5)")


@pytest.mark.usefixtures("generous")
def test_a_cap_that_lets_one_too_many_through_is_found_and_shown() -> None:
    report = fuzz(PROGRAMME, orders=200, seed=1)
    (finding,) = [found for found in report.findings if found.broken.name == "within_caps"]
    assert len(finding.history.events) == 1  # shrunk to one order
    told = told_fuzz("club.loyalty", report, words("en"))
    rule = dict(finding.broken.values)["rule"]
    assert f"`{rule}` gave more than its bound allows" in told
    assert 'places order "e-1"' in told and "(base)" in told
    assert "дало больше, чем позволяет его предел" in told_fuzz("club.loyalty", report, words("ru"))


@pytest.mark.usefixtures("generous")
def test_the_same_seed_finds_the_same() -> None:
    def seen(report: FuzzReport) -> list[str]:
        return [str(report.orders), *(repr(finding.history) for finding in report.findings)]

    assert seen(fuzz(PROGRAMME, orders=120, seed=9)) == seen(fuzz(PROGRAMME, orders=120, seed=9))


@pytest.mark.usefixtures("generous")
def test_assert_programme_raises_an_assertion_error_with_the_history() -> None:
    with pytest.raises(AssertionError, match="gave more than its bound allows") as caught:
        assert_programme(PROGRAMME, orders=200, seed=1)
    assert isinstance(caught.value, ProgrammeFailedError)
    assert caught.value.code == "programme.broken"


def test_assert_programme_raises_for_an_example_that_fails() -> None:
    wrong = f"""{CLUB}
example "Too much"
  at 2026-03-02 12:00 places order "o-1"
  | vegan | list price |
  | no    | 95 RUB     |
  should give 10 bonus by base
end
"""
    with pytest.raises(ProgrammeFailedError, match="expected: 10 bonus") as caught:
        assert_programme(load(wrong), orders=1)
    assert caught.value.code == "programme.example"
    assert "but came: 9 bonus" in str(caught.value)


SHARING = load("""\
loyalty rules 1

programme "What members share"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
  after a return take only what is left
  rules add up
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

earn monthly
  at end of calendar month
  give 5 bonus
end

budget pot
  covers base, monthly
  cap 30 bonus
  when short give what is left
end

example "A month and an order"
  at 2026-03-10 12:00 places order "a"
  | unit price |
  | 200 RUB    |
  should give 20 bonus by base
  at 2026-04-10 12:00 places order "b"
  | unit price |
  | 100 RUB    |
  should give 5 bonus by base
end
""")


def test_what_members_share_goes_through_every_way_of_trying() -> None:
    """Goods that come back one by one, events told again, an order taken apart: each is decided with a shared value."""
    assert not fuzz(SHARING, orders=60, seed=3).findings
    assert coverage(SHARING, events=20, seed=3).events > 0


def test_what_members_share_is_of_the_whole_file_where_an_edition_of_it_decides() -> None:
    """Before the change another edition decides, with a fingerprint of its own; what is shared has that of the file."""
    change = "change dearer\n  changes base\n  from 2027-01-01\n  give 2 bonus per 10 RUB\nend\n"
    changing = load(f"{SHARING.source.text}\n{change}")
    order = purchase("e-1", MEMBER, "2026-03-10T12:00:00Z", [line("1", amount=200)], currency="RUB")
    history = History(Interest(changing), changing.new_member(MEMBER), (order,))
    (one,) = played(history)
    assert one.shared is not None and one.shared.programme == changing.fingerprint != one.fingerprint
    assert not list(broken(history))


def test_two_orders_out_of_one_share_one_budget() -> None:
    """Two lines of 200 RUB ask for 40 of the 30 that there are; 20 and 10 are given to them one by one."""
    lines = [line("1", amount=200), line("2", amount=200)]
    order = purchase("e-1", MEMBER, "2026-03-10T12:00:00Z", lines, currency="RUB")
    history = History(Interest(SHARING), SHARING.new_member(MEMBER), (order,))
    decisions = played(history)
    assert [effect.granted for effect in decisions[0].effects if isinstance(effect, PointsAwarded)] == [30]
    for wish in WISHES.values():
        assert not list(wish(history, decisions))


def test_what_an_example_takes_out_of_a_budget_is_gone_in_its_next_step() -> None:
    """Of 30 the first order takes 20 and the month 5: 5 are left for the second, which asks for 10."""
    seen = {one[1]: one[2] for one in coverage(SHARING, events=1, seed=3).outcomes if one[0] == "base" and one[2]}
    assert seen == {Outcome.AWARDED: 1, Outcome.REDUCED_BY_CAP: 1}
