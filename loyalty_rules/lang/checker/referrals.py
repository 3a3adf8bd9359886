"""Referrals: each side is checked as an earn rule of the clauses that are about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.caps import tightest_caps
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, shown_role, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.rules import Tables, earn_of
from loyalty_rules.problems.referrals import GiftOfPeriod, InviterNeeded, ReturnOtherwise, ThankedOnce

_INVITER: Final = "S_INVITER"
#: What only the friend's side says: when the referral acts, and by which clock, and what is told to whom.
_OF_FRIEND: Final = frozenset({"AFTER_EVENT", "AFTER_JOINING", "AFTER_COMPLETING", "WHEN", "FROM", "THROUGH", "UNTIL"})


def referrals(ctx: Context, tables: Tables) -> tuple[dict[str, k.Earn], dict[str, k.Referral]]:
    """The friends' side of referrals, and what their inviters are given, both by name."""
    friends: dict[str, k.Earn] = {}
    found: dict[str, k.Referral] = {}
    for block in named(ctx, "H_REFERRAL"):
        if block.name is None:
            continue
        refuses = _refuses(ctx, block)
        friend = earn_of(ctx, replace(block, clauses=_friends(block)), block.name, tables)
        inviter = earn_of(ctx, replace(block, clauses=_inviters(ctx, block)), block.name, tables)
        if friend is not None and inviter is not None:
            name = block.name.text
            takes_back = simple(block, "RET_TAKE") is not None
            friends[name] = friend
            found[name] = k.Referral(name, _of_inviter(inviter), refuses, takes_back, span=block.header)
    return friends, found


def _friends(block: s.Block) -> tuple[s.Clause, ...]:
    return tuple(
        one
        for clause in block.clauses
        if (one := _side(clause, "GIVE_FRIEND", "S_FRIEND")) is not None
        if not (isinstance(one, s.ConditionClause) and one.role == "FOR") and not isinstance(one, s.Cap)
    )


def _inviters(ctx: Context, block: s.Block) -> tuple[s.Clause, ...]:
    """The clauses about the inviter. What bounds its gifts needs one."""
    given = any(clause.role == "GIVE_INVITER" for clause in all_of(block, s.GiveTo))
    found: list[s.Clause] = []
    for clause in block.clauses:
        if _about_inviter(clause) and not given and ctx.is_whole(block):
            ctx.report(InviterNeeded(shown_role(clause)), clause.span)
        one = _side(clause, "GIVE_INVITER", _INVITER)
        of_friend = isinstance(one, s.Dates | s.TimeZone | s.AfterReaching) or getattr(one, "role", "") in _OF_FRIEND
        if one is not None and not of_friend:
            found.append(one)
    return tuple(found)


def _about_inviter(clause: s.Clause) -> bool:
    if isinstance(clause, s.Cap | s.LimitPer):
        return clause.scope == _INVITER
    return isinstance(clause, s.ConditionClause) and clause.role == "FOR"


def _side(clause: s.Clause, gives: str, scope: str) -> s.Clause | None:
    """A clause as one side has it; None where it is about the other."""
    match clause:
        case s.GiveTo():
            return s.Give(clause.gift, span=clause.span) if clause.role == gives else None
        case s.LimitPer():
            return s.Limit(clause.number, clause.window, span=clause.span) if clause.scope == scope else None
        case s.Cap():
            return replace(clause, scope="S_MEMBER", window=clause.window or s.Window("EVER", None, span=clause.span))
        case s.NameClause() if clause.role == "REFUSE_SAME":
            return None
        case _:
            return clause


def _of_inviter(rule: k.Earn) -> k.Earn:
    """The rule that waits for a friend; its counters are not those of the friend's side."""
    return replace(
        rule,
        trigger=k.TriggerKind.REFERRAL,
        event=rule.name,
        caps=tightest_caps(replace(cap, key=_key(cap.key)) for cap in rule.caps),
        limits=tuple(replace(limit, key=_key(limit.key)) for limit in rule.limits),
    )


def _key(key: str) -> str:
    return key.replace(" S_MEMBER", f" {_INVITER}", 1)


def _refuses(ctx: Context, block: s.Block) -> tuple[k.Same, ...]:
    found: dict[str, k.Same] = {}
    for clause in all_of(block, s.NameClause, lambda one: one.role == "REFUSE_SAME"):
        if resolve(ctx, clause.name, "MEMBER_FACT") and clause.name.text in ctx.facts:
            fact = ctx.facts[clause.name.text]
            if fact.owner is c.Owner.MEMBER:
                found.setdefault(fact.name, k.Same(fact, span=clause.span))
    return tuple(found[name] for name in sorted(found))


def check_challenges(ctx: Context, found: Mapping[str, k.Referral], earns: Mapping[str, k.Earn]) -> None:
    """Reports referrals that wait for a challenge which one order completes several times, or of which a return leaves
    something else."""
    for block in named(ctx, "H_REFERRAL"):
        clause = first_of(block, s.NameClause, lambda one: one.role == "AFTER_COMPLETING")
        referral = found.get(block.name.text) if block.name is not None else None
        challenge = earns.get(clause.name.text) if clause is not None else None
        goal = None if challenge is None else challenge.goal
        if clause is None or referral is None or challenge is None or goal is None:
            continue
        related = Related(challenge.span, "declared_here")
        if goal.again is k.Again.CARRY:
            ctx.report(ThankedOnce(challenge.name), clause.span, related)
        if goal.keeps is referral.takes_back:
            ctx.report(
                ReturnOtherwise(challenge.name, Role("RET_KEEP" if goal.keeps else "RET_TAKE")), clause.span, related
            )


def check_purses(ctx: Context, found: Mapping[str, k.Referral], purses: Mapping[str, k.Purse]) -> None:
    """Reports gifts of inviters that may fall, and of which it is not known by then what they came to."""
    for referral in found.values():
        for give in referral.inviter.gives if referral.takes_back else ():
            purse = purses.get(give.purse)
            if purse is not None and purse.rounding.place.summed:
                ctx.report(GiftOfPeriod(purse.name, Role("RET_KEEP")), give.span)
