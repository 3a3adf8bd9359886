"""Mistakes in experiments. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem
from loyalty_rules.values import frozen


@frozen
class SharesNotWhole(Problem):
    """Variants and hold-out that do not make 100% together."""

    code: ClassVar[str] = "L392"
    slug: ClassVar[str] = "experiment.shares"
    total: str


@frozen
class ShareTooFine(Problem):
    """A share that is no multiple of a tenth of a per cent, or is nothing, or more than all."""

    code: ClassVar[str] = "L393"
    slug: ClassVar[str] = "experiment.share"
    share: str


@frozen
class VariantAskedWithin(Problem):
    """An experiment that is for the members of a variant."""

    code: ClassVar[str] = "L394"
    slug: ClassVar[str] = "experiment.nested"
    experiment: str


@frozen
class GroupsApart(Problem):
    """Groups of two experiments are given to one member of an example, and no member was found who is in both."""

    code: ClassVar[str] = "L395"
    slug: ClassVar[str] = "experiment.member"
    tried: int
