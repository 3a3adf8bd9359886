"""What breaks is made small, choice by choice; and what is drawn by a seed is drawn by it again."""

from __future__ import annotations

from random import Random

from loyalty_rules.testing.choosing import Draw
from loyalty_rules.testing.searching import Choices, drawn, smallest


def numbers(draw: Draw) -> tuple[int, ...]:
    """Numbers, and before each but the first whether there is another one."""
    found = [draw.integer(0, 1_000)]
    while len(found) < 20 and draw.pick((True, True, True, False)):
        found.append(draw.integer(0, 1_000))
    return tuple(found)


def test_what_is_found_is_one_number_and_the_least_that_breaks() -> None:
    tried = list[tuple[int, ...]]()

    def large(values: tuple[int, ...]) -> bool:
        tried.append(values)
        return max(values) >= 700

    random = Random(1)
    values, chosen = drawn(numbers, random)
    while len(values) < 4 or not large(values):
        values, chosen = drawn(numbers, random)
    assert smallest(numbers, large, values, chosen) == (700,)
    assert len(tried) < 600


def test_what_does_not_break_any_more_is_not_taken() -> None:
    found: tuple[int, ...] = (5, 6)
    assert smallest(numbers, lambda values: False, found, (5, 0, 6, 3)) == found


def test_the_same_seed_draws_the_same() -> None:
    def some(seed: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        random = Random(seed)
        return [drawn(numbers, random) for _ in range(20)]

    assert some(3) == some(3) != some(4)


def test_choices_that_are_given_come_again_and_the_plainest_follow() -> None:
    values, chosen = drawn(numbers, Random(5))
    assert numbers(Choices(chosen)) == values
    assert Choices((7,)).integer(3, 5) == 5  # no further than there is
    assert Choices().pick("abc") == "a"


def test_ends_of_what_a_number_may_be_are_drawn_often() -> None:
    choices = Choices(random=Random(2))
    found = [choices.integer(10, 1_000_000) for _ in range(800)]
    assert min(found) == 10 and max(found) == 1_000_000
    assert 60 < sum(one in (10, 1_000_000) for one in found) < 140
