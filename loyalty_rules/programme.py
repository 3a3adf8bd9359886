"""The facade: load a rule file, make members, decide, explain, replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, NoReturn, Self

from loyalty_rules.calendar import instant_of
from loyalty_rules.decided import Decision as Decision
from loyalty_rules.decided import Outcome, of_order
from loyalty_rules.engine.compiled import coverage, programme_of
from loyalty_rules.engine.experiments import groups_of
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.tiers import counted
from loyalty_rules.errors import DecisionError, InputError, expect, refuse_pickling, shown
from loyalty_rules.events import (
    EVENT_TYPES,
    Absorbed,
    Event,
    FactInput,
    Incoming,
    Invitation,
    Merge,
    Purchase,
    Transfer,
    Welcome,
)
from loyalty_rules.fused import Orders, told_left
from loyalty_rules.givens import with_givens
from loyalty_rules.handed import check_event, check_member, check_name
from loyalty_rules.lang.checked import Checked, Given
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.standings import stands
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.member import MemberState
from loyalty_rules.newmembers import member_facts, member_segments
from loyalty_rules.settlement import challenging, outlook
from loyalty_rules.settlement.deciding import settle_event, settle_invitation, settle_merge, settle_transfer
from loyalty_rules.settlement.editions import Editions, succession
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.ladders.ranks import held_rank
from loyalty_rules.settlement.perks import PerkHeld, perks_at
from loyalty_rules.settlement.remembering import Settled
from loyalty_rules.settlement.sharing import check_confirmed, confirmed, is_shared, without_past
from loyalty_rules.settlement.spending.redemption import Redeemable, rooms
from loyalty_rules.shared import SharedState
from loyalty_rules.source import Source
from loyalty_rules.text import identifier

if TYPE_CHECKING:
    from loyalty_rules.explaining.statement import Statement

#: What is decided for two members.
_OF_TWO: Final = (Transfer, Incoming, Merge, Absorbed, Invitation, Welcome)


@dataclass(frozen=True, eq=False, repr=False)
class Programme:
    """A checked rule file, ready to decide. Immutable and shared by threads, so a copy of it is itself; refuses
    pickling: keep the text and load it again. `fingerprint` is the SHA-256 of what it means: two files with one
    fingerprint decide alike.

    `earlier` are the editions before this one, oldest first, each with the instant until which it holds: those that
    were handed over, and what the file says before its changes of clauses."""

    source: Source
    checked: Checked
    fingerprint: str
    earlier: tuple[tuple[Programme, int], ...] = ()
    limits: Limits = LIMITS
    plan: Plan = field(init=False)
    succession: Editions = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", Plan(self.checked, self.source.text))
        since = (0, *(until for _, until in self.earlier))
        editions = zip(self.editions, since, strict=True)
        held = succession((one.plan, one.fingerprint, start) for one, start in editions)
        object.__setattr__(self, "succession", held)

    def __reduce__(self) -> NoReturn:
        refuse_pickling("programme", "the text of its rule file")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __repr__(self) -> str:
        return f"<Programme {self.title!r} {self.fingerprint[:12]}>"

    @property
    def title(self) -> str:
        return self.checked.title

    @property
    def language(self) -> str:
        """The language the file is written in."""
        return self.checked.language

    @property
    def editions(self) -> tuple[Programme, ...]:
        """The editions in the order in which they hold, this one last."""
        return (*(programme for programme, _ in self.earlier), self)

    def edition(self, fingerprint: str) -> Programme:
        """The edition with this fingerprint, by itself. Raises `InputError` (`edition.missing`)."""
        for programme in reversed(self.editions):
            if programme.fingerprint == fingerprint:
                return programme
        raise InputError(
            "edition.missing", f"no edition {shown(fingerprint, 64)} was loaded: hand it over as an earlier one"
        )

    def edition_at(self, at: datetime | str | int) -> Programme:
        """The edition in force at an instant."""
        return self.editions[self.succession.place_at(instant_of(at, "at"))]

    def edition_of(self, member: MemberState) -> Programme:
        """The edition in whose names a member stands: the one that last decided, else the one in force at its clock.
        Raises `InputError` (`call.type`)."""
        check_member(member)
        return self.editions[self.succession.place_of(member)]

    @cached_property
    def _orders(self) -> Orders:
        return Orders(self.succession)

    @cached_property
    def elsewhere(self) -> Mapping[str, Programme]:
        """What the file is for orders in each currency but the first, where it has several."""
        found = self.checked.elsewhere.items()
        return {code: Programme(self.source, checked, self.fingerprint, limits=self.limits) for code, checked in found}

    def prepare(self) -> None:
        """Makes now what is otherwise made while the first orders are decided, so that none of them waits for it.
        Decisions stay what they are."""
        for edition in self.succession.all:
            for plan in (edition.plan, *edition.plan.elsewhere.values()):
                programme_of(plan)
        self._orders.make()

    @property
    def tells(self) -> bool:
        """Whether the file has words for members."""
        return self.checked.tells

    def coverage(self) -> Mapping[str, str]:
        """By rule that purchases may fire, "" where it is compiled, else the clause that leaves it to the reference."""
        return coverage(self.plan)

    def left_whole(self) -> Mapping[str, str]:
        """By block, "" for the programme itself, the clause that keeps orders from being decided by one function."""
        return told_left(self.plan)

    def new_member(
        self,
        id: str,
        *,
        joined: datetime | str | int | None = None,
        since: datetime | str | int | None = None,
        facts: Mapping[str, FactInput] | None = None,
        segments: Iterable[str] = (),
    ) -> MemberState:
        """A member of whom nothing has been decided. `since`: for one who was here before, the instant from which this
        programme decides; what time would have brought about since `joined` is then left to the past. `facts` are the
        member facts that the file declares, `segments` those `supplied by host` the member is in. Raises `InputError`
        for names and values that the file does not know, and (`member.since`) where `since` is before `joined`."""
        typed, chosen = member_facts(self.plan, facts), member_segments(self.plan, segments)
        at = None if joined is None else instant_of(joined, "joined")
        clock = (at or 0) if since is None else instant_of(since, "since")
        if clock < (at or 0):
            raise InputError("member.since", "the programme decides for a member from joining on, not before", "since")
        return MemberState(
            member=identifier(id, "member id"),
            programme=self.fingerprint,
            clock=clock,
            decisions=0,
            joined=at,
            facts=typed,
            segments=chosen,
            purses=(),
            counters=(),
            standings=(),
            first_order=None,
            last_order=None,
            seen=(),
        )

    def updated(
        self,
        member: MemberState,
        *,
        facts: Mapping[str, FactInput] | None = None,
        segments: Iterable[str] | None = None,
    ) -> MemberState:
        """The member with other facts (all declared ones, as in `new_member`) or other segments; what is left out
        stays. Raises `InputError` like `new_member`."""
        check_member(member)
        return member._replace(
            facts=member.facts if facts is None else member_facts(self.plan, facts),
            segments=member.segments if segments is None else member_segments(self.plan, segments),
        )

    def member_from(self, givens: tuple[Given, ...], at: int) -> MemberState:
        """The member of an example: what is given, as it stood just before an instant."""
        then = self.edition_at(at)
        return with_givens(then.plan, then.fingerprint, givens, at)

    def new_shared(self) -> SharedState:
        """What members share before anything is decided: nothing is taken out of any budget."""
        return SharedState(self.fingerprint)

    def decide(
        self, member: MemberState, event: Event, shared: SharedState | None = None, *, reference: bool = False
    ) -> Decision:
        """Decides one event for one member, by the edition in force at its instant. Pure: nothing is changed, the same
        inputs give the same decision anywhere. `reference`: by the reference evaluator alone, which comes to the same.

        `shared` is what members share; a programme with budgets needs it (`shared.missing`). Raises `InputError` for an
        event that is not what the file declares, `DecisionError` for one that cannot be decided
        (`budget.forgotten`, `event.conflict`, `event.late`, `event.member`, `member.joined`, `member.ladder`,
        `member.level`, `member.merged`, `membership.refused`, `choice.refused`, `redeem.refused`,
        `reservation.refused`, `clock.too_far`, `edition.earlier`, `edition.missing`, `eval.overflow`). What is not
        returnable changes nothing.
        """
        if type(member) is not MemberState or type(event) not in EVENT_TYPES:
            kinds = f"{shown(type(member).__name__)} and {shown(type(event).__name__)}"
            raise InputError("call.type", f"a member state and an event are decided, not {kinds}")
        if isinstance(event, _OF_TWO):
            raise InputError("call.two_members", "it is decided for two members: use `transfer`, `merge` or `invite`")
        check_event(event)
        if isinstance(event, Purchase) and is_shared(shared) and not reference:
            whole = self._orders.settle(member, event)
            if whole is not None:
                return of_order(self, member, event, whole, shared)
        settled = settle_event(self.succession, member, event, shared, told=reference)
        return self._decision(member, event, settled, shared)

    def transfer(
        self, giver: MemberState, receiver: MemberState, event: Transfer, shared: SharedState | None = None
    ) -> tuple[Decision, Decision]:
        """Decides a transfer for both members, the giver first; keep both or neither. Raises like `decide`, and
        `transfer.…`: `amount`, `purse`, `self` (`InputError`), `full`, `half`, `limit`, `short` (`DecisionError`)."""
        if type(giver) is not MemberState or type(receiver) is not MemberState or type(event) is not Transfer:
            raise InputError("call.type", "two member states and a transfer are decided")
        check_event(event)
        one, other, coming = settle_transfer(self.succession, giver, receiver, event, shared)
        return self._decision(giver, event, one, shared), self._decision(receiver, coming, other, one.shared)

    def merge(
        self, gone: MemberState, stays: MemberState, event: Merge, shared: SharedState | None = None
    ) -> tuple[Decision, Decision]:
        """Decides a merge for both members, the one who goes first; keep both or neither. Raises like `decide`, and
        `merge.…`: `self`, `unsigned` (`InputError`), `half`, `orders`, `reservations` (`DecisionError`)."""
        if type(gone) is not MemberState or type(stays) is not MemberState or type(event) is not Merge:
            raise InputError("call.type", "two member states and a merge are decided")
        check_event(event)
        one, other, coming = settle_merge(self.succession, gone, stays, event, shared)
        return self._decision(gone, event, one, shared), self._decision(stays, coming, other, one.shared)

    def invite(
        self, inviter: MemberState, friend: MemberState, event: Invitation, shared: SharedState | None = None
    ) -> tuple[Decision, Decision]:
        """Decides an invitation for both members, the inviter first; keep both or neither. Raises like `decide`, and
        `invitation.…`: `none`, `self` (`InputError`), `half`, `refused` (`DecisionError`)."""
        if type(inviter) is not MemberState or type(friend) is not MemberState or type(event) is not Invitation:
            raise InputError("call.type", "two member states and an invitation are decided")
        check_event(event)
        one, other, coming = settle_invitation(self.succession, inviter, friend, event, shared)
        return self._decision(inviter, event, one, shared), self._decision(friend, coming, other, one.shared)

    def confirm(self, decision: Decision, shared: SharedState) -> SharedState:
        """Another shared value with what a decision took out of budgets. Raises `DecisionError` (`shared.moved`) where
        it would have been another one with that value: then decide the event again; and where another programme made
        it (`decision.programme`). And `InputError` (`call.type`)."""
        check_confirmed(decision, Decision, shared)
        self._check_made(decision)
        return confirmed(self.succession, decision.effects, shared)

    def forget_periods(self, shared: SharedState, before: datetime | str | int) -> SharedState:
        """A shared value without what was taken out of budgets in periods that were over before an instant, so that it
        does not grow for ever: the host says that nothing from before will be told any more. An event that would draw
        on such a period is refused (`budget.forgotten`), and what comes back to one gives no room there. Raises
        `InputError` (`call.type`, `time.…`)."""
        expect(shared, SharedState, "a shared state is")
        return without_past(self.succession, shared, instant_of(before, "before"))

    def _decision(self, member: MemberState, event: Event, settled: Settled, shared: SharedState | None) -> Decision:
        outcome: Outcome = "repeated" if settled.repeated else "not_returnable" if settled.refused else "decided"
        return Decision(
            self.editions[settled.edition].fingerprint,
            member,
            event,
            outcome,
            settled.member,
            settled.effects,
            settled.follow_ups,
            refused=settled.refused,
            shared_before=shared,
            shared=settled.shared,
            _programme=self,
        )

    def attached(self, decision: Decision) -> Decision:
        """A decision that came from another process, with this programme to explain it by. Raises `DecisionError`
        (`decision.programme`) where it was made by a programme of another meaning, or an edition that this one does not
        have."""
        self._check_made(decision)
        return replace(decision, _programme=self)

    def _check_made(self, decision: Decision) -> None:
        expect(decision, Decision, "a decision is")
        if all(decision.fingerprint != edition.fingerprint for edition in self.editions):
            other, own = decision.fingerprint[:12], self.fingerprint[:12]
            raise DecisionError("decision.programme", f"the programme {other} made this decision, not {own}")

    def redeemable(
        self, member: MemberState, event: Purchase, shared: SharedState | None = None
    ) -> tuple[Redeemable, ...]:
        """What a member could use of points for an order, rule by rule, and what keeps it from being more. Decides
        nothing. `shared`: what members share as it is now; without it budgets are not asked. Raises `InputError` and
        `DecisionError` like `decide`."""
        if type(member) is not MemberState or type(event) is not Purchase:
            raise InputError("call.type", "a member state and a purchase are asked about")
        if event.member != member.member or event.at < member.clock:
            raise DecisionError("event.member" if event.member != member.member else "event.late", "see `decide`")
        return rooms(self.succession, member, event, shared)

    def statement(self, member: str, decisions: Iterable[Decision]) -> Statement:
        """A member's account over decisions in the order in which they were made, those of other members left out:
        where each unit came from, what it became, and when the rest goes.

        Raises `InputError`: `statement.empty` where none of them is the member's, `statement.gap` where one is missing,
        `call.type`.
        """
        from loyalty_rules.explaining.statement import statement

        expect(decisions, Iterable, "decisions are")
        made = list(decisions)
        for decision in made:
            expect(decision, Decision, "a decision is")
        return statement(self, member, made, self.succession.names_since)

    def holds(self, member: MemberState, condition: Condition) -> bool:
        """Whether a condition holds for a member when nothing happens, at the member's clock. Raises `InputError`
        (`call.type`)."""
        return view_at(self.edition_of(member).plan, member, member.clock).holds(condition)

    def balance(self, member: MemberState, purse: str) -> lots.Balance:
        """What a member can use of a purse at the member's clock, and what is pending. Raises `InputError`
        (`purse.unknown`)."""
        check_member(member)
        check_name("purse.unknown", purse, self.checked.purses, "purse")
        found = [held for held in member.purses if held.name == self._former(member, purse)]
        return lots.balance(found[0], member.clock) if found else lots.Balance(0, 0)

    def level(self, member: MemberState, ladder: str) -> str:
        """The level a member holds; "" for a base without a name. Raises `InputError` (`ladder.unknown`)."""
        check_member(member)
        check_name("ladder.unknown", ladder, self.checked.ladders, "ladder")
        found = self.edition_of(member).plan.checked.ladders[self._former(member, ladder)]
        return found.level_name(held_rank(found, stands(member, found.name), member.clock))

    def level_at(
        self, member: MemberState, ladder: str, at: datetime | str | int, shared: SharedState | None = None
    ) -> str:
        """The level held at any instant, "" for the base without a name: later ones as the clock alone brings them,
        with what is scheduled, waits to fall or ends; earlier ones as far as the member knows. `shared`: what members
        share as it is now; without it budgets are not asked. Raises `InputError` (`ladder.unknown`, `level.forgotten`,
        `call.type`, `time.…`) and `DecisionError` (`clock.too_far`)."""
        instant = instant_of(at, "at")
        check_member(member)
        if instant >= member.clock:
            return self.level(outlook.later(self.succession, member, instant, shared), ladder)
        self.level(member, ladder)
        plan = self.edition_of(member).plan
        return outlook.level_before(member, plan.checked.ladders[self._former(member, ladder)], instant)

    def to_keep(self, member: MemberState, ladder: str) -> outlook.Keeping | None:
        """What the next review of the earned level still asks for if nothing happens before it, and when it is; None on
        the base, without a review, and where more than one measure decides. Raises `InputError`
        (`ladder.unknown`)."""
        self.level(member, ladder)
        plan = self.edition_of(member).plan
        return outlook.to_keep(plan, member, plan.checked.ladders[self._former(member, ladder)])

    def counter(self, member: MemberState, ladder: str) -> outlook.Held | None:
        """What the counter of a ladder holds for a member, less what levels took from it; None where levels take
        nothing. Raises `InputError` (`ladder.unknown`)."""
        self.level(member, ladder)
        plan = self.edition_of(member).plan
        found = plan.checked.ladders[self._former(member, ladder)]
        held = None if found.counter is None else counted(view_at(plan, member, member.clock), found)
        return None if held is None or found.counter is None else outlook.Held(found.counter, held)

    def membership(self, member: MemberState, name: str) -> outlook.Subscribed:
        """How a member has a membership at the member's clock. Raises `InputError` (`membership.unknown`)."""
        check_member(member)
        check_name("membership.unknown", name, self.checked.memberships, "membership")
        return outlook.subscribed(self.edition_of(member).plan, member, self._former(member, name))

    def perks(
        self, member: MemberState, at: datetime | str | int | None = None, shared: SharedState | None = None
    ) -> tuple[PerkHeld, ...]:
        """How a member has each perk of the edition in which it stands, by name: at the member's clock, or at a later
        instant as the clock alone brings it. Decides nothing. Raises `InputError` (`time.…`) and `DecisionError`
        (`clock.too_far`, `event.late`)."""
        if at is None:
            return perks_at(self.edition_of(member).plan, member, member.clock)
        instant = instant_of(at, "at")
        check_member(member)
        if instant < member.clock:
            raise DecisionError("event.late", "which perks a member had before its clock is not known")
        return perks_at(self.edition_at(instant).plan, outlook.later(self.succession, member, instant, shared), instant)

    def experiments(self, member: MemberState) -> Mapping[str, str | None]:
        """By experiment that runs for a member at its clock, its variant; None in the hold-out."""
        return groups_of(view_at(self.edition_of(member).plan, member, member.clock))

    def progress(self, member: MemberState, challenge: str) -> challenging.Progress:
        """How far a member has come with a challenge at the member's clock. Raises `InputError`
        (`challenge.unknown`)."""
        return challenging.progress(self.edition_of(member).plan, member, self._former(member, challenge))

    def _former(self, member: MemberState, name: str) -> str:
        """What this edition calls so, by its name in the edition in which a member stands."""
        names = self.succession.names_since(member)
        return next((former for former, now in names.items() if now == name), name)

    def to_next(self, member: MemberState, ladder: str) -> tuple[outlook.Distance, ...]:
        """What each higher level still takes, where one measure alone decides it."""
        held, plan = self.level(member, ladder), self.edition_of(member).plan
        return outlook.to_next(plan, member, plan.checked.ladders[self._former(member, ladder)], held)
