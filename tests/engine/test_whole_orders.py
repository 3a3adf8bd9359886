"""Orders decided by one function, from outside: by hand calculation, what it gives way to, and what it never keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pytest

from loyalty_rules import Decision, DecisionError, InputError, Programme, load
from loyalty_rules.decision import LevelChanged, PointsAwarded, PointsExpired
from loyalty_rules.events import Line, Purchase, line, purchase
from loyalty_rules.fused import running
from loyalty_rules.member import MemberState, Seen, Unmade
from loyalty_rules.settlement.recording import MAX_RECORDS
from loyalty_rules.shared import SharedState
from tests.engine.evaluators import DECIDED, deciding_by

HEAD = """loyalty rules 1

programme "Club"
  currency EUR
  time zone Europe/Berlin
  week starts monday
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

facts
  line fact kind is text
end

purse points
  round down per order
  usable at once
  expire after 1 months at end of calendar month
  rules add up
end
"""
APART = "  keep calendar months apart\n"
RULES = """
products Tea
  where kind is "tea"
end

earn base
  on any product
  give 1 points per 1 EUR
  cap 30 points per order
  cap 50 points per member in calendar month
end

boost tea
  changes base
  on Tea
  multiply by 2
end

earn second
  when order number is 2
  give 7 points
end

tiers club
  level gold when spend in last 30 days at least 40 EUR
  upgrade from next order
  review never
end

challenge weeks
  goal calendar weeks in a row with (spend at least 5 EUR) at least 2
  repeat from zero
  give 3 points
