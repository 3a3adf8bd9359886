"""Every decision of every example in the tree, explained: sums add up, nothing is left unfilled, in each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal, get_args

import pytest

from loyalty_rules import Decision, LoyaltyError, Programme, load
from loyalty_rules.choices import SetsChosen
from loyalty_rules.completions import MissForgiven
from loyalty_rules.decision import (
    ExpiryMoved,
    LevelAtRisk,
    LevelChanged,
    LevelKept,
    PointsCaptured,
    PointsConverted,
    PointsExpired,
    PointsReceived,
    PointsRedenominated,
    PointsReserved,
    PointsTransferred,
    ReservationReleased,
)
from loyalty_rules.explaining import explain_rule
from loyalty_rules.histories import decided
from loyalty_rules.memberships import MembershipEffect
from loyalty_rules.perks import PerkUsed

ROOT: Final = Path(__file__).resolve().parents[2]
RULE_FILES: Final = sorted(
    [*(ROOT / "examples").rglob("*.loyalty"), *(ROOT / "tests" / "cases" / "semantics").glob("*.loyalty")]
)
AUDIENCES: Final[tuple[Literal["staff", "member"], ...]] = ("staff", "member")
#: Effects that a member is told of beside what rules give.
TOLD: Final = (
    *(LevelAtRisk, LevelChanged, LevelKept, MissForgiven, PointsConverted, PointsRedenominated),
    *(PointsReserved, PointsCaptured, ReservationReleased, PointsTransferred, PointsReceived, PerkUsed),
    SetsChosen,
    *get_args(MembershipEffect),
)


def decisions(path: Path) -> Iterator[Decision]:
    """The decisions of the steps of all examples of a file."""
    for history in histories(path):
        yield from history


def histories(path: Path) -> Iterator[list[Decision]]:
    """The decisions of each example of a file; steps that are refused decide nothing."""
    programme = load(path.read_bytes(), name=path.name)
    for example in programme.checked.examples:
        member, shared = programme.member_from(example.givens, example.steps[0].event.at), programme.new_shared()
        history: list[Decision] = []
        for step in example.steps:
            try:
                found = decided(programme, {member.member: member}, step.event, shared)
            except LoyaltyError:
                if not step.refused:
                    raise
                continue
            member, shared = found[0].member, found[0].shared or shared
            history += found
        yield history


def decimals_of(programme: Programme, purse: str) -> int:
    """Of a purse, or of the currency in which offers are counted."""
    found = programme.checked.purses.get(purse)
    return programme.checked.exponent if found is None else found.decimals


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_INV_15_what_an_explanation_shows_adds_up_to_what_was_given(path: Path) -> None:
    for decision in decisions(path):
        for record in decision.trace:
            figures = re.findall(r"^ +([+-][0-9.]+)  ", explain_rule(decision, record), re.MULTILINE)
            if record.entries:
                assert sum((entry.amount for entry in record.entries), start=Fraction(0)) == record.granted
            if figures:
                unit = 10 ** decimals_of(decision.programme, record.purse)
                assert sum(map(Fraction, figures)) == Fraction(record.granted, unit)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_every_decision_can_be_explained_to_everyone_in_every_language(path: Path) -> None:
    for decision in decisions(path):
        for language in ("en", "ru"):
            for audience in AUDIENCES:
                text = decision.explain(language, audience)
                assert not re.search(r"\{[a-z_]+\}", text)
                draws = decision.programme.checked.draws
                changes = {change.name for change in decision.programme.checked.schedule}
                lives = (one for one in decision.effects if isinstance(one, ExpiryMoved) and one.rule in changes)
                drawn = (one for one in decision.effects if isinstance(one, PointsExpired) and one.purse in draws)
                moved = any(isinstance(effect, TOLD) for effect in decision.effects) or any(lives) or any(drawn)
                back = decision.event.kind in ("return", "cancellation")
                silent = audience == "member" and not decision.trace and not moved and not back
                assert (text == "") == silent


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_a_statement_of_every_history_adds_up(path: Path) -> None:
    for history in filter(None, histories(path)):
        statement = history[0].programme.statement(history[0].member.member, history)
        for purse in statement.account.purses:
            moved = sum(line.units for line in purse.lines if line.reason.moves)
            assert purse.opening + moved == purse.held == purse.usable + purse.pending
        for language in ("en", "ru"):
            assert not re.search(r"\{[a-z_]+\}", statement.explain(language))
