"""Ladders of levels."""

from __future__ import annotations

from loyalty_rules.testing.composing import asking
from loyalty_rules.testing.composing.scope import Ladder, Scope


def ladders(s: Scope) -> None:
    if not s.has("ladders"):
        return
    for number in range(s.pick((1, 2))):
        name = f"club_{number}"
        kind = s.pick(("next", "this", "later", "split", "takes"))
        lines = [s.head("H_TIERS", name), *s.former(name)]
        base = f"basic_{number}" if kind != "split" and s.maybe() else ""
        lines += [f"LEVEL {base}"] if base else []
        names = tuple(
            f"{level}_{number}" for level in s.pick((("silver",), ("silver", "gold"), ("silver", "gold", "black")))
        )
        lines += _levels(s, kind, base, names)
        lines += [_upgrade(s, kind), *_review(s, names, kind)]
        lines += [s.pick(("RET_KEEP", "RET_RECHECK", "RET_REVIEW"))] if s.returns else []
        lines += [f"FOR {asking.member(s)}"] if s.rarely("conditions") else []
        lines += [s.dates()] if s.rarely("dates") else []
        s.add(*lines, *s.words("TITLE", "MSG_GIVEN"))
        s.ladders.append(Ladder(name, base, names, kind == "split"))


def _levels(s: Scope, kind: str, base: str, names: tuple[str, ...]) -> list[str]:
    """The levels of a chain, each asking more of one measure than the one below."""
    match "EVER" if kind == "takes" else "spend" if kind == "split" else s.pick(("spend", "orders", "earned", "items")):
        case "orders":
            measure, unit, first = "ORDERS", "ORDERS", 2
        case "items":
            measure, unit, first = "ITEMS", "ITEMS", 3
        case "earned" if kind != "this":
            purse = s.pick([one for one in s.purses if not one.reward])
            measure, unit, first = f"EARNED {purse.name}", purse.unit, 10
        case _:
            measure, unit, first = "SPEND", s.currency, 100
    window = "EVER" if kind == "takes" else s.window(ladders=False)
    lines = []
    below = base
    for place, name in enumerate(names, 1):
        above = f" ABOVE {below}" if below else ""
        lines.append(f"LEVEL {name}{above} WHEN {measure} {window} AT_LEAST {first * place * place} {unit}")
        below = name
    if kind == "takes":
        lines += [f"REACHING {names[0]} TAKES {first} {unit}"]
        lines += [f"REACHING {names[-1]} TAKES 1 {unit}"] if len(names) > 1 else []
    elif kind != "split" and s.maybe("conditions"):
        lines.append(f"RETURN_TO {names[-1]} WHEN {asking.of_standing(s)}")
    return lines


def _upgrade(s: Scope, kind: str) -> str:
    match kind:
        case "this":
            return "UP_THIS"
        case "split":
            return "UP_PART"
        case "later":
            return f"UP_FROM {s.of('from_next')}" + (f" PLUS {s.days()}" if s.maybe() else "")
        case _:
            return "UP_NEXT"


def _review(s: Scope, names: tuple[str, ...], kind: str) -> list[str]:
    """How levels are reviewed, and what softens it."""
    shift = f" {s.pick(('PLUS', 'LESS'))} {s.days(1, 2)}" if s.rarely() else ""
    review = s.pick(
        (
            "REVIEW_NEVER",
            f"REVIEW {s.of('end_of')}{shift}",
            f"REVIEW AT_END_YEAR_JOINED{shift}",
            f"REVIEW ON_DAY {s.yearday()}",
            f"REVIEW_AFTER {s.life()}",
            f"REVIEW_AFTER {s.life()} {s.of('from_next')}",
            "REVIEW_ORDER",
        )
    )
    lines = [review]
    if review == "REVIEW_NEVER":
        return lines
    lines.append(s.pick(("DOWN_ONE", "DOWN_EARNED")))
    lines += [f"HOLD_LEAST {s.life()}"] if s.rarely() else []
    lines += [f"GRACE {s.days()}"] if s.rarely() else []
    if kind == "takes" and review != "REVIEW_ORDER" and s.maybe():
        lines.append(f"KEEPING {names[0]} TAKES 50 {s.currency}")
        lines += [f"CARRY_OVER 100 {s.currency}"] if not review.startswith(("REVIEW_AFTER", "REVIEW_ORDER")) else []
    elif kind != "takes" and s.maybe("conditions"):
        lines.append(f"KEEP {names[0]} WHEN {asking.measured(s, standing=True)}")
    return lines
