"""Draws and contests of a programme: who takes part, who wins, and what follows for the winners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from loyalty_rules.amounts import MICRO, format_fraction, format_units, micros_of
from loyalty_rules.calendar import format_date, instant_of
from loyalty_rules.contests import Placed, PlacePrize, Stood, settle_contest
from loyalty_rules.draws import DrawResult, Prize, settle_draw
from loyalty_rules.errors import InputError, shown
from loyalty_rules.lang.checked import Checked, Contest, DrawPrize, PrizeDraw
from loyalty_rules.lang.conditions import Kind
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.prizes import Won, prize_id
from loyalty_rules.programme import Programme
from loyalty_rules.settlement import ranking
from loyalty_rules.settlement.formernames import former_names
from loyalty_rules.settlement.outlook import later
from loyalty_rules.settlement.playing import played, waiting
from loyalty_rules.settlement.ranking import stood
from loyalty_rules.settlement.winning import ends_of, tickets_at
from loyalty_rules.shared import SharedState


class HeldDraw(NamedTuple):
    """A draw that took place at `ends`: what it came to, and what `settle_draw` was asked. `follow_ups` are events for
    the winners, to be decided like any other."""

    ends: int
    result: DrawResult
    prizes: tuple[Prize, ...]
    one_prize_per_member: bool
    follow_ups: tuple[Won, ...]


def tickets_of(
    programme: Programme,
    member: MemberState,
    draw: str,
    at: datetime | str | int | None = None,
    shared: SharedState | None = None,
) -> int:
    """With how many tickets a member takes part in a draw, if nothing more happens to the member before it. `at`: any
    instant of the season, where there is a draw at the end of each. Of tickets that are played at once
    it is all that the member has played or has. Changes nothing.

    Raises `InputError` (`draw.unknown`, `draw.season`) and `DecisionError` (`draw.forgotten`, `clock.too_far`)."""
    if is_at_once(programme, draw):
        return played(member, draw) + waiting(member, draw)
    judge, _, ends = _draw(programme, draw, at)
    if member.clock < ends:
        member = later(programme.succession, member, ends, shared)
    place = programme.succession.place_of(member)
    today = former_names(programme.succession, judge.fingerprint, place).names.get(draw, draw)
    return tickets_at(judge.plan, member, today, ends)


def hold_draw(
    programme: Programme,
    draw: str,
    seed: str,
    tickets: Mapping[str, int],
    at: datetime | str | int | None = None,
) -> HeldDraw:
    """Who wins a draw of a programme, and the prizes as events. `tickets` by member, as `tickets_of` counts them; `at`
    as there. Of a draw at the end of each season the result is called `NAME:DATE`, by the last date of the season.

    Raises what `settle_draw` raises, and `InputError` (`draw.unknown`, `draw.season`, `draw.at_once`)."""
    if is_at_once(programme, draw):
        raise InputError("draw.at_once", f"tickets of `{shown(draw)}` are played at once: ask `hold_spins`", "draw")
    judge, declared, ends = _draw(programme, draw, at)
    checked = judge.checked
    name = declared.name
    if declared.season is not None:
        name += f":{format_date(judge.plan.timeline.day(ends - 1))}"
    prizes = tuple(Prize(_label(checked, prize), prize.winners) for prize in declared.prizes)
    result = settle_draw(name, seed, declared.commitment, tickets, prizes, one_prize_per_member=declared.alone)
    places = list(declared.places())
    won = tuple(
        Won(
            prize_id(declared.name, ends, winner.place),
            winner.member,
            ends,
            declared.name,
            ends,
            winner.place,
            ((places[winner.place - 1].gift.purse, _micros(checked, places[winner.place - 1])),),
        )
        for winner in result.winners
    )
    return HeldDraw(ends, result, prizes, declared.alone, won)


def is_at_once(programme: Programme, draw: str) -> bool:
    """Whether the latest edition that has a draw says that each of its tickets is played at once."""
    known = next((one.checked.draws[draw] for one in _latest(programme) if draw in one.checked.draws), None)
    return known is not None and bool(known.chances)


class HeldContest(NamedTuple):
    """A contest that was over at `ends`: every member who took part at a place, and events for those whose place is
    worth something, to be decided like any other."""

    ends: int
    places: tuple[Placed, ...]
    follow_ups: tuple[Won, ...]


def standing_in(
    programme: Programme,
    member: MemberState,
    contest: str,
    at: datetime | str | int | None = None,
    shared: SharedState | None = None,
) -> Stood | None:
    """Where a member stands in a contest, if nothing more happens to the member before it ends; None for who takes no
    part. `at`: any instant of the season, where there are seasons. Changes nothing.

    Raises `InputError` (`contest.unknown`, `contest.season`) and `DecisionError` (`contest.forgotten`,
    `clock.too_far`)."""
    judge, _, ends = _contest(programme, contest, at)
    if member.clock < ends:
        member = later(programme.succession, member, ends, shared)
    place = programme.succession.place_of(member)
    today = former_names(programme.succession, judge.fingerprint, place).names.get(contest, contest)
    return stood(judge.plan, member, today, ends)


def hold_contest(
    programme: Programme,
    contest: str,
    standings: Mapping[str, Stood],
    at: datetime | str | int | None = None,
) -> HeldContest:
    """Who takes which place in a contest of a programme, and the prizes as events. `standings` by member, as
    `standing_in` tells them; `at` as there. Raises what `settle_contest` raises, and `InputError` (`contest.unknown`,
    `contest.season`)."""
    judge, declared, ends = _contest(programme, contest, at)
    prizes = [PlacePrize(one.first, one.last, one.gift.purse, int(one.gift.value)) for one in declared.prizes]
    places = settle_contest(standings, prizes, declared.ties, lowest_first=declared.lowest)
    purses = judge.checked.purses
    won = []
    for one in places:
        worth = tuple(sorted((name, micros_of(units, purses[name].decimals)) for name, units in one.prizes))
        if worth:
            own = prize_id(declared.name, ends, one.place)
            won.append(Won(own, one.member, ends, declared.name, ends, one.place, worth))
    return HeldContest(ends, places, tuple(won))


def score_text(programme: Programme, contest: str, score: int) -> str:
    """A score in the unit of what the contest ranks: money, points, things counted, or a number."""
    checked = next(one.checked for one in _latest(programme) if contest in one.checked.contests)
    measure = checked.contests[contest].measure
    match measure.kind:
        case Kind.MONEY:
            return format_units(score, checked.exponent)
        case Kind.POINTS:
            return format_units(score, checked.purses[measure.of].decimals)
        case Kind.COUNT:
            return str(score)
        case _:
            return format_fraction(Fraction(score, MICRO))


def _contest(programme: Programme, contest: str, at: datetime | str | int | None) -> tuple[Programme, Contest, int]:
    """The edition that decides who wins, its contest, and when that ends."""
    known = next((one.checked.contests[contest] for one in _latest(programme) if contest in one.checked.contests), None)
    if known is None:
        raise InputError("contest.unknown", f"the programme has no contest `{shown(contest)}`", "contest")
    if known.season is None and known.dates.end is not None:
        instant = known.dates.end - 1
    elif at is None:
        raise InputError("contest.season", f"`{shown(contest)}` has seasons: say an instant of one", "at")
    else:
        instant = instant_of(at, "at")
    judge = programme.edition_at(instant)
    declared = judge.checked.contests.get(contest)
    ends = NEVER if declared is None else ranking.ends_of(judge.plan, declared, instant)
    if declared is None or not ranking.runs(declared, ends):
        raise InputError("contest.unknown", f"`{shown(contest)}` has no season then", "contest")
    return judge, declared, ends


def _latest(programme: Programme) -> tuple[Programme, ...]:
    """The editions, the latest first."""
    return tuple(reversed(programme.editions))


def _draw(programme: Programme, draw: str, at: datetime | str | int | None) -> tuple[Programme, PrizeDraw, int]:
    """The edition that decides who wins, its draw, and when that takes place."""
    known = next((one.checked.draws[draw] for one in _latest(programme) if draw in one.checked.draws), None)
    if known is None:
        raise InputError("draw.unknown", f"the programme has no draw `{shown(draw)}`", "draw")
    if known.at is not None:
        instant = known.at - 1
    elif at is None:
        raise InputError("draw.season", f"`{shown(draw)}` is drawn each season: say an instant of it", "at")
    else:
        instant = instant_of(at, "at")
    judge = programme.edition_at(instant)
    declared = judge.checked.draws.get(draw)
    if declared is None:
        raise InputError("draw.unknown", f"the edition of then has no draw `{shown(draw)}`", "draw")
    return judge, declared, ends_of(judge.plan, declared, instant)


def _label(checked: Checked, prize: DrawPrize) -> str:
    """A prize as the result names it: what of it each winner is given."""
    purse = checked.purses[prize.gift.purse]
    return f"{format_units(int(prize.gift.value), purse.decimals)} {purse.name}"


def _micros(checked: Checked, prize: DrawPrize) -> int:
    return micros_of(int(prize.gift.value), checked.purses[prize.gift.purse].decimals)
