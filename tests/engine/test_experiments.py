"""Experiments: who is in which group, that it stays so, and where a decision says so."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from loyalty_rules import Decision, Programme, Purchase, RuleFileError, load, merge, perk_use, purchase, returned
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import Outcome, PointsAwarded
from loyalty_rules.events import line
from loyalty_rules.lang.checked import Experiment
from loyalty_rules.source import Span

HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {returns}
  late events refused
end
purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  {after}
end
"""
NO_RETURNS: Final = HEAD.format(returns="returns refused", after="worth 1 RUB per 1 pts")
RETURNS: Final = HEAD.format(
    returns="returns replay within 60 days\n  returns keep prices",
    after="after a return may go negative",
)
TEST: Final = """
experiment rate_test "Half at double rate"
  variant plain 45%
  variant double 45%
  hold out 10%
end
earn plain_rate
  for variant of rate_test is plain
  on any product
  give 1 pts per 10 RUB
end
earn double_rate
  for variant of rate_test is double
  on any product
  give 2 pts per 10 RUB
end
"""
AT: Final = "2026-03-07T12:00:00Z"


def experiment(held_out: int, **variants: int) -> Experiment:
    return Experiment("rate_test", "", tuple(sorted(variants.items())), held_out, span=Span(0, 0))


def order(member: str, quantity: str = "1") -> Purchase:
    return purchase("o-1", member, AT, [line("1", price="100", quantity=quantity)], currency="RUB")


def bought(programme: Programme, member: str) -> Decision:
    return programme.decide(programme.new_member(member), order(member))


# ---------- assignment


@pytest.mark.parametrize(
    ("member", "bucket"),
    # printf 'rate_test\nm-1' | sha256sum: f27d1998…0b45430c1, a number whose last three decimal digits are 953.
    [("m-1", 953), ("m-2", 947), ("m-3", 808), ("m-4", 47), ("m-5", 595), ("m-8", 100), ("m-11", 904)],
)
def test_the_bucket_of_a_member_is_the_specified_hash(member: str, bucket: int) -> None:
    assert experiment(100, plain=450, double=450).bucket(member) == bucket


def test_the_groups_of_the_worked_example() -> None:
    """`double` has the buckets 0 to 449, `plain` 450 to 899, the hold-out 900 to 999."""
    club = load(NO_RETURNS + TEST)
    groups = [club.experiments(club.new_member(member))["rate_test"] for member in ("m-1", "m-3", "m-4")]
    assert groups == [None, "plain", "double"]


def test_shares_are_exact_to_a_tenth_of_a_per_cent() -> None:
    found = experiment(1, a=1, b=333, c=665)
    counted = Counter(found.group(bucket) for bucket in range(1_000))
    assert counted == {"": 1, "a": 1, "b": 333, "c": 665}


def test_of_ten_thousand_members_each_group_has_about_its_share() -> None:
    found = experiment(100, plain=450, double=450)
    counted = Counter(found.group(found.bucket(f"member-{number}")) for number in range(10_000))
    assert all(abs(counted[name] - 4_500) < 200 for name in ("plain", "double"))
    assert abs(counted[""] - 1_000) < 120


def test_two_experiments_split_members_independently() -> None:
    one, other = experiment(0, a=500, b=500), Experiment("second", "", (("a", 500), ("b", 500)), 0, span=Span(0, 0))
    counted = Counter(
        (one.group(one.bucket(f"member-{number}")), other.group(other.bucket(f"member-{number}")))
        for number in range(10_000)
    )
    assert all(abs(times - 2_500) < 200 for times in counted.values())


def test_who_has_a_growing_variant_or_is_held_out_stays_there() -> None:
    before, after = experiment(100, new=100, old=800), experiment(100, new=500, old=400)
    for bucket in range(1_000):
        was, now = before.group(bucket), after.group(bucket)
        assert now == was or (was, now) == ("old", "new")


def test_a_growing_hold_out_keeps_those_it_had() -> None:
    before, after = experiment(50, new=500, old=450), experiment(200, new=400, old=400)
    for bucket in range(1_000):
        assert before.group(bucket) != "" or after.group(bucket) == ""


# ---------- what it does


def outcomes(decision: Decision) -> dict[str, Outcome]:
    return {record.rule: record.outcome for record in decision.trace}


def test_who_is_held_out_gets_none_of_the_rules_that_ask_for_a_variant() -> None:
    club = load(NO_RETURNS + TEST + "earn everyone\n  give 1 pts\nend\n")
    decision = bought(club, "m-1")
    assert outcomes(decision) == {
        "everyone": Outcome.AWARDED,
        "double_rate": Outcome.IN_CONTROL_GROUP,
        "plain_rate": Outcome.IN_CONTROL_GROUP,
    }
    assert {record.decided_by for record in decision.trace} == {"", "rate_test"}


