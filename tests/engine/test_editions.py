"""Editions: an occasion is decided by the edition in force on its instant; the same name keeps its counter."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    Programme,
    RuleFileError,
    SettingsError,
    cancellation,
    load,
    replay,
    tick,
)
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import Effect, LevelChanged
from loyalty_rules.member import MemberState
from tests.engine.deciding import HEAD, decide, granted, order

JUNE: Final = "2026-06-01T00:00:00+03:00"


def text(*blocks: str, head: str = HEAD) -> str:
    return head + "".join(f"\n{block.strip()}\nend\n" for block in blocks)


def base(rate: str, *clauses: str) -> str:
    return "\n".join(["earn base", "on any product", f"give {rate}", *clauses])


ONE: Final = text(base("1 pts per 10 RUB"))
TWO: Final = text(base("2 pts per 10 RUB"))


def editions(*texts: str, until: tuple[str, ...] = (JUNE,)) -> Programme:
    """The last text, and those before it with the instants until which they hold."""
    return load(texts[-1], earlier=tuple(zip(texts[:-1], until, strict=True)))


# ---------- orders that may come back for a shorter time


def test_lots_are_one_once_nothing_tells_them_apart_though_an_older_order_may_still_come_back() -> None:
    """Of 30 May goods may come back for 60 days, of 2 and 4 June for 5: by 20 June those two are 10 + 10 of one lot."""
    left = HEAD.replace("rules add up", "rules add up\n  after a return take only what is left")
    asked = "returns replay within {} days\n  returns keep prices"
    long, short = (left.replace("returns refused", asked.format(days)) for days in (60, 5))
    programme = editions(text(base("1 pts per 10 RUB"), head=long), text(base("1 pts per 10 RUB"), head=short))
    member = programme.new_member("m")
    for day in ("05-30", "06-02", "06-04", "06-20"):
        member = programme.decide(member, order("100", id=day, at=f"2026-{day}T12:00:00+03:00")).member
    assert [lot.left for lot in member.purses[0].lots] == [10, 20, 10]


# ---------- what another edition did is told in the words of none


MONTHLY: Final = 'earn monthly "Monthly"\n  at end of calendar month\n  give 10 pts'


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", '"monthly", by an earlier edition: 10 pts.'), ("ru", "«monthly», по прежней редакции: 10 pts.")],
)
def test_what_rules_gave_that_are_gone_is_told(language: str, line: str) -> None:
    """The end of May belongs to the edition of May; the one of June has no such rule, and other words there."""
    programme = editions(text(MONTHLY), TWO)
    member = decide(programme, order("1", at="2026-05-15T12:00:00+03:00")).member
    decision = decide(programme, order("100", id="o-2", at=JUNE), member)
    assert granted(decision) == 10 + 20
    assert [(record.rule, record.granted) for record in decision.trace] == [("base", 20)]
    told = decision.explain(language)
    assert line in told
    assert "base (base): 20 pts." in told
    assert "20 pts" in decision.explain(language, audience="member")


def test_goods_of_an_order_whose_rule_is_gone_come_back() -> None:
    head = HEAD.replace("  returns refused\n", "  returns replay within 60 days\n  returns keep prices\n", 1)
    head = head.replace("  rules add up\nend", "  rules add up\n  after a return may go negative\nend")
    programme = editions(text(base("1 pts per 10 RUB"), head=head), text(MONTHLY, head=head))
    member = decide(programme, order("100", at="2026-05-15T12:00:00+03:00")).member
    back = programme.decide(member, cancellation("c", "m", "2026-06-02T12:00:00+03:00", "o-1"))
    assert programme.balance(back.member, "pts").usable == 0
    assert back.trace == ()
    assert "10 pts" in back.explain()


# ---------- which edition decides


@pytest.mark.parametrize(
    ("at", "points", "number"),
    [
        ("2026-05-31T23:59:59.999999+03:00", 10, 0),
        (JUNE, 20, 1),
        ("2026-07-01T00:00:00+03:00", 20, 1),
    ],
)
def test_an_order_is_decided_by_the_edition_in_force_on_its_instant(at: str, points: int, number: int) -> None:
    programme = editions(ONE, TWO)
    decision = decide(programme, order("100", at=at))
    assert granted(decision) == points
    assert decision.programme is programme.edition_at(at) is programme.editions[number]
    assert decision.member.programme == decision.programme.fingerprint
    assert f'"fingerprint":"{decision.programme.fingerprint}"' in write_decision(decision)


def test_three_editions_hold_one_after_another() -> None:
    programme = editions(ONE, TWO, ONE, until=(JUNE, "2026-07-01T00:00:00+03:00"))
    history = [
        order("100", id="o-1", at="2026-05-15T12:00:00+03:00"),
        order("100", id="o-2", at="2026-06-15T12:00:00+03:00"),
        order("100", id="o-3", at="2026-07-15T12:00:00+03:00"),
    ]
    assert [granted(decision) for decision in replay(programme, history)] == [10, 20, 10]


def test_trace_and_explanation_are_those_of_the_edition_that_decided() -> None:
    decision = decide(editions(ONE, TWO), order("100", at="2026-05-15T12:00:00+03:00"))
    assert decision.explain() == decide(load(ONE), order("100", at="2026-05-15T12:00:00+03:00")).explain()
    assert [record.granted for record in decision.trace] == [10]


def test_an_edition_is_found_by_its_fingerprint() -> None:
    programme = editions(ONE, TWO)
    assert programme.edition(load(ONE).fingerprint).plan.text == ONE
    assert programme.edition(programme.fingerprint) is programme
    missing = load(text(base("3 pts per 10 RUB"))).fingerprint
    with pytest.raises(InputError, match=missing) as caught:
        programme.edition(missing)
    assert caught.value.code == "edition.missing"


# ---------- counters


def test_a_cap_of_the_same_name_goes_on_counting() -> None:
    """10 of 25 are used up in June before the new edition holds: 15 are left of what would be 20."""
    capped = "cap 25 pts per member in calendar month"
    programme = editions(
        text(base("1 pts per 10 RUB", capped)),
        text(base("2 pts per 10 RUB", capped)),
        until=("2026-06-15T00:00:00+03:00",),
    )
    first = decide(programme, order("100", id="o-1", at="2026-06-10T12:00:00+03:00"))
    second = decide(programme, order("100", id="o-2", at="2026-06-20T12:00:00+03:00"), first.member)
    assert (granted(first), granted(second)) == (10, 15)


def test_a_cap_over_another_window_starts_empty() -> None:
    programme = editions(
        text(base("1 pts per 10 RUB", "cap 25 pts per member in calendar month")),
        text(base("2 pts per 10 RUB", "cap 25 pts per member in calendar year")),
        until=("2026-06-15T00:00:00+03:00",),
    )
    first = decide(programme, order("100", id="o-1", at="2026-06-10T12:00:00+03:00"))
    second = decide(programme, order("100", id="o-2", at="2026-06-20T12:00:00+03:00"), first.member)
    assert (granted(first), granted(second)) == (10, 20)


def test_remainders_are_cut_to_billionths_at_a_change_of_meaning() -> None:
    """10 RUB at 1 per 3 RUB are 3 and a third."""
    carrying = HEAD.replace("purse pts", "purse pts").replace("expire never", "expire never\n  carry remainder", 1)
    old, new = text(base("1 pts per 3 RUB"), head=carrying), text(base("1 pts per 7 RUB"), head=carrying)
    first = decide(editions(old, new), order("10", at="2026-05-15T12:00:00+03:00"))
    assert first.member.purses[0].remainders == (("base", 1, 3),)
    later = decide(editions(old, new), tick("m", "2026-06-02T00:00:00+03:00"), first.member)
    assert later.member.purses[0].remainders == (("base", 333_333_333, 1_000_000_000),)
    retitled = old.replace('"Points"', '"Our points"')
    same = decide(editions(old, retitled), tick("m", "2026-06-02T00:00:00+03:00"), first.member)
    assert same.member.purses[0].remainders == (("base", 1, 3),)


# ---------- the clock

STATUS: Final = """tiers status
level silver when spend in last 90 days at least {} RUB
upgrade from next order
review at end of calendar month
downgrade one level"""
#: 600 RUB on 1 February lift to silver; of the 90 dates before 1 June only the 300 RUB of 10 April are left.
SPENT: Final = [
    order("600", id="o-1", at="2026-02-01T12:00:00+03:00"),
    order("300", id="o-2", at="2026-04-10T12:00:00+03:00"),
]


def spent(programme: Programme) -> MemberState:
    return list(replay(programme, SPENT))[-1].member


@pytest.mark.parametrize(("before", "after", "level"), [(500, 100, ""), (100, 500, "silver")])
def test_what_ends_at_the_turn_ends_under_the_edition_before(before: int, after: int, level: str) -> None:
    programme = editions(
        text(base("1 pts per 10 RUB"), STATUS.format(before)), text(base("2 pts per 10 RUB"), STATUS.format(after))
    )
    decision = decide(programme, tick("m", JUNE), spent(programme))
    assert programme.level(decision.member, "status") == level
    fallen = [effect for effect in decision.effects if isinstance(effect, LevelChanged)]
    assert len(fallen) == (level == "")


def test_the_next_review_is_one_of_the_new_edition() -> None:
    programme = editions(
        text(base("1 pts per 10 RUB"), STATUS.format(100)), text(base("2 pts per 10 RUB"), STATUS.format(500))
    )
    decision = decide(programme, tick("m", "2026-07-01T00:00:00+03:00"), spent(programme))
    fallen = [effect.at for effect in decision.effects if isinstance(effect, LevelChanged)]
    assert fallen == [decision.member.clock]


def test_levels_that_begin_at_the_turn_begin_under_the_new_edition() -> None:
    scheduled = STATUS.replace("upgrade from next order", "upgrade from start of next calendar month")
    programme = editions(
        text(base("1 pts per 10 RUB"), scheduled.format(500)), text(base("2 pts per 10 RUB"), scheduled.format(700))
    )
    member = decide(programme, order("600", at="2026-05-20T12:00:00+03:00")).member
    decision = decide(programme, tick("m", JUNE), member)
    assert [(effect.kind, effect.after) for effect in decision.effects if isinstance(effect, LevelChanged)] == [
        ("level_changed", "silver")
    ]
    assert decision.member.programme == programme.fingerprint


def test_time_in_one_step_and_in_many_gives_the_same_member() -> None:
    expiring = HEAD.replace("expire never", "expire after 1 months", 1)
    programme = editions(
        text(base("1 pts per 10 RUB"), STATUS.format(100), head=expiring),
        text(base("2 pts per 10 RUB"), STATUS.format(500), head=expiring),
    )
    member = spent(programme)
    at_once = decide(programme, tick("m", "2026-08-01T00:00:00+03:00"), member)
    effects: list[Effect] = []
    for at in ("2026-05-02", "2026-05-31", "2026-06-01", "2026-06-01", "2026-06-02", "2026-07-01", "2026-08-01"):
        step = decide(programme, tick("m", f"{at}T00:00:00+03:00"), member)
        member = step.member
        effects += step.effects
    assert member == at_once.member
    assert tuple(effects) == at_once.effects


def test_an_edition_that_is_loaded_later_than_it_began_takes_over_at_the_next_decision() -> None:
    first = decide(load(ONE), order("100", id="o-1", at="2026-06-10T12:00:00+03:00"))
    second = decide(editions(ONE, TWO), order("100", id="o-2", at="2026-06-11T12:00:00+03:00"), first.member)
    assert (granted(first), granted(second)) == (10, 20)
    assert decide(editions(ONE, TWO), first.event, second.member).outcome == "repeated"


def test_a_member_does_not_go_back_to_an_earlier_edition() -> None:
    first = decide(editions(ONE, TWO), order("100", id="o-1", at="2026-06-10T12:00:00+03:00"))
    moved = editions(ONE, TWO, until=("2026-07-01T00:00:00+03:00",))
    with pytest.raises(DecisionError) as caught:
        decide(moved, order("100", id="o-2", at="2026-06-11T12:00:00+03:00"), first.member)
    assert caught.value.code == "edition.earlier"


# ---------- documents and statements


def test_a_document_is_read_and_written_in_the_names_of_its_edition() -> None:
    fresh = text(base("2 pts per 10 RUB"), "tiers rank\nlevel high when spend in last 90 days at least 1 RUB\n"
                 "upgrade from next order\nreview never")  # fmt: skip
    programme = editions(ONE, fresh)
    for at in ("2026-05-15T12:00:00+03:00", "2026-06-15T12:00:00+03:00"):
        member = decide(programme, order("100", at=at)).member
        document = write_member(member, programme)
        assert read_member(document, programme) == member
        assert document == write_member(member, programme.edition(member.programme))
    unknown = decide(load(text(base("7 pts per 10 RUB"))), order("100")).member
    assert programme.edition_of(unknown) is programme.editions[0]
    assert read_member(write_member(unknown, programme), programme) == unknown


def test_a_statement_goes_on_over_the_turn() -> None:
    programme = editions(ONE, TWO)
    history = [
        order("100", id="o-1", at="2026-05-15T12:00:00+03:00"),
        order("100", id="o-2", at="2026-06-15T12:00:00+03:00"),
    ]
    purse = next(p for p in programme.statement("m", replay(programme, history)).account.purses if p.purse == "pts")
    assert [(line.units, line.held) for line in purse.lines] == [(10, 10), (20, 30)]


# ---------- what may follow what


def test_editions_hold_in_ascending_order() -> None:
    with pytest.raises(SettingsError) as caught:
        editions(ONE, TWO, ONE, until=(JUNE, JUNE))
    assert caught.value.code == "edition.order"


def test_an_earlier_edition_with_mistakes_is_named() -> None:
    with pytest.raises(RuleFileError) as caught:
        editions(ONE.replace("give", "giv"), TWO)
    assert caught.value.where == "rules.loyalty (edition 1):34:1"


SEGMENT: Final = "segment staff\nsupplied by host"


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        (ONE, TWO.replace("purse pts", "purse miles").replace("2 pts", "2 miles"), "edition.lost", "`pts`"),
        (ONE, TWO.replace('"Points"', '"Points"\n  decimals 2'), "edition.changed", "`pts`"),
        (ONE, TWO.replace("RUB", "USD"), "edition.changed", "RUB"),
        (text(STATUS.format(100)), text(), "edition.lost", "`status`"),
        (text(STATUS.format(100)), text(STATUS.format(100).replace("silver", "gold")), "edition.lost", "`silver`"),
        (text(SEGMENT), text(), "edition.lost", "`staff`"),
        (text(SEGMENT), text("segment staff\nwhen spend since joining at least 1 RUB"), "edition.lost", "`staff`"),
        (text("facts\nmember fact size is number optional"), text(), "edition.lost", "`size`"),
        (
            text("facts\nmember fact size is number optional"),
            text("facts\nmember fact size is text optional"),
            "edition.changed",
            "`size`",
        ),
        (
            text('facts\nmember fact size is one of "S", "M"'),
            text('facts\nmember fact size is one of "S", "L"'),
            "edition.changed",
            "`size`",
        ),
        (
            text("facts\nmember fact size is text optional"),
            text('facts\nmember fact size is one of "S", "L" optional'),
            "edition.changed",
            "`size`",
        ),
        (
            text("facts\nmember fact home is text optional"),
            text('facts\nmember fact home is time zone else "UTC"'),
            "edition.changed",
            "`home`",
        ),
        (text(), text("facts\nmember fact size is number"), "edition.changed", "`size`"),
    ],
)
def test_what_members_hold_is_known_to_the_next_edition(old: str, new: str, code: str, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        editions(old, new)
    assert caught.value.code == code
    assert named in caught.value.message


def test_new_facts_of_members_are_optional_or_have_a_value() -> None:
    editions(text(), text("facts\nmember fact size is number optional"))
    editions(text(), text("facts\nmember fact size is number else 3"))
    editions(text('facts\nmember fact home is time zone else "UTC"'), text("facts\nmember fact home is text optional"))
    editions(text('facts\nmember fact size is one of "S"'), text("facts\nmember fact size is text"))
    editions(text('facts\nmember fact size is one of "S"'), text('facts\nmember fact size is one of "S", "M"'))
