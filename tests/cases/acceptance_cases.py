"""How each acceptance case is asked of its rule file: events made of the facts, and where each leaf of `then` stands in
our decisions.

A case is a function from its facts and its programme to a value of the shape of `then`. Nothing of `then` is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from loyalty_rules import Decision, InputError, Programme, load
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import LevelChanged, PointsAwarded
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import AmountInput, Line, Purchase, choice, happening, line, purchase, tick
from loyalty_rules.lang.conditions import Compared, CounterKind, Measure
from loyalty_rules.ledger.standings import stands
from loyalty_rules.member import Counter, MemberState
from loyalty_rules.text import line_order_key

Facts: TypeAlias = Mapping[str, Any]
Case: TypeAlias = Callable[[Facts, Programme], Any]

NOON: Final = "2024-05-06T12:00:00Z"

#: Leaves that say what one of the other systems does, not what is right: ours differs, and why. `a.b` is leaf b of a.
OTHER_HABITS: Final[Mapping[str, Mapping[str, str]]] = {
    "RND-05": {"sylius": "shares rounded half down, the missing unit to the first line; ours is the largest remainder"},
    "RET-07": {
        "points_taken.B": "the rate of the day of the refund; ours takes what the order gave, 50",
        "points_taken.C": "nothing, because the rule is over by then; ours takes what the order gave, 50",
        "points_taken.D": "nothing, because the rule is gone by then; ours takes what the order gave, 50",
    },
    "TIER-11": {"tier_end_of_day.B": "no check for a purchase that did not upgrade; ours counts what is kept, 200"},
    "RND-06": {"solidus": "cut down, then the cents from the first line on; ours is the largest remainder"},
    "DIS-29": {
        "discount_total": "not rounded, half of 19.812; ours takes whole cents off a price in whole cents, 9.91",
        "order_total": "rounded goods less a discount that is not; ours is 152.49, as the case says of two decimals",
    },
    "RND-16": {"ledger": "the spare unit goes to a share that is exact already; ours is the largest remainder"},
}

CASES: Final[dict[str, Case]] = {}


def case(id: str) -> Callable[[Case], Case]:
    def named(function: Case) -> Case:
        CASES[id] = function
        return function

    return named


# ---------- events


def order(programme: Programme, lines: Sequence[Line], at: str = NOON, **more: Any) -> Purchase:
    return purchase("o", "m", at, lines, currency=programme.checked.currency, **more)


def line_of(fact: Facts, programme: Programme) -> Line:
    told = {name: fact[name] for name in programme.plan.line_facts if name in fact}
    return line(
        fact["id"],
        sku=fact["sku"],
        quantity=fact["qty"],
        price=fact["unit_price"],
        facts=told,
        delivery=fact.get("kind") == "delivery",
    )


def one_line(programme: Programme, amount: AmountInput, at: str = NOON, **more: Any) -> Purchase:
    return order(programme, [line("1", price=amount)], at, **more)


def decided(programme: Programme, event: Any, member: MemberState | None = None) -> Decision:
    return programme.decide(member or programme.new_member("m"), event)


def basket(facts: Facts, programme: Programme) -> Decision:
    """The order whose lines the case lists; of facts of a line the programme is told those that it declares."""
    return decided(programme, order(programme, [line_of(fact, programme) for fact in facts["when"]["lines"]]))


# ---------- what a decision says


def awards(decision: Decision) -> list[PointsAwarded]:
    return [effect for effect in decision.effects if isinstance(effect, PointsAwarded)]


def given(decision: Decision, *rules: str) -> int:
    """Whole units by these rules, or by all."""
    return sum(award.granted for award in awards(decision) if not rules or award.rule in rules)


def money(decision: Decision) -> str:
    return format_units(given(decision), 2)


def per_line(decision: Decision) -> dict[str, int]:
    event = decision.event
    assert isinstance(event, Purchase)
    ids = sorted((one.id for one in event.lines), key=line_order_key)
    found = awards(decision)
    return {name: sum(award.lines[place] for award in found) for place, name in enumerate(ids)}


# ---------- accrual


@case("ACC-01")
@case("ACC-04")
@case("ACC-19")
def lines_and_sum(facts: Facts, programme: Programme) -> Any:
    decision = basket(facts, programme)
    return {"points_earned": given(decision), "per_line": per_line(decision)}


@case("ACC-02")
@case("ACC-06")
def variants_by_rule(facts: Facts, programme: Programme) -> Any:
    decision = basket(facts, programme)
    return {"variants": {name: {"points_earned": given(decision, name)} for name in facts["when"]["variants"]}}


@case("ACC-08")
def flat_bonus(facts: Facts, programme: Programme) -> Any:
    decision = basket(facts, programme)
    return {"points_earned": given(decision), "flat_bonus": given(decision, "flat")}


@case("ACC-10")
def each_rule_floors(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, one_line(programme, facts["when"]["basis"]))
    by_rule = {"per-1": given(decision, "per_1"), "per-2": given(decision, "per_2")}
    return {"points_earned": given(decision), "per_rule": by_rule}


@case("ACC-11")
def variants_by_purse(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, one_line(programme, facts["when"]["basis"]))
    return {
        "variants": {
            purse: {"points_earned": sum(award.granted for award in awards(decision) if award.purse == purse)}
            for purse in programme.checked.purses
        }
    }


@case("ACC-12")
def factors(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, one_line(programme, facts["when"]["basis"]))
    return {"variants": {rule: {"points_earned": given(decision, rule)} for rule in programme.checked.earns}}


@case("ACC-13")
def bases(facts: Facts, programme: Programme) -> Any:
    """Delivery is what the order has beside its items."""
    when = facts["when"]
    items, items_tax = Decimal(when["items_total_incl_tax"]), Decimal(when["items_tax_included"])
    whole, whole_tax = Decimal(when["order_total_incl_tax"]), Decimal(when["order_tax_included"])
    lines = [
        line("items", price=items, tax=items_tax),
        line("delivery", price=whole - items, tax=whole_tax - items_tax, delivery=True),
    ]
    decision = decided(programme, order(programme, lines))
    rules = {
        "items incl. tax": "items_with_tax",
        "items excl. tax": "items_without_tax",
        "order incl. tax": "order_with_tax",
        "order excl. tax": "order_without_tax",
    }
    return {"variants": {name: {"points_earned": given(decision, rule)} for name, rule in rules.items()}}


@case("ACC-15")
@case("ACC-18")
def by_amount(facts: Facts, programme: Programme) -> Any:
    amounts = facts["when"]["amounts"]
    return {"points_earned": {text: given(decided(programme, one_line(programme, text))) for text in amounts}}


@case("ACC-20")
def less_what_points_paid(facts: Facts, programme: Programme) -> Any:
    """What points paid is a tender of its own, and no basis."""
    when = facts["when"]
    redeem = when["variant_redeem"]
    paid = Decimal(redeem["invoice"]) - Decimal(redeem["redeemed_value"])
    tenders = {"points": redeem["redeemed_value"], "money": paid}
    plain = {
        text: given(decided(programme, one_line(programme, text, tenders={"money": text}))) for text in when["amounts"]
    }
    redeemed = given(decided(programme, one_line(programme, redeem["invoice"], tenders=tenders)))
    return {"points_earned": plain, "variant_redeem": {"points_earned": redeemed}}


@case("ACC-27")
def bookings(facts: Facts, programme: Programme) -> Any:
    earned = []
    for route, distance, fare, status, season in facts["when"]["bookings"]:
        told = {"route": route, "distance": distance, "fare": fare, "status": status, "season": season}
        earned.append(given(decided(programme, happening("b", "m", NOON, "booking", facts=told))))
    return {"points_earned": earned}


# ---------- caps


@case("CAP-17")
def fee(facts: Facts, programme: Programme) -> Any:
    fees = {amount: given(decided(programme, one_line(programme, amount))) for amount in facts["when"]["amounts"]}
    cents = 100
    return {
        "fee": {str(amount): fee // cents for amount, fee in fees.items()},
        "net": {str(amount): (amount * cents - fee) // cents for amount, fee in fees.items()},
    }


@case("CB-03")
def quarters(facts: Facts, programme: Programme) -> Any:
    """What is left of a quarter is its limit less what the member's counter holds for it."""
    member = programme.new_member("m")
    cashback, left = [], {}
    limit = next(row.high - 1 for row in programme.checked.tables["quarter_rate"].rows if row.high is not None)
    for number, bought in enumerate(facts["when"]["purchases"]):
        event = one_line(programme, bought["amount"], f"{bought['date']}T12:00:00Z")._replace(id=f"o{number}")
        decision = decided(programme, event, member)
        member = decision.member
        cashback.append(money(decision))
        (measure,) = (found for found in programme.plan.kept_measures if found.counter is CounterKind.SPEND)
        buckets = next(counter.buckets for counter in member.counters if counter.key == measure.key)
        year, month = bought["date"][:4], int(bought["date"][5:7])
        left[f"{year}Q{(month + 2) // 3}"] = format_units(max(0, limit - buckets[-1][1]), 2)
    return {"cashback": cashback, "quarter_limit_left": left}


