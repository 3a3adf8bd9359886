"""The invariants of the ledger that need no store, under their ids, over the random histories of the ledger machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Final, NoReturn

import pytest

from loyalty_rules import Decision, DecisionError, Programme, load, replay
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import (
    LevelChanged,
    PointsActivated,
    PointsAdjusted,
    PointsAwarded,
    PointsConverted,
    PointsExpired,
    PointsGivenAgain,
    PointsGivenBack,
    PointsRedeemed,
    PointsReserved,
    PointsTaken,
    PointsTakenBack,
    ReservationReleased,
)
from loyalty_rules.events import Purchase, Tick, cancellation, purchase, returned, tick
from loyalty_rules.ledger.lots import total
from loyalty_rules.member import MemberState
from tests.models.ledger_calendar import Zone, zone
from tests.models.ledger_lives import Life
from tests.models.ledger_programmes import Programme as Drawn
from tests.models.ledger_programmes import Purse
from tests.models.ledger_questions import Asked
from tests.properties.ledger_histories import History, histories
from tests.properties.ledger_machine import MEMBER
from tests.properties.ledger_parts import ZONES

COUNT: Final = 8
#: What an order and its cancellation leave alone: nothing else happens to what it gave or counted.
UNDONE: Final = ("two purses", "counted", "pending", "ends", "caps", "limits", "returns", "lines", "zone", "day starts")


def balances(rules: Programme, member: MemberState) -> dict[str, tuple[int, ...]]:
    return {name: tuple(rules.balance(member, name)) for name in rules.checked.purses}


def counters(member: MemberState) -> dict[str, tuple[tuple[int, int], ...]]:
    return {one.key: one.buckets for one in member.counters}


def counted(member: MemberState) -> set[tuple[str, int, int]]:
    return {(one.key, bucket, net) for one in member.counters for bucket, net in one.buckets}


def returning(*, monotone: bool = False) -> Iterator[History]:
    """Histories of programmes that take returns: purchases alone."""
    for one in histories(4 * COUNT, UNDONE):
        odd = any(
            isinstance(test, Asked) and test.compare in ("under", "is") for e in one.programme.earns for test in e.when
        )
        if one.programme.returns and not (monotone and odd):
            yield one


# ---------- returns


def test_inv_26_an_order_that_is_cancelled_leaves_nothing_but_its_record() -> None:
    checked = 0
    for one in returning():
        for decision in one.decisions():
            if isinstance(decision.event, Purchase):
                at, id_ = decision.event.at, decision.event.id
                before = decision.before
                back = one.loaded.decide(decision.member, cancellation("back", MEMBER, at, id_)).member
                passed = one.loaded.decide(before, tick(MEMBER, at)).member
                assert balances(one.loaded, back) == balances(one.loaded, passed)
                # What no window reaches any more may have been forgotten meanwhile.
                assert counted(back) <= counted(passed)
                checked += 1
    assert checked > 20


def units_of(one: History, member: MemberState, random: Random) -> list[tuple[str, str]]:
    units = [(r.order, line.id) for r in member.records for line in r.lines for _ in range(line.kept // 1_000_000)]
    random.shuffle(units)
    return units


def test_inv_27_returns_in_any_steps_add_up_to_the_whole_one() -> None:
    for number, one in enumerate(returning()):
        member = list(one.decisions())[-1].member
        at, in_steps, at_once = member.clock, member, member
        for place, (order, line) in enumerate(units_of(one, member, Random(number))):
            in_steps = one.loaded.decide(in_steps, returned(f"s-{place}", MEMBER, at, order, {line: 1})).member
        for record in member.records:
            lines = {line.id: line.kept // 1_000_000 for line in record.lines if line.kept}
            if lines:
                at_once = one.loaded.decide(
                    at_once, returned(f"w-{record.order}", MEMBER, at, record.order, lines)
                ).member
        assert counters(in_steps) == counters(at_once)
        assert all(award.holds == 0 for record in (*in_steps.records, *at_once.records) for award in record.awards)
        for name, purse in one.loaded.checked.purses.items():
            if purse.may_go_negative:
                assert sum(one.loaded.balance(in_steps, name)) == sum(one.loaded.balance(at_once, name))


def test_inv_28_what_is_kept_earns_what_it_would_have_earned_alone() -> None:
    """Where every order is decided for itself: replayed, without caps and limits."""
    checked = 0
    for one in histories(4 * COUNT, tuple(name for name in UNDONE if name not in ("caps", "limits"))):
        odd = any(earn.when for earn in one.programme.earns)
        if odd or one.programme.returns is None or one.programme.returns[0] != "replay":
            continue
        for event in one.told():
            if not isinstance(event, Purchase) or all(line.quantity == 1_000_000 for line in event.lines):
                continue
            line = max(event.lines, key=lambda line: line.quantity)
            bought = one.loaded.decide(one.new(), event).member
            kept = one.loaded.decide(bought, returned("back", MEMBER, event.at, event.id, {line.id: 1})).member
            recorded = next(found for found in kept.records[0].lines if found.id == line.id)
            amount = (recorded.payable * recorded.kept * 2 + recorded.quantity) // (2 * recorded.quantity)
            less = line._replace(quantity=line.quantity - 1_000_000, amount=amount * 10_000)
            lines = [less if found.id == line.id else found for found in event.lines]
            alone = one.loaded.decide(one.new(), purchase("alone", MEMBER, event.at, lines, currency="RUB")).member
            assert balances(one.loaded, kept) == balances(one.loaded, alone)
            checked += 1
    assert checked > 5


def test_inv_29_rules_that_changed_since_do_not_change_a_return() -> None:
    for one in returning():
        member, (last, *_) = one.new(), [e for e in reversed(one.told()) if isinstance(e, Purchase)]
        for event in one.told():
            if event.at <= last.at:
                member = one.loaded.decide(member, event).member
        changed = one.programme.text().replace("give ", "give 9").replace("give 9level", "give level")
        later = load(changed, earlier=[(one.programme.text(), last.at + 1)])
        back = returned("back", MEMBER, last.at + 1, last.id, {last.lines[0].id: 1})
        assert later.decide(member, back).effects == one.loaded.decide(member, back).effects


# ---------- lots and time


def test_inv_30_what_expires_first_is_spent_first_and_nothing_is_spent_behind_its_end() -> None:
    checked = 0
    for one in histories(4 * COUNT):
        soonest = {purse.name for purse in one.programme.purses if purse.take == "soonest to expire"}
        for decision in one.decisions():
            for effect in decision.effects:
                if isinstance(effect, (PointsTaken, PointsRedeemed)):
                    assert all(debit.usable <= effect.at for debit in effect.debits)
                    if isinstance(effect, PointsRedeemed) or effect.purse in soonest:
                        checked += 1
                    if effect.purse in soonest:
                        ends = [debit.expires for debit in effect.debits]
                        assert ends == sorted(ends)
                        assert (
                            not ends
                            or effect.at != decision.event.at
                            or all(
                                lot.expires >= ends[-1]
                                for purse in decision.member.purses
                                if purse.name == effect.purse
                                for lot in purse.lots
                                if lot.usable <= effect.at and lot.earned < effect.at
                            )
                        )
    assert checked > 5


def test_inv_31_time_in_any_steps_gives_the_same_member() -> None:
    for number, one in enumerate(histories(COUNT)):
        random, events = Random(number), one.told()
        first, last = events[0].at, events[-1].at
        end = tick(MEMBER, last + 400 * 86_400_000_000)
        ticks = [tick(MEMBER, random.randrange(first, end.at)) for _ in range(60)]
        ticks += [tick(MEMBER, event.at + random.choice((0, 1))) for event in events if not isinstance(event, Tick)]
        in_steps = sorted([*events, *ticks, end], key=lambda event: event.at)
        assert list(one.decisions(in_steps))[-1].member == list(one.decisions([*events, end]))[-1].member


def flow(decision: Decision, name: str) -> int:
    """What the effects say of a purse."""
    units = 0
    for effect in decision.effects:
        match effect:
            case PointsAwarded(purse=purse) | PointsConverted(purse=purse) if purse == name:
                units += effect.granted
            case PointsAdjusted(purse=purse) | PointsGivenAgain(purse=purse) if purse == name:
                units += effect.units
            case PointsGivenBack(purse=purse) | ReservationReleased(purse=purse) if purse == name:
                units += effect.units
            case PointsReserved(purse=purse) if purse == name:
                units -= effect.units
            case PointsExpired(purse=purse) | PointsTaken(purse=purse) | PointsRedeemed(purse=purse) if purse == name:
                units -= effect.units
            case PointsTakenBack(purse=purse) if purse == name:
                units -= sum(taken for _, taken in effect.lots) + effect.owed
            case _:
                pass
    return units


def test_inv_32_units_become_usable_once_and_pending_ones_are_not_spent() -> None:
    for one in histories(COUNT):
        waits, became = dict.fromkeys(one.loaded.checked.purses, 0), dict.fromkeys(one.loaded.checked.purses, 0)
        for decision in one.decisions():
            for effect in decision.effects:
                match effect:
                    case PointsAwarded() | PointsConverted() | PointsAdjusted() if effect.usable > decision.event.at:
                        waits[effect.purse] += max(0, getattr(effect, "granted", getattr(effect, "units", 0)))
                    case PointsGivenAgain():
                        waits[effect.purse] += effect.units
                    case PointsActivated():
                        became[effect.purse] += effect.units
                    case PointsTaken() | PointsRedeemed():
                        assert all(debit.usable <= effect.at for debit in effect.debits)
                    case _:
                        pass
            for name, units in became.items():
                pending = one.loaded.balance(decision.member, name).pending
                assert pending >= 0 and units + pending <= waits[name]


def test_inv_33_a_level_falls_at_reviews_alone_and_asking_again_changes_nothing() -> None:
    for one in histories(2 * COUNT):
        quiet = {
            ladder.name
            for ladder in one.programme.ladders
            if ladder.review != "order" and not (one.programme.returns and ladder.after_return == "recheck")
        }
        for decision in one.decisions():
            for effect in decision.effects:
                if isinstance(effect, LevelChanged) and effect.ladder in quiet:
                    ladder = one.loaded.checked.ladders[effect.ladder]
                    fell = ladder.rank(effect.after) < ladder.rank(effect.before)
                    assert not fell or effect.at == zone_of(one).start(zone_of(one).day(effect.at))
            again = one.loaded.decide(decision.member, tick(MEMBER, decision.member.clock))
            assert (again.member, again.effects) == (decision.member, ())


def zone_of(one: History) -> Zone:
    return zone(one.programme.zone, one.programme.day_starts)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("day_starts", [0, 180])
def test_inv_34_every_instant_belongs_to_one_date(name: str, day_starts: int) -> None:
    one = load(Drawn((Purse("p0", Life()),), (), zone=name, day_starts=day_starts).text())
    timeline, days = one.plan.timeline, zone(name, day_starts)
    for day in range(days.day(1_672_531_200_000_000), days.day(1_830_297_600_000_000)):
        start = timeline.start(day)
        assert start == days.start(day)
        assert (timeline.day(start), timeline.day(start - 1)) == (day, day - 1)
        assert 22 <= (timeline.start(day + 1) - start) / 3_600_000_000 <= 26


def test_inv_35_no_clock_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [list(one.decisions())[-1].member for one in histories(COUNT)]

    def refused(*_: object) -> NoReturn:
        raise AssertionError("a clock was asked")

    with monkeypatch.context() as patch:
        for name in ("time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter"):
            patch.setattr(time, name, refused)
        found = [list(one.decisions())[-1].member for one in histories(COUNT)]
    assert found == expected


# ---------- sums


def test_inv_36_what_is_held_is_what_came_less_what_went() -> None:
    for one in histories(2 * COUNT):
        held = dict.fromkeys(one.loaded.checked.purses, 0)
        for decision in one.decisions():
            for name in held:
                held[name] += flow(decision, name)
                assert sum(one.loaded.balance(decision.member, name)) == held[name]
            for purse in decision.member.purses:
                assert total(purse) - purse.debt == held[purse.name]
                assert all(lot.left == sum(units for _, units in lot.parts) for lot in purse.lots)


def test_inv_37_nothing_is_below_zero_but_a_purse_that_may_be() -> None:
    for one in histories(2 * COUNT):
        for decision in one.decisions():
            for purse in decision.member.purses:
                usable, pending = one.loaded.balance(decision.member, purse.name)
                assert pending >= 0 and all(lot.left > 0 for lot in purse.lots)
                assert usable >= 0 or (purse.debt > 0 and one.loaded.checked.purses[purse.name].may_go_negative)
                assert purse.debt == 0 or usable <= 0


# ---------- telling twice


def test_inv_39_an_event_that_is_told_again_changes_nothing() -> None:
    for one in histories(COUNT):
        events = [event for event in one.told() if not isinstance(event, Tick)]
        member = list(one.decisions())[-1].member
        for event in events:
            again = one.loaded.decide(member, event)
            assert (again.outcome, again.member, again.effects) == ("repeated", member, ())


def test_inv_40_the_same_id_with_another_content_is_refused() -> None:
    for one in histories(COUNT):
        member = list(one.decisions())[-1].member
        for event in one.told():
            if not isinstance(event, Tick):
                with pytest.raises(DecisionError) as refusal:
                    one.loaded.decide(member, event._replace(at=event.at + 1))
                assert refusal.value.code == "event.conflict"


def test_inv_41_what_is_refused_leaves_everything_as_it_was() -> None:
    for one in histories(COUNT):
        state, events = one.new(), one.told()
        for event in events:
            before = repr(state)
            for wrong in (event._replace(member="other"), event._replace(at=state.clock - 1)):
                if not isinstance(event, Tick) or wrong.member == "other":
                    with pytest.raises(DecisionError):
                        one.loaded.decide(state, wrong)
            assert repr(state) == before
            state = one.loaded.decide(state, event).member
        assert state == list(one.decisions())[-1].member


def test_inv_44_a_member_that_is_written_and_read_goes_on_as_it_would() -> None:
    for one in histories(COUNT):
        state = one.new()
        for event, decision in zip(one.told(), one.decisions(), strict=True):
            state = one.loaded.decide(read_member(write_member(state, one.loaded), one.loaded), event).member
            assert state == decision.member


def test_inv_47_a_history_at_once_is_the_same_as_one_by_one() -> None:
    for one in histories(COUNT):
        assert [d.member for d in replay(one.loaded, one.told())] == [d.member for d in one.decisions()]


def test_inv_48_a_quote_is_what_is_decided_and_changes_nothing() -> None:
    for one in histories(COUNT):
        state = one.new()
        for event in one.told():
            before = write_member(state, one.loaded)
            quote, decision = one.loaded.decide(state, event), one.loaded.decide(state, event)
            assert write_decision(quote) == write_decision(decision)
            assert write_member(state, one.loaded) == before
            state = decision.member