end
"""


@pytest.fixture(autouse=True)
def from_the_first_order() -> Iterator[None]:
    with deciding_by("whole"):
        yield


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(HEAD + RULES)


def bought(id: str, at: str, *lines: tuple[str, str]) -> Purchase:
    """An order of goods, each with its kind and its price."""
    goods = [_line(place, kind, price) for place, (kind, price) in enumerate(lines, 1)]
    return purchase(id, "m", at=at, currency="EUR", lines=goods)


def _line(place: int, kind: str, price: str) -> Line:
    return line(str(place), quantity=1, amount=price, facts={"kind": kind})


def whole(programme: Programme, member: MemberState, order: Purchase) -> Decision:
    """A decision that the function has made."""
    before = DECIDED.total()
    found = programme.decide(member, order)
    assert DECIDED.total() == before + 1
    return found


def micros_of(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp()) * 1_000_000


def given(decision: Decision) -> dict[str, tuple[int, int, tuple[int, ...]]]:
    """By rule what was asked and granted, and what each line carries."""
    return {one.rule: (one.asked, one.granted, one.lines) for one in decision.effects if isinstance(one, PointsAwarded)}


def test_a_boost_and_its_lines(club: Programme) -> None:
    """3.50 EUR of cake and twice 3.50 of tea come to 10 points, of which each line carries its share; of two equal ones
    the first has the odd point."""
    order = bought("a", "2025-03-03T10:00:00Z", ("cake", "3.50"), ("tea", "3.50"))
    assert given(whole(club, club.new_member("m"), order)) == {"base": (10, 10, (3, 7))}
    order = bought("a", "2025-03-03T10:00:00Z", ("cake", "1.50"), ("cake", "1.50"))
    assert given(whole(club, club.new_member("m"), order)) == {"base": (3, 3, (2, 1))}


def test_caps_of_the_order_and_of_the_month(club: Programme) -> None:
    """40 EUR give 30, of 25 EUR the month has room for 20, and for the next 10 EUR for none; April begins anew."""
    member = club.new_member("m")
    found = []
    for number, at, price in (
        ("a", "2025-03-03T10:00:00Z", "40.00"),
        ("b", "2025-03-03T11:00:00Z", "25.00"),
        ("c", "2025-03-03T12:00:00Z", "10.00"),
        ("d", "2025-03-31T22:00:00Z", "10.00"),
    ):
        decision = whole(club, member, bought(number, at, ("cake", price)))
        member = decision.member
        found.append(given(decision))
    assert [one.get("base") for one in found] == [(40, 30, (30,)), (25, 20, (20,)), None, (10, 10, (10,))]
    assert [one.get("second") for one in found] == [None, (7, 7, (0,)), None, None]


def test_lots_of_a_month_are_one_and_the_next_ends_later(club: Programme) -> None:
    """What March gives ends with April; the order that comes at that very instant finds it gone."""
    member = club.new_member("m")
    for number, at in (("a", "2025-03-03T10:00:00Z"), ("b", "2025-03-31T21:59:59Z"), ("c", "2025-04-30T21:59:59Z")):
        member = whole(club, member, bought(number, at, ("cake", "2.00"))).member
    held = [(lot.left, lot.parts) for lot in member.purses[0].lots]
    assert held == [(11, (("base", 4), ("second", 7))), (2, (("base", 2),))]
    last = whole(club, member, bought("d", "2025-04-30T22:00:00Z", ("cake", "2.00")))
    assert [one.units for one in last.effects if isinstance(one, PointsExpired)] == [11]
    assert club.balance(last.member, "points").usable == 4


def test_a_level_by_the_last_thirty_dates(club: Programme) -> None:
    """20 EUR on 1 March and 20 on the 30th, 30 dates later, are gold; a day later they would not be."""
    for day, level in (("30", "gold"), ("31", "")):
        member = whole(club, club.new_member("m"), bought("a", "2025-03-01T10:00:00Z", ("cake", "20.00"))).member
        found = whole(club, member, bought("b", f"2025-03-{day}T10:00:00Z", ("cake", "20.00")))
        assert club.level(found.member, "club") == level
        assert any(isinstance(one, LevelChanged) for one in found.effects) is bool(level)


def test_weeks_in_a_row(club: Programme) -> None:
    """Two weeks with 5 EUR give 3 points, the third begins anew, and the fourth ends the next two."""
    member, found = club.new_member("m"), []
    for day in ("03", "10", "17", "24"):
        decision = whole(club, member, bought(f"w-{day}", f"2025-03-{day}T10:00:00Z", ("cake", "5.00")))
        member = decision.member
        found.append(given(decision).get("weeks"))
    assert found == [None, (3, 3, (0,)), None, (3, 3, (0,))]


def test_orders_that_are_out_of_the_ordinary_are_decided_as_ever(club: Programme) -> None:
    """The same id again, another content with it, another currency, an older order, codes and tenders."""
    first = bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00"))
    member = whole(club, club.new_member("m"), first).member
    before = DECIDED.total()
    assert club.decide(member, first).outcome == "repeated"
    for order, code in (
        (bought("a", "2025-03-04T10:00:00Z", ("cake", "2.00")), "event.conflict"),
        (bought("b", "2025-03-02T10:00:00Z", ("cake", "2.00")), "event.late"),
        (first._replace(id="b", currency="USD"), "currency.other"),
        (first._replace(id="b", member="n"), "event.member"),
        (first._replace(id="b", lines=()), "order.lines"),
        (first._replace(id="b", facts=(("more", "x"),)), "fact.unknown"),
        (first._replace(id="b", lines=first.lines * 2), "order.line_twice"),
        (first._replace(id="b", lines=(first.lines[0]._replace(amount=1),)), "amount.decimals"),
        (first._replace(id="b", lines=(first.lines[0]._replace(quantity=0),)), "order.quantity"),
        (first._replace(id="b", lines=(first.lines[0]._replace(facts=()),)), "fact.missing"),
    ):
        with pytest.raises((DecisionError, InputError)) as refused:
            club.decide(member, order)
        assert refused.value.code == code
    presented = club.decide(member, first._replace(id="b", codes=("SPRING",)))
    assert given(presented) == {"base": (2, 2, (2,)), "second": (7, 7, (0,))}
    assert DECIDED.total() == before


def test_a_decision_by_the_function_holds_what_any_decision_holds(club: Programme) -> None:
    """It is put together field by field: none is left out, and each is as by the reference."""
    member, order = club.new_member("m"), bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00"))
    found, wanted = whole(club, member, order), club.decide(member, order, reference=True)
    assert list(vars(found)) == [field.name for field in fields(Decision)]
    assert vars(found) == {name: getattr(wanted, name) for name in vars(found)}


def test_an_order_that_its_host_could_change_is_marked_at_once(club: Programme) -> None:
    """A list in place of a tuple or a text: its content could be another one by the time the digest is read."""
    order: Any = bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00"))
    member, row = club.new_member("m"), order.lines[0]
    assert type(mark_of(whole(club, member, order).member)) is Unmade
    changes: tuple[dict[str, Any], ...] = (
        {"lines": (row._replace(tags=["x"]),)},
        {"lines": (row._replace(facts=list(row.facts)),)},
    )
    for changed in changes:
        assert type(mark_of(club.decide(member, order._replace(**changed)).member)) is str, changed
    for name in ("lines", "facts", "redeem", "codes", "merchant", "store", "channel"):
        with pytest.raises(InputError, match=f"{name}: builders make no list"):
            club.decide(member, order._replace(**{name: []}))
    for name in ("sku", "category", "brand"):
        with pytest.raises(TypeError):  # at once, and not from whoever reads it later
            club.decide(member, order._replace(lines=(row._replace(**{name: ["x"]}),)))
    with pytest.raises(AttributeError):  # no line at all, so nothing that the function takes for one
        club.decide(member, order._replace(lines=([*row],)))


def mark_of(member: MemberState) -> object:
    """The digest of the last event as it is kept: reading it would make it."""
    return tuple.__getitem__(member.seen[-1], Seen._fields.index("digest"))


def test_a_state_may_be_decided_from_twice(club: Programme) -> None:
    """What is known of a member is of one state: from an older one it is found out again."""
    start = whole(club, club.new_member("m"), bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00"))).member
    one = whole(club, start, bought("b", "2025-03-04T10:00:00Z", ("cake", "2.00")))
    other = whole(club, start, bought("b", "2025-03-04T10:00:00Z", ("cake", "9.00")))
    assert (given(one)["base"], given(other)["base"]) == ((2, 2, (2,)), (9, 9, (9,)))
    assert whole(club, one.member, bought("c", "2025-03-05T10:00:00Z", ("cake", "2.00"))).member.decisions == 3


def test_what_members_share_goes_through_as_it_came(club: Programme) -> None:
    """Nothing of this programme takes anything out of it. What is no such value is refused as ever."""
    order, shared = bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00")), SharedState("another programme", 7)
    anything: Any = "shared"
    before = DECIDED.total()
    found = club.decide(club.new_member("m"), order, shared)
    assert DECIDED.total() == before + 1
    assert found.shared is shared
    assert found.shared_before is shared
    assert given(found) == {"base": (2, 2, (2,))}
    with pytest.raises(InputError) as refused:
        club.decide(club.new_member("m"), order, anything)
    assert refused.value.code == "call.type"


def test_a_budget_of_any_edition_leaves_all_orders_to_the_ordinary_path() -> None:
    """What was shared under the edition before is asked for still, and what it counted is kept."""
    budget = "\nbudget pot\n  covers base\n  cap 1 points in calendar month\n  when short give nothing\nend\n"
    both = load(HEAD + RULES, earlier=[(HEAD + RULES + budget, "2025-03-10T00:00:00Z")])
    first, second = (bought(day, f"2025-03-1{day}T10:00:00Z", ("cake", "2.00")) for day in "12")
    before = DECIDED.total()
    found = both.decide(both.new_member("m"), first, both.new_shared())
    with pytest.raises(InputError) as refused:
        both.decide(found.member, second)
    assert refused.value.code == "shared.missing"
    assert given(both.decide(found.member, second, found.shared))["base"] == (2, 2, (2,))
    assert DECIDED.total() == before


def taking_back() -> Programme:
    text = (HEAD + RULES).replace("returns refused", "returns replay within 10 days\n  returns keep prices")
    text = text.replace("purse points\n", "purse points\n  after a return may go negative\n")
    for block in ("tiers club\n", "challenge weeks\n"):
        text = text.replace(block, f"{block}  after a return keep\n")
    return load(text)


def test_an_order_that_may_come_back_is_kept() -> None:
    """16.50 and 10.00 more for tea are 26 points: 16 of the rule, 10 and 6 by line, and 10 of the boost, on tea."""
    club = taking_back()
    member = whole(club, club.new_member("m"), bought("o-1", "2025-03-03T10:00:00Z", ("cake", "1.00"))).member
    order = bought("o-2", "2025-03-04T10:00:00Z", ("tea", "10.00"), ("cake", "6.50"))
    member = whole(club, member, order).member
    first, record = member.records
    assert (record.order, record.number, record.at, record.previous) == ("o-2", 2, order.at, first.day)
    assert record.day == date(2025, 3, 4).toordinal()
    assert record.until == micros_of("2025-03-14T23:00:00Z")  # midnight in Berlin behind the tenth date
    base, second = record.awards
    assert (base.rule, base.names, base.grid) == ("base", ("base", "tea"), ((0, (10, 10)), (1, (6, 0))))
    assert (base.given, base.holds, base.gone) == (26, 26, 0)
    assert (second.rule, second.grid, second.given) == ("second", ((-1, (7,)),), 7)
    assert [(one.id, one.quantity, one.kept, one.payable) for one in record.lines] == [
        ("1", 1_000_000, 1_000_000, 1_000),
        ("2", 1_000_000, 1_000_000, 650),
    ]
    assert [one.facts for one in record.lines] == [(("kind", "tea"),), (("kind", "cake"),)]
    assert record.counts[-1] == ("@orders", 0, 1)
    assert dict(record.known.counters)["@orders"] == ((0, 1),)
    assert record.known.first_order == record.known.last_order == first.day


def test_a_text_of_the_file_is_no_mark_in_a_counter() -> None:
    """What a completion took is in the record of its order whatever texts the goal asks about: once, and two orders."""
    goal = (
        'challenge two\n  goal orders with (order channel is "a =b") since the beginning at least 2 orders\n'
        "  repeat from zero\n  after a return take back\n  give 10 points\nend\n"
    )
    earn = "earn base\n  on any product\n  give 1 points per 1 EUR\nend\n"
    returns = HEAD.replace("returns refused", "returns replay within 10 days\n  returns keep prices")
    programme = load(
        returns.replace("purse points\n", "purse points\n  after a return may go negative\n") + earn + goal
    )
    assert programme.left_whole() == {}
    member = programme.new_member("m")
    for day in ("3", "4"):
        order = bought(f"o-{day}", f"2025-03-0{day}T10:00:00Z", ("cake", "2.00"))._replace(channel="a =b")
        member = whole(programme, member, order).member
    assert [amount for _, _, amount in member.records[-1].used] == [1, 2]


def test_an_order_is_forgotten_when_it_no_longer_comes_back() -> None:
    """At midnight in Berlin; until then its lot is its own, and what two of them left is one lot afterwards."""
    club = taking_back()
    member = whole(club, club.new_member("m"), bought("o-1", "2025-03-03T10:00:00Z", ("cake", "5.00"))).member
    member = whole(club, member, bought("o-2", "2025-03-13T10:00:00Z", ("cake", "6.00"))).member
    assert [one.order for one in member.records] == ["o-1", "o-2"]
    assert [lot.left for lot in member.purses[0].lots] == [5, 16]  # 6, 7 for the second order, 3 for two weeks
    member = whole(club, member, bought("o-3", "2025-03-13T23:00:00Z", ("cake", "1.00"))).member
    assert [one.order for one in member.records] == ["o-2", "o-3"]
    assert [lot.left for lot in member.purses[0].lots] == [5, 16, 1]
    member = whole(club, member, bought("o-4", "2025-03-26T10:00:00Z", ("cake", "2.00"))).member
    assert [one.order for one in member.records] == ["o-4"]
    assert [lot.left for lot in member.purses[0].lots] == [22, 2]


def test_so_many_orders_at_once_are_kept_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one more makes the oldest forgotten, that is for the ordinary path."""
    club, member = taking_back(), None
    for number in range(MAX_RECORDS + 1):
        order = bought(f"o-{number}", f"2025-03-03T{number // 60:02d}:{number % 60:02d}:00Z", ("cake", "0.10"))
        before = DECIDED.total()
        member = club.decide(member or club.new_member("m"), order).member
        assert DECIDED.total() == before + (number < MAX_RECORDS)
    assert member is not None
    assert [len(member.records), member.records[0].order] == [MAX_RECORDS, "o-1"]


