"""Zones of what is no earn rule: what is refused, how long a perk lasts, what the function of a programme leaves."""

from __future__ import annotations

import pytest

from loyalty_rules import Programme, RuleFileError, line, load, perk_use, purchase
from loyalty_rules.calendar import instant_of
from loyalty_rules.member import MemberState
from tests.engine.deciding import HEAD, granted, programme
from tests.engine.evaluators import deciding_by

STORE = 'facts\n  order fact shop is time zone else "Europe/Moscow"'
HOME = 'facts\n  member fact home is time zone else "Europe/Moscow"'
SPENT = HEAD.replace("usable at once\n  expire never\n", "usable at once\n  expire never\n  take oldest first\n", 1)
SWAP = "conversion {name}\n  {zone}\n  {dates}\n  at end of calendar month\n  uses 10 pts\n  give 1 RUB"
PAY = "redeem pay\n  uses pts\n  pays 1 RUB per 1 pts\n  on any product\n  too much is lowered"
BASE = "earn base\n  on any product\n  give 1 pts per 10 RUB"


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        (("never n\n  time zone of store\n  blocks earning",), "L342"),
        (("never n\n  time zone Moscow/Red_Square\n  blocks earning",), "L046"),
        (("never n\n  time zone UTC\n  time zone UTC\n  blocks earning",), "L041"),
        ((STORE, "never n\n  time zone of store\n  from 2026-03-01 10:00\n  blocks earning"), "L340"),
        ((STORE, "perk p\n  time zone of store\n  grants \"Tea\""), "L013"),
        ((STORE, SWAP.format(name="s", zone="time zone of store", dates="minimum 10 pts")), "L013"),
        ((BASE, "draw d\n  time zone UTC"), "L013"),
        ((BASE, "contest c\n  time zone UTC"), "L013"),
        (
            (
                STORE,
                "referral r\n  time zone of store\n  after joining\n  give friend 5 pts\n  after a return keep",
            ),
            "L343",
        ),
        (
            (
                STORE,
                f"{PAY}\n  time zone of store\n  from 2026-03-01\n  when orders while in force over 1",
            ),
            "L341",
        ),
    ],
)  # fmt: skip
def test_what_a_zone_cannot_be(blocks: tuple[str, ...], code: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        programme(*blocks, head=SPENT if "  uses " in blocks[-1] else HEAD)
    assert refused.value.diagnostics[0].problem.code == code


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (("time zone of member", "through 2026-03-31"), ("time zone of member", "from 2026-04-01"), False),
        (("time zone of member", "through 2026-04-01"), ("time zone of member", "from 2026-04-01"), True),
        (("time zone of member", "through 2026-03-31"), ("time zone UTC", "from 2026-04-02"), True),
        (("time zone Asia/Tokyo", "through 2026-03-31"), ("time zone UTC", "from 2026-04-01"), False),
        (("time zone UTC", "through 2026-03-31"), ("time zone Asia/Tokyo", "from 2026-04-01"), True),
    ],
)
def test_conversions_whose_dates_are_apart_do_not_meet(
    first: tuple[str, str], second: tuple[str, str], meet: bool
) -> None:
    """April begins in Tokyo while it is still March by UTC: the last two share nine hours, those before them none."""
    purse = "purse miles\n  round down per order\n  usable at once\n  expire never"
    swaps = [
        SWAP.format(name=name, zone=zone, dates=dates).replace("1 RUB", "1 miles")
        for name, (zone, dates) in zip("ab", (first, second), strict=True)
    ]
    if not meet:
        programme(HOME, purse, *swaps, head=SPENT)
        return
    with pytest.raises(RuleFileError) as refused:
        programme(HOME, purse, *swaps, head=SPENT)
    assert [found.problem.slug for found in refused.value.diagnostics] == ["conversion.meet"]


def test_a_perk_ends_by_the_calendar_at_home() -> None:
    """March ends in Tokyo on the 31st at 18:00 in Moscow, which is 15:00 UTC."""
    tea = 'perk tea\n  time zone of member\n  from 2026-03-01 through 2026-03-31\n  grants "Tea"'
    rules = programme(HOME, BASE, tea + '\n  message given en "Until {until}"')
    member = rules.new_member("m", facts={"home": "Asia/Tokyo"}, since="2026-03-02T12:00:00Z")
    (held,) = rules.perks(member)
    assert (held.why_not, held.until) == (None, instant_of("2026-03-31T15:00:00Z"))
    told = rules.decide(member, perk_use("u", "m", "2026-03-02T13:00:00Z", "tea")).messages
    assert [message.text for message in told if message.language == "en"] == ["Until 2026-03-31"]


def buy(rules: Programme, member: MemberState, id: str, at: str, shop: str = "") -> int:
    facts = {"shop": shop} if shop else None
    one = purchase(id, "m", at, [line("1", price="100")], currency="RUB", facts=facts)
    with deciding_by("both"):
        return granted(rules.decide(member, one))


@pytest.mark.parametrize(
    ("zone", "given"),
    [("", (0, 10)), ("time zone of store", (10, 0)), ("time zone Asia/Vladivostok", (10, 0))],
)
def test_a_guardrail_asks_the_same_by_each_way_of_deciding(zone: str, given: tuple[int, int]) -> None:
    """19:00 in Moscow is 02:00 in Vladivostok, 09:00 there is 02:00 in Moscow."""
    never = f"never n\n  {zone}\n  when clock time under 06:00\n  blocks earning"
    rules = programme(STORE, BASE, never)
    member = rules.new_member("m")
    found = [
        buy(rules, member, "o-1", "2026-03-02T02:00:00+03:00", "Asia/Vladivostok"),
        buy(rules, member, "o-2", "2026-03-02T19:00:00+03:00", "Asia/Vladivostok"),
    ]
    assert tuple(found) == given


def test_what_has_a_zone_is_left_by_the_function_of_a_programme() -> None:
    purse = "purse miles\n  round down per order\n  usable at once\n  expire never"
    night = "never n\n  {}when clock time under 06:00\n  blocks earning"
    swap = SWAP.format(name="s", zone="{}", dates="from 2026-01-01").replace("1 RUB", "1 miles")
    plain = programme(BASE, purse, night.format(""), swap.format("minimum 10 pts"), head=SPENT)
    assert plain.left_whole() == {}
    own = programme(BASE, purse, night.format("time zone UTC\n  "), swap.format("time zone UTC"), head=SPENT)
    assert set(own.left_whole()) == {"n", "s"}


def test_a_record_keeps_the_zone_that_a_guardrail_alone_asks() -> None:
    rules = load(HEAD + STORE + "\nend\n" + BASE + "\nend\nnever n\n  time zone of store\n"
                 "  when clock time under 06:00\n  blocks earning\nend\n")  # fmt: skip
    assert "shop" in rules.plan.reads.facts
