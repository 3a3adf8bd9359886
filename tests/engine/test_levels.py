"""What reviews tell: a level at risk, one that is kept after all, one that falls; and members of an older rule file."""

from __future__ import annotations

import pytest

from loyalty_rules import DecisionError, InputError, Programme
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import LevelAssigned, LevelAtRisk, LevelChanged, LevelKept, LevelTook, Outcome
from loyalty_rules.events import Happening, happening, line, purchase, tick
from loyalty_rules.member import NEVER, MemberState, Standing
from tests.engine.deciding import decide, order, programme

GRACED = """
tiers status "Status"
  level silver when spend in calendar month at least 100 RUB
  level gold above silver when spend in calendar month at least 200 RUB
  upgrade from next order
  review at end of calendar month
  grace 20 days
  downgrade to earned level
  title ru "Статус"
  message given en "Welcome to {level}"
"""
MARCH = "2026-03-10T12:00:00+03:00"
MAY_1 = instant_of("2026-05-01T00:00:00+03:00")
MAY_15 = instant_of("2026-05-15T12:00:00+03:00")
MAY_21 = instant_of("2026-05-21T00:00:00+03:00")


@pytest.fixture(scope="module")
def rules() -> Programme:
    return programme(GRACED)


@pytest.fixture(scope="module")
def at_risk(rules: Programme) -> MemberState:
    """Gold since March, nothing in April."""
    member = decide(rules, order("200", at=MARCH)).member
    return decide(rules, tick("m", MAY_1), member).member


# ---------- effects and words


def test_a_failed_review_tells_when_the_level_falls(rules: Programme) -> None:
    member = decide(rules, order("200", at=MARCH)).member
    found = decide(rules, tick("m", MAY_1), member)
    assert found.effects == (LevelAtRisk("status", "gold", "", MAY_21, MAY_1),)
    assert found.explain() == (
        "Time passes for member m, up to 2026-05-01 00:00\n\n"
        "Status: gold was not kept, no level from 2026-05-21 unless it is reached again.\n\n"
        "Cash: 0.00 RUB to use.\nPoints: 0 pts to use.\n"
        "Status: gold.\nStatus: no level from 2026-05-21, unless the level is reached again.\n"
    )
    assert "Статус: уровень gold не подтверждён, без уровня с 2026-05-21, если его не достичь снова." in found.explain(
        "ru"
    )
    assert found.explain(audience="member") == "Status: gold holds through 2026-05-20, longer if you reach it again.\n"


def test_a_level_that_is_reached_again_is_kept(rules: Programme, at_risk: MemberState) -> None:
    found = decide(rules, order("200", id="b", at="2026-05-15T12:00:00+03:00"), at_risk)
    assert found.effects == (LevelKept("status", "gold", MAY_15),)
    assert (found.member.standings[0].falls, found.member.standings[0].anew) == (None, MAY_15)
    assert "Status: gold is kept after all." in found.explain()
    assert found.explain(audience="member") == "Status: gold stays with you.\n"
    assert found.messages == ()


def test_a_level_that_is_not_reached_again_falls_at_its_instant(rules: Programme, at_risk: MemberState) -> None:
    assert decide(rules, tick("m", MAY_21 - 1), at_risk).effects == ()
    found = decide(rules, tick("m", MAY_21), at_risk)
    assert found.effects == (LevelChanged("status", "gold", "", MAY_21),)
    assert (found.member.standings[0].best, found.member.standings[0].falls) == ("gold", None)


def test_time_in_one_step_and_in_many_is_the_same(rules: Programme) -> None:
    member = decide(rules, order("200", at=MARCH)).member
    whole = decide(rules, tick("m", "2026-07-01T00:00:00Z"), member).member
    for day in ("2026-04-01", "2026-04-30", "2026-05-03", "2026-05-20", "2026-05-21", "2026-06-09", "2026-07-01"):
        member = decide(rules, tick("m", f"{day}T00:00:00Z"), member).member
    assert member == whole


