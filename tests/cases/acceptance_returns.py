"""Acceptance cases of returns: what comes back, what is refunded, what is taken and what is owed then."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from loyalty_rules import Decision, Programme, cancellation, choice, happening, line, load, purchase, returned, tick
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import GoodsReturned, PointsTakenBack
from loyalty_rules.events import Event, Line
from loyalty_rules.member import MemberState
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, given

LATER: Final = "2024-05-07T12:00:00Z"


def bought(programme: Programme, *lines: Line, id: str = "o", at: str = NOON) -> Event:
    return purchase(id, "m", at, lines, currency=programme.checked.currency)


def taken_back(decision: Decision, purse: str) -> int:
    """What a return took: from lots, and as a debt."""
    return sum(
        sum(units for _, units in effect.lots) + effect.owed
        for effect in decision.effects
        if isinstance(effect, PointsTakenBack) and effect.purse == purse
    )


def balance(programme: Programme, member: MemberState, purse: str = "pts") -> int:
    return programme.balance(member, purse).usable


def cancelled_after_spending(facts: Facts, programme: Programme) -> Any:
    """Policy A is the purse `clamped`, policy B the purse `negative`."""
    earned, spent = facts["given"]["balance_before_spend"], facts["when"]["spent"]
    member = decided(programme, bought(programme, line("1", price=earned))).member
    purses = dict(zip(facts["when"]["policies"], ("clamped", "negative"), strict=True))
    for purse in purses.values():
        spending = choice(purse, "m", NOON, f"spend_{purse}", amount=spent)
        member = decided(programme, spending, member).member
    decision = decided(programme, cancellation("c", "m", LATER, "o"), member)
    return {
        "taken": {name: taken_back(decision, purse) for name, purse in purses.items()},
        "balance_after": {name: balance(programme, decision.member, purse) for name, purse in purses.items()},
    }


def one_of_two_units(facts: Facts, programme: Programme) -> Any:
    """2 units at 50.00, as the rules of the case say; as many come back as it says."""
    member = decided(programme, bought(programme, line("1", quantity=2, price="50.00"))).member
    assert balance(programme, member) == facts["given"]["balance"]
    back = returned("r", "m", LATER, "o", {"1": facts["when"]["refund"]["units"]})
    return {"balance_after": balance(programme, decided(programme, back, member).member)}


def a_gift_card_that_was_sold(facts: Facts, programme: Programme) -> Any:
    card = line("card", category="gift card", price=facts["given"]["card"])
    member = decided(programme, bought(programme, card)).member
    assert format_units(balance(programme, member, "card"), 2) == facts["given"]["card"]
    after = decided(programme, returned("r", "m", LATER, "o", {"card": 1}), member).member
    return {"card_after": format_units(balance(programme, after, "card"), 2)}


def rules_of_the_refund_day(facts: Facts, programme: Programme) -> Any:
    """B: another rate, C: the rule is over, D: it is gone. Each is an edition in force on the day of the refund."""
    text = programme.source.text
    header = next(place for place in text.splitlines() if " base" in place)
    block = text[text.index(header) :]
    english = programme.language == "en"
    doubled = block.replace("1 pts", "2 pts", 1)
    over = block.rstrip().rsplit("\n", 1)[0] + (
        "\n  until 2024-05-07\nend\n" if english else "\n  до момента 2024-05-07\nконец\n"
    )
    blocks = {"A": block, "B": doubled, "C": over, "D": ""}
    taken = {}
    for name in facts["when"]["variants"]:
        later = text.replace(block, blocks[name])
        edition = load(later, earlier=[(text, "2024-05-07T00:00:00Z")]) if later != text else programme
        member = decided(edition, bought(edition, line("1", price=facts["when"]["refund"]))).member
        assert balance(edition, member) == facts["given"]["balance"]
        taken[name] = taken_back(decided(edition, cancellation("c", "m", LATER, "o"), member), "pts")
    return {"points_taken": taken}


def complete_units_of_what_is_kept(facts: Facts, programme: Programme) -> Any:
    """100.00, of which 75.00 are a line of its own; with the points the level goes too."""
    back = Decimal(facts["when"]["refund"])
    rest = Decimal(facts["given"]["balance"]) - back
    member = decided(programme, bought(programme, line("kept", price=rest), line("back", price=back))).member
    assert balance(programme, member) == facts["given"]["balance"]
    assert programme.level(member, "level") == "silver"
    decision = decided(programme, returned("r", "m", LATER, "o", {"back": 1}), member)
    assert programme.level(decision.member, "level") == ""
    return {"points_taken": taken_back(decision, "pts"), "balance_after": balance(programme, decision.member)}


def complete_thousands(facts: Facts, programme: Programme) -> Any:
    member = decided(programme, bought(programme, line("1", quantity=2, price=10_000))).member
    assert balance(programme, member) == facts["given"]["balance"]
    back = returned("r", "m", LATER, "o", {"1": facts["when"]["return"]["units"]})
    return {"points_after": balance(programme, decided(programme, back, member).member)}


def first_row_that_holds(facts: Facts, programme: Programme) -> Any:
    """A request is an event, a refund what it gives. The price is the one of the rules."""
    refunds = []
    for asked in facts["when"]["requests"]:
        told = {"passed": asked["days"], "reason": asked["reason"], "price": Decimal("89.99")}
        event = happening("r", "m", NOON, "request", facts=told)
        refunds.append(format_units(given(decided(programme, event)), 2))
    return {"refund": refunds}


def refunds_that_add_up(facts: Facts, programme: Programme) -> Any:
    """The exact share is that of what the record keeps of the line; it has no end, and six digits show it."""
    when = facts["when"]
    (told,) = when["lines"]
    ((name, units),) = when["return"].items()
    event = bought(
        programme,
        line(name, quantity=told["qty"], price=told["unit_price"], discount=when["order_discount"]),
    )
    member = decided(programme, event).member
    (record,) = member.records
    exact = Fraction(record.lines[0].after_discounts * units, 100 * told["qty"])
    assert exact.denominator % 3 == 0
    refunds = []
    for number in range(told["qty"]):
        decision = decided(programme, returned(f"r-{number}", "m", LATER, "o", {name: units}), member)
        member = decision.member
        refunds += [
            format_units(refunded, 2)
            for effect in decision.effects
            if isinstance(effect, GoodsReturned)
            for _, _, refunded in effect.lines
        ]
    shown = f"{int(exact * 1000) / Decimal(1000)}..."
    return {"refund_exact": shown, "refund_two_digits": refunds[0], "three_single_returns": refunds}


def upgrade_taken_back(facts: Facts, programme: Programme) -> Any:
    """Read at the last microsecond of the day of the return, in the zone of the case."""
    found = {}
    for name, told in facts["when"]["variants"].items():
        member = programme.new_member("m")
        for one in facts["given"]["purchases"]:
            event = bought(programme, line("1", price=one["total"]), id=one["id"])
            member = decided(programme, event, member).member
            assert (programme.level(member, "level") or "base") == one["tier_after"].lower()
        back = cancellation("c", "m", LATER, told.removeprefix("return "))
        member = decided(programme, back, member).member
        end = tick("m", instant_of("2024-05-07T23:59:59.999999+05:30"))
        member = decided(programme, end, member).member
        found[name] = (programme.level(member, "level") or "base").capitalize()
    return {"tier_end_of_day": found}


def a_debt_is_paid_first(facts: Facts, programme: Programme) -> Any:
    """The debit is an order that comes back, of which a part was spent: so many are open as the case gives."""
    (lot,) = facts["given"]["lots"]
    debit, credit = facts["when"]["events"]
    first = bought(programme, line("1", price=debit["debit"]), at=f"{lot['earned']}T10:00:00Z")
    member = decided(programme, first).member
    spent = choice("s", "m", f"{lot['earned']}T11:00:00Z", "to_spend", amount=debit["debit"] - lot["points"])
    member = decided(programme, spent, member).member
    assert balance(programme, member) == lot["points"]
    after = []
    second = bought(programme, line("1", price=credit["credit"]), id="p", at=f"{credit['date']}T12:00:00Z")
    for event in (cancellation("c", "m", f"{debit['date']}T12:00:00Z", "o"), second):
        member = decided(programme, event, member).member
        after.append(balance(programme, member))
    purse = next(one for one in member.purses if one.name == "pts")
    earned = {instant_of(f"{credit['date']}T12:00:00Z"): credit["date"]}
    return {
        "balance_after_each": after,
        "lots_after": [{"earned": earned[one.earned], "remaining": one.left} for one in purse.lots],
        "deficit": purse.debt,
    }


RETURNS: Final[dict[str, Case]] = {
    "LIFE-04": a_debt_is_paid_first,
    "RET-01": cancelled_after_spending,
    "RET-03": one_of_two_units,
    "RET-05": a_gift_card_that_was_sold,
    "RET-07": rules_of_the_refund_day,
    "RET-08": complete_units_of_what_is_kept,
    "RET-13": complete_thousands,
    "RET-18": first_row_that_holds,
    "RND-24": refunds_that_add_up,
    "TIER-11": upgrade_taken_back,
}
