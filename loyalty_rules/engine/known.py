"""The member as the engine knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction

from loyalty_rules.engine.receive import FactValues
from loyalty_rules.engine.standing import Stood
from loyalty_rules.engine.stretches import Stretches
from loyalty_rules.engine.windows import Since
from loyalty_rules.values import frozen

Buckets = tuple[tuple[int, int], ...]


@frozen
class Known:
    """What is known of the member before the occasion. Ranks are those that hold during it."""

    facts: FactValues
    segments: frozenset[str]  # those the host keeps
    joined: int | None  # a local date
    changed: Mapping[str, int]  # by ladder: when its level last changed
    first_order: int | None
    last_order: int | None
    counters: Mapping[str, Buckets]
    balances: Mapping[str, int]  # usable units by purse
    ranks: Mapping[str, int]
    held: Mapping[str, int]  # all units by purse, usable or not
    remainders: Mapping[tuple[str, str], Fraction]  # (purse, rule) -> what rounding cut off so far
    stood: Mapping[str, Stood]  # by ladder; who never moved on one stands at its base
    sums: Mapping[tuple[str, str], Fraction]  # (purse, rule) -> of the period in which the purse is rounded, so far
    years: Mapping[str, tuple[bool, int]] = field(default_factory=dict)  # by membership: if it counts, its year's start
    member: str = ""  # who it is
    opted: Mapping[str, int] = field(default_factory=dict)  # by rule to which the member has opted in, when
    buckets: Mapping[str, int] = field(default_factory=dict)  # by experiment
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by product set, those chosen of its sets
    done: Stretches = field(default_factory=dict)  # since when challenges were last completed
    invited: frozenset[str] | None = None  # the facts shared with who invited the member; None where nobody did

    @property
    def since(self) -> Since:
        years = {name: year for name, (_, year) in self.years.items()} if self.years else {}
        return Since(self.joined, self.changed, years, self.done)
