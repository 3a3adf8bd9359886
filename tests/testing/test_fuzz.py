"""Random histories find a planted fault and show it as people read it, the same with the same seed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from loyalty_rules import load
from loyalty_rules.engine import ceilings
from loyalty_rules.lang.checked import Cap
from loyalty_rules.testing.asserting import ProgrammeFailedError, assert_programme
from loyalty_rules.testing.fuzz import FuzzReport, fuzz
from loyalty_rules.testing.telling import told_fuzz, words
from tests.testing.samples import CLUB

PROGRAMME = load(CLUB)


@pytest.fixture
def generous(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose caps let one unit too many through."""
    in_order = ceilings.in_order

    def wider(caps: Iterable[Cap]) -> list[Cap]:
        return [_wider(cap) for cap in in_order(caps)]

    monkeypatch.setattr(ceilings, "in_order", wider)


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
