"""Acceptance cases of partners: shares of who pays, points of hotels and airlines, commissions; as in
`acceptance_cases`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from loyalty_rules import Decision, Programme, RuleFileError, load
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import PointsAwarded, PointsConverted, PointsRedeemed
from loyalty_rules.events import adjustment, choice, happening, line, purchase
from loyalty_rules.ledger import lots
from loyalty_rules.member import MemberState
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, order

PARTNERS: Final[dict[str, Case]] = {}


def case(id: str) -> Callable[[Case], Case]:
    def named(function: Case) -> Case:
        PARTNERS[id] = function
        return function

    return named


def granted(programme: Programme, decision: Decision, rule: str) -> Decimal:
    """What a rule gave, in units of its purse."""
    found = [one for one in decision.effects if isinstance(one, PointsAwarded) and one.rule == rule]
    units = (Decimal(format_units(one.granted, programme.checked.purses[one.purse].decimals)) for one in found)
    return sum(units, start=Decimal(0))


def balance(member: MemberState, purse: str) -> int:
    found = next((one for one in member.purses if one.name == purse), None)
    return 0 if found is None else lots.balance(found, member.clock).usable


@case("RND-18")
def shares_of_funding(facts: Facts, programme: Programme) -> Any:
    """The programme with other shares: each is refused."""
    partners = ("bank", "shop")

    def refused(shares: list[str]) -> bool:
        paid = iter(partners)
        lines = [
            "  rest funded by programme\n" if share == "rest" else f"  funded by {next(paid)} {share}\n"
            for share in shares
        ]
        head, _, _ = programme.plan.text.partition("  funded by" if programme.language == "en" else "  оплачивает")
        text = "".join(lines)
        if programme.language == "ru":
            text = text.replace("rest funded by programme", "остаток оплачивает программа")
            text = text.replace("funded by", "оплачивает")
        try:
            load(head + text + ("end\n" if programme.language == "en" else "конец\n"))
        except RuleFileError as error:
            return {found.problem.code for found in error.diagnostics} <= {"L041", "L372"}
        return False

    return {"rejected": {name: refused(shares) for name, shares in facts["when"]["variants"].items()}}


def on_levels(programme: Programme, event: str, count: int) -> list[MemberState]:
    """A member on each level, from none to the highest: one step of the event for each."""
    member = programme.new_member("m")
    found = [member]
    for number in range(count):
        member = programme.decide(
            member, happening(f"e-{number}", "m", f"2024-05-0{number + 1}T12:00:00Z", event)
        ).member
        found.append(member)
    return found


@case("PAR-02")
def bonus_of_a_tier(facts: Facts, programme: Programme) -> Any:
    members = on_levels(programme, "flown", 3)
    bases = [variant["base"] for variant in facts["when"]["variants"]]
    return {
        "points_earned": {
            str(base): [
                int(granted(programme, programme.decide(member, order(programme, [line("1", price=base)])), "base"))
                for member in members
            ]
            for base in bases
        }
    }


@case("PAR-06")
def elite_bonus(facts: Facts, programme: Programme) -> Any:
    members = on_levels(programme, "upgraded", 4)
    bought = order(programme, [line("1", price=facts["when"]["stay_amount"])])
    return {
        "points_earned": {
            tier: int(granted(programme, programme.decide(member, bought), "stay"))
            for tier, member in zip(facts["when"]["tiers"], members, strict=True)
        }
    }


@case("PAR-07")
def points_into_miles(facts: Facts, programme: Programme) -> Any:
    def miles(points: int) -> int:
        earned = decided(programme, order(programme, [line("1", price=points)]), None)
        asked = choice("c", "m", "2024-05-07T12:00:00Z", "to_miles", amount=points)
        found: Decision = programme.decide(earned.member, asked)
        return sum(one.granted for one in found.effects if isinstance(one, PointsConverted))

    return {"miles": [miles(points) for points in facts["when"]["transfer_points"]]}


@case("PAR-08")
def below_zero_first(facts: Facts, programme: Programme) -> Any:
    given = facts["given"]
    owes = purchase(
        "o-0", "m", "2024-05-01T12:00:00Z", [line("1", price=-given["partner_purse"])], currency="USD",
        redeem={"partner_first": -given["partner_purse"]},
    )  # fmt: skip
    member = programme.decide(programme.new_member("m"), owes).member
    adds = adjustment("a", "m", "2024-05-02T12:00:00Z", "main", given["main_purse"], reason="given", actor="case")
    member = programme.decide(member, adds).member
    paying = order(
        programme,
        [line("1", price=facts["when"]["payment"])],
        redeem={"partner_first": None, "main_then": None},
    )
    found = programme.decide(member, paying)
    taken = {one.rule: one.units for one in found.effects if isinstance(one, PointsRedeemed)}
    return {
        "from_partner": taken["partner_first"],
        "from_main": taken["main_then"],
        "partner_after": balance(found.member, "from_a_partner"),
        "main_after": balance(found.member, "main"),
    }


@case("PAR-11")
def counted_for_each_key(facts: Facts, programme: Programme) -> Any:
    members: dict[str, MemberState] = {}
    accepted = []
    for number, name in enumerate(facts["when"]["orders"]):
        bought = purchase(f"o-{number}", name, NOON, [line("1", price=10)], currency="USD")
        found = programme.decide(members.get(name, programme.new_member(name)), bought)
        members[name] = found.member
        accepted.append(granted(programme, found, "twice") == 1)
    return {"accepted": accepted}


@case("PAR-12")
def commission(facts: Facts, programme: Programme) -> Any:
    told = facts["when"]
    more = {"referrals": told["referrals"], "converted": Decimal(told["conversion"]) * 100, "special": True}
    sold = order(programme, [line("1", category=told["category"], price=told["sale"])], facts=more)
    amount = granted(programme, programme.decide(programme.new_member("m"), sold), "base")
    return {"rate": f"{amount / Decimal(told['sale']):.3f}", "commission": f"{amount:.2f}"}


@case("PAR-13")
def shares_of_revenue(facts: Facts, programme: Programme) -> Any:
    told = facts["when"]
    more = {"exclusive": True, "contract_months": told["contract_months"], "segment_of_partner": told["segment"]}
    found = programme.decide(
        programme.new_member("m"), order(programme, [line("1", price=told["revenue"])], facts=more)
    )
    base, bonus = (granted(programme, found, rule) for rule in ("base", "extra"))
    kept = Decimal(told["revenue"]) - base - bonus
    return {
        "base": f"{base:.0f}",
        "bonus": f"{bonus:.0f}",
        "partner_total": f"{base + bonus:.0f}",
        "kept": f"{kept:.0f}",
    }
