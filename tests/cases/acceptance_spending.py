"""Acceptance cases of spending: points as money at the till, and which lots go first."""

from __future__ import annotations

from typing import Any, Final

from loyalty_rules import DecisionError, Programme, tick
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.member import NEVER, Lot, MemberState, Purse
from tests.cases.acceptance_cases import Case, Facts, decided, one_line


def holding(programme: Programme, *lots: Lot) -> MemberState:
    """A member who holds these lots of `pts`, as of the last one earned."""
    member = programme.new_member("m")
    return member._replace(purses=(Purse("pts", lots),), clock=max(lot.earned for lot in lots), decisions=len(lots))


def lot(number: int, units: int, earned: str, expires: str | None = None) -> Lot:
    at = instant_of(f"{earned}T00:00:00Z")
    end = NEVER if expires is None else instant_of(f"{expires}T00:00:00Z")
    return Lot(number, at, at, end, units, (("given", units),))


def paid(programme: Programme, member: MemberState, rule: str, amount: str, asked: int | None, at: str) -> Any:
    event = one_line(programme, amount, at, redeem={rule: asked})
    decision = decided(programme, event, member)
    (effect,) = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    return decision.member, effect


def balance(programme: Programme, member: MemberState) -> int:
    return programme.balance(member, "pts").usable


def lowered_to_the_limits(facts: Facts, programme: Programme) -> Any:
    """Variant D may pay the whole order: the rule without `pay at most`."""
    units: dict[str, int] = {}
    values: dict[str, str] = {}
    for name, one in facts["when"]["variants"].items():
        member = holding(programme, lot(1, one["balance"], "2024-01-01"))
        rule = "whole" if one.get("max_percent") == 100 else "half"
        _, effect = paid(programme, member, rule, one["order"], one["ask"], "2024-05-06T12:00:00Z")
        units[name], values[name] = effect.units, format_units(effect.value, 2)
    return {"points_redeemed": units, "discount": values}


def never_more_than_the_balance(facts: Facts, programme: Programme) -> Any:
    member = holding(programme, lot(1, facts["given"]["balance"], "2024-01-01"))
    after, effect = paid(programme, member, "pay", "1000.00", facts["when"]["redeem"], "2024-05-06T12:00:00Z")
    return {"points_redeemed": effect.units, "balance_after": balance(programme, after)}


def half_of_a_purchase(facts: Facts, programme: Programme) -> Any:
    member = holding(programme, lot(1, facts["given"]["balance"], "2024-01-01"))
    after, effect = paid(programme, member, "pay", facts["when"]["order"], None, "2024-05-06T12:00:00Z")
    return {
        "points_redeemed": effect.units,
        "discount": format_units(effect.value, 2),
        "balance_after": balance(programme, after),
    }


def more_than_there_is_is_refused(facts: Facts, programme: Programme) -> Any:
    """Variant A spends 10 of 100 and asks for 100; variant B spends 200 of two lots, lets both expire, asks for 1."""
    first, second = facts["when"]["variants"]["A"], facts["when"]["variants"]["B"]
    start = holding(programme, lot(1, first["earned"], "2024-01-01"))
    start, _ = paid(programme, start, "pay", "1000.00", first["spent"], "2024-01-02T12:00:00Z")
    lots = [lot(n, one["points"], one["earned"], "2016-03-01") for n, one in enumerate(second["lots"], 1)]
    ended = holding(programme, *lots)
    ended, _ = paid(programme, ended, "pay", "1000.00", second["spent"], "2016-02-02T12:00:00Z")
    ended = decided(programme, tick("m", "2016-03-01T00:00:00Z"), ended).member
    asked = {"A": (start, first["ask"], "2024-01-03T12:00:00Z"), "B": (ended, second["ask"], "2016-03-02T12:00:00Z")}
    rejected = {name: refused(programme, *one) for name, one in asked.items()}
    return {"rejected": rejected, "balance": {"A": balance(programme, start), "B": balance(programme, ended)}}


def refused(programme: Programme, member: MemberState, asked: int, at: str) -> bool:
    event = one_line(programme, "1000.00", at, redeem={"pay": asked})._replace(id="again")
    try:
        decided(programme, event, member)
    except DecisionError as error:
        return error.code == "redeem.refused"
    return False


def what_expires_first_goes_first(facts: Facts, programme: Programme) -> Any:
    told = facts["given"]["lots"]
    member = holding(
        programme, *(lot(n, one["points"], one["earned"], one["expires"]) for n, one in enumerate(told, 1))
    )
    when = facts["when"]
    after, _ = paid(programme, member, "pay", "1000.00", when["redeem"], f"{when['date']}T12:00:00Z")
    left = {one.expires: one.left for purse in after.purses for one in purse.lots}
    names = {one["expires"] or "never": lot(1, 1, one["earned"], one["expires"]).expires for one in told}
    found: dict[str, Any] = {"lots_after": {name: left.get(end, 0) for name, end in names.items()}}
    return found if "balance_after" not in facts["then"] else {"balance_after": balance(programme, after), **found}


SPENDING: Final[dict[str, Case]] = {
    "LIFE-01": what_expires_first_goes_first,
    "LIFE-02": what_expires_first_goes_first,
    "RED-01": lowered_to_the_limits,
    "RED-04": never_more_than_the_balance,
    "RED-05": more_than_there_is_is_refused,
    "RED-17": half_of_a_purchase,
}
