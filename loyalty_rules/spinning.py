"""Instant win of a programme: what the tickets of its draws win, and what follows for those who have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from loyalty_rules.amounts import format_units, micros_of
from loyalty_rules.calendar import instant_of
from loyalty_rules.errors import InputError, shown
from loyalty_rules.instant import Chance, Spun, settle_spins, spin
from loyalty_rules.lang.checked import Checked, Give, PrizeDraw
from loyalty_rules.member import MemberState
from loyalty_rules.prizes import Won, prize_id
from loyalty_rules.programme import Programme
from loyalty_rules.settlement.playing import played, waiting


class HeldSpins(NamedTuple):
    """What every ticket of a draw won, and what `settle_spins` was asked. `follow_ups` are events, one for each ticket,
    to be decided like any other; those of tickets that were played change nothing."""

    commitment: str
    spins: tuple[Spun, ...]
    chances: tuple[Chance, ...]
    follow_ups: tuple[Won, ...]


def spins_of(programme: Programme, member: MemberState, draw: str, seed: str) -> tuple[Won, ...]:
    """What the tickets win that a member has and did not play yet, as events to be decided next, in this order. Asked
    again it is the same, and a ticket that was played is no longer among them. Changes nothing.

    Raises `InputError` (`draw.unknown`) and what `spin` raises."""
    checked, declared = _declared(programme, draw, member.clock)
    odds = _odds(checked, declared)
    chances, first = tuple(odds), played(member, draw) + 1
    numbers = range(first, first + waiting(member, draw))
    spun = (spin(draw, seed, declared.commitment, member.member, number, chances) for number in numbers)
    return tuple(_won(checked, draw, one, odds, member.clock) for one in spun)


def hold_spins(
    programme: Programme, draw: str, seed: str, tickets: Mapping[str, int], at: datetime | str | int
) -> HeldSpins:
    """What every ticket of a draw wins, or has won. `tickets` by member, as `tickets_of` counts them; `at`: an instant
    at which the programme has the draw, of which those that were not played yet are.

    Raises `InputError` (`draw.unknown`) and what `settle_spins` raises."""
    instant = instant_of(at, "at")
    checked, declared = _declared(programme, draw, instant)
    odds = _odds(checked, declared)
    spins = settle_spins(draw, seed, declared.commitment, tickets, tuple(odds))
    follow_ups = tuple(_won(checked, draw, one, odds, instant) for one in spins)
    return HeldSpins(declared.commitment, spins, tuple(odds), follow_ups)


def _declared(programme: Programme, draw: str, at: int) -> tuple[Checked, PrizeDraw]:
    """The edition of then and its draw."""
    checked = programme.editions[programme.succession.place_at(at)].checked
    found = checked.draws.get(draw)
    if found is None or not found.chances:
        raise InputError("draw.unknown", f"the edition of then has no draw `{shown(draw)}` at once", "draw")
    return checked, found


def _odds(checked: Checked, declared: PrizeDraw) -> Mapping[Chance, Give | None]:
    """The prizes as `spin` is told them, and what each of them gives."""
    return {Chance(_label(checked, one.gift), one.chance): one.gift for one in declared.chances}


def _label(checked: Checked, gift: Give | None) -> str:
    """A prize as it is named in the list of what was won."""
    if gift is None:
        return ""
    purse = checked.purses[gift.purse]
    return f"{format_units(int(gift.value), purse.decimals)} {purse.name}"


def _won(checked: Checked, draw: str, spun: Spun, odds: Mapping[Chance, Give | None], at: int) -> Won:
    gift = next(gift for one, gift in odds.items() if one.prize == spun.prize)
    worth = () if gift is None else ((gift.purse, micros_of(int(gift.value), checked.purses[gift.purse].decimals)),)
    number = _number(spun)
    return Won(prize_id(draw, at, number), spun.member, at, draw, at, number, worth)


def _number(spun: Spun) -> int:
    return int(spun.ticket.rpartition("/")[2])