def test_own_reviews_count_from_the_day_on_which_a_level_is_reached_again() -> None:
    rules = programme(
        """
tiers status
  level gold when spend in last 10 days at least 100 RUB
  upgrade from next order
  review after 1 month
  grace 10 days
  downgrade to earned level
"""
    )
    member = decide(rules, order("100", at="2026-03-10T12:00:00+03:00")).member
    member = decide(rules, order("100", id="b", at="2026-04-15T12:00:00+03:00"), member).member  # in the grace
    found = decide(rules, tick("m", "2026-05-25T00:00:00+03:00"), member)
    may_15 = instant_of("2026-05-15T00:00:00+03:00")
    may_25 = instant_of("2026-05-25T00:00:00+03:00")
    assert found.effects == (
        LevelAtRisk("status", "gold", "", may_25, may_15),
        LevelChanged("status", "gold", "", may_25),
    )


def test_reviews_of_several_ladders_ask_about_the_member_as_found() -> None:
    """Both fall at once: the second still finds the first level held."""
    rules = programme(
        """
tiers a
  level a1 when spend in last 5 days at least 100 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
""",
        """
tiers b
  level b1 when spend in last 5 days at least 100 RUB
  keep b1 when a is a1
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
""",
    )
    member = decide(rules, order("100", at=MARCH)).member
    april = decide(rules, tick("m", "2026-04-01T00:00:00+03:00"), member).member
    assert (rules.level(april, "a"), rules.level(april, "b")) == ("", "b1")
    may = decide(rules, tick("m", MAY_1), april).member
    assert rules.level(may, "b") == ""


# ---------- a ladder that changes under its members


def test_a_level_that_the_file_no_longer_has_is_named(rules: Programme, at_risk: MemberState) -> None:
    other = programme(GRACED.replace("gold", "platinum"))
    for event in (order("1", id="x", at="2026-05-02T00:00:00Z"), tick("m", "2026-05-02T00:00:00Z")):
        with pytest.raises(DecisionError, match="no level `gold`") as refusal:
            other.decide(at_risk, event)
        assert refusal.value.code == "member.level"
    with pytest.raises(DecisionError) as refusal:
        programme(GRACED.replace("tiers status", "tiers rank")).decide(at_risk, tick("m", "2026-05-02T00:00:00Z"))
    assert refusal.value.code == "member.ladder"


def test_levels_put_into_a_live_ladder_are_reached_like_any_other(rules: Programme) -> None:
    below = "  level bronze when spend in calendar month at least 50 RUB\n  level silver above bronze when spend"
    between = (
        "  level amber above silver when spend in calendar month at least 150 RUB\n  level gold above amber when spend"
    )
    wider = programme(
        GRACED.replace("  level silver when spend", below).replace("  level gold above silver when spend", between)
    )
    member = decide(rules, order("60", id="a", at="2026-03-10T12:00:00+03:00")).member
    assert wider.level(member, "status") == ""
    member = decide(wider, order("1", id="b", at="2026-03-11T12:00:00+03:00"), member).member
    assert wider.level(member, "status") == "bronze"

    silver = decide(rules, order("160", id="a", at="2026-03-10T12:00:00+03:00")).member
    assert (rules.level(silver, "status"), wider.level(silver, "status")) == ("silver", "silver")
    member = decide(wider, order("1", id="b", at="2026-03-11T12:00:00+03:00"), silver).member
    assert wider.level(member, "status") == "amber"

    # A review counts by the new ladder too: the 70 RUB of April leave bronze, to which silver falls after the grace.
    april = decide(rules, order("70", id="c", at="2026-04-10T12:00:00+03:00"), silver).member
    member = decide(wider, tick("m", MAY_21), april).member
    assert wider.level(member, "status") == "bronze"


# ---------- levels that take

