"""Opting in: which rules wait for it."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import simple
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.syntax import Name
from loyalty_rules.problems.referrals import NoOptingIn

#: The blocks that may stand `after opting in`.
_OPTABLE: Final = ("H_EARN", "H_BOOST", "H_OFFER")


def waits_for_opting_in(ctx: Context, name: Name) -> bool:
    """Whether a name is that of a rule to which members opt in; reported where it is not."""
    declared = resolve(ctx, name, *_OPTABLE)
    if declared is None or declared.block is None:
        return False
    if simple(declared.block, "OPT_IN") is None and ctx.is_whole(declared.block):
        ctx.report(NoOptingIn(name.text), name.span, Related(declared.name.span, "rule_here"))
        return False
    return True
