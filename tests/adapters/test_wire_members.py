"""Member documents: exact round trips over whole histories, and every bound tripped."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from loyalty_rules import events, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.calendar import parse_date
from loyalty_rules.errors import InputError
from loyalty_rules.member import NEVER, Counter, Lot, MemberState, Purse, Standing, Waits
from loyalty_rules.programme import Programme
from tests.adapters.bounded import assert_refused

RULES = """loyalty rules 1

programme "Everything a member can have"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  member fact birthday is yearly date leap day on 28 february optional
  member fact since is date optional
  member fact income is money optional
  member fact children is number optional
  member fact share is percent optional
  member fact city is text optional
  member fact staff is yes or no optional
end

segment vip "Hand-picked"
  supplied by host
end

purse bonus "Points"
  decimals 2
  round down per order
  usable after 14 days
  expire after 12 months
end

purse cash "Cashback"
  counted in RUB
  round down per order
  carry remainder
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 7 RUB
end

earn back
  on any product
  give 1% to cash
  cap 500 RUB per member in calendar month
end

tiers status "Status"
  level silver when spend in last 90 days at least 300 RUB
  level gold above silver when spend in last 90 days at least 900 RUB
  upgrade from next order
  review at end of calendar month
  downgrade one level
end
"""


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(RULES)


@pytest.fixture(scope="module")
def member(programme: Programme) -> MemberState:
    """A member with lots in both purses, a carried remainder, counters, a level, facts and a segment."""
    state = programme.new_member(
        "m-1",
        joined="2026-01-01T00:00:00Z",
        facts={
            "birthday": "2000-02-29",
            "since": "1999-12-31",
            "income": "1234.50",
            "children": "2",
            "share": "0.125",
            "city": "Пермь",
            "staff": False,
        },
        segments=["vip"],
    )
    for number, (at, amount) in enumerate(
        [("2026-01-10T10:00:00Z", "345.67"), ("2026-02-03T23:30:00+03:00", "12.34"), ("2026-03-29T00:00:00Z", "777.77")]
    ):
        line = events.line("1", sku="s", amount=amount)
        state = programme.decide(state, events.purchase(f"p-{number}", "m-1", at, [line], currency="RUB")).member
    assert len(state.purses) == 2
    assert state.purses[1].remainders
    assert state.standings[0].level == "gold"
    return state


def document(member: MemberState, programme: Programme) -> dict[str, Any]:
    parsed = json.loads(write_member(member, programme))
    assert isinstance(parsed, dict)
    return parsed


# ---------------------------------------------------------------- round trips


def test_a_member_is_read_back_exactly_and_written_alike(programme: Programme, member: MemberState) -> None:
    written = write_member(member, programme)
    assert read_member(written, programme) == member
    assert read_member(written.encode(), programme) == member
    assert write_member(read_member(written, programme), programme) == written


def test_ends_that_move_or_wait_make_the_round_trip(programme: Programme, member: MemberState) -> None:
    bonus = next(purse for purse in member.purses if purse.name == "bonus")
    first, *others = bonus.lots
    moving = first._replace(idle=((0, 12), (180, 0)), latest=first.expires + 1, overdue=True)
    held = bonus._replace(lots=(moving, *others), active=parse_date("2026-03-29"))
    changed = member._replace(purses=(held, *(purse for purse in member.purses if purse.name != "bonus")))
    assert read_member(write_member(changed, programme), programme) == changed
    data = document(changed, programme)["core"]["purses"]["bonus"]
    assert (data["active"], data["lots"][0]["idle"], data["lots"][0]["overdue"]) == (
        "2026-03-29",
        [[0, 12], [180, 0]],
        True,
    )


def test_units_that_wait_for_an_event_make_the_round_trip(programme: Programme, member: MemberState) -> None:
    bonus = next(purse for purse in member.purses if purse.name == "bonus")
    first, *others = bonus.lots
    for waits, written in (
        (Waits("delivered", "p-1"), {"event": "delivered", "order": "p-1"}),
        (Waits("delivered", "p-1", "base"), {"event": "delivered", "order": "p-1", "rule": "base"}),
    ):
        held = bonus._replace(lots=(first._replace(usable=NEVER, waits=waits), *others))
        changed = member._replace(purses=(held, *(purse for purse in member.purses if purse.name != "bonus")))
        assert read_member(write_member(changed, programme), programme) == changed
        data = document(changed, programme)["core"]["purses"]["bonus"]["lots"][0]
        assert (data["waits"], "usable" in data) == (written, False)


def test_every_state_of_a_history_makes_the_round_trip(programme: Programme) -> None:
    state = programme.new_member("m-1")
    assert read_member(write_member(state, programme), programme) == state
    for day in range(1, 29):
        line = events.line("1", sku="s", amount=f"{day * 37}.{day:02d}")
        event = events.purchase(f"p-{day}", "m-1", f"2026-02-{day:02d}T12:00:00+03:00", [line], currency="RUB")
        state = programme.decide(state, event).member
        assert read_member(write_member(state, programme), programme) == state
    state = programme.decide(state, events.tick("m-1", "2027-06-01T00:00:00Z")).member
    assert read_member(write_member(state, programme), programme) == state


def test_a_decision_after_the_round_trip_is_the_same(programme: Programme, member: MemberState) -> None:
    line = events.line("1", sku="s", amount="99.99")
    event = events.purchase("p-9", "m-1", "2026-04-10T10:00:00Z", [line], currency="RUB")
    reread = read_member(write_member(member, programme), programme)
    first, second = programme.decide(member, event), programme.decide(reread, event)
    assert (first.effects, first.member) == (second.effects, second.member)


def test_the_document_has_names_amounts_and_instants_as_people_read_them(
    programme: Programme, member: MemberState
) -> None:
    core = document(member, programme)["core"]
    # 345.67 / 7 = 49.38 points; 1 % of 345.67 = 3.4567 RUB
    assert core["purses"]["bonus"]["lots"][0] == {
        "number": 1,
        "earned": "2026-01-10T13:00:00+03:00",
        "usable": "2026-01-24T00:00:00+03:00",
        "expires": "2027-01-11T00:00:00+03:00",
        "left": "49.38",
        "parts": {"base": "49.38"},
    }
    assert core["purses"]["cash"]["lots"][0]["expires"] == "never"
    assert core["facts"] == {
        "birthday": "2000-02-29",
        "children": "2",
        "city": "Пермь",
        "income": "1234.50",
        "share": "0.125",
        "since": "1999-12-31",
        "staff": False,
    }
    assert core["first_order"] == "2026-01-10"
    assert [entry[0] for entry in core["seen"]] == ["p-0", "p-1", "p-2"]
    assert list(document(member, programme)) == ["format", "core", "records"]


def test_states_that_no_history_of_these_rules_makes_are_kept_as_well(
    programme: Programme, member: MemberState
) -> None:
    at = member.clock
    lot = Lot(1, at, at, NEVER, 2**62 - 1, (("base", 2**61), ("gone", 2**61 - 1)))
    odd = member._replace(
        purses=(Purse("bonus", (lot,), (("base", -1, 3),)),),
        standings=(
            Standing(
                "status",
                "",
                0,
                scheduled=((at + 1, "gold"),),
                falls=(at + 2, "silver"),
                anew=at,
                best="gold",
                taken=7,
                floors=((at + 3, "gold"), (NEVER, "silver")),
                history=((0, ""), (at, "gold")),
            ),
        ),
        first_order=None,
        last_order=None,
    )
    assert read_member(write_member(odd, programme), programme) == odd


# ---------------------------------------------------------------- refusals

Change = Callable[[dict[str, Any]], object]


def lot(core: dict[str, Any]) -> dict[str, Any]:
    found = core["purses"]["bonus"]["lots"][0]
    assert isinstance(found, dict)
    return found


REFUSED: list[tuple[str, Change, str, str]] = [
    ("another format", lambda d: d.update(format=2), "wire.value", "format"),
    ("a truth value as format", lambda d: d.update(format=True), "wire.type", "format"),
    ("no format", lambda d: d.pop("format"), "wire.missing_field", "format"),
    ("a record that is none", lambda d: d.update(records=["{}"]), "wire.type", "records[0]"),
    ("an unknown field", lambda d: d["core"].update(balance="9"), "wire.unknown_field", "core.balance"),
    ("null", lambda d: d["core"].update(joined=None), "wire.type", "core.joined"),
    ("a bad id", lambda d: d["core"].update(member="m 1"), "id.charset", "core.member"),
    ("a fingerprint that is none", lambda d: d["core"].update(programme="abc"), "wire.value", "core.programme"),
    ("decisions below zero", lambda d: d["core"].update(decisions=-1), "wire.value", "core.decisions"),
    ("a clock without offset", lambda d: d["core"].update(clock="2026-04-01T00:00:00"), "time.naive", "core.clock"),
    ("an unknown fact", lambda d: d["core"]["facts"].update(age="5"), "fact.unknown", "core.facts.age"),
    ("a fact of another kind", lambda d: d["core"]["facts"].update(staff="no"), "fact.type", "core.facts.staff"),
    ("a bare number", lambda d: d["core"]["facts"].update(children=2), "number.type", "core.facts.children"),
    ("an unknown segment", lambda d: d["core"].update(segments=["vipp"]), "member.segment", "core.segments[0]"),
    ("an unknown purse", lambda d: d["core"]["purses"].update(miles={"lots": []}), "member.purse", "core.purses.miles"),
    ("finer than the purse", lambda d: lot(d["core"]).update(left="49.381"), "number.decimals", "left"),
    ("more than 2^62", lambda d: lot(d["core"]).update(left="46116860184273879.04"), "limit.number", "left"),
    ("no number", lambda d: lot(d["core"]).update(left="1e3"), "number.syntax", "left"),
    ("an empty lot", lambda d: lot(d["core"]).update(left="0.00"), "limit.number", "left"),
    ("a lot below zero", lambda d: lot(d["core"]).update(left="-1.00"), "limit.number", "left"),
    ("parts that do not add up", lambda d: lot(d["core"]).update(left="49.39"), "member.inconsistent", "lots[0]"),
    ("a lot without parts", lambda d: lot(d["core"]).update(parts={}), "wire.length", "parts"),
    ("a lot of a later decision", lambda d: lot(d["core"]).update(number=9), "member.inconsistent", "number"),
    ("a lot of no decision", lambda d: lot(d["core"]).update(number=-1), "wire.value", "number"),
    ("usable before earned", lambda d: lot(d["core"]).update(usable="2026-01-01T00:00:00Z"), "member.inconsistent", ""),
    ("never usable", lambda d: lot(d["core"]).update(usable="never"), "time.syntax", "usable"),
    ("neither usable nor waiting", lambda d: lot(d["core"]).pop("usable"), "member.inconsistent", "lots[0]"),
    (
        "usable and waiting",
        lambda d: lot(d["core"]).update(waits={"event": "delivered", "order": "p-1"}),
        "member.inconsistent",
        "lots[0]",
    ),
    ("a length of nothing", lambda d: lot(d["core"]).update(idle=[[0, 0]]), "member.inconsistent", "idle"),
    ("days and months", lambda d: lot(d["core"]).update(idle=[[1, 1]]), "member.inconsistent", "idle"),
    ("lengths out of order", lambda d: lot(d["core"]).update(idle=[[2, 0], [1, 0]]), "member.inconsistent", "idle"),
    (
        "the latest end without activity",
        lambda d: lot(d["core"]).update(latest="2099-01-01T00:00:00Z"),
        "member.inconsistent",
        "lots[0]",
    ),
    (
        "an end beyond the latest",
        lambda d: lot(d["core"]).update(idle=[[1, 0]], latest="2026-01-01T00:00:00Z"),
        "member.inconsistent",
        "lots[0]",
    ),
    ("lots out of order", lambda d: d["core"]["purses"]["bonus"]["lots"].reverse(), "member.inconsistent", "lots"),
    ("earned in the future", lambda d: d["core"].update(clock="2026-03-01T00:00:00Z"), "member.inconsistent", ""),
    ("a remainder of 0", lambda d: d["core"]["purses"]["cash"].update(remainders={"back": "0/3"}), "number.syntax", ""),
    (
        "a remainder over 0",
        lambda d: d["core"]["purses"]["cash"].update(remainders={"back": "1/0"}),
        "number.syntax",
        "",
    ),
    (
        "a remainder not in lowest terms",
        lambda d: d["core"]["purses"]["cash"].update(remainders={"back": "2/4"}),
        "number.syntax",
        "",
    ),
    ("a counter of nothing", lambda d: d["core"]["counters"].update(x=[]), "member.inconsistent", "core.counters.x"),
    ("a sum of 0", lambda d: d["core"]["counters"].update(x=[[1, "0"]]), "member.inconsistent", "core.counters.x"),
    (
        "a sum with decimals",
        lambda d: d["core"]["counters"].update(x=[[1, "1.5"]]),
        "number.decimals",
        "core.counters.x",
    ),
    ("a bare sum", lambda d: d["core"]["counters"].update(x=[[1, 5]]), "wire.type", "core.counters.x[0][1]"),
    ("sums out of order", lambda d: d["core"]["counters"].update(x=[[2, "1"], [1, "1"]]), "member.inconsistent", ""),
    ("two sums of one date", lambda d: d["core"]["counters"].update(x=[[1, "1"], [1, "1"]]), "member.inconsistent", ""),
    (
        "too many sums",
        lambda d: d["core"]["counters"].update(x=[[n, "1"] for n in range(20_001)]),
        "limit.list",
        "core.counters",
    ),
    (
        "an unknown ladder",
        lambda d: d["core"]["standings"].update(rank={"level": ""}),
        "member.ladder",
        "core.standings.rank",
    ),
    ("an unknown level", lambda d: d["core"]["standings"]["status"].update(level="glod"), "member.level", "level"),
    (
        "a scheduled level that is none",
        lambda d: d["core"]["standings"]["status"].update(scheduled=[["2026-05-01T00:00:00Z", "x"]]),
        "member.level",
        "scheduled[0]",
    ),
    (
        "a fall to a level that is none",
        lambda d: d["core"]["standings"]["status"].update(falls=["2026-05-01T00:00:00Z", "x"]),
        "member.level",
        "falls",
    ),
    (
        "levels that give back",
        lambda d: d["core"]["standings"]["status"].update(taken="-1"),
        "member.inconsistent",
        "taken",
    ),
    (
        "a given level that is none",
        lambda d: d["core"]["standings"]["status"].update(floors=[["never", "x"]]),
        "member.level",
        "floors[0]",
    ),
    (
        "a history out of order",
        lambda d: d["core"]["standings"]["status"].update(
            history=[["2026-05-01T00:00:00Z", "gold"], ["never", "silver"]]
        ),
        "member.inconsistent",
        "history",
    ),
    ("a lost level that is none", lambda d: d["core"]["standings"]["status"].update(best="x"), "member.level", "best"),
    (
        "an event seen twice",
        lambda d: d["core"]["seen"].append(d["core"]["seen"][0]),
        "member.inconsistent",
        "core.seen",
    ),
    ("a digest that is none", lambda d: d["core"]["seen"][0].__setitem__(2, "zz"), "wire.value", "core.seen[0][2]"),
    ("an entry cut short", lambda d: d["core"]["seen"][0].pop(), "wire.missing_field", "core.seen[0][2]"),
    (
        "seen in the future",
        lambda d: d["core"]["seen"][0].__setitem__(1, "2027-01-01T00:00:00Z"),
        "member.inconsistent",
        "core.seen",
    ),
]


@pytest.mark.parametrize(("change", "code", "where"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_document_that_is_not_whole_is_refused_at_the_place(
    programme: Programme, member: MemberState, change: Change, code: str, where: str
) -> None:
    changed = document(member, programme)
    change(changed)
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(changed), programme)
    assert caught.value.code == code, caught.value
    assert caught.value.where.endswith(where), caught.value


def test_a_near_name_is_suggested(programme: Programme, member: MemberState) -> None:
    changed = document(member, programme)
    changed["core"]["standings"]["status"]["level"] = "glod"
    with pytest.raises(InputError, match="did you mean `gold`"):
        read_member(json.dumps(changed), programme)


def test_a_member_of_another_programme_is_not_written(programme: Programme, member: MemberState) -> None:
    for change, code in (
        ({"purses": (Purse("miles", ()),)}, "member.purse"),
        ({"facts": (("age", 5),)}, "fact.unknown"),
    ):
        with pytest.raises(InputError) as caught:
            write_member(member._replace(**change), programme)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"purses": (Purse("bonus", (Lot(1, 1, 1, NEVER, 1, (("base", 1),)),) * 5_001),)}, "limit.list"),
        ({"counters": tuple(Counter(f"c{n}", ((1, 1),)) for n in range(20_001))}, "limit.list"),
        ({"counters": tuple(Counter(f"{n}" * 1_000, ((1, 1),)) for n in range(5_000))}, "limit.size"),
    ],
    ids=["lots", "sums", "bytes"],
)
def test_a_document_larger_than_what_is_read_is_not_written(
    programme: Programme, member: MemberState, part: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        write_member(member._replace(**part), programme)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        (b"[" * 100_000, "limit.depth"),
        (b'{"format":1,"format":1,"core":{},"records":[]}', "wire.duplicate_key"),
        (
            b'{"format":1,"core":{"counters":{"x":[' + b'[1,"1"],' * 49_000 + b'[1,"1"]]}},"records":[]}',
            "wire.missing_field",
        ),
        (
            b'{"format":1,"core":{"facts":{' + b",".join(b'"f%d":"1"' % n for n in range(60_000)) + b'}},"records":[]}',
            "wire.missing_field",
        ),
    ],
    ids=["depth", "twice", "many sums", "many facts"],
)
def test_D_01_a_hostile_member_document_is_refused_within_the_bounds(hostile: bytes, code: str) -> None:
    assert_refused(hostile, code, kind="member")


LOWERED = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns in proportion within 14 days
  late events refused
end

purse bonus
  round down in calendar month
  usable at once
  expire never
  after a return take only what is left
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

boost half
  changes base
  multiply by 0.5
end
"""


def test_a_member_with_an_order_that_a_boost_made_less_of_comes_back() -> None:
    """10 points for 100 RUB, less 5: the record of the order has both, and the document is read again."""
    rules = load(LOWERED)
    bought = [events.line("1", sku="s", amount="100"), events.line("2", sku="s", amount="100")]
    order = events.purchase("o-1", "m-1", "2026-03-07T12:00:00Z", bought, currency="RUB")
    state = rules.decide(rules.new_member("m-1"), order).member
    assert state.records[0].awards[0].grid == ((0, (10, -5)), (1, (10, -5)))
    again = read_member(write_member(state, rules), rules)
    assert again == state
    back = rules.decide(again, events.returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"1": 1}))
    assert rules.balance(back.member, "bonus").usable == 5