# ---------- rounding


def spread(programme: Programme, rule: str, weights: Sequence[int]) -> list[int]:
    """What the lines carry of a fixed amount; the weights are the amounts of the lines in cents."""
    lines = [line(str(place), amount=Decimal(weight) / 100) for place, weight in enumerate(weights)]
    decision = decided(programme, order(programme, lines))
    (award,) = (award for award in awards(decision) if award.rule == rule)
    return list(award.lines)


@case("RND-03")
def by_weight(facts: Facts, programme: Programme) -> Any:
    variants = facts["when"]["variants"]
    return {name: spread(programme, name, variant["weights"]) for name, variant in variants.items()}


@case("RND-05")
def thousands(facts: Facts, programme: Programme) -> Any:
    return {"largest_remainder": spread(programme, "spread", facts["when"]["weights"])}


@case("RND-16")
def shares(facts: Facts, programme: Programme) -> Any:
    weights = [int(share.removesuffix("%")) for share in facts["when"]["shares"]]
    return {"largest_remainder": spread(programme, "spread", weights)}


# ---------- money


def same(programme: Programme, event: str, fact: str, first: str, second: str) -> bool:
    """Whether two deliveries of one event, with these numbers, are the same event. What is no number is refused."""
    try:
        events = [happening("e", "m", NOON, event, facts={fact: Decimal(text)}) for text in (first, second)]
        member = decided(programme, events[0]).member
        return decided(programme, events[1], member).outcome == "repeated"
    except (InputError, DecisionError):
        return False


