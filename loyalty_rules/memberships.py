"""Memberships: what a host tells of them, and what decisions say of them. Plain values, as in `events` and `decision`.

The host charges the fees. The engine says when one is due, what lapses because none was paid, and what a member who
leaves gets back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from loyalty_rules.calendar import instant_of
from loyalty_rules.errors import InputError, shown
from loyalty_rules.text import identifier, plain_text

Step: TypeAlias = Literal["subscribe", "renew", "pause", "resume", "leave"]

#: What a member does with a membership; `renew`: the fee for its next period was paid.
STEPS: Final[tuple[Step, ...]] = get_args(Step)

#: The same by the phrase role of a step of an example.
MEMBERSHIP_STEPS: Final[Mapping[str, Step]] = MappingProxyType({f"X_{step.upper()}": step for step in STEPS})


class MembershipStep(NamedTuple):
    """The member subscribes, pays for another period, pauses, resumes or leaves."""

    id: str
    member: str
    at: int
    membership: str
    step: Step
    kind: Literal["membership"] = "membership"


def membership_step(id: str, member: str, at: datetime | str | int, membership: str, step: Step) -> MembershipStep:
    """Builds a step of a membership. Raises `InputError` (`membership.step`) for anything but `subscribe`, `renew`,
    `pause`, `resume` and `leave`."""
    if step not in STEPS:
        raise InputError("membership.step", f"a step is one of {', '.join(STEPS)}, not {shown(str(step))}", "step")
    return MembershipStep(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(membership, "membership"),
        step,
    )


class MembershipStarted(NamedTuple):
    """A membership began, on trial or with its first fee (minor units, 0 for none). `until`: when the next fee is due,
    or the trial is over; NEVER without either."""

    membership: str
    fee: int
    trial: bool
    until: int
    at: int
    kind: Literal["membership_started"] = "membership_started"


class FeeDue(NamedTuple):
    """A period begins that has not been paid: the membership lapses at `lapses` unless it is."""

    membership: str
    fee: int
    lapses: int
    at: int
    kind: Literal["fee_due"] = "fee_due"


class MembershipRenewed(NamedTuple):
    """Another period was paid."""

    membership: str
    fee: int
    until: int
    at: int
    kind: Literal["membership_renewed"] = "membership_renewed"


class MembershipPaused(NamedTuple):
    """A membership rests: it counts for nothing and costs nothing."""

    membership: str
    at: int
    kind: Literal["membership_paused"] = "membership_paused"


class MembershipResumed(NamedTuple):
    """A membership goes on. What was paid lasts so much longer as it rested."""

    membership: str
    until: int
    at: int
    kind: Literal["membership_resumed"] = "membership_resumed"


class MembershipLeft(NamedTuple):
    """The member leaves: at once, or (`ends` later than `at`) when what was paid is over. `refund` (minor units) of the
    `fee` is paid back; `less` was held back for what a rule gave."""

    membership: str
    ends: int
    fee: int
    less: int
    refund: int
    at: int
    kind: Literal["membership_left"] = "membership_left"


class MembershipEnded(NamedTuple):
    """A membership is over: a fee was not paid (`lapsed`), its trial, its dates or what was paid before leaving are
    over (`over`)."""

    membership: str
    why: Literal["lapsed", "over"]
    at: int
    kind: Literal["membership_ended"] = "membership_ended"


#: What decisions say of memberships.
MembershipEffect: TypeAlias = (
    MembershipStarted
    | FeeDue
    | MembershipRenewed
    | MembershipPaused
    | MembershipResumed
    | MembershipLeft
    | MembershipEnded
)
