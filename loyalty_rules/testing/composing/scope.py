"""What a drawn programme has declared so far, and the small parts that every block is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from loyalty_rules.testing.choosing import Draw
from loyalty_rules.testing.composing.sketch import choices

T = TypeVar("T")

#: What a programme may have or lack as a whole; each draw takes some of them.
FEATURES: Final = (
    *("facts", "events", "sets", "segments", "tables", "ladders", "several", "boosts", "groups", "nevers"),
    *("rewards", "conversions", "redeems", "changes", "promises", "examples", "returns", "timed", "levels given"),
    *("memberships", "budgets", "perks", "experiments"),
    *("conditions", "measures", "dates", "caps", "parts", "lives", "rounding", "words", "money purses", "posting"),
)
_CURRENCIES: Final = ("RUB", "EUR", "JPY", "KWD")
_DAYS: Final = ("2026-03-01", "2026-03-06", "2026-03-29", "2026-05-31", "2027-01-01")
_DATA: Final = ("a", "b", "c")


@dataclass(frozen=True)
class Purse:
    """A purse or a reward. `unit`: what its amounts are counted in."""

    name: str
    unit: str
    adds_up: bool = True
    grouped: bool = False  # its rules stand in a group
    reward: bool = False
    carries: bool = False
    posting: bool = False
    together: bool = False
    idle: bool = False  # says what counts as activity
    ends: bool = False  # what it holds expires


@dataclass(frozen=True)
class Fact:
    """A declared fact; `event` where it is one of an event."""

    name: str
    owner: str
    type: str
    choices: tuple[str, ...] = ()
    optional: bool = False
    event: str = ""


@dataclass(frozen=True)
class Ladder:
    name: str
    base: str
    levels: tuple[str, ...]
    split: bool = False  # an order is split at its levels: asked by rules of a kind alone


@dataclass(frozen=True)
class Rule:
    """An earn rule. `after`: "" for orders."""

    name: str
    purses: tuple[str, ...]
    after: str = ""
    by_lines: bool = False
    rated: bool = False
    measured: bool = False


@dataclass
class Scope:
    """What is declared, and the chooser of everything else."""

    draw: Draw
    features: frozenset[str]
    currency: str
    returns: bool = False
    basis: str = "MONEY_PAID"
    purses: list[Purse] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    memberships: list[str] = field(default_factory=list)
    perks: list[str] = field(default_factory=list)
    experiments: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    events: dict[str, bool] = field(default_factory=dict)  # name -> about an order
    ladders: list[Ladder] = field(default_factory=list)
    tables: dict[str, tuple[str, bool]] = field(default_factory=dict)  # name -> kind of value, of the rule's basis
    rules: list[Rule] = field(default_factory=list)
    redeems: list[tuple[str, Purse]] = field(default_factory=list)
    asked: list[tuple[str, Purse]] = field(default_factory=list)  # conversions on request
    given_away: list[Purse] = field(default_factory=list)  # purses of which members may give
    opted: list[str] = field(default_factory=list)  # rules that members opt in to
    chosen: list[tuple[str, str]] = field(default_factory=list)  # purses of gifts to choose, each with its rule
    spent: set[str] = field(default_factory=set)  # the purses that something spends
    mixed: set[str] = field(default_factory=set)  # the purses that several rules use for one order
    blocks: list[list[str]] = field(default_factory=list)

    # ---------- choices

    def has(self, feature: str) -> bool:
        return feature in self.features

    def maybe(self, feature: str = "") -> bool:
        """Yes now and then, where the programme has the feature."""
        return (not feature or feature in self.features) and self.draw.pick((False, True))

    def rarely(self, feature: str = "") -> bool:
        return (not feature or feature in self.features) and self.draw.pick((False, False, False, True))

    def pick(self, values: Sequence[T]) -> T:
        return self.draw.pick(values)

    def of(self, symbol: str) -> str:
        """One of the phrases that a symbol of the grammar can be."""
        return self.draw.pick(choices(symbol))

    def choices_of(self, symbol: str) -> tuple[str, ...]:
        return choices(symbol)

    def of_some(self, *roles: str) -> str:
        """One of these phrases."""
        return self.draw.pick(roles)

    def some(self, values: Sequence[T]) -> list[T]:
        """At least one of them, in their order."""
        kept = [value for value in values if self.draw.pick((False, True))]
        return kept or [values[0]]

    # ---------- amounts

    def number(self, *values: int) -> str:
        return str(self.draw.pick(values or (1, 2, 3, 5, 10)))

    def money(self, *values: int) -> str:
        return f"{self.number(*(values or (10, 50, 100, 500)))} {self.currency}"

    def gift(self, purse: Purse, *values: int) -> str:
        return f"{self.number(*(values or (5, 10, 50)))} {purse.name}"

    def units(self, purse: Purse, *values: int) -> str:
        return f"{self.number(*(values or (5, 10, 50, 200)))} {purse.unit}"

    # ---------- time

    def days(self, *values: int) -> str:
        """A length that counts local dates."""
        return f"{self.number(*(values or (1, 7, 30)))} {self.pick(('DAYS', 'DAYS', 'WEEKS', 'MONTHS'))}"

    def life(self) -> str:
        return f"{self.number(1, 2, 6)} {self.pick(('MONTHS', 'DAYS', 'WEEKS', 'YEARS'))}"

    def date(self) -> str:
        return self.pick(_DAYS)

    def moment(self) -> str:
        return self.date() + self.pick(("", "", " 09:30"))

    def yearday(self) -> str:
        return self.pick(("1 MO03", "30 MO09", "LAST_DAY_OF MO02", f"LAST_DAY_OF {self.of('month')}"))

    def dates(self) -> str:
        """The dates of a rule that ends."""
        form = self.pick(("THROUGH {end}", "FROM {start} THROUGH {end}", "FROM {start} UNTIL {end}", "UNTIL {end}"))
        return form.format(start="2026-03-01", end=self.pick(("2026-04-30", "2027-12-31")))

    def zone(self) -> list[str]:
        """Sometimes the zone of these dates."""
        return [self.pick(("TIME_ZONE Asia/Tokyo", "TIME_ZONE Pacific/Apia"))] if self.maybe() else []

    def window(self, *, past: bool = False, ladders: bool = True) -> str:
        """A window longer than an order; `past`: with those that are over as well."""
        kinds = ["in_period", "IN_LAST", "EVER", "SINCE_JOINING", "IN_YEAR_JOINED"]
        kinds += ["in_previous"] if past else []
        kinds += ["IN_YEAR_OF", "SINCE_CHANGE"] if ladders and self.ladders else []
        kind = self.pick(kinds)
        match kind:
            case "in_period" | "in_previous":
                return self.of(kind)
            case "IN_LAST":
                return f"IN_LAST {self.days()}"
            case "IN_YEAR_OF" | "SINCE_CHANGE":
                return f"{kind} {self.pick(self.ladders).name}"
            case _:
                return kind

    # ---------- data and names

    def data(self) -> str:
        return f'"{self.pick(_DATA)}"'

    def selection(self) -> str:
        """Lines of an order."""
        forms = ["ANY_PRODUCT", *self.sets, *(["ANY_PRODUCT, DELIVERY", "DELIVERY"] if self.has("conditions") else [])]
        return self.pick(forms)

    def purse(self, name: str) -> Purse:
        return next(one for one in self.purses if one.name == name)

    def words(self, *kinds: str) -> list[str]:
        """Titles, messages and the like, of these roles."""
        return [f'{kind} {self.pick(("ru", "en"))} "Told"' for kind in kinds if self.rarely("words")]

    def former(self, name: str) -> list[str]:
        return [f"WAS old_{name}"] if self.rarely("words") else []

    def head(self, kind: str, name: str) -> str:
        return f'{kind} {name} "About {name}"' if self.rarely("words") else f"{kind} {name}"

    def add(self, *lines: str) -> None:
        self.blocks.append(list(lines))


def new_scope(draw: Draw) -> Scope:
    """Which features a programme has: a few, half of them or most, and which is chance."""
    odds = draw.pick(((False, False, False, True), (False, True), (False, True, True)))
    features = frozenset(feature for feature in FEATURES if draw.pick(odds))
    scope = Scope(draw, features, draw.pick(_CURRENCIES))
    scope.returns = scope.has("returns")
    return scope
