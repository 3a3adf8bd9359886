"""Experiments: which share of the members gets which variant, and which share gets nothing.

Assignment is a hash of names and nothing else: no list is kept, and everybody who knows both can work it out.
"""

from __future__ import annotations

import hashlib
from dataclasses import field
from typing import Final

from loyalty_rules.lang.checked.rules import Dates
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: What an experiment splits its members into: tenths of a per cent.
WHOLE: Final = 1_000


@frozen
class Experiment:
    """`variants` by name, each with its share, and `held_out` in tenths of a per cent. `covers`: the rules that who is
    held out does not get; `asked_by`: those that ask for a variant."""

    name: str
    title: str
    variants: tuple[tuple[str, int], ...]
    held_out: int
    span: Span = field(compare=False)
    covers: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    audience: tuple[Condition, ...] = ()
    dates: Dates = Dates()

    def bucket(self, member: str) -> int:
        """The bucket of a member, 0 to 999: the SHA-256 of this experiment's name, a line feed and the member's id, all
        in UTF-8, read as one number from its first byte on, and of that the rest by 1 000."""
        digest = hashlib.sha256(f"{self.name}\n{member}".encode()).digest()
        return int.from_bytes(digest, "big") % WHOLE

    def group(self, bucket: int) -> str | None:
        """What a bucket gets: a variant, "" for the hold-out, None where there are no variants to get. Variants stand
        in the order of their names from bucket 0 on, the hold-out has the last buckets."""
        if bucket >= WHOLE - self.held_out:
            return ""
        end = 0
        for name, share in self.variants:
            end += share
            if bucket < end:
                return name
        return None
