"""How large a programme may be: the limits that its host may raise, or lower, where it loads it.

What bounds a line, a name or a bracket is not among them: no programme is larger for longer lines.
"""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import Final

from loyalty_rules.errors import SettingsError
from loyalty_rules.values import frozen

#: How far each limit can be raised.
MOST: Final = MappingProxyType(
    {
        "rules": 100_000,
        "bytes": 64 << 20,
        "words": 10_000_000,
        "blocks": 250_000,
        "conditions": 10_000_000,
        "comparisons": 1_000_000_000,
        "steps": 1_000_000_000,
    }
)


@frozen
class Limits:
    """How large a rule file may be, each edition by itself. Raises `SettingsError`: `limits.type`, `limits.range`.

    Limits that are not these stand in the fingerprint: a host with others may refuse the file. Raise them for files
    that you trust, since what a file may cost grows with them.
    """

    rules: int = 2_000
    #: Of its text as UTF-8.
    bytes: int = 1 << 20
    #: Words and marks, a line counting as 3 at least, three empty ones as 1.
    words: int = 100_000
    blocks: int = 5_000
    #: That all rules ask, those of sets and segments counted wherever they are named.
    conditions: int = 100_000
    #: Of rules with one another, to see which two apply to one order.
    comparisons: int = 4_000_000
    #: That an order of 50 lines may take.
    steps: int = 1_000_000

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            value = getattr(self, name)
            if type(value) is not int:
                raise SettingsError("limits.type", "a limit is a whole number", f"limits.{name}")
            if not 1 <= value <= most:
                raise SettingsError("limits.range", f"this limit is from 1 to {most}", f"limits.{name}")

    def changed(self) -> dict[str, int]:
        """The limits that are not those of every host, by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}

    def above(self, other: Limits) -> list[str]:
        """The names of the limits that are higher than those of another."""
        return [name for name in MOST if getattr(self, name) > getattr(other, name)]


LIMITS: Final = Limits()
#: What a process allows whose programmes another one has loaded.
HIGHEST: Final = Limits(**MOST)