TAKING = """
tiers status "Status"
  level silver when earned pts since the beginning at least 100
  level gold above silver when earned pts since the beginning at least 180
  reaching silver takes 100 pts
  reaching gold takes 180 pts
  keeping gold takes 180 pts
  carry over at most 300 pts
  upgrade from next order
  review after 12 months from start of next calendar month
  downgrade one level
"""
POINTS = "earn base\n  on any product\n  give 1 pts per 1 RUB"
APRIL_1 = instant_of("2027-04-01T00:00:00+03:00")


def test_what_levels_take_is_told_rung_by_rung() -> None:
    rules = programme(TAKING, POINTS)
    found = decide(rules, order("295", at=MARCH))
    at = instant_of(MARCH)
    assert found.effects[1:] == (
        LevelChanged("status", "", "silver", at),
        LevelTook("status", "silver", 100, 0, 195, at),
        LevelChanged("status", "silver", "gold", at),
        LevelTook("status", "gold", 180, 0, 15, at),
    )
    assert "Status: gold takes 180 pts, 15 pts are left." in found.explain()
    assert "Status: gold списывает 180 pts, остаётся 15 pts." in found.explain("ru")
    held = rules.counter(found.member, "status")
    assert held is not None
    assert held.units == 15
    assert rules.balance(found.member, "pts").usable == 295


def test_a_passed_review_takes_and_drops_what_is_not_carried_over() -> None:
    rules = programme(TAKING, POINTS)
    member = decide(rules, order("280", at=MARCH)).member
    member = decide(rules, order("720", id="b", at="2026-12-01T12:00:00+03:00"), member).member
    found = decide(rules, tick("m", APRIL_1), member)
    assert found.effects == (LevelTook("status", "gold", 180, 240, 300, APRIL_1),)
    assert "Status: 240 pts are not carried over, 300 pts are left." in found.explain()
    assert "Status: 240 pts не переносится, остаётся 300 pts." in found.explain("ru")


def test_what_a_level_takes_is_missing_for_the_next() -> None:
    rules = programme(TAKING, POINTS)
    member = decide(rules, order("125", at=MARCH)).member
    assert [(one.level, one.missing) for one in rules.to_next(member, "status")] == [("gold", 155)]


def test_a_ladder_that_takes_nothing_has_no_counter(rules: Programme, at_risk: MemberState) -> None:
    assert rules.counter(at_risk, "status") is None
    with pytest.raises(InputError) as refusal:
        rules.counter(at_risk, "club")
    assert refusal.value.code == "ladder.unknown"


@pytest.mark.parametrize(
    ("counter", "unit", "told"),
    [
        ("spend since the beginning", "RUB", "takes 50.00 RUB, 50.00 RUB are left."),
        ("items since the beginning", "items", "takes 50 items, 50 items are left."),
        ("total of litres since the beginning", "litres", "takes 50, 50 are left."),
    ],
)
def test_counters_of_every_kind_have_their_unit(counter: str, unit: str, told: str) -> None:
    rules = programme(
        "facts\n  line fact litres is number else 100",
        f"""
tiers status "Status"
  level silver when {counter} at least 100 {unit}
  reaching silver takes 50 {unit}
  upgrade from next order
  review never
""",
    )
    whole = purchase("o", "m", MARCH, [line("1", quantity=100, price="1")], currency="RUB")
    assert told in decide(rules, whole).explain()


# ---------- levels that rules give, and rules that wait for levels

GIVING = (
    "event match",
    """
tiers status "Status"
  level silver when spend in calendar month at least 100 RUB
  level gold above silver when spend in calendar month at least 200 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
""",
    """
earn matched "Status match"
  after event match
  give level gold in ladder status lasting 30 days
  message given en "You are {level} for a month"
""",
    """
earn welcome "Welcome to gold"
  after reaching gold in ladder status
  give 50 pts
  message given en "{amount} for {level}"
""",
)
APRIL_9 = instant_of("2026-04-09T00:00:00+03:00")


@pytest.fixture(scope="module")
def giving() -> Programme:
    return programme(*GIVING)


def match(at: str = MARCH, id: str = "m-1") -> Happening:
    return happening(id, "m", at, "match")


