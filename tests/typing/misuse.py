"""What a type checker must refuse. An ignore that hides no error is itself an error, in both checkers. Never run."""

from __future__ import annotations

from loyalty_rules import Decision, MemberState, Programme, line, purchase, tick


def a_float_is_no_amount() -> None:
    line("1", price=2.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    line("1", price="2.5", quantity=0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def a_purchase_has_a_currency() -> None:
    purchase("p-1", "m-1", 0, [])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def a_tick_is_for_a_member() -> None:
    tick(None, 0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def a_member_is_a_value(member: MemberState) -> None:
    member.clock = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def an_event_is_decided_for_a_member(programme: Programme, member: MemberState) -> None:
    programme.decide(member, "purchase")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def there_are_two_audiences(decision: Decision) -> None:
    decision.explain(audience="boss")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
