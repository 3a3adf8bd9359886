"""Conversions: what is held becomes something else."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.lang.checked.ceilings import Cap
from loyalty_rules.lang.checked.partners import Funders
from loyalty_rules.lang.checked.purses import Expiry, Usable
from loyalty_rules.lang.checked.rules import Dates, Give, Limit
from loyalty_rules.lang.checked.timing import Timing
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Conversion:
    """`uses`: what one recipe takes, by purse. Without a recipe `all_of` is the purse of which everything is taken, or
    all that is asked for; then `gives` are rates, else amounts for each recipe. `minimum`: (purse, units)."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span = field(compare=False)
    timing: Timing
    audience: tuple[Condition, ...]
    dates: Dates
    uses: tuple[tuple[str, int], ...]
    all_of: str
    minimum: tuple[str, int] | None
    gives: tuple[Give, ...]
    usable: Usable | None
    expire: tuple[Expiry, ...] | None
    given: tuple[tuple[str, str], ...]
    caps: tuple[Cap, ...] = ()
    limits: tuple[Limit, ...] = ()
    funders: Funders | None = None  # None where nothing says it, and the purse does
    zone: str = ""  # of its dates and of the periods that it waits for; "" is the programme's

    @property
    def purses(self) -> tuple[str, ...]:
        """The purses that it takes from."""
        return (self.all_of,) if self.all_of else tuple(purse for purse, _ in self.uses)
