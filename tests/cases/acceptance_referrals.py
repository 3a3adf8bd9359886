"""Acceptance cases of referrals: a referrer, friends, and what each of them is given for the friends' orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from loyalty_rules import Decision, DecisionError, Event, MemberState, Programme, invitation, line, purchase, replay
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import format_date
from loyalty_rules.events import Line
from tests.cases.acceptance_cases import Case, Facts

_BEFORE: Final = "2024-05-02T12:00:00Z"
_INVITED: Final = "2024-05-03T12:00:00Z"
_BOUGHT: Final = "2024-05-06T12:00:00Z"


def bought(programme: Programme, friend: str, lines: Iterable[Line], number: int = 1, at: str = _BOUGHT) -> Event:
    return purchase(f"o-{number}", friend, at, list(lines), currency=programme.checked.currency)


def told(
    programme: Programme, events: Iterable[Event], members: Mapping[str, MemberState] | None = None
) -> tuple[dict[str, MemberState], list[Decision]]:
    """The members after a history, and its decisions. A friend who is known is not invited, and buys all the same."""
    states, made = dict(members or {}), []
    for event in events:
        try:
            found = list(replay(programme, [event], states))
        except DecisionError as error:
            assert error.code == "invitation.refused"
            continue
        states |= {one.member.member: one.member for one in found}
        made += found
    return states, made


def held(programme: Programme, states: Mapping[str, MemberState], purse: str, member: str = "referrer") -> int:
    return programme.balance(states.get(member) or programme.new_member(member), purse).usable


def after_discounts(facts: Facts, programme: Programme) -> Any:
    rewarded = {}
    for name, orders in facts["when"]["friend_orders"].items():
        events: list[Event] = [invitation("i", "referrer", _INVITED, "friend")]
        for number, one in enumerate(orders, 1):
            events.append(bought(programme, "friend", [line("1", price=one["goods"], discount=one["coupon"])], number))
        rewarded[name] = bool(held(programme, told(programme, events)[0], "thanks"))
    return {"referrer_rewarded": rewarded}


def new_friends_alone(facts: Facts, programme: Programme) -> Any:
    discounts, rewards = [], []
    for one in facts["when"]["friend"]:
        before = [bought(programme, "friend", [line("1", price="10")], 9, _BEFORE)] * one["orders_before"]
        events = [*before, invitation("i", "referrer", _INVITED, "friend")]
        states, made = told(programme, [*events, bought(programme, "friend", [line("1", price=one["order"])])])
        off = sum(effect.granted for decision in made for effect in decision.effects if effect.kind == "discount_given")
        discounts.append(format_units(off, 2))
        rewards.append(format_units(held(programme, states, "points"), 2))
    return {"friend_discount": discounts, "referrer_reward": rewards}


def every_third(facts: Facts, programme: Programme) -> Any:
    rewards = []
    for count in facts["when"]["referred_purchases"]:
        friends = [f"friend-{number}" for number in range(count)]
        events: list[Event] = [invitation(f"i-{friend}", "referrer", _INVITED, friend) for friend in friends]
        events += [bought(programme, friend, [line("1", price="10")]) for friend in friends]
        rewards.append(held(programme, told(programme, events)[0], "rewards"))
    return {"rewards": rewards}


def of_three_friends(facts: Facts, programme: Programme) -> Any:
    """A new e-mail; one that bought before; the referrer's own."""
    rewarded, expires = {}, {}
    emails = {"A": "new@example.com", "B": "known@example.com", "C": "own@example.com"}
    at = f"{facts['when']['date']}T12:00:00-04:00"
    for name, email in emails.items():
        members = {
            "referrer": programme.new_member("referrer", facts={"email": "own@example.com"}),
            "friend": programme.new_member("friend", facts={"email": email}),
        }
        before = [bought(programme, "friend", [line("1", price="10")], 9, _BEFORE)] if name == "B" else []
        events = [*before, invitation("i", "referrer", _INVITED, "friend")]
        events.append(bought(programme, "friend", [line("1", price=facts["when"]["friend_order"])], at=at))
        states, _ = told(programme, events, members)
        both = [held(programme, states, "points", member) for member in members]
        rewarded[name] = all(both)
        assert rewarded[name] or not any(both)
        if rewarded[name]:
            (lot,) = states["referrer"].purses[0].lots
            expires[name] = format_date(programme.plan.timeline.day(lot.expires - 1))
    return {"rewarded": rewarded, "expires": expires}


def by_number(facts: Facts, programme: Programme) -> Any:
    def cart(one: Mapping[str, str], friend: str, day: int) -> list[Event]:
        lines = [line("1", price=one["goods"], tax=one["tax"]), line("2", price=one["shipping"], delivery=True)]
        bought_at = bought(programme, friend, lines, at=f"2024-05-{day:02}T13:00:00Z")
        return [invitation(f"i-{friend}", "referrer", f"2024-05-{day:02}T12:00:00Z", friend), bought_at]

    when, count = facts["when"], facts["given"]["referrals"]
    states, _ = told(programme, [one for n in range(count) for one in cart(when["friend_order"], f"early-{n}", n + 1)])
    counts, items = [], []
    for day, order in ((10, when["friend_order"]), (11, when["next_friend_order"])):
        before = held(programme, states, "free_items")
        states, _ = told(programme, cart(order, f"friend-{day}", day), states)
        counts.append(held(programme, states, "referrals"))
        items.append(held(programme, states, "free_items") - before)
    return {"referrals_after": counts, "new_rewards": items}


REFERRALS: Final[dict[str, Case]] = {
    "REF-03": after_discounts,
    "REF-04": new_friends_alone,
    "REF-06": every_third,
    "REF-08": of_three_friends,
    "REF-09": by_number,
}