@case("MON-07")
def grants(facts: Facts, programme: Programme) -> Any:
    def granted(text: str) -> bool:
        return given(decided(programme, happening("g", "m", NOON, "grant", facts={"points": text}))) > 0

    asked = facts["when"]["grants"]
    first = next(text for text in asked if granted(text))
    return {
        "accepted": [text for text in asked if granted(text)],
        "rejected": [text for text in asked if not granted(text)],
        "equal": [text for text in (first, f"{first}0") if same(programme, "grant", "points", first, text)],
    }


@case("MON-14")
def pairs(facts: Facts, programme: Programme) -> Any:
    return {"equal": [same(programme, "number_told", "told", *pair) for pair in facts["when"]["pairs"]]}


# ---------- time


@case("TIME-04")
def windows(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, one_line(programme, "1.00", f"{facts['given']['now']}Z"))
    rules = [f"w{number}" for number, _ in enumerate(facts["when"]["windows"], 1)]
    return {"active": [given(decision, rule) > 0 for rule in rules]}


@case("TIME-05")
def changed_end(facts: Facts, programme: Programme) -> Any:
    when = facts["when"]

    def active(version: Programme, day: str) -> bool:
        return given(decided(version, one_line(version, "1.00", f"{day}T12:00:00Z"))) > 0

    text = programme.source.text
    changed = load(text.replace("2021-12-30", when["then_end_changed_to"]))
    return {"active": [active(programme, day) for day in when["dates"]], "after_change": active(changed, when["date"])}


