"""The members of an example, step by step: the one of the example, friends, and the decisions of each step."""

from __future__ import annotations

from dataclasses import dataclass, field

from loyalty_rules.events import Event, Invitation
from loyalty_rules.histories import decided
from loyalty_rules.lang.checked import OTHER_MEMBER, Example, ExampleStep
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState


@dataclass(slots=True)
class Members:
    """Who takes part in an example, as the steps so far have left them; it has a step at least."""

    programme: Programme
    example: Example
    states: dict[str, MemberState] = field(init=False)
    shared: SharedState = field(init=False)

    def __post_init__(self) -> None:
        member = self.programme.member_from(self.example.givens, self.example.steps[0].event.at)
        self.states, self.shared = {member.member: member}, self.programme.new_shared()

    def decide(self, step: ExampleStep, event: Event | None = None) -> tuple[Decision, ...]:
        """The decisions of a step, that of its member first; what is refused leaves everyone as they were. `event` in
        place of the step's own. Raises `InputError` and `DecisionError`."""
        told = step.event if event is None else event
        if isinstance(told, Invitation) and told.friend not in self.states:
            friend = self.programme.member_from(step.friend, told.at)
            self.states[told.friend] = friend._replace(member=told.friend)
        found = decided(self.programme, self.states, told, self.shared)
        for one in found:
            if one.member.member != OTHER_MEMBER:  # whom units are given to is new each time
                self.states[one.member.member], self.shared = one.member, one.shared or self.shared
        return found