def test_a_fact_of_a_line_is_what_it_is_told_to_be() -> None:
    """2 points more for a cup of one's own; 1 is equal to true, and refused all the same."""
    cup = "earn cup\n  on Cups\n  give 2 points per 1 item\nend\n\nproducts Cups\n  where own_cup is yes\nend\n"
    facts = "  line fact kind is text\n  line fact own_cup is yes or no else no\n"
    club = load((HEAD + RULES + cup).replace("  line fact kind is text\n", facts))
    assert club.left_whole() == {}

    def with_cup(id: str, at: str, told: int | bool) -> Purchase:
        return purchase(id, "m", at=at, currency="EUR", lines=[_line(1, "cake", "4.00")._replace(
            facts=(("kind", "cake"), ("own_cup", told)),
        )])  # fmt: skip

    first = whole(club, club.new_member("m"), with_cup("o-1", "2025-03-03T10:00:00Z", True))
    assert given(first) == {"base": (4, 4, (4,)), "cup": (2, 2, (2,))}
    with pytest.raises(InputError, match="yes or no"):
        club.decide(first.member, with_cup("o-2", "2025-03-04T10:00:00Z", 1))
    second = whole(club, first.member, with_cup("o-2", "2025-03-04T10:00:00Z", False))
    assert given(second)["base"] == (4, 4, (4,))
    assert "cup" not in given(second)


