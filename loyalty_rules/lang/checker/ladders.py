"""Ladders: the order of their levels, and what each level asks."""

from __future__ import annotations

from loyalty_rules.calendar import Period
from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions, returns
from loyalty_rules.lang.checker.context import Context, LadderHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.graphs import circles
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import declare_inside, level_names, unknown
from loyalty_rules.lang.checker.programme import OF_LEVEL, messages
from loyalty_rules.lang.checker.walking import parts_of
from loyalty_rules.problems.ladders import DowngradeNever, LevelCircle, LevelFork, LowestLevel, PartAbove, PartRule


def read_ladders(ctx: Context) -> None:
    """Notes the levels of each ladder in their order, which every test of a level needs."""
    for block in named(ctx, "H_TIERS"):
        declare_inside(ctx, level_names(block))
        if block.name:
            ctx.ladders[block.name.text] = _head(ctx, block, block.name.text)


def _head(ctx: Context, block: s.Block, name: str) -> LadderHead:
    levels = all_of(block, s.Level)
    bases = [level for level in levels if level.condition is None]
    earned = {level.name.text: level for level in levels if level.condition is not None}
    for level in bases[1:]:
        _two_lowest(ctx, level, bases[0])
    base = bases[0].name.text if bases else ""
    if not earned:
        missing(ctx, block, "LEVEL")
    below: dict[str, s.Level] = {}  # the level directly above each name
    for level in earned.values():
        under = level.above.text if level.above is not None else base
        if level.above is not None and under not in earned and under != base:
            unknown(ctx, level.above, ("LEVEL",), [text for text in (base, *earned) if text])
        first = below.setdefault(under, level)
        if first is not level:
            if level.above is None:
                _two_lowest(ctx, level, first)
            else:
                ctx.report(LevelFork(level.name.text, under), level.span, Related(first.span, "other_here"))
    _circles(ctx, earned)
    return LadderHead(name, base, _chain(below, base))


def _two_lowest(ctx: Context, level: s.Level, first: s.Level) -> None:
    ctx.report(LowestLevel(level.name.text, first.name.text), level.span, Related(first.span, "other_here"))


def _chain(below: dict[str, s.Level], base: str) -> tuple[str, ...]:
    found: list[str] = []
    at = base
    while at in below and below[at].name.text not in found:
        at = below[at].name.text
        found.append(at)
    return tuple(found)


def _circles(ctx: Context, earned: dict[str, s.Level]) -> None:
    edges: dict[str, tuple[str, ...]] = {
        name: (level.above.text,) if level.above is not None else () for name, level in earned.items()
    }
    for path in circles(edges):
        ctx.report(LevelCircle(path[0]), earned[path[0]].span)


# ---------- whole ladders

_UPGRADES = {"UP_NEXT": k.Upgrade.NEXT_ORDER, "UP_THIS": k.Upgrade.THIS_ORDER, "UP_PART": k.Upgrade.PART_ABOVE}


def ladders(ctx: Context) -> dict[str, k.Ladder]:
    """The ladders by name."""
    found = (_ladder(ctx, block, ctx.ladders[block.name.text]) for block in named(ctx, "H_TIERS") if block.name)
    return {ladder.name: ladder for ladder in found if ladder is not None}


def _ladder(ctx: Context, block: s.Block, head: LadderHead) -> k.Ladder | None:
    later = first_of(block, s.UpgradeFromNext)
    now = simple(block, *_UPGRADES)
    upgrade = k.Upgrade.FROM_NEXT if later else _UPGRADES[now.role] if now else None
    levels = _levels(ctx, block, head, upgrade)
    review, period = _review(ctx, block)
    down = simple(block, "DOWN_ONE", "DOWN_EARNED")
    if review is k.Review.NEVER and down is not None:
        ctx.report(DowngradeNever(), down.span)
    if review is not None and review is not k.Review.NEVER and down is None:
        missing(ctx, block, "DOWN_ONE", "DOWN_EARNED")
    if upgrade is None or review is None:
        return None
    return k.Ladder(
        head.name,
        title_of(block),
        head.base,
        levels,
        upgrade,
        ctx.period(later.next.removeprefix("FROM_NEXT_"), later.span) if later else None,
        review,
        period,
        down is not None and down.role == "DOWN_ONE",
        returns.of_ladder(ctx, block),
        messages(ctx, block, "MSG_GIVEN", OF_LEVEL),
        span=block.header,
    )


def _review(ctx: Context, block: s.Block) -> tuple[k.Review | None, Period | None]:
    at_end = first_of(block, s.ReviewAtEnd)
    if at_end is not None:
        return k.Review.AT_END, ctx.period(at_end.end.removeprefix("AT_END_"), at_end.span)
    other = simple(block, "REVIEW_ORDER", "REVIEW_NEVER")
    return (k.Review(other.role) if other else None), None


def _levels(ctx: Context, block: s.Block, head: LadderHead, upgrade: k.Upgrade | None) -> tuple[k.Level, ...]:
    place = Place("LEVEL", ctx.settings.basis)
    found: dict[str, k.Level] = {}
    for clause in all_of(block, s.Level):
        if clause.condition is None:
            continue
        tests = conditions.clauses(ctx, [clause.condition], place)
        if not tests:
            continue
        found.setdefault(clause.name.text, k.Level(clause.name.text, tests[0], span=clause.span))
    levels = tuple(found[name] for name in head.levels if name in found)
    if upgrade is k.Upgrade.PART_ABOVE:
        _split(ctx, levels)
    return levels


def _split(ctx: Context, levels: tuple[k.Level, ...]) -> None:
    """An order can be split where all levels ask one measure for rising amounts."""
    measure: c.Measure | None = None
    reached = 0
    for level in levels:
        test = level.condition
        found = _threshold(test)
        if found is None or (measure is not None and found[0] != measure) or found[1] <= reached:
            ctx.report(PartAbove(level.name), level.span)
            return
        measure, reached = found


def _threshold(test: c.Condition) -> tuple[c.Measure, int] | None:
    """The spend and the amount that a level asks for, if that is all that it asks."""
    match test:
        case c.Compared(c.Measure(counter=c.CounterKind.SPEND) as measure, c.Compare.AT_LEAST, c.Constant(int(amount))):
            return None if measure.before_this_order else (measure, amount)
        case _:
            return None


def report_parts(ctx: Context, checked: k.Checked) -> None:
    """Reports rules that ask for a level of `upgrade for the part above` but cannot be split at its threshold."""
    split = {name for name, ladder in checked.ladders.items() if ladder.upgrade is k.Upgrade.PART_ABOVE}
    rules: list[k.Earn | k.Boost] = [*checked.earns.values(), *checked.boosts.values()]
    for rule in rules:
        whom = _asked(rule.audience) & split
        when = _asked(rule.occasion) & split
        fits = (
            isinstance(rule, k.Earn)
            and rule.base == checked.basis
            and all(give.step is not None and not give.step.items for give in rule.gives)
        )
        for ladder in sorted(when or (set() if fits else whom)):
            ctx.report(PartRule(rule.name, ladder), rule.span, Related(checked.ladders[ladder].span, "ladder_here"))


def _asked(tests: tuple[c.Condition, ...]) -> set[str]:
    return {part.ladder for part in parts_of(tests) if isinstance(part, c.LevelOf)}
