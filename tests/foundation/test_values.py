"""`frozen` makes the values of which everything here is built: what it shares between classes is held here."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from loyalty_rules.values import frozen
from tests.foundation.support import through_pickle


@frozen
class Point:
    """Two numbers, a name that does not count, and what is made anew for each."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 7
    name: str = field(default="", compare=False, repr=False)
    tags: dict[str, int] = field(default_factory=dict)


@frozen
class Place(Point):
    """A point that knows more."""

    height: int = field(default=0, kw_only=True)


@frozen
class Twin:
    """Of the same fields as a point, and no point."""

    x: int
    y: int = 7
    name: str = field(default="", compare=False)
    tags: dict[str, int] = field(default_factory=dict)


@frozen
class Nothing:
    """Has no fields."""


@frozen
class Sum:
    """Works out a field of its own, and is equal as it says itself."""

    parts: tuple[int, ...]
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and other.total == self.total

    def __hash__(self) -> int:
        return self.total


@frozen
class Begun:
    """Begins with values that nobody gives."""

    name: str
    count: int = field(default=3, init=False)
    found: list[str] = field(default_factory=list, init=False)


def test_arguments_are_those_of_the_fields() -> None:
    place = Place(1, 2, "here", {"a": 1}, height=9)
    assert (place.x, place.y, place.name, place.tags, place.height) == (1, 2, "here", {"a": 1}, 9)
    assert Point(x=1).y == 7
    unknown: Any = Point
    wrong: list[tuple[tuple[Any, ...], dict[str, int]]] = [((), {}), ((1, 2, "", {}, 5), {}), ((1,), {"z": 2})]
    for plain, named in wrong:
        with pytest.raises(TypeError, match="argument"):
            unknown(*plain, **named)


def test_what_a_factory_makes_belongs_to_one_value() -> None:
    one, other = Point(1), Point(1)
    one.tags["a"] = 1
    assert other.tags == {}


def test_a_field_that_is_no_argument_begins_with_its_default() -> None:
    one, other = Begun("a"), Begun("a")
    one.found.append("x")
    assert (one.count, one.found, other.found) == (3, ["x"], [])
    unknown: Any = Begun
    with pytest.raises(TypeError, match="argument"):
        unknown("a", 4)


def test_equal_are_those_of_one_class_with_equal_fields() -> None:
    twin: object = Twin(1)
    assert Point(1, name="a") == Point(1, name="b")
    assert Point(1) != Point(2)
    assert Point(1) != twin
    assert Place(1) != Point(1)
    assert Nothing() == Nothing()
    assert Sum((1, 4)) == Sum((2, 3))


def test_equal_values_have_one_hash() -> None:
    assert hash(Nothing()) == hash(Nothing())
    assert hash(Sum((1, 4))) == 5
    assert {Twin, Point} == {Point, Twin}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point(1))  # of a dictionary
    unhashed: Any = frozen(type("Unhashed", (), {"__annotations__": {"x": int}, "__hash__": None}))
    assert unhashed(1) == unhashed(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(unhashed(1))


def test_nothing_of_a_value_can_be_set_or_deleted() -> None:
    point: Any = Point(1)
    for name in ("x", "unknown"):
        with pytest.raises(FrozenInstanceError, match=name):
            setattr(point, name, 2)
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert point == Point(1)
    assert not hasattr(point, "__dict__")


def test_a_value_shows_its_fields() -> None:
    assert repr(Place(1, name="hidden", height=2)) == "Place(x=1, y=7, tags={}, height=2)"
    assert repr(Nothing()) == "Nothing()"


def test_the_tools_of_dataclasses_work() -> None:
    assert is_dataclass(Point)
    assert [one.name for one in fields(Place(1))] == ["x", "y", "name", "tags", "height"]
    assert replace(Place(1, height=3), x=2) == Place(2, height=3)


def test_values_copy_and_pickle() -> None:
    for one in (Place(1, 2, "a", {"b": 3}, height=4), Nothing(), Sum((1, 2))):
        for same in (through_pickle(one), copy.copy(one), copy.deepcopy(one)):
            assert type(same) is type(one)
            assert same == one
    assert through_pickle(Point(1, name="kept")).name == "kept"


def test_a_value_can_be_matched() -> None:
    match Place(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)