def test_a_level_that_is_given_is_told_with_its_end(giving: Programme) -> None:
    found = decide(giving, match())
    at = instant_of(MARCH)
    assert found.effects[:2] == (
        LevelAssigned("matched", "status", "gold", APRIL_9, at),
        LevelChanged("status", "", "gold", at),
    )
    text = found.explain()
    assert "Status match (matched): a level." in text
    assert 'Status: "Status match" gives gold, through 2026-04-08.' in text
    assert text.endswith("Status: gold.\nStatus: at least gold, through 2026-04-08.\n")
    assert "Status: не ниже gold, по 2026-04-08 включительно." in found.explain("ru")
    assert [message.text for message in found.messages] == ["You are gold for a month", "50 pts for gold"]


def test_a_rule_that_waits_for_a_level_is_in_the_trace_once(giving: Programme) -> None:
    found = decide(giving, match())
    records = {record.rule: record for record in found.trace}
    assert len(records) == len(found.trace) == 2
    assert (records["welcome"].outcome, records["welcome"].granted) == (Outcome.AWARDED, 50)
    assert (records["matched"].outcome, records["matched"].granted) == (Outcome.AWARDED, 0)
    waiting = decide(giving, order("1"))
    assert "It waits for the level gold of Status." in waiting.explain()
    assert "Правило ждёт уровня gold в Status." in waiting.explain("ru")


def test_what_is_earned_goes_on_under_what_was_given(giving: Programme) -> None:
    """Silver is earned in March and lost by the review of April; gold holds until 9 April whatever is earned."""
    member = decide(giving, match()).member
    bought = decide(giving, order("100", at="2026-03-11T12:00:00+03:00"), member)
    assert not [effect for effect in bought.effects if isinstance(effect, LevelChanged)]
    assert (giving.level(bought.member, "status"), bought.member.standings[0].level) == ("gold", "silver")
    ended = decide(giving, tick("m", APRIL_9), bought.member)
    assert ended.effects == (LevelChanged("status", "gold", "silver", APRIL_9),)
    may = decide(giving, tick("m", MAY_1), ended.member)
    assert may.effects == (LevelChanged("status", "silver", "", MAY_1),)
    assert may.member.standings[0].history == (
        (0, ""),
        (instant_of(MARCH), "gold"),
        (APRIL_9, "silver"),
        (MAY_1, ""),
    )


def test_of_several_levels_that_were_given_only_those_that_matter_are_kept() -> None:
    rules = programme(
        *GIVING[:2],
        "event small",
        "earn a\n  after event match\n  give level gold in ladder status lasting 10 days",
        "earn b\n  after event small\n  give level silver in ladder status lasting 20 days",
        "earn c\n  when order number is 3\n  give level gold in ladder status",
    )
    member = decide(rules, match()).member
    member = decide(rules, happening("s-1", "m", MARCH, "small"), member).member
    member = decide(rules, happening("s-2", "m", MARCH, "small"), member).member
    first, second = instant_of("2026-03-20T00:00:00+03:00"), instant_of("2026-03-30T00:00:00+03:00")
    assert member.standings[0].floors == ((first, "gold"), (second, "silver"))
    for number in range(3):
        member = decide(rules, order("1", id=f"o-{number}", at="2026-03-11T12:00:00+03:00"), member).member
    assert member.standings[0].floors == ((NEVER, "gold"),)


def test_a_level_that_is_over_before_it_is_given_is_not_given() -> None:
    rules = programme(
        *GIVING[:2], "earn a\n  after event match\n  give level gold in ladder status lasting through 2026-03-09"
    )
    assert decide(rules, match()).effects == ()


def test_a_rule_that_loses_in_its_group_gives_no_level() -> None:
    rules = programme(
        GIVING[1],
        "earn a\n  on any product\n  give 1 pts per 10 RUB",
        "earn b\n  on any product\n  give 2 pts per 10 RUB\n  give level gold in ladder status",
        "group one\n  rule a\n  rule b\n  choose smallest for member\n  decide per order",
    )
    found = decide(rules, order("50"))
    assert rules.level(found.member, "status") == ""
    won = programme(
        *(GIVING[1], "earn b\n  on any product\n  give 2 pts per 10 RUB\n  give level gold in ladder status")
    )
    assert won.level(decide(won, order("50")).member, "status") == "gold"


