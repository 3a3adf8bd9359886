"""A member in the names of the edition that decided an order: its goods come back as that edition knew them."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.decision import Effect
from loyalty_rules.ledger.renaming import renamed
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.editions import Editions, effect_renamed
from loyalty_rules.values import frozen

#: What stands before a name of today that meant something else then; it begins no name of a file.
_APART = "@"


@frozen
class FormerNames:
    """Names of blocks and keys of counters by those of then, and the other way round."""

    names: Mapping[str, str]
    keys: Mapping[str, str]

    def member_then(self, member: MemberState) -> MemberState:
        """The member under the names of then."""
        return renamed(member, _other_way(self.names), _other_way(self.keys))

    def member_now(self, member: MemberState) -> MemberState:
        """The member under the names of today."""
        return renamed(member, self.names, self.keys)

    def effects_now(self, effects: list[Effect]) -> list[Effect]:
        """Effects that were told in the names of then."""
        return [effect_renamed(effect, self.names) for effect in effects]


def former_names(editions: Editions, fingerprint: str, place: int) -> FormerNames:
    """What was called differently in the edition that decided an order than in the one of `place`."""
    then = next(at for at, one in enumerate(editions.all) if one.fingerprint == fingerprint)
    names, keys = Editions(editions.all[: place + 1]).renamed_since(then)
    return FormerNames(_told_apart(names), _told_apart(keys))


def _told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """With what is called today as something else was called then."""
    return {**names, **{_APART + former: former for former in names if former not in names.values()}}


def _other_way(names: Mapping[str, str]) -> dict[str, str]:
    return {name: former for former, name in names.items()}
