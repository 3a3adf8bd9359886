"""Stages 12 and 13: awards are rounded once and capped in whole units."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.decision import Entry
from loyalty_rules.engine.ceilings import ceilings, keep, lower, trim
from loyalty_rules.engine.lowering import at_most_all
from loyalty_rules.engine.parts import Award, Boosts, Posting
from loyalty_rules.engine.view import View
from loyalty_rules.engine.wholes import rounded


def post(
    view: View, awards: Sequence[Award], boosts: Boosts, groups: Sequence[str], asked: dict[str, int]
) -> list[Posting]:
    """What awards post together, under the caps of boosts, of the rules and of these groups (inner ones first).

    The awards are left as they are. `asked` holds what the caps were asked so far in this decision, and is added to.
    """
    copies = [award.copy() for award in awards]
    found = ceilings(view, copies, boosts, groups)
    trim(view, copies, found)
    postings = rounded(view, copies)
    at_most_all(postings, asked=True)
    lower(view, postings, found, asked)
    return postings


def hold(view: View, postings: Sequence[Posting]) -> None:
    """The maximum of a purse is tested on all that it holds; what does not fit is lost and shown, in proportion."""
    for name in sorted({posting.award.purse for posting in postings if posting.granted}):
        most = view.plan.checked.purses[name].hold_at_most
        into = [posting for posting in postings if posting.award.purse == name and posting.granted]
        granted = [posting.granted for posting in into]
        if most is None or sum(granted) <= (room := max(0, most - view.held(name))):
            continue
        for posting, kept in zip(into, largest_remainder(room, granted), strict=True):
            lost = posting.granted - kept
            if lost:
                keep(posting, range(len(posting.award.parts)), kept)
                posting.entries.append(Entry("purse_full", name, Fraction(-lost)))
                posting.full = True
