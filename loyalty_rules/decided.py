"""What an event led to, as the host holds it: values, and what is worked out from them when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from loyalty_rules.codes import PresentedCode, presented
from loyalty_rules.decision import Effect, Message, NotReturnable, PromiseTrace, RuleTrace
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import Event, Purchase
from loyalty_rules.member import MemberState
from loyalty_rules.referrals import FollowUp
from loyalty_rules.settlement.deciding import settle_event, traced
from loyalty_rules.settlement.editions import currency_of
from loyalty_rules.settlement.promising import promises_asked
from loyalty_rules.settlement.remembering import Settled
from loyalty_rules.settlement.spending.paying import refund_of, to_pay
from loyalty_rules.shared import SharedState

if TYPE_CHECKING:
    from loyalty_rules.programme import Programme

Audience = Literal["staff", "member"]
Outcome = Literal["decided", "repeated", "not_returnable"]


@dataclass(frozen=True, eq=False, repr=False)
class Decision:
    """What an event led to. Trace and explanation are worked out from the inputs when they are asked for, and are the
    same then. `fingerprint` is that of the edition that decided. `follow_ups` are events for whoever
    invited the member, to be decided next. `refused`: why goods are not returnable.

    A copy is the decision itself. It pickles without its programme, with trace, promises and messages worked out;
    `Programme.attached` gives it the programme back for explanations.
    """

    fingerprint: str
    before: MemberState
    event: Event
    outcome: Outcome
    member: MemberState
    effects: tuple[Effect, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    refused: NotReturnable | None = None
    shared_before: SharedState | None = None
    shared: SharedState | None = None  # afterwards; the same one where nothing was taken
    _programme: Programme | None = None  # that was loaded, with all its editions

    def __repr__(self) -> str:
        return f"<Decision {self.outcome} {self.event.kind} of {self.member.member!r}, {len(self.effects)} effects>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        """What another process gets: values alone. Unpickling loads no rules and runs none."""
        told = {"trace": self.trace, "promises": self.promises, "messages": self.messages, "codes": self.codes}
        kept = {name: value for name, value in self.__dict__.items() if name != "_asked_of_it"}
        return {**kept, "_programme": None, **told}

    @property
    def programme(self) -> Programme:
        """The edition that decided, in the currency of its order where the file has several. Raises `DecisionError`
        (`decision.detached`) in another process than that."""
        edition = self._whole.edition(self.fingerprint)
        return edition.elsewhere.get(currency_of(self.event, self.before), edition)

    @property
    def _whole(self) -> Programme:
        if self._programme is None:
            ask = "this decision came without its programme: load the rule file and take `programme.attached(decision)`"
            raise DecisionError("decision.detached", ask)
        return self._programme

    @cached_property
    def trace(self) -> tuple[RuleTrace, ...]:
        """One record for every rule, fired or not, and one for each level reached that a rule waits for; of a tick
        those alone, of an adjustment and a repeated event none. Of a return it is what the goods that are kept give,
        where they are decided again."""
        return self._asked_of_it[0]

    @cached_property
    def promises(self) -> tuple[PromiseTrace, ...]:
        """One record for every promise that was asked of this decision, kept or broken; none for a tick or a repeated
        event."""
        if not self.programme.plan.checked.promises:
            return ()  # and nothing is settled again to say so
        return self._asked_of_it[1]

    @cached_property
    def _asked_of_it(self) -> tuple[tuple[RuleTrace, ...], tuple[PromiseTrace, ...]]:
        """Trace and promises, both out of one settling: who explains a decision asks for both."""
        plan, settled = self.programme.plan, self._settled()
        return traced(settled, plan), promises_asked(plan, settled, self.event.at) if plan.checked.promises else ()

    @cached_property
    def codes(self) -> tuple[PresentedCode, ...]:
        """What became of each code that was presented with an order; none for another event and a repeated one."""
        if not isinstance(self.event, Purchase) or self.outcome == "repeated":
            return ()
        return presented(self.event.codes, self.programme.plan.codes, self.trace)

    @cached_property
    def to_pay(self) -> int | None:
        """What of an order is left to pay in money, in minor units; None for another event and a repeated one."""
        if not isinstance(self.event, Purchase):
            return None
        return to_pay(self._settled().view)

    def _settled(self) -> Settled:
        return settle_event(self._whole.succession, self.before, self.event, self.shared_before, told=True)

    @property
    def refund(self) -> int | None:
        """What is refunded in money for goods that came back, in minor units; None where none did."""
        return refund_of(self.effects)

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """What the file's own `message` lines tell the member, in the file's language where it has several."""
        from loyalty_rules.explaining import messages

        return messages(self)

    def explain(self, language: str | None = None, audience: Audience = "staff") -> str:
        """The decision in words, in the language of the rule file or another one of the phrase tables."""
        from loyalty_rules.explaining import explain

        return explain(self, language=language, audience=audience)


def of_order(
    programme: Programme,
    before: MemberState,
    event: Purchase,
    settled: tuple[MemberState, tuple[Effect, ...]],
    shared: SharedState | None,
) -> Decision:
    """The decision of an order that the function of its programme settled. A frozen dataclass sets its fields one by
    one, which here would take longer than most rules."""
    member, effects = settled
    made = object.__new__(Decision)
    made.__dict__.update(
        fingerprint=member.programme, before=before, event=event, outcome="decided", member=member, effects=effects,
        follow_ups=(), refused=None, shared_before=shared, shared=shared, _programme=programme,
    )  # fmt: skip
    return made