@case("TIME-08")
def guests(facts: Facts, programme: Programme) -> Any:
    """The host tells who the guest is: the address is the member's id."""
    email = facts["when"]["guest_email"]

    def applies(before: int) -> bool:
        member = programme.new_member(email)
        for number in range(before):
            earlier = one_line(programme, "1.00")._replace(id=f"before-{number}", member=email)
            member = decided(programme, earlier, member).member
        return given(decided(programme, one_line(programme, "1.00")._replace(member=email), member)) > 0

    return {"offer_applies": [applies(before) for before in facts["when"]["orders_before_by_email"]]}


@case("TIME-09")
def last_purchase(facts: Facts, programme: Programme) -> Any:
    now = 2024 * 12 + 4  # May 2024, in months

    def applies(ago: str | None) -> bool:
        member = programme.new_member("m")
        if ago is not None:
            year, month = divmod(now - int(ago.removesuffix(" months ago")), 12)
            before = one_line(programme, "1.00", f"{year}-{month + 1:02d}-06T12:00:00Z")._replace(id="before")
            member = decided(programme, before, member).member
        return given(decided(programme, one_line(programme, "1.00"), member)) > 0

    return {"offer_applies": [applies(ago) for ago in facts["when"]["last_purchase"]]}


@case("TIME-10")
def uses(facts: Facts, programme: Programme) -> Any:
    """How often a promotion was used is what the counters of its limits hold."""
    member = programme.new_member("m")
    limits = {limit.key for rule in programme.checked.earns.values() for limit in rule.limits}
    after = []
    for number, told in enumerate(facts["when"]["orders"]):
        if "shipping" in told:
            lines = [line("1", price=told["shipping"], delivery=True)]
        else:
            lines = [line("1", sku="mug", category="top" if told["matches"] else "mug", price="20.00")]
        member = decided(programme, order(programme, lines)._replace(id=f"o{number}"), member).member
        counted = [counter.buckets for counter in member.counters if counter.key in limits]
        after.append(facts["given"]["uses"] + sum(net for buckets in counted for _, net in buckets))
    return {"uses_after_each": after}


# ---------- levels


def points_event(programme: Programme, member: MemberState, id: str, at: str, points: int) -> MemberState:
    return decided(programme, happening(id, "m", at, "collected", facts={"points": points}), member).member


@case("TIER-01")
def level_used(facts: Facts, programme: Programme) -> Any:
    used = []
    for before, amount in zip(facts["given"]["cases"], facts["when"]["purchase"], strict=True):
        member = programme.new_member("m")
        if before["spent_before"]:
            spent = purchase("before", "m", NOON, [line("1", price=before["spent_before"])], currency="USD")
            member = decided(programme, spent, member).member
        (award,) = awards(decided(programme, one_line(programme, amount), member))
        used.append(award.rule.removeprefix("for_").capitalize())
    return {"tier_used": used}


@case("TIER-03")
def level_by_collected(facts: Facts, programme: Programme) -> Any:
    """Collected is what the counter of the levels holds; spending is an exchange that takes points away."""
    member, collected, tiers = programme.new_member("m"), [], []
    level = programme.checked.ladders["level_by_points"].levels[0].condition
    assert isinstance(level, Compared)
    assert isinstance(level.operand, Measure)
    for number, event in enumerate(facts["when"]["events"]):
        at = f"2024-05-0{number + 1}T12:00:00Z"
        if "earn" in event:
            member = points_event(programme, member, f"e-{number}", at, event["earn"])
        else:
            asked = choice(f"e-{number}", "m", at, "spend_points", amount=str(event["spend"]))
            member = decided(programme, asked, member).member
        collected.append(sum(net for one in member.counters if one.key == level.operand.key for _, net in one.buckets))
        tiers.append(programme.level(member, "level_by_points"))
    return {"collected_after": collected, "tier_after": tiers}


