"""Random challenges for the programmes of the ledger machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.models.ledger_challenges import Goal
from tests.models.ledger_programmes import Earn, Gift, Ladder, Purse
from tests.models.ledger_questions import Asked, Measure, Window

if TYPE_CHECKING:
    from tests.properties.ledger_drawing import Drawing

PERIODS: Final = ("calendar day", "calendar week", "calendar month", "calendar quarter", "programme year")


def challenge(drawing: Drawing, name: str, purse: Purse, ladders: tuple[Ladder, ...]) -> Earn:
    """One that gives a fixed amount, or a badge that gives nothing."""
    how = drawing.choose("once", "window", "zero", "zero", "carry", "carry")
    window = drawing.choose(Window("ever"), Window("period", drawing.choose(*PERIODS)))
    if how == "window":
        window = Window("period", drawing.choose(*PERIODS))
    elif how == "once" and drawing.random.random() < 0.3:
        window = drawing.window()
    tests = [goal_test(drawing, window)]
    if how != "carry" and drawing.random.random() < 0.3:
        other = goal_test(drawing, window)
        tests += [other] if other.measure != tests[0].measure else []
    audience, when = drawing.questions(ladders) if drawing.random.random() < 0.4 else ((), ())
    gifts = (Gift(purse.name, "fixed", drawing.choose(10, 100)),) if drawing.random.random() < 0.9 else ()
    return Earn(
        name,
        gifts,
        "goal",
        audience=audience,
        when=when,
        caps=drawing.caps([purse.name]) if gifts else (),
        limit=drawing.limit(),
        goal=Goal(tuple(tests), how, keeps=drawing.choose(True, False, False)),
    )


def goal_test(drawing: Drawing, window: Window) -> Asked:
    what, sizes = drawing.choose(
        ("spend", (1_000, 10_000, 50_000)), ("orders", (1, 2, 3)), ("items", (3, 5, 9)), ("times", (1, 2, 3))
    )
    return Asked(Measure(what, window, name="gift" if what == "times" else ""), "at least", drawing.choose(*sizes))
