"""Acceptance cases of lives: what expires and when, what waits for a confirmation, what pays before it does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from loyalty_rules import Decision, Programme, choice, happening, line, purchase, tick
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsExpired, PointsRedeemed, PointsTaken
from loyalty_rules.events import Event
from loyalty_rules.member import MemberState, Purse
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, given, one_line
from tests.cases.acceptance_spending import holding, lot


def expired(decision: Decision) -> int:
    return sum(effect.units for effect in decision.effects if isinstance(effect, PointsExpired))


def balance(programme: Programme, member: MemberState, purse: str = "pts") -> int:
    return programme.balance(member, purse).usable


def what_is_left_expires(facts: Facts, programme: Programme) -> Any:
    """All lots are earned on one day; with an end, it is a month later, and the clock goes on for ten years."""
    gone: dict[str, int] = {}
    left: dict[str, int] = {}
    for name, one in facts["when"]["variants"].items():
        ends = "2024-02-01" if one.get("expires", "") is not None else None
        member = holding(programme, lot(1, one["lot"], "2024-01-01", ends))
        if one.get("spent"):
            spending = choice("s", "m", "2024-01-02T12:00:00Z", "to_spend", amount=one["spent"])
            member = decided(programme, spending, member).member
        gone[name] = 0
        for _ in range(one.get("runs", 1)):
            decision = decided(programme, tick("m", "2034-02-01T12:00:00Z"), member)
            member = decision.member
            gone[name] += expired(decision)
        left[name] = balance(programme, member)
    return {"expired_points": gone, "balance": left}


def only_what_has_ended(facts: Facts, programme: Programme) -> Any:
    """To look ahead is to ask what a tick would take; the member stays as it was."""
    lots = [lot(n, one["points"], "2026-01-01", one["expires"]) for n, one in enumerate(facts["given"]["lots"], 1)]
    member = holding(programme, *lots)
    ahead = [expired(decided(programme, tick("m", f"{day}T00:00:00Z"), member)) for day in facts["when"]["look_ahead"]]
    after = decided(programme, tick("m", f"{facts['when']['expire_at']}T00:00:00Z"), member).member
    return {"expiring": ahead, "balance_after": balance(programme, after)}


def ninety_days_oldest_first(facts: Facts, programme: Programme) -> Any:
    """The member asks for the reward right after the order, at the same instant."""
    start = date(2024, 1, 1)
    member = programme.new_member("m")
    earned, redeemed, after = [], [], []
    for number, one in enumerate(facts["when"]["orders"]):
        at = f"{start + timedelta(days=one['day'])}T12:00:00Z"
        bought = decided(programme, one_line(programme, one["total"], at)._replace(id=f"o-{number}"), member)
        earned.append(given(bought))
        asked = choice(f"c-{number}", "m", at, "pay_reward", amount=500)
        decision = decided(programme, asked, bought.member)
        redeemed += [effect.units for effect in decision.effects if isinstance(effect, PointsTaken)]
        member = decision.member
        after.append(balance(programme, member))
    days = {
        instant_of(f"{start + timedelta(days=one['day'])}T12:00:00Z"): f"day{one['day']}"
        for one in facts["when"]["orders"]
    }
    lots = dict.fromkeys(days.values(), 0)
    lots |= {days[one.earned]: one.left for purse in member.purses if purse.name == "pts" for one in purse.lots}
    end = f"{start + timedelta(days=facts['when']['check_day'])}T12:00:00Z"
    return {
        "earned": earned,
        "redeemed": redeemed,
        "balance_after": after,
        "lots_after_second": lots,
        "balance_at_check": balance(programme, decided(programme, tick("m", end), member).member),
    }


def after_the_last_order(facts: Facts, programme: Programme) -> Any:
    """What expires with a date is gone when it has ended, in the zone of the case."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name, events in facts["when"]["variants"].items():
        member = programme.new_member("m")
        for number, one in enumerate(events):
            at = f"{one['date']}T12:00:00+09:00"
            event: Event = happening(f"e-{number}", "m", at, "gift", facts={"points": one["points"]})
            if one["active"]:
                event = one_line(programme, one["points"], at)._replace(id=f"e-{number}")
            member = decided(programme, event, member).member
        found[name] = {}
        for day in facts["then"][name]:
            end = date.fromisoformat(day) + timedelta(days=1)
            decision = decided(programme, tick("m", f"{end}T00:00:00+09:00"), member)
            member = decision.member
            found[name][day] = {"expired": expired(decision), "balance": balance(programme, member)}
    return found


