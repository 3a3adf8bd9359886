"""Opting in: which rules wait for it."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related
from loyalty_rules.events import Choice
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import simple
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.syntax import At, Name
from loyalty_rules.problems.referrals import NoOptingIn

#: The blocks that may stand `after opting in`.
_OPTABLE: Final = ("H_EARN", "H_BOOST", "H_OFFER", "H_REWARD", "H_PERK", "H_CHALLENGE", "H_CONTEST")


def waits_for_opting_in(ctx: Context, name: Name) -> bool:
    """Whether a name is that of a rule to which members opt in; reported where it is not."""
    declared = resolve(ctx, name, *_OPTABLE)
    if declared is None or declared.block is None:
        return False
    if simple(declared.block, "OPT_IN", "OPT_IN_WHOLE") is None and ctx.is_whole(declared.block):
        ctx.report(NoOptingIn(name.text), name.span, Related(declared.name.span, "rule_here"))
        return False
    return True


def opts_in(ctx: Context, node: At, ids: tuple[str, str], at: int) -> Choice | None:
    """The member of an example opts in to a rule. None where it is none to opt in to, which is reported."""
    known = node.name is not None and waits_for_opting_in(ctx, node.name)
    return Choice(*ids, at, node.name.text, None) if node.name is not None and known else None
