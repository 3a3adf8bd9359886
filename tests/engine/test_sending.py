"""What a host sends from one process to another: every public value copies, and pickles or says why not."""

from __future__ import annotations

import copy
import inspect
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, TypeVar

import pytest

import loyalty_rules
from loyalty_rules import (
    Chance,
    ClockBehindError,
    Decision,
    DecisionError,
    HeldContest,
    HeldDraw,
    HeldSpins,
    InputError,
    Limits,
    LoyaltyError,
    MemberState,
    PickleRefused,
    PlacePrize,
    Prize,
    Programme,
    Rechecker,
    Referred,
    Report,
    RuleFileError,
    SettingsError,
    Spun,
    Stood,
    Withdrawn,
    Won,
    adjustment,
    cancellation,
    capture,
    check,
    choice,
    commitment_of,
    confirmation,
    enrolment,
    happening,
    invitation,
    line,
    load,
    membership_step,
    merge,
    perk_use,
    purchase,
    release,
    reservation,
    returned,
    settle_contest,
    settle_draw,
    tick,
    transfer,
)
from loyalty_rules.adapters.wire import write_decision
from loyalty_rules.decision import (
    Entry,
    FalseCondition,
    LevelChanged,
    Message,
    PointsActivated,
    PointsAwarded,
    PointsExpired,
    PromiseTrace,
    RuleTrace,
)
from loyalty_rules.member import Counter, Lot, Purse, Seen, Standing
from tests.engine.deciding import HEAD
from tests.engine.sending import RULES, decided

T = TypeVar("T")

AT: Final = "2026-03-02T12:00:00+03:00"


def sent(value: T) -> T:
    """What arrives where a value is sent."""
    arrived: T = pickle.loads(pickle.dumps(value))  # noqa: S301 - written one step before
    return arrived


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(RULES)


@pytest.fixture(scope="module")
def history(programme: Programme) -> tuple[Decision, ...]:
    """A member joins, buys, reviews, buys again, tells an event twice, and grows old."""
    return decided(programme)


def values(decisions: tuple[Decision, ...]) -> list[Any]:
    """Everything that the decisions are made of, one by one."""
    found: list[Any] = []
    waiting: list[Any] = [
        part
        for one in decisions
        for part in (
            one.event,
            one.before,
            one.member,
            one.effects,
            one.trace,
            one.promises,
            one.messages,
            one.follow_ups,
        )
    ]
    while waiting:
        value = waiting.pop()
        if isinstance(value, tuple):
            waiting += value
        if hasattr(value, "_fields"):
            found.append(value)
    return found


def refused_file() -> RuleFileError:
    with pytest.raises(RuleFileError) as caught:
        load(HEAD + "earn a\n  giv 1 pts\nend\n")
    return caught.value


def test_every_value_of_a_decision_copies_and_pickles(history: tuple[Decision, ...]) -> None:
    seen = set()
    for value in values(history):
        seen.add(type(value))
        for twin in (copy.copy(value), copy.deepcopy(value), sent(value)):
            assert twin == value
            assert type(twin) is type(value)
    assert seen >= {
        *(loyalty_rules.Purchase, loyalty_rules.Line, loyalty_rules.Tender, loyalty_rules.Happening),
        *(loyalty_rules.Enrolment, loyalty_rules.Tick, MemberState, Purse, Lot, Counter, Standing, Seen),
        *(PointsAwarded, PointsActivated, PointsExpired, LevelChanged, Message),
        *(RuleTrace, Entry, FalseCondition, PromiseTrace),
    }


