"""What members opted in to, in documents and in what a decision did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from loyalty_rules.adapters.wire.fields import Document, Instant, Text
from loyalty_rules.errors import InputError, shown


class OptedInModel(Document):
    """The member opted in to a rule: from now on it acts."""

    kind: Literal["opted_in"]
    rule: Text
    at: Instant


def opted_of(read: Mapping[str, int], clock: int) -> Iterator[tuple[str, int]]:
    """The rules to which a member opted in, as a document keeps them. Raises `InputError` (`member.inconsistent`) for
    what lies behind the clock. A rule that an edition no longer has is remembered all the same."""
    for rule, at in sorted(read.items()):
        if at > clock:
            where = f"core.opted_in.{shown(rule)}"
            raise InputError("member.inconsistent", "nobody opted in later than the clock", where)
        yield rule, at
