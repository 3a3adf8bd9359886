"""A sublanguage of the rule language as plain values, each with its text: what the model decides and the engine reads.

Money in kopecks, dates in UTC. One purse, rules with rates, boosts of single rules, one group, one ladder.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Mode = Literal["down", "up", "half up", "half even"]
Place = Literal["per order", "per line"]
Policy = Literal["add up", "multiply", "choose largest for member", "choose smallest for member", "choose first listed"]
Scope = Literal["per line", "per order", "per member in calendar month"]


@dataclass(frozen=True)
class Cap:
    units: int
    scope: Scope

    def text(self) -> str:
        return f"  cap {self.units} pts {self.scope}\n"


@dataclass(frozen=True)
class Rate:
    """So many points per so much money; `percent` instead is a share of roubles."""

    how: Literal["per", "per full", "per started"] = "per"
    points: int = 1
    size: int = 1000
    percent: int = 0

    def text(self) -> str:
        if self.percent:
            return f"  give {self.percent}% to pts\n"
        return f"  give {self.points} pts {self.how} {roubles(self.size)}\n"


@dataclass(frozen=True)
class Rule:
    name: str
    rate: Rate
    category: str = ""  # "" is any product
    mode: Mode = "down"
    place: Place = "per order"
    caps: tuple[Cap, ...] = ()
    weekend: bool = False
    level: str = ""
    minimum: int = 0
    deductible: int = 0  # of the basis, in a calendar month
    only: int = 0  # of the basis, in a calendar month
    limit: int = 0  # times in a calendar month

    def text(self) -> str:
        lines = [f"\nearn {self.name}\n"]
        lines.append(f"  for status is {self.level}\n" if self.level else "")
        lines.append("  when weekday is one of saturday, sunday\n" if self.weekend else "")
        lines.append(f"  on {self.category or 'any product'}\n")
        lines.append(
            f"  skip first {roubles(self.deductible)} per member in calendar month\n" if self.deductible else ""
        )
        lines.append(f"  only first {roubles(self.only)} per member in calendar month\n" if self.only else "")
        lines.append(self.rate.text())
        lines.append(f"  minimum {self.minimum} pts\n" if self.minimum else "")
        lines += [cap.text() for cap in self.caps]
        lines.append(f"  limit {self.limit} per member in calendar month\n" if self.limit else "")
        lines.append(f"  round {self.mode} {self.place}\nend\n")
        return "".join(lines)


@dataclass(frozen=True)
class Boost:
    name: str
    changes: str
    factor: Fraction
    category: str = ""
    cap: Cap | None = None

    def text(self) -> str:
        on = f"  on {self.category}\n" if self.category else ""
        factor = f"{float(self.factor):g}"
        cap = self.cap.text() if self.cap else ""
        return f"\nboost {self.name}\n  changes {self.changes}\n{on}  multiply by {factor}\n{cap}end\n"


@dataclass(frozen=True)
class Group:
    name: str
    rules: tuple[str, ...]
    policy: Literal[
        "add up", "multiply", "choose largest for member", "choose smallest for member", "choose first listed"
    ]
    cap: Cap | None = None

    def text(self) -> str:
        rules = "".join(f"  rule {rule}\n" for rule in self.rules)
        decide = "  decide per order\n" if self.policy.startswith("choose") else ""
        cap = self.cap.text() if self.cap else ""
        return f"\ngroup {self.name}\n{rules}  {self.policy}\n{decide}{cap}end\n"


@dataclass(frozen=True)
class Ladder:
    """Silver and gold by spend in the last so many days, or (0) in the calendar month."""

    silver: int
    gold: int
    days: int
    softly: bool

    def text(self) -> str:
        window = f"in last {self.days} days" if self.days else "in calendar month"
        return f"""
tiers status
  level silver when spend {window} at least {roubles(self.silver)}
  level gold above silver when spend {window} at least {roubles(self.gold)}
  upgrade from next order
  review at end of calendar month
  downgrade {"one level" if self.softly else "to earned level"}
end
"""


@dataclass(frozen=True)
class Programme:
    rules: tuple[Rule, ...]
    boosts: tuple[Boost, ...]
    groups: tuple[Group, ...]  # of rules or of the boosts of one rule
    ladder: Ladder
    never: str  # a category that earns nothing and counts for nothing, "" for none
    months: int  # of life, to the end of the month
    carry: bool

    def text(self) -> str:
        carry = "  carry remainder\n" if self.carry else ""
        never = f"\nnever blocked\n  on {self.never}\n  blocks everything\nend\n" if self.never else ""
        head = f"""loyalty rules 1

programme "Model"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts
  rules add up
  round down per order
{carry}  usable at once
  expire after {self.months} months at end of calendar month
end
"""
        sets = "".join(f'\nproducts {name}\n  where category is "{name}"\nend\n' for name in CATEGORIES)
        return head + sets + never + self.ladder.text() + "".join(block.text() for block in self.blocks())

    def blocks(self) -> tuple[Rule | Boost | Group, ...]:
        return (*self.rules, *self.boosts, *self.groups)


CATEGORIES = ("Tea", "Cakes", "Tobacco")


def roubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d} RUB"
