"""Product sets that members choose: what counts at an instant, and a choice.

Each choice is kept with its moment, so that what comes late or comes back is judged by the choice of then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loyalty_rules.choices import Choice, ChosenSets, SetsChosen
from loyalty_rules.decision import Effect
from loyalty_rules.engine.lookups import table_value
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.engine.windows import reach
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.lang.checked import ProductSet, SetChoice
from loyalty_rules.member import MemberState

#: How many choices of one product set a member document keeps.
MAX_KEPT: Final = 12


def sets_at(plan: Plan, member: MemberState, at: int) -> Mapping[str, tuple[str, ...]]:
    """By product set of which members choose, the sets that count for this one at an instant."""
    return {products.name: _sets_at(plan, member, products, choice, at) for products, choice in plan.once(_of_members)}


def _of_members(plan: Plan) -> tuple[tuple[ProductSet, SetChoice], ...]:
    """The product sets of which members choose."""
    return tuple((one, one.choice) for one in plan.checked.products.values() if one.choice is not None)


def _sets_at(plan: Plan, member: MemberState, products: ProductSet, choice: SetChoice, at: int) -> tuple[str, ...]:
    made = [one for one in member.chosen if one.products == products.name and one.at <= at]
    if not made or _over(plan, choice, made[-1], at):
        return choice.default
    return tuple(name for name in made[-1].sets if name in products.include)  # an edition may offer others


def _over(plan: Plan, choice: SetChoice, made: ChosenSets, at: int) -> bool:
    """Whether the period is over in which a choice was made."""
    timeline = plan.timeline
    if choice.ends is None:
        return False
    return timeline.number(choice.ends, timeline.day(made.at)) < timeline.number(choice.ends, timeline.day(at))


def forgotten(plan: Plan, member: MemberState, at: int) -> str:
    """A product set of which it is not known any more what was chosen at an instant; "" for none."""
    for name, products in plan.checked.products.items():
        kept = [one.at for one in member.chosen if one.products == name]
        if products.choice is not None and len(kept) >= MAX_KEPT and at < kept[0]:
            return name
    return ""


def chosen(plan: Plan, view: View, member: MemberState, event: Choice, effects: list[Effect]) -> MemberState:
    """The member who has chosen sets; the same ones again change nothing. Raises `InputError` (`choice.amount`,
    `choice.unknown`) and `DecisionError` (`choice.refused`)."""
    products = plan.checked.products[event.rule]
    choice = products.choice
    if choice is None:
        raise InputError("choice.unknown", f"nothing is chosen of `{products.name}`", "rule")
    if event.amount is not None or event.purse:
        raise InputError("choice.amount", "to choose sets takes neither an amount nor a purse", "amount")
    for name in event.sets:
        if name not in products.include:
            message = f"`{shown(name)}` is not among the sets to choose from of `{products.name}`"
            raise InputError("choice.unknown", message, "sets")
    made = [one for one in member.chosen if one.products == products.name]
    now = made[-1] if made and not _over(plan, choice, made[-1], event.at) else None
    if now is not None and now.sets == event.sets:
        return member
    _check(plan, view, products.name, choice, (made, event))
    effects.append(SetsChosen(products.name, event.sets, event.at))
    before = [one for one in made if one.at < event.at]
    mine = [*before, ChosenSets(products.name, event.at, event.sets)][-MAX_KEPT:]
    others = (one for one in member.chosen if one.products != products.name)
    return member._replace(chosen=tuple(sorted((*others, *mine))))


def _check(plan: Plan, view: View, name: str, choice: SetChoice, told: tuple[list[ChosenSets], Choice]) -> None:
    made, event = told
    most = choice.most
    if choice.table:
        most = int(table_value(view, plan.checked.tables[choice.table]))
    if not event.sets:
        raise DecisionError("choice.refused", f"of `{name}` at least one set is chosen")
    if most is not None and len(event.sets) > most:
        raise DecisionError("choice.refused", f"of `{name}` at most {most} are chosen, and not {len(event.sets)}")
    if choice.once is None or not made:
        return
    now, since = view.reach_of_window(choice.once), view.known.since
    before = reach(choice.once, plan.timeline.day(made[-1].at), since, plan.timeline).bucket
    if now.low <= before <= now.high:
        raise DecisionError("choice.refused", f"of `{name}` was chosen already, and cannot be again so soon")
