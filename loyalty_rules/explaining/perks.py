"""Perks in words: that one was used, and which the member has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from loyalty_rules.decision import Effect, Message, PerkUsed
from loyalty_rules.explaining.telling import Telling, safe
from loyalty_rules.explaining.wording import fill
from loyalty_rules.settlement.perks import PerkHeld, perks_at
from loyalty_rules.settlement.timing.inforce import between, timeline_of

#: What one sentence repeats of what a perk grants, and of a message.
_GRANTS: Final = 300
_MESSAGE_LIMIT: Final = 1_000
#: With what a sentence ends.
_STOPS: Final = (".", "!", "?", "…")


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """The use of a perk; nothing for an effect on anything else."""
    if isinstance(effect, PerkUsed):
        key = "perk.used" if effect.left is None else "perk.used_left"
        values = {"title": telling.title(effect.perk), "grants": _sentence(effect.grants)}
        yield telling.text(key, **values, left=str(effect.left))


def standing(telling: Telling, held: Iterable[PerkHeld] | None = None) -> Iterator[str]:
    """The perks that the member has after the decision, each with how long and how often."""
    member = telling.decision.member
    for one in perks_at(telling.plan, member, member.clock) if held is None else held:
        if one.why_not is None:
            until = telling.end(one.until)
            key = f"perk.has{'_until' if until else ''}{'' if one.left is None else '_left'}"
            values = {"title": telling.title(one.perk), "grants": _sentence(one.grants)}
            yield telling.text(key, **values, date=until, left=str(one.left))


def _sentence(grants: str) -> str:
    """What a perk grants, with its full stop: other sentences follow, and a file may have written none."""
    told = safe(grants, _GRANTS)
    return told if told.endswith(_STOPS) else f"{told}."


def messages(telling: Telling) -> Iterator[Message]:
    """What the file tells the member who uses a perk."""
    for effect in telling.decision.effects:
        if isinstance(effect, PerkUsed):
            perk = telling.checked.perks[effect.perk]
            text = dict(perk.given).get(telling.language)
            if text is not None:
                member = telling.decision.member
                _, ends = between(perk.dates, timeline_of(telling.plan, member, perk.zone))
                until = telling.text("member.unlimited") if ends is None else telling.end(ends)
                filled = fill(text, {"title": telling.title(perk.name), "until": until})
                yield Message(perk.name, True, telling.language, safe(filled, _MESSAGE_LIMIT))