def test_a_universal_hold_out_gets_no_rule_of_any_kind_that_can_be_covered() -> None:
    # printf 'control\nm-2' | sha256sum ends, as a number, in 857; m-3 in 848, m-1 in 184.
    rules = """
experiment control "No programme at all"
  hold out 15.2%
end
earn base
  on any product
  give 1 pts per 10 RUB
end
boost more
  changes base
  multiply by 2
end
offer ten
  on any product
  discount 10%
end
perk lounge
  grants "The lounge"
end
"""
    head = NO_RETURNS.replace("prices include tax", "prices include tax\n  discounts round half up per line")
    club = load(head + rules)
    held, other = bought(club, "m-2"), bought(club, "m-1")
    assert set(outcomes(held).values()) == {Outcome.IN_CONTROL_GROUP}
    assert (held.to_pay, other.to_pay) == (10_000, 9_000)
    assert [one.why_not for one in club.perks(held.member)] == [Outcome.IN_CONTROL_GROUP]
    assert club.decide(other.member, perk_use("u-1", "m-1", AT, "lounge")).outcome == "decided"
    assert (
        outcomes(bought(club, "m-3"))["base"] is Outcome.IN_CONTROL_GROUP
    )  # 848 is the first bucket of the last 15.2%


def test_a_segment_that_asks_for_a_variant_makes_a_rule_one_that_asks() -> None:
    rules = """
segment doubled
  when variant of rate_test is double
end
earn by_segment
  for in segment doubled
  give 3 pts
end
"""
    club = load(NO_RETURNS + TEST + rules)
    assert outcomes(bought(club, "m-1"))["by_segment"] is Outcome.IN_CONTROL_GROUP
    assert outcomes(bought(club, "m-4"))["by_segment"] is Outcome.AWARDED


def test_rules_of_different_variants_never_meet() -> None:
    """They need no group, though both give into one purse that does not add up."""
    assert load(NO_RETURNS.replace("  rules add up\n", "") + TEST).checked.earns.keys() == {"plain_rate", "double_rate"}
    with pytest.raises(RuleFileError):
        load(NO_RETURNS.replace("  rules add up\n", "") + TEST.replace("is plain", "is not plain"))


# ---------- what is said of it


def test_the_trace_says_which_group_the_member_was_in() -> None:
    club = load(NO_RETURNS + TEST + "earn everyone\n  give 1 pts\nend\n")
    exposed = {record.rule: record.exposed for record in bought(club, "m-4").trace}
    assert exposed == {
        "everyone": (),
        "double_rate": (("rate_test", "double"),),
        "plain_rate": (("rate_test", "double"),),
    }
    records = read_decision(write_decision(bought(club, "m-1"), trace=True))["trace"]
    assert isinstance(records, list)
    told = {one["rule"]: one.get("experiments") for one in records if isinstance(one, dict)}
    assert told == {"everyone": None, "double_rate": {"rate_test": None}, "plain_rate": {"rate_test": None}}


def test_staff_read_the_group_with_each_rule_that_goes_by_it() -> None:
    club = load(NO_RETURNS + TEST)
    assert "Experiment Half at double rate: the member is in the variant double." in bought(club, "m-4").explain()
    assert "Эксперимент Half at double rate: участник в контрольной группе." in bought(club, "m-1").explain("ru")


# ---------- returns and merges go by the group of the purchase


def test_a_return_is_judged_by_the_group_that_the_order_was_judged_by() -> None:
    club = load(RETURNS + TEST)
    one, other = club.new_member("m-4"), club.new_member("m-1")
    spent = club.decide(one, purchase("o-1", "m-4", AT, [line("1", price="100", quantity="2")], currency="RUB")).member
    gone, stays = club.merge(
        spent, other, merge("g-1", "m-4", "2026-03-08T12:00:00Z", into="m-1", reason="one", actor="a")
    )
    assert read_member(write_member(stays.member, club), club) == stays.member
    assert gone.member.merged == "m-1"
    back = club.decide(stays.member, returned("r-1", "m-1", "2026-03-09T12:00:00Z", "o-1", {"1": "1"}))
    # 200 RUB gave 40 to the double variant; of the 100 RUB that are kept 20 stay, though m-1 is held out.
    assert club.balance(back.member, "pts").usable == 20
    assert not [one for one in back.effects if isinstance(one, PointsAwarded)]
