"""Stage 11: groups of rules choose; then what stands is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from loyalty_rules.decision import Entry
from loyalty_rules.engine.budgets import Draw, lower_to_budgets
from loyalty_rules.engine.ceilings import ceilings
from loyalty_rules.engine.gifts import Exact
from loyalty_rules.engine.lowering import at_most_all
from loyalty_rules.engine.parts import Award, Boosts, Lost, Posting, choose, summed
from loyalty_rules.engine.posting import hold, post
from loyalty_rules.engine.view import View
from loyalty_rules.engine.wholes import lines_of
from loyalty_rules.engine.worth import worth
from loyalty_rules.lang.checked import Group

Awards = Mapping[str, list[Award]]


def settle(view: View, roots: Sequence[str], awards: Awards, boosts: Boosts, draw: Draw | None = None) -> list[Posting]:
    """The postings of one stratum: of its lone rules and groups (`roots`), by rule. `draw`: on budgets, if there are
    any."""
    found = chosen(view, roots, awards, boosts)
    held(view, roots, found, boosts, draw)
    for posting in found:
        posting.lines = lines_of(posting)
    return found


def chosen(view: View, roots: Sequence[str], awards: Awards, boosts: Boosts) -> list[Posting]:
    """What groups leave of the awards, in whole units under their caps."""
    lost: dict[int, Lost] = {}
    for root in roots:
        _choose(view, root, awards, boosts, lost)
    asked = [award for root in roots for rule in view.plan.members(root) for award in awards.get(rule, ())]
    standing = [award for award in asked if id(award) not in lost]
    posted = iter(post(view, standing, boosts, _groups(view, roots), view.asked))
    return [_nothing(award, lost[id(award)]) if id(award) in lost else next(posted) for award in asked]


def held(view: View, roots: Sequence[str], found: Sequence[Posting], boosts: Boosts, draw: Draw | None = None) -> None:
    """What purses have room for and budgets have left of all that a stratum posts."""
    posted = [posting for posting in found if posting.lost_to is None]
    hold(view, found)
    if draw is not None:
        passed = ceilings(view, [posting.award for posting in posted], boosts, _groups(view, roots))
        lower_to_budgets(view, draw, posted, passed)
    at_most_all(posted)  # of what caps left of those that raise


def _groups(view: View, roots: Sequence[str]) -> list[str]:
    return [group for root in roots for group in view.plan.groups_in(root)]


def _nothing(award: Award, lost: Lost) -> Posting:
    taken = award.total()
    entries = [*award.entries, Entry("group", lost.group, -taken)] if taken else list(award.entries)
    return Posting(award, {}, 0, entries=entries, lost_to=lost)


def _choose(view: View, name: str, awards: Awards, boosts: Boosts, lost: dict[int, Lost]) -> list[Award]:
    """Decides a group from the inside out and returns the awards that still stand."""
    group = view.plan.checked.groups.get(name)
    if group is None:
        return list(awards.get(name, ()))
    standing = [_choose(view, inner, awards, boosts, lost) for inner in group.rules]
    if not group.policy.chooses:
        return [award for found in standing for award in found]
    alone = [_alone(view, inner, found, boosts) for inner, found in zip(group.rules, standing, strict=True)]
    if group.per_line:
        _choose_lines(view, group, standing, alone, boosts, lost)
    else:
        _choose_order(view, group, standing, alone, lost)
    return [award for found in standing for award in found if id(award) not in lost]


def _alone(view: View, name: str, awards: Sequence[Award], boosts: Boosts) -> list[Posting]:
    """What a candidate alone would post, under its own caps."""
    return post(view, awards, boosts, view.plan.groups_in(name), dict(view.asked))


def _choose_order(
    view: View, group: Group, standing: list[list[Award]], alone: list[list[Posting]], lost: dict[int, Lost]
) -> None:
    best = choose(group.policy, [_value(view, postings) for postings in alone])
    if best is None:
        return
    units = sum(posting.granted for posting in alone[best])
    for place, awards in enumerate(standing):
        if place != best:
            lost.update({id(award): Lost(group.name, group.rules[best], units) for award in awards})


def _value(view: View, postings: Sequence[Posting]) -> Fraction:
    """What was posted; purses of different units are compared by their declared worth."""
    return sum((posting.granted * worth(view.plan, posting.award.purse) for posting in postings), start=Fraction(0))


def _choose_lines(
    view: View,
    group: Group,
    standing: list[list[Award]],
    alone: list[list[Posting]],
    boosts: Boosts,
    lost: dict[int, Lost],
) -> None:
    """Compares exact amounts of each line, at their worth. A candidate whose cap is used up gives nothing."""
    exact = [_exact(view, postings) for postings in alone]
    lines = sorted({line for found in exact for line in found})
    winners = {line: choose(group.policy, [found.get(line, Fraction(0)) for found in exact]) for line in lines}
    losing: list[tuple[Award, int]] = []
    for place, awards in enumerate(standing):
        for award in awards:
            before = award.by_line()
            won_by = [winner for line in sorted(before) if before[line] and (winner := winners.get(line)) is not None]
            if won_by and place not in won_by:
                losing.append((award, won_by[0]))
                continue
            award.keep_lines(frozenset(line for line in before if winners.get(line) in (place, None)))
            taken = sum(before.values()) - award.total()
            if taken:
                award.entries.append(Entry("group", group.name, -taken))
    for award, winner in losing:
        name = group.rules[winner]
        units = sum(posting.granted for posting in _alone(view, name, standing[winner], boosts))
        lost[id(award)] = Lost(group.name, name, units)


def _exact(view: View, postings: Sequence[Posting]) -> Exact:
    used_up = any(posting.capped_by for posting in postings) and not sum(posting.granted for posting in postings)
    if used_up:
        return {}
    return summed([_scaled(posting.award.by_line(), worth(view.plan, posting.award.purse)) for posting in postings])


def _scaled(exact: Exact, factor: Fraction) -> Exact:
    return {line: amount * factor for line, amount in exact.items()}
