"""Strategies of hypothesis: orders, members and histories drawn from a programme's own text, and whole programmes.

    @given(histories(load(text)))
    def test_no_order_gives_more_than_it_costs(history): ...

What fails is shrunk, and prints as an `example` block of the rule language, or as a rule file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from loyalty_rules.events import Event, Purchase
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Programme
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.testing.drawing import History, draw_event, draw_history, draw_member, draw_order
from loyalty_rules.testing.interest import Interest

T = TypeVar("T")


class _Drawn:
    """Choices made by hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def pick(self, values: Sequence[T]) -> T:
        return self._draw(st.sampled_from(values))


def orders(programme: Programme) -> st.SearchStrategy[Purchase]:
    """Single orders, at an instant that matters to the programme."""
    interest = Interest(programme)

    @st.composite
    def drawn(draw: st.DrawFn) -> Purchase:
        chosen = _Drawn(draw)
        return draw_order(chosen, interest, "e-1", _instant(chosen, interest))

    return drawn()


def events(programme: Programme) -> st.SearchStrategy[Event]:
    """Single events of every kind that the programme decides."""
    interest = Interest(programme)

    @st.composite
    def drawn(draw: st.DrawFn) -> Event:
        chosen = _Drawn(draw)
        return draw_event(chosen, interest, "e-1", _instant(chosen, interest), may_join=True)

    return drawn()


def members(programme: Programme) -> st.SearchStrategy[MemberState]:
    """Members of whom nothing has been decided: new or joined, with facts and segments."""
    interest = Interest(programme)

    @st.composite
    def drawn(draw: st.DrawFn) -> MemberState:
        chosen = _Drawn(draw)
        return draw_member(chosen, interest, _instant(chosen, interest))

    return drawn()


def histories(programme: Programme, *, most: int = 12) -> st.SearchStrategy[History]:
    """A member and up to `most` events in time order."""
    interest = Interest(programme)

    @st.composite
    def drawn(draw: st.DrawFn) -> History:
        return draw_history(_Drawn(draw), interest, most)

    return drawn()


def programmes() -> st.SearchStrategy[Sketch]:
    """Whole programmes, each with some of the features of the language: `sketch.text("ru")` is a rule file. Few of them
    have an error; those are refused as any other file is."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Sketch:
        return compose(_Drawn(draw))

    return drawn()


def _instant(chosen: _Drawn, interest: Interest) -> int:
    return interest.programme.plan.timeline.start(chosen.pick(interest.first_days)) + chosen.pick(interest.clock_times)