@pytest.mark.parametrize(("id", "known"), [("o-3", False), ("o-4", True)])
@pytest.mark.parametrize("alone", [True, False])
def test_what_is_remembered_has_bounds(
    club: Programme, id: str, known: bool, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of members known, and of ids: those beyond the 256 that a member remembers are decided anew."""
    monkeypatch.setattr(running, "MOST_KNOWN", 1)
    member, other = club.new_member("m"), club.new_member("n")
    for number in range(260):
        at = f"2025-03-{1 + number // 24:02d}T{number % 24:02d}:00:00Z"
        member = club.decide(member, bought(f"o-{number}", at, ("cake", "1.00"))).member
        if not alone:
            club.decide(other, bought("n", at, ("cake", "1.00"))._replace(member="n"))
    assert ([one.id for one in member.seen[:1]], len(member.seen)) == (["o-4"], 256)
    with pytest.raises(DecisionError, match="another content") if known else nullcontext():
        again = club.decide(member, bought(id, "2025-04-01T10:00:00Z", ("cake", "1.00")))
        assert given(again) == {"base": (1, 1, (1,))}


def test_the_blocks_that_are_left_are_named() -> None:
    """By block the clause; by "" what the programme says of itself."""
    left = "\nearn part\n  on any product\n  give 1 points per 10 EUR\n  cap 5 points per line\nend\n"
    assert load(HEAD + RULES).left_whole() == {}
    assert load(HEAD + left).left_whole() == {"part": "cap 5 points per line"}
    late = HEAD.replace("late events refused", "late events accepted for 3 days")
    assert load(late + RULES).left_whole() == {"": "late events accepted for"}


@pytest.mark.parametrize("life", ["usable on day 30 september", "usable after 36 hours"])
def test_a_life_that_no_function_knows_is_left_where_it_stands(life: str) -> None:
    """It is the purse's or that of one rule: and its orders are decided as ever."""
    waits = HEAD.replace("usable at once", f"{life}\n  life counts from usable")
    programme = load(waits + RULES)
    assert set(programme.left_whole().values()) == {"purse points"}
    decided = programme.decide(programme.new_member("m"), bought("o", "2025-03-03T10:00:00Z", ("cake", "9.00")))
    assert given(decided) == {"base": (9, 9, (9,))}
    of_rule = load(HEAD + RULES.replace("  give 7 points\n", "  give 7 points\n  usable on day 30 september\n"))
    assert of_rule.left_whole() == {"second": "earn second"}


def test_few_orders_make_no_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function is made once so many orders came that it is worth it."""
    monkeypatch.setattr(running, "WORTH", 2)
    programme, before = load(HEAD + RULES), DECIDED.total()
    member = programme.new_member("m")
    for day in (3, 4, 5, 6):
        member = programme.decide(member, bought(f"o-{day}", f"2025-03-0{day}T10:00:00Z", ("cake", "1.00"))).member
    assert DECIDED.total() == before + 2


def test_a_counter_beyond_all_bounds_is_refused() -> None:
    """50 lines of a milliard, a million points for each cent of it: 5 * 10^18 points are asked, and 2^62 is less. The
    cap counts what was asked; it is its first order."""
    huge = "\nearn huge\n  on any product\n  give 1000000 points per 0.01 EUR\n  cap 50 points per member WINDOW\nend\n"
    for window in ("in calendar month", "since the beginning"):
        programme = load(HEAD + huge.replace("WINDOW", window))
        assert programme.left_whole() == {}
        order = bought("a", "2025-03-03T10:00:00Z", *[("cake", "1000000000.00")] * 50)
        with pytest.raises(DecisionError) as refused:
            programme.decide(programme.new_member("m"), order)
        assert refused.value.code == "eval.overflow"


def test_a_life_beyond_all_dates_matters_where_something_is_given() -> None:
    """8000 years from now no calendar has a date; an order that earns nothing does not ask for it."""
    only = '\nproducts Tea\n  where kind is "tea"\nend\n\nearn tea\n  on Tea\n  give 1 points per 1 EUR\nend\n'
    lasting = HEAD.replace("expire after 1 months at end of calendar month", "expire after 8000 years")
    programme = load(lasting + only)
    assert programme.left_whole() == {}
    member = programme.new_member("m")
    assert given(programme.decide(member, bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00")))) == {}
    with pytest.raises(DecisionError) as refused:
        programme.decide(member, bought("a", "2025-03-03T10:00:00Z", ("tea", "2.00")))
    assert refused.value.code == "time.range"


def test_a_fact_that_was_declared_otherwise_compares_with_nothing() -> None:
    """Of one who came with a text where the file now declares a number, nothing follows from its size."""
    asks = "\nearn old\n  for has age and age AGE\n  on any product\n  give 1 points per 1 EUR\nend\n"
    declared = HEAD.replace("facts\n", "facts\n  member fact age is KIND optional\n")
    before = load(declared.replace("KIND", "text") + asks.replace("AGE", 'is "old"'))
    member = before.new_member("m", facts={"age": "old"})
    for size in ("at least 5", "between 5 and 9"):
        programme = load(declared.replace("KIND", "number") + asks.replace("AGE", size))
        assert programme.left_whole() == {}
        order = bought("a", "2025-03-03T10:00:00Z", ("cake", "2.00"))
        assert given(whole(programme, member, order)) == {}
        assert given(whole(programme, programme.updated(member, facts={"age": "7"}), order)) == {"old": (2, 2, (2,))}


def test_orders_that_an_edition_before_let_come_back_are_kept_as_ever() -> None:
    """Until 15 March the order of the 1st could come back: the function knows nothing of such orders, and it decides
    once the last of them is forgotten."""
    replayed = HEAD.replace("returns refused", "returns in proportion within 14 days")
    replayed = replayed.replace("  rules add up\n", "  after a return may go negative\n  rules add up\n")
    earn = "\nearn base\n  on any product\n  give 1 points per 1 EUR\nend\n"
    old, new = load(replayed + earn), load(HEAD + earn)
    member = old.decide(old.new_member("m"), bought("a", "2025-03-01T10:00:00Z", ("cake", "2.00"))).member
    before = DECIDED.total()
    for number, day in enumerate(("10", "16"), 1):
        assert len(member.records) == 1
        member = new.decide(member, bought(f"b{number}", f"2025-03-{day}T10:00:00Z", ("cake", "3.00"))).member
    assert member.records == ()
    assert DECIDED.total() == before
    assert [(lot.left, lot.number) for lot in member.purses[0].lots] == [(8, 1)]
    whole(new, member, bought("c", "2025-03-17T10:00:00Z", ("cake", "3.00")))


def test_lots_that_another_file_kept_apart_are_one_when_time_has_passed() -> None:
    """The file says no longer that calendar months stay apart: 2 points of January and 2 of February are one lot once
    time has brought something about, here the end of the stamp of that visit, and the 3 of March are one with them."""
    stamps = "\npurse stamps\n  rules add up\n  round down per order\n  usable at once\n  expire after 3 days\nend\n"
    rules = (
        "\nearn base\n  on any product\n  give 1 points per 1 EUR\nend\n"
        "\nearn visit\n  when order number is 2\n  give 1 stamps\nend\n"
        "\nredeem pay\n  uses points\n  pays 1 EUR per 1 points\n  on any product\n  too much is lowered\nend\n"
    )
    life = "  expire after 1 months at end of calendar month\n"
    lives = [f"  expire at end of calendar year\n  take oldest first\n{one}" for one in (APART, "")]
    before, after = (load(HEAD.replace(life, one) + stamps + rules) for one in lives)
    member = before.new_member("m")
    for name, at in (("a", "2025-01-07T10:00:00Z"), ("b", "2025-02-07T10:00:00Z")):
        member = before.decide(member, bought(name, at, ("cake", "2.00"))).member
    assert [lot.left for lot in member.purses[0].lots] == [2, 2]
    found = whole(after, member, bought("c", "2025-03-07T10:00:00Z", ("cake", "3.00"))).member
    assert [lot.left for lot in found.purses[0].lots] == [7]
