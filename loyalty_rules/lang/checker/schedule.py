"""Changes of clauses: which clauses may change in which blocks, and when the file is another one."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.changing import in_place_of, put_in_place
from loyalty_rules.lang.checker.changes import balances
from loyalty_rules.lang.checker.context import Context, Declared, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, role_of, shown_role, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.names import level_names, resolve
from loyalty_rules.lang.checker.programme import dates, titles
from loyalty_rules.problems.changes import (
    ChangeIdle,
    ClauseChangedTwice,
    ClauseElsewhere,
    GiftElsewhere,
    LevelDropped,
    LotsOfRule,
    TooManyChanges,
)

#: At how many moments the clauses of one file may change.
MAX_MOMENTS: Final = 12
#: What a new life is one of.
_LOTS: Final = ("OLD_LOTS", "NEW_LOTS")
#: The blocks in which a clause may change.
_KINDS: Final = {
    "GIVE": ("H_EARN", "H_CONVERSION", "H_CHALLENGE"),
    "BASIS": ("H_EARN", "H_CHALLENGE"),
    "CAP": ("H_EARN", "H_BOOST", "H_REDEEM", "H_CONVERSION", "H_CHALLENGE", "H_GROUP"),
    "LIMIT": ("H_EARN", "H_BOOST", "H_REDEEM", "H_CONVERSION", "H_CHALLENGE"),
    "MINIMUM": ("H_EARN", "H_REDEEM", "H_CONVERSION"),
    "MULTIPLY_BY": ("H_BOOST",),
    "INCREASE": ("H_BOOST",),
    "REPLACE_WITH": ("H_BOOST",),
    "PAYS": ("H_REDEEM",),
    "DISCOUNT": ("H_OFFER",),
    "SELL_AT": ("H_OFFER",),
    "COSTS": ("H_REWARD",),
    "GOAL": ("H_CHALLENGE",),
    "LEVEL": ("H_TIERS",),
    "USABLE_AT_ONCE": ("H_PURSE", "H_EARN", "H_REWARD", "H_CONVERSION", "H_CHALLENGE"),
    "EXPIRE_NEVER": ("H_PURSE", "H_EARN", "H_REWARD", "H_CONVERSION", "H_CHALLENGE"),
}
#: Those of them that may have a ceiling for each value of an attribute.
_WITH_VALUES: Final = ("H_EARN", "H_BOOST")


def schedule(ctx: Context) -> tuple[k.Scheduled, ...]:
    """The changes of clauses, by their instants."""
    found: list[k.Scheduled] = []
    first: dict[tuple[int, str, tuple[str, ...]], s.Block] = {}
    for block in named(ctx, "H_CHANGE"):
        _says_enough(ctx, block)
        new = put_in_place(block)
        blocks = _named_blocks(ctx, block, new) if new else []
        at = dates(ctx, block).start
        if block.name is None or at is None or not blocks:
            continue
        names = tuple(sorted(target.name.text for target in blocks))
        found.append(
            k.Scheduled(block.name.text, title_of(block), titles(ctx, block), names, at, _existing(ctx, block, blocks))
        )
        _apart(ctx, block, blocks, at, first)
    moments = sorted({one.at for one in found})
    most = max(1, min(MAX_MOMENTS, ctx.limits.blocks // len(ctx.tree.blocks) - 1))
    if len(moments) > most:
        late = next(one.name for one in found if one.at == moments[most])
        ctx.report(TooManyChanges(most), ctx.names[late].name.span)
    return tuple(sorted(found, key=lambda one: (one.at, one.name)))


def _says_enough(ctx: Context, block: s.Block) -> None:
    """Reports what a change lacks, and what says nothing in it."""
    new = put_in_place(block)
    rounds, only = first_of(block, s.Rounding), simple(block, *_LOTS)
    lives = any(isinstance(clause, s.Expire) for clause in new)
    if balances(block):
        if rounds is None:
            missing(ctx, block, "ROUND_DOWN")
    elif rounds is not None:
        ctx.report(ChangeIdle(shown_role(rounds), Role("BALANCES_TIMES")), rounds.span)
    elif not new:
        missing(ctx, block, *_KINDS, "BALANCES_TIMES", "BALANCES_OVER")
    if lives and only is None:
        missing(ctx, block, *_LOTS)
    elif only is not None and not lives and ctx.is_whole(block):
        ctx.report(ChangeIdle(Role(only.role), Role("EXPIRE_AFTER")), only.span)


def _existing(ctx: Context, change: s.Block, blocks: list[Declared]) -> bool:
    """Whether a new life is also one of what is held: of purses and rewards, for units do not say by which clauses of
    which rule they live."""
    clause = simple(change, "OLD_LOTS")
    for declared in blocks if clause is not None else ():
        if declared.kind not in ("H_PURSE", "H_REWARD") and clause is not None:
            related = Related(declared.name.span, "declared_here")
            ctx.report(LotsOfRule(declared.name.text, Role(declared.kind)), clause.span, related)
    return clause is not None


def _named_blocks(ctx: Context, change: s.Block, new: tuple[s.Clause, ...]) -> list[Declared]:
    """The blocks that a change names, as far as its clauses may stand there."""
    found = []
    kinds = tuple(dict.fromkeys(kind for clause in new for kind in _kinds(clause)))
    for listed in all_of(change, s.NamesClause):
        for name in listed.names:
            declared = resolve(ctx, name, *kinds)
            if declared is None:
                continue
            found.append(declared)
            for clause in new:
                if declared.kind not in _kinds(clause):
                    problem = ClauseElsewhere(shown_role(clause), name.text, Role(declared.kind))
                    ctx.report(problem, clause.span, Related(declared.name.span, "declared_here"))
            _gifts(ctx, declared, new)
            if declared.kind == "H_TIERS":
                _levels(ctx, declared, change)
    return found


def _kinds(clause: s.Clause) -> tuple[str, ...]:
    """The kinds of blocks in which a clause may change."""
    kinds = _KINDS.get(role_of(clause), ())
    if isinstance(clause, s.Cap | s.Limit) and clause.same is not None:
        return tuple(kind for kind in kinds if kind in _WITH_VALUES)
    return kinds


def _gifts(ctx: Context, rule: Declared, new: tuple[s.Clause, ...]) -> None:
    """Reports gifts into purses into which a rule did not give."""
    before = {clause.gift.purse.text for clause in all_of(rule.block, s.Give)} if rule.block else set()
    for clause in new:
        if isinstance(clause, s.Give) and before and clause.gift.purse.text not in before:
            problem = GiftElsewhere(rule.name.text, clause.gift.purse.text)
            ctx.report(problem, clause.gift.purse.span, Related(rule.name.span, "declared_here"))


def _levels(ctx: Context, ladder: Declared, change: s.Block) -> None:
    """Reports levels that a change leaves out."""
    if ladder.block is None:
        return
    kept = {name.text for _, name in level_names(change)}
    for _, level in level_names(ladder.block):
        if level.text not in kept:
            ctx.report(LevelDropped(level.text, ladder.name.text), change.header, Related(level.span, "declared_here"))


def _apart(
    ctx: Context,
    change: s.Block,
    blocks: list[Declared],
    at: int,
    first: dict[tuple[int, str, tuple[str, ...]], s.Block],
) -> None:
    """Reports clauses in whose place two changes put others at one moment."""
    for declared in blocks:
        roles = {in_place_of(declared.kind, role_of(clause)): clause for clause in put_in_place(change)}
        for place, clause in roles.items():
            other = first.setdefault((at, declared.name.text, place), change)
            if other is not change and other.name is not None and change.name is not None:
                problem = ClauseChangedTwice(shown_role(clause), declared.name.text, change.name.text, other.name.text)
                ctx.report(problem, clause.span, Related(other.header, "other_here"))