def test_every_public_type_is_sent_or_says_why_not(programme: Programme, history: tuple[Decision, ...]) -> None:
    """A type that becomes public comes to stand here."""
    report = check(RULES)
    order = purchase("o", "m", AT, [line("1", price="1")], currency="RUB", tenders={"card": "1"})
    assert order.tenders is not None
    errors = (DecisionError("a.b", "text", "place"), InputError("a.b", "text"), SettingsError("a.b", "text"))
    behind = ClockBehindError("clock.too_far", "text", "m", member="m", until=1)
    assert (sent(behind).member, sent(behind).until) == ("m", 1)
    public: list[object] = [history[1], order, order.lines[0], order.tenders[0], enrolment("e", "m", AT)]
    public += [
        happening("h", "m", AT, "review"),
        choice("c", "m", AT, "r", amount=1),
        tick("m", AT),
        history[1].member,
        LoyaltyError("a.b", "text"),
    ]
    public += [*errors, behind, PickleRefused("pickle.refused", "text"), refused_file(), check(HEAD + "earn a\nend\n")]
    public.append(choice("c", "m", AT, "exchange"))
    public += [returned("r", "m", AT, "o", {"1": "1"}), cancellation("n", "m", AT, "o")]
    public += [reservation("v", "m", AT, "pay"), capture("k", "m", AT, "v"), release("l", "m", AT, "v")]
    public.append(confirmation("f", "m", AT, "o"))
    public.append(adjustment("a", "m", AT, "pts", 1, reason="goodwill", actor="desk"))
    public.append(membership_step("s", "m", AT, "club", "subscribe"))
    public.append(perk_use("p", "m", AT, "lounge"))
    drawn = settle_draw("d", "s", commitment_of("s"), {"m": 1}, [Prize("car", 1)])
    public += [drawn, drawn.winners[0], Prize("car", 1)]
    public.append(transfer("t", "m", AT, "pts", 1, to="n"))
    public.append(programme.new_shared())
    public.append(invitation("i", "m", AT, "n"))
    public += [Referred("g", "m", 0, "bring", "n", "o"), Withdrawn("h", "m", 0, "bring", "n", "o", "g")]
    public += [Won("w", "m", 0, "autumn", 0, 1, (("pts", 7_000_000),)), HeldDraw(0, drawn, (), False, ())]
    public.append(HeldSpins("", (), (), ()))
    placed = settle_contest({"m": Stood(1, 0)}, [PlacePrize(1, 1, "mug", 1)], "all")
    public += [Stood(1, 0), PlacePrize(1, 1, "mug", 1), placed[0], HeldContest(0, placed, ())]
    public.append(merge("x", "m", AT, into="n", reason="two cards", actor="desk"))
    public += check(HEAD + "earn a\nend\n").findings()
    public += [Limits(), Chance("mug", 1), Spun("m", "m-1", "mug", "00")]
    for value in public:
        for twin in (copy.copy(value), copy.deepcopy(value), sent(value)):
            assert type(twin) is type(value)
            if not isinstance(value, Decision | LoyaltyError):
                assert twin == value
    statement = programme.statement(history[0].member.member, history[:1])
    for holder in (programme, report, statement):
        assert copy.copy(holder) == copy.deepcopy(holder) == holder
        with pytest.raises(PickleRefused) as caught:
            pickle.dumps(holder)
        assert caught.value.code == "pickle.refused"
    rechecker = Rechecker()  # what it remembers is of one process
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(PickleRefused):
            copied(rechecker)
    types = {name for name in loyalty_rules.__all__ if inspect.isclass(getattr(loyalty_rules, name))}
    assert types == {type(value).__name__ for value in (*public, programme, report, statement, rechecker)}


def test_a_refused_file_arrives_with_its_diagnostics() -> None:
    error = refused_file()
    assert error.diagnostics
    for twin in (copy.copy(error), copy.deepcopy(error), sent(error)):
        assert (str(twin), twin.diagnostics) == (str(error), error.diagnostics)


def test_a_programme_and_a_decision_are_their_own_copies(programme: Programme, history: tuple[Decision, ...]) -> None:
    kept = {"rules": programme, "last": history[-1]}
    assert copy.deepcopy(kept) == kept
    assert copy.copy(programme) is programme
    assert copy.copy(history[0]) is history[0]


def test_a_report_without_a_programme_is_sent() -> None:
    report = check(HEAD + "earn a\nend\n")
    assert report.programme is None
    assert sent(report) == report
    assert isinstance(sent(report), Report)


# ---------- decisions


def test_a_decision_arrives_with_everything_but_its_programme(history: tuple[Decision, ...]) -> None:
    for decision in history:
        arrived = sent(sent(decision))
        for part in ("fingerprint", "before", "event", "outcome", "member", "effects", "follow_ups", "messages"):
            assert getattr(arrived, part) == getattr(decision, part), part
        assert (arrived.trace, arrived.promises) == (decision.trace, decision.promises)
        assert repr(arrived) == repr(decision)
    assert any(decision.messages for decision in history)
    assert {decision.outcome for decision in history} == {"decided", "repeated"}


def test_what_only_the_programme_knows_is_refused_until_it_is_back(
    programme: Programme, history: tuple[Decision, ...]
) -> None:
    decision = history[1]
    arrived = sent(decision)
    for ask in (lambda: arrived.programme, arrived.explain, lambda: write_decision(arrived)):
        with pytest.raises(DecisionError, match="take `programme") as caught:
            ask()
        assert caught.value.code == "decision.detached"
    back = load(RULES).attached(arrived)
    for language in ("en", "ru"):
        assert back.explain(language) == decision.explain(language)
        assert back.explain(language, "member") == decision.explain(language, "member")
    assert write_decision(back, trace=True) == write_decision(decision, trace=True)
    assert back.trace == decision.trace
    assert programme.attached(decision).programme is programme


def test_a_decision_goes_back_to_no_other_programme(history: tuple[Decision, ...]) -> None:
    with pytest.raises(DecisionError) as caught:
        load(HEAD).attached(sent(history[1]))
    assert caught.value.code == "decision.programme"


def test_workers_send_what_they_decided(history: tuple[Decision, ...]) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        (arrived,) = pool.map(decided, [RULES])
    assert [one.effects for one in arrived] == [one.effects for one in history]
    assert [one.member for one in arrived] == [one.member for one in history]
    assert [one.trace for one in arrived] == [one.trace for one in history]