# ---------- levels at other times


def test_the_level_at_a_later_instant_follows_from_the_clock(giving: Programme) -> None:
    member = decide(giving, match()).member
    member = decide(giving, order("100", at="2026-03-11T12:00:00+03:00"), member).member
    at = ("2026-04-08T23:59:59+03:00", "2026-04-09T00:00:00+03:00", "2026-04-30T23:59:59+03:00", MAY_1)
    assert [giving.level_at(member, "status", one) for one in at] == ["gold", "silver", "silver", ""]


def test_a_fall_that_waits_is_foreseen(rules: Programme, at_risk: MemberState) -> None:
    assert [rules.level_at(at_risk, "status", one) for one in (MAY_21 - 1, MAY_21)] == ["gold", ""]


def test_the_level_at_an_earlier_instant_is_remembered(giving: Programme) -> None:
    member = decide(giving, match()).member
    member = decide(giving, tick("m", MAY_1), member).member
    march = instant_of(MARCH)
    at = (march - 1, march, APRIL_9 - 1, APRIL_9, "2001-01-01T00:00:00Z")
    assert [giving.level_at(member, "status", one) for one in at] == ["", "gold", "gold", "", ""]


def test_what_is_forgotten_is_not_made_up(giving: Programme) -> None:
    member = decide(giving, order("100", id="o-0", at="2020-01-01T12:00:00+03:00")).member
    for month in range(1, 41):  # up in every odd month, down at the end of the month after it
        date = f"{2020 + month // 12}-{month % 12 + 1:02d}"
        member = decide(
            giving, order("100" if month % 2 == 0 else "1", id=f"o-{month}", at=f"{date}-05T00:00:00Z"), member
        ).member
    standing = member.standings[0]
    assert len(standing.history) == 32
    with pytest.raises(InputError) as refusal:
        giving.level_at(member, "status", "2020-01-05T00:00:00Z")
    assert refusal.value.code == "level.forgotten"
    assert giving.level_at(member, "status", standing.history[0][0]) == standing.history[0][1]
    imported = giving.new_member("m")._replace(clock=MAY_1, standings=(Standing("status", "gold", MAY_1 - 5),))
    assert giving.level_at(imported, "status", MAY_1 - 3) == "gold"
    with pytest.raises(InputError):
        giving.level_at(imported, "status", MAY_1 - 6)


def test_what_keeps_a_level_is_told_with_the_date_of_its_review() -> None:
    rules = programme(
        """
tiers status
  level gold when spend in last 30 days at least 100 RUB
  keep gold when spend in last 30 days at least 80 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
""",
        TAKING.replace("tiers status", "tiers xp").replace("silver", "s").replace("gold", "g"),
        POINTS,
    )
    assert rules.to_keep(rules.new_member("m"), "status") is None
    member = decide(rules, order("60", at="2026-02-20T12:00:00+03:00")).member
    member = decide(rules, order("70", id="b", at="2026-03-05T12:00:00+03:00"), member).member
    # The 30 dates that end on 31 March begin on 2 March: 70 RUB of the 80 will count.
    found = rules.to_keep(member, "status")
    april_1 = instant_of("2026-04-01T00:00:00+03:00")
    assert found is not None
    assert (found.level, found.missing, found.review) == ("gold", 10_00, april_1)
    # 130 points, of which reaching took 100; keeping asks for 100 by the end of March 2027.
    kept = rules.to_keep(member, "xp")
    assert kept is not None
    assert (kept.level, kept.missing, kept.review) == ("s", 70, APRIL_1)
    lost = decide(rules, tick("m", april_1), member).member
    assert rules.to_keep(lost, "status") is None