def the_last_day(facts: Facts, programme: Programme) -> Any:
    last = []
    for day in facts["when"]["earned"]:
        member = decided(programme, one_line(programme, "10.00", f"{day}T12:00:00Z")).member
        (held,) = member.purses[0].lots
        ends = [
            one
            for one in range(1, 400)
            if instant_of(f"{date.fromisoformat(day) + timedelta(one)}T00:00:00Z") == held.expires
        ]
        last.append(str(date.fromisoformat(day) + timedelta(ends[0] - 1)))
    return {"last_day": last}


# ---------- waiting for a confirmation


def a_card_for_each_unit(facts: Facts, programme: Programme) -> Any:
    """An order that is not confirmed is decided as often as anyone asks; only a decision that is kept gives cards."""
    cards = []
    for quantity in facts["when"]["set_qty"]:
        event = purchase("o", "m", NOON, [line("1", sku="gift card", quantity=quantity, price="50.00")], currency="USD")
        cards.append(given(decided(programme, event)))
    return {"cards": cards}


def a_gift_card_pays(facts: Facts, programme: Programme) -> Any:
    """A card is a lot of the purse `card`; a discount is one of the shop."""
    to_pay: dict[str, str] = {}
    after: dict[str, str] = {}
    for name, one in facts["when"]["variants"].items():
        cards = one.get("cards") or [one["card"]]
        lots = [lot(n, int(Decimal(value) * 100), "2024-01-01") for n, value in enumerate(cards, 1)]
        share = Decimal(one.get("discount", "0%").removesuffix("%")) / 100
        off = (Decimal(one["order"]) * share).quantize(Decimal("0.01"))
        lines = [line("1", price=one["order"], discount=off)]
        event = purchase("o", "m", NOON, lines, currency="USD", redeem={"pay": None})
        decision = decided(programme, event, _in_purse(programme, "card", *lots))
        to_pay[name] = _to_pay(decision)
        if name in facts["then"]["card_after"]:
            after[name] = format_units(balance(programme, decision.member, "card"), 2)
    return {"to_pay": to_pay, "card_after": after}


def cashback_after_what_rewards_paid(facts: Facts, programme: Programme) -> Any:
    """Tax and service are lines of their own, beside the goods. The base is what the goods cost less what was paid."""
    when = facts["when"]
    member = _in_purse(programme, "rewards", lot(1, int(Decimal(facts["given"]["balance"]) * 100), "2024-01-01"))
    lines = [line(name, category=name, price=when[name]) for name in ("goods", "tax", "service")]
    event = purchase("o", "m", NOON, lines, currency="USD", redeem={"pay": when["redeem"]})
    decision = decided(programme, event, member)
    return {
        "reward_base": str(Decimal(when["goods"]) - Decimal(_paid(decision))),
        "cashback": format_units(given(decision), 2),
        "to_pay": _to_pay(decision),
    }


def spent_from_the_next_month_on(facts: Facts, programme: Programme) -> Any:
    when = facts["when"]
    member, earned = programme.new_member("m"), []
    for number, one in enumerate(when["orders"]):
        at = f"{one['date']}T12:00:00+03:00"
        decision = decided(programme, one_line(programme, one["total"], at)._replace(id=f"o-{number}"), member)
        member = decision.member
        earned.append(str(given(decision)))
    most = []
    for one in when["redeem_attempts"]:
        asked = one_line(programme, one["order"], f"{one['date']}T13:00:00+03:00", redeem={"pay": None})
        most.append(str(sum(found.units for found in programme.redeemable(member, asked._replace(id="try")))))
    return {"points_earned": earned, "redeem_max": most}


def _in_purse(programme: Programme, purse: str, *lots: Any) -> MemberState:
    member = holding(programme, *lots)
    return member._replace(purses=(Purse(purse, tuple(lots)),))


def _paid(decision: Decision) -> str:
    (effect,) = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    return format_units(effect.value, 2)


def _to_pay(decision: Decision) -> str:
    assert decision.to_pay is not None
    return format_units(decision.to_pay, 2)


LIVES: Final[dict[str, Case]] = {
    "CB-06": spent_from_the_next_month_on,
    "CB-10": cashback_after_what_rewards_paid,
    "EXP-02": what_is_left_expires,
    "EXP-03": only_what_has_ended,
    "EXP-04": ninety_days_oldest_first,
    "EXP-08": after_the_last_order,
    "EXP-09": the_last_day,
    "LIFE-10": a_card_for_each_unit,
    "RED-13": a_gift_card_pays,
}
