"""Ladders: the order of their levels, and what each level asks."""

from __future__ import annotations

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions, currencies, returns, reviews, taking
from loyalty_rules.lang.checker.context import Context, LadderHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.graphs import circles
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import declare_inside, level_names, unknown
from loyalty_rules.lang.checker.programme import OF_LEVEL, dates, messages, titles
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.ladders import LevelCircle, LevelFork, LowestLevel, PartAbove, PartRule


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
    in_force = dates(ctx, block)
    audience = [clause.condition for clause in all_of(block, s.ConditionClause)]
    whom = conditions.clauses(ctx, audience, Place("FOR", ctx.settings.basis, frozenset(), in_force))
    counter, carry, levels = taking.taking(ctx, block, _levels(ctx, block, head, upgrade), upgrade)
    found = reviews.reviews(ctx, block)
    plus = reviews.length(ctx, later.plus, later) if later and later.plus else k.NO_LENGTH
    hold, grace = (reviews.length_of(ctx, block, role) for role in ("HOLD_LEAST", "GRACE"))
    down = simple(block, "DOWN_ONE", "DOWN_EARNED")
    if upgrade is None or found is None:
        return None
    return k.Ladder(
        name=head.name,
        title=title_of(block),
        titles=titles(ctx, block),
        base=head.base,
        levels=levels,
        audience=whom,
        dates=in_force,
        upgrade=upgrade,
        upgrade_period=ctx.period(later.next.removeprefix("FROM_NEXT_"), later.span) if later else None,
        upgrade_plus=plus,
        reviews=found,
        downgrade_one=down is not None and down.role == "DOWN_ONE",
        hold=hold,
        grace=grace,
        counter=counter,
        carry=carry,
        after_return=returns.of_ladder(ctx, block),
        given=messages(ctx, block, "MSG_GIVEN", OF_LEVEL),
        span=block.header,
    )


def _levels(ctx: Context, block: s.Block, head: LadderHead, upgrade: k.Upgrade | None) -> tuple[k.Level, ...]:
    place = Place("LEVEL", ctx.settings.basis)
    keeps = reviews.tests(ctx, block, head, "KEEP", place)
    backs = reviews.tests(ctx, block, head, "RETURN_TO", place)
    found: dict[str, k.Level] = {}
    for clause in all_of(block, s.Level):
        if clause.condition is None:
            continue
        asked = conditions.clauses(ctx, [clause.condition], place)
        if not asked:
            continue
        name = clause.name.text
        found.setdefault(name, k.Level(name, asked[0], clause.span, keeps.get(name), backs.get(name)))
    levels = tuple(found[name] for name in head.levels if name in found)
    currencies.check_unsaid(ctx, levels)
    if upgrade is k.Upgrade.PART_ABOVE:
        for back in all_of(block, s.LevelTest, lambda clause: clause.role == "RETURN_TO"):
            ctx.report(ClausesExclude(Role(back.role), Role(upgrade.value)), back.span)
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
    rules: list[k.Earn | k.Boost] = [*checked.earns.values(), *checked.boosts.values()] if split else []
    for rule in rules:
        whom = _asked(rule.audience) & split
        looked_up = (one.table for one in parts_of(rule) if isinstance(one, k.Give | k.Multiply) and one.table)
        keys = (checked.tables[name].keys for name in looked_up)
        when = (_asked(rule.occasion) | _asked(tuple(key for of_table in keys for key in of_table))) & split
        fits = (
            isinstance(rule, k.Earn)
            and rule.base == checked.basis
            and all(give.step is not None and not give.step.items for give in rule.gives)
        )
        for ladder in sorted(when or (set() if fits else whom)):
            ctx.report(PartRule(rule.name, ladder), rule.span, Related(checked.ladders[ladder].span, "ladder_here"))


def _asked(tests: tuple[object, ...]) -> set[str]:
    return {part.ladder for part in parts_of(tests) if isinstance(part, c.LevelOf)}