@case("TIER-04")
def assigned_levels(facts: Facts, programme: Programme) -> Any:
    """The member as the case has it: the current level earned before, the total of now, the assigned level below."""
    after, changes = [], []
    ladder = programme.checked.ladders["levels"]
    test = ladder.levels[0].condition
    assert isinstance(test, Compared)
    assert isinstance(test.operand, Measure)
    for one, total in zip(facts["given"]["cases"], facts["when"]["transaction_total"], strict=True):
        given_level = happening("a", "m", NOON, "assigned", facts={"which": one["assigned"]})
        member = decided(programme, given_level).member
        standing = stands(member, "levels")._replace(level=one["current"])
        counters = (Counter(test.operand.key, ((0, total * 100),)),) if total else ()
        member = member._replace(standings=(standing,), counters=counters)
        decision = decided(programme, happening("r", "m", NOON, "recalculated"), member)
        after.append(programme.level(decision.member, "levels"))
        changes.append(any(isinstance(effect, LevelChanged) for effect in decision.effects))
    return {"level_after": after, "change_event": changes}


@case("TIER-06")
def expiry_of_a_level(facts: Facts, programme: Programme) -> Any:
    member = points_event(programme, programme.new_member("m"), "e-1", "2024-05-06T12:00:00Z", 1_000)
    assert {programme.level(member, name) for name in facts["when"]["variants"]} == {facts["given"]["tier"]}
    spent = str(1_000 - facts["given"]["balance"])
    member = decided(programme, choice("e-2", "m", "2024-05-07T12:00:00Z", "spend_points", amount=spent), member).member
    member = decided(programme, tick("m", "2025-05-06T12:00:00Z"), member).member
    return {"tier_after": {name: programme.level(member, name) for name in facts["when"]["variants"]}}


@case("TIER-10")
def level_of_twelve_months(facts: Facts, programme: Programme) -> Any:
    member, points, tiers = programme.new_member("m"), [], []
    lots = {lot["earned"]: lot["points"] for lot in facts["given"]["lots"]}
    for day in sorted({*lots, *facts["when"]["checks"]}):
        at = f"{day}T12:00:00Z"
        member = decided(programme, tick("m", at), member).member
        if day in lots:
            member = points_event(programme, member, f"e-{day}", at, lots[day])
        if day in facts["when"]["checks"]:
            points.append(programme.balance(member, "pts").usable)
            tiers.append(programme.level(member, "levels"))
    return {"points": points, "tier": tiers}


# ---------- cashback


@case("CB-02")
def cashback_of_a_month(facts: Facts, programme: Programme) -> Any:
    variants: dict[str, dict[str, Any]] = {}
    for name, variant in facts["when"]["variants"].items():
        member, each = programme.new_member("m"), []
        for number, amount in enumerate(variant["purchases"]):
            bought = purchase(f"o-{number}", "m", NOON, [line("1", price=amount)], currency="USD")
            decision = decided(programme, bought, member)
            member = decision.member
            each.append(given(decision))
        variants[name] = {"cashback": format_units(sum(each), 2)}
        if len(each) > 1:
            variants[name]["cashback_each"] = [format_units(units, 2) for units in each]
    return {"variants": variants}


@case("CB-07")
def cashback_by_the_month_before(facts: Facts, programme: Programme) -> Any:
    variants = {}
    for name, variant in facts["when"]["variants"].items():
        before = purchase("before", "m", NOON, [line("1", price=variant["month_to_date"])], currency="RUB")
        member = decided(programme, before).member
        variants[name] = {"cashback": str(given(decided(programme, one_line(programme, variant["order"]), member)))}
    return {"variants": variants}


@case("CB-11")
def points_of_a_share(facts: Facts, programme: Programme) -> Any:
    return {"points_earned": given(decided(programme, one_line(programme, facts["when"]["spend"])))}
