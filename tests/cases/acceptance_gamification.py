"""Acceptance cases of challenges, of events that are rewarded, and of stamps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from loyalty_rules import Programme, line
from loyalty_rules.amounts import MICRO
from loyalty_rules.completions import ChallengeCompleted
from loyalty_rules.decision import Effect, PointsAwarded
from loyalty_rules.events import happening, purchase
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, given


def two_counters(facts: Facts, programme: Programme) -> Any:
    """After which flight each variant is done, and both counters after each of them."""
    state, counters, done = programme.new_member("m"), [], {"either": 0, "both": 0}
    for number, told in enumerate(facts["when"]["events"], 1):
        event = happening(f"f-{number}", "m", NOON, "flight", facts={"distance": str(told["flight"])})
        decision = programme.decide(state, event)
        state = decision.member
        done |= {one.rule: number for one in decision.effects if isinstance(one, ChallengeCompleted)}
        flights, miles = programme.progress(state, "both").measures
        counters.append({"flights": flights.units, "miles": miles.units // MICRO})
    return {
        "A": {"done_after": done["either"]},
        "B": {"done_after": done["both"]},
        "counters_after": counters,
    }


def one_of_two_rules(facts: Facts, programme: Programme) -> Any:
    return {"points_earned": given(decided(programme, happening("e-1", "m", NOON, "newsletter")))}


def stamps(facts: Facts, programme: Programme) -> Any:
    """Orders of the day before the first visit, and visits by the clock of the shop."""
    state, found = programme.new_member("m"), []
    for number, told in enumerate(facts["when"]["events"]):
        if "spend" in told:
            lines = [line("1", price=told["spend"])]
            event: Any = purchase(f"e-{number}", "m", "2024-04-30T10:00:00+01:00", lines, currency="GBP")
        else:
            event = happening(f"e-{number}", "m", f"{told['check_in']}:00+01:00", "check_in")
        state = programme.decide(state, event).member
        found.append(programme.balance(state, "stamps").usable)
    return {"stamps_after": found}


def milestones(facts: Facts, programme: Programme) -> Any:
    """Each change by one order: it earns points, or is paid with them. A change that starts below an earlier one comes
    after a fall."""
    fired, highest = [], 0
    for before, after in facts["when"]["changes"]:
        way = [highest, before, after] if before < highest else [before, after]
        state, told = programme.new_member("m"), tuple[Effect, ...]()
        for number, (held, wanted) in enumerate(pairwise([0, *way])):
            paid = {"pay": held - wanted} if wanted < held else None
            lines = [line("1", price=abs(wanted - held))]
            order = purchase(f"o-{number}", "m", NOON, lines, currency="EUR", redeem=paid)
            decision = programme.decide(state, order) if wanted != held else None
            state = state if decision is None else decision.member
            told = () if decision is None else decision.effects
        gave = {one.rule for one in told if isinstance(one, PointsAwarded) and one.granted}
        fired.append([points for points in (50, 100) if f"at_{points}" in gave])
        highest = max(highest, before, after)
    return {"fired": fired}


GAMIFICATION: Final[dict[str, Case]] = {
    "GAM-01": two_counters,
    "GAM-04": milestones,
    "GAM-06": one_of_two_rules,
    "GAM-07": stamps,
}
