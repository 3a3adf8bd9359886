"""What members choose, in words: what is left to them, what they chose, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from loyalty_rules.choices import ChoiceLapsed, ChoiceMade, ChoiceOffered, ChoiceWithdrawn, Gifts, SetsChosen
from loyalty_rules.decision import Effect
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.member import NEVER
from loyalty_rules.settlement.chosensets import sets_at


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What became of a choice; nothing for an effect on anything else."""
    match effect:
        case ChoiceOffered():
            yield _to_choose(telling, effect.rule, effect.gifts, effect.until)
        case ChoiceMade():
            yield telling.text("choice.made", title=telling.title(effect.rule), purse=telling.title(effect.purse))
        case ChoiceLapsed():
            moment = _moment(telling, effect.at)
            yield telling.text("choice.lapsed", title=telling.title(effect.rule), moment=moment)
        case ChoiceWithdrawn():
            yield telling.text("choice.withdrawn", title=telling.title(effect.rule), order=effect.order)
        case SetsChosen():
            yield telling.text("choice.sets", title=telling.title(effect.products), sets=_named(telling, effect.sets))
        case _:
            return


def standing(telling: Telling) -> Iterator[str]:
    """What waits for the member to choose after the decision, what ends first before the rest."""
    for one in telling.decision.member.choices:
        yield _to_choose(telling, one.rule, one.gifts, one.until)


def counting(telling: Telling, sets: Mapping[str, Iterable[str]] | None = None) -> Iterator[str]:
    """The product sets that count for the member after the decision, of those that members choose."""
    member = telling.decision.member
    for name, found in sorted((sets_at(telling.plan, member, member.clock) if sets is None else sets).items()):
        key = "choice.counts" if found else "choice.none"
        yield telling.text(key, title=telling.title(name), sets=_named(telling, found))


def _named(telling: Telling, sets: Iterable[str]) -> str:
    return ", ".join(telling.title(name) for name in sets)


def _to_choose(telling: Telling, rule: str, gifts: Gifts, until: int) -> str:
    listed = ", ".join(telling.units(purse, units) for purse, units in gifts)
    values = {"title": telling.title(rule), "gifts": listed}
    if until >= NEVER:
        return telling.text("choice.open", **values)
    return telling.text("choice.open_until", until=_moment(telling, until), **values)


def _moment(telling: Telling, instant: int) -> str:
    """The last date, where a date ends there; else the moment."""
    timeline = telling.plan.timeline
    ends = timeline.start(timeline.day(instant)) == instant
    return telling.text("choice.through", date=telling.end(instant)) if ends else telling.moment(instant)
