"""What rules give, in the ledger model: a function of lines and of what was read of the member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from tests.models.ledger_challenges import EVER, done_key, taken_key
from tests.models.ledger_challenges import reached as reached_goal
from tests.models.ledger_programmes import Cap, Earn, Gift, Ladder, Purse
from tests.models.ledger_questions import Asked, Measure, MemberOf, Stands, Test, Window
from tests.models.ledger_state import Award, Known, Life, Line, State, rounded, split

#: What no line carries.
WHOLE = -1
LENGTHS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
UNITS = {"days": 1, "weeks": 7, "months": 30, "years": 365}


@dataclass(frozen=True)
class Basket:
    """Lines of an order, by number, with what is kept of them; none of an event."""

    lines: Mapping[int, Line]
    money: Mapping[int, int]  # kopecks paid, by line
    order: bool = True
    event: str = ""  # the one that was told

    @property
    def paid(self) -> int:
        return sum(self.money.values())

    def adds(self, measure: Measure) -> int:
        """What this order adds to a measure that counts no points."""
        lines = [place for place, line in self.lines.items() if measure.category in ("", line.category)]
        match measure.what:
            case "spend":
                return sum(self.money[place] for place in lines)
            case "items":
                return sum(self.lines[place].quantity for place in lines)
            case "orders":
                return int(self.order and bool(lines))
            case "times":
                return int(bool(self.event) and self.event == measure.name)
            case _:
                return 0


NOTHING = Basket({}, {}, order=False)


# ---------- what was read


def read(state: State, at: int) -> Known:
    """Everything that rules may ask, before the event counts."""
    programme, day = state.programme, state.zone.day(at)
    measures = {measure: state.measured(measure, day) for measure in programme.asked}
    rooms: dict[str, int] = {}
    limits: dict[str, int] = {}
    for earn in programme.earns:
        for cap in earn.caps:
            if cap.window:
                rooms[cap_key(earn, cap)] = state.net(cap_key(earn, cap), cap.window, day)
        if earn.limit:
            limits[earn.name] = state.net(limit_key(earn), earn.limit.window, day)
    return Known(
        at,
        day,
        {ladder.name: state.rank_then(ladder.name, at) for ladder in programme.ladders},
        {
            name: (one.rank if at >= state.clock else state.rank_then(name, at), one.best, one.taken)
            for name, one in state.standings.items()
        },
        measures,
        rooms,
        limits,
        {name: held.holds for name, held in state.purses.items()},
        {
            earn.name: (
                state.net(done_key(earn.name), EVER, day),
                state.net(done_key(earn.name), earn.goal.window, day),
            )
            for earn in programme.earns
            if earn.goal
        },
        {
            (earn.name, test): state.net(taken_key(earn.name, test), test.measure.window, day)
            for earn in programme.earns
            if earn.goal
            for test in earn.goal.tests
        },
        frozenset(one.name for one in programme.memberships if state.member_of(one.name, at)),
    )


def cap_key(earn: Earn, cap: Cap) -> str:
    return f"{earn.name} CAP {cap.purse} {cap.window.text() if cap.window else ''}"


def limit_key(earn: Earn) -> str:
    return f"{earn.name} LIMIT {earn.limit.window.text() if earn.limit and earn.limit.window else ''}"


def compared(found: int, compare: str, amount: int) -> bool:
    match compare:
        case "is":
            return found == amount
        case "at least":
            return found >= amount
        case "at most":
            return found <= amount
        case "over":
            return found > amount
        case _:
            return found < amount


def holds(test: Test, known: Known, basket: Basket, ranks: Mapping[str, int]) -> bool:
    if isinstance(test, Stands):
        return compared(ranks[test.ladder], test.compare, test.rank)
    if isinstance(test, MemberOf):
        return (test.name in known.of) is not test.denied
    measure = test.measure
    if measure.window.how == "order":
        return compared(basket.adds(measure), test.compare, test.amount)
    added = 0 if measure.before else basket.adds(measure)
    return compared(known.measures[measure] + added, test.compare, test.amount)


def ranks_of(state: State, known: Known, basket: Basket) -> dict[str, int]:
    """Levels as they hold for awards: one reached by this order, where the ladder says so."""
    ranks = dict(known.ranks)
    for ladder in state.programme.ladders:
        if ladder.upgrade == "this order" and all(holds(test, known, basket, known.ranks) for test in ladder.audience):
            ranks[ladder.name] = max(ranks[ladder.name], reached(ladder, known, basket))
    return ranks


def reached(ladder: Ladder, known: Known, basket: Basket) -> int:
    rank, best, taken = known.stood[ladder.name]
    if takes(ladder):
        for place, level in enumerate(ladder.levels, 1):
            if place == rank + 1 and isinstance(level.when, Asked):
                found = known.measures[level.when.measure] + basket.adds(level.when.measure) - taken
                if found >= level.when.amount:
                    rank, taken = place, taken + level.reaching
        return rank
    for place, level in enumerate(ladder.levels, 1):
        back = level.back is not None and best >= place and holds(level.back, known, basket, known.ranks)
        if back or holds(level.when, known, basket, known.ranks):
            rank = max(rank, place)
    return rank


def takes(ladder: Ladder) -> bool:
    return any(level.reaching or level.keeping for level in ladder.levels)


# ---------- what is asked


def applies(earn: Earn, known: Known, basket: Basket, ranks: Mapping[str, int], *, limited: bool = True) -> bool:
    if not all(holds(test, known, basket, ranks) for test in (*earn.audience, *earn.when)):
        return False
    if limited and earn.limit and known.limits[earn.name] >= earn.limit.times:
        return False
    return not earn.by_lines or bool(places_of(earn, basket))


def come(earn: Earn, known: Known, basket: Basket) -> dict[Asked, int]:
    """What the measures of a goal have come to with this occasion, since it last started again."""
    if earn.goal is None:
        return {}
    found = {test: known.measures[test.measure] + basket.adds(test.measure) for test in earn.goal.tests}
    return {test: sum_ - known.took[earn.name, test] * earn.goal.repeats for test, sum_ in found.items()}


def completions(earn: Earn, known: Known, basket: Basket, ranks: Mapping[str, int]) -> int:
    """How often a challenge is completed, as often as its limit leaves."""
    if earn.goal is None or not applies(earn, known, basket, ranks):
        return 0
    times = reached_goal(earn.goal, come(earn, known, basket), known.done[earn.name])
    return min(times, earn.limit.times - known.limits[earn.name]) if earn.limit else times


def places_of(earn: Earn, basket: Basket) -> list[int]:
    return [place for place, line in sorted(basket.lines.items()) if earn.category in ("", line.category)]


def asked(state: State, earn: Earn, gift: Gift, basket: Basket) -> dict[int, int]:
    """Whole units by line, or of the whole, before caps."""
    purse = state.programme.purse(gift.purse)
    mode, _, place = (earn.round or purse.round).partition(" per ")
    places = places_of(earn, basket)
    if not earn.by_lines:
        return {WHOLE: gift.units}
    if place == "line" and gift.how != "fixed":
        exact = {one: worth(gift, purse, basket.money[one]) for one in places}
        return {one: rounded(amount, mode) for one, amount in exact.items()}
    whole = sum(basket.money[one] for one in places)
    units = gift.units if gift.how == "fixed" else rounded(worth(gift, purse, whole), mode)
    return dict(zip(places, split(units, [Fraction(basket.money[one]) for one in places]), strict=True))


def over(state: State, earn: Earn, name: str) -> tuple[str, str]:
    """How, and over which period, what a rule gives into a purse is rounded; no period where an order is."""
    purse = state.programme.purse(name)
    if purse.posts and not earn.round:
        return purse.round.partition(" per ")[0], purse.posts
    mode, _, period = (earn.round or purse.round).partition(" in ")
    return mode, period


def exactly(state: State, earn: Earn, gift: Gift, basket: Basket) -> Fraction:
    """What is asked, before caps and rounding."""
    if gift.how == "fixed":
        return Fraction(gift.units if not earn.by_lines or places_of(earn, basket) else 0)
    whole = sum(basket.money[one] for one in places_of(earn, basket))
    return worth(gift, state.programme.purse(gift.purse), whole)


def trimmed(earn: Earn, purse: str, exact: Fraction) -> Fraction:
    """A cap that is narrower than the place of rounding trims exact amounts."""
    return min([exact, *(Fraction(cap.units) for cap in caps_of(earn, purse) if cap.window is None)])


def adds(state: State, earn: Earn, purse: str, others: Fraction, exact: Fraction) -> int:
    """The difference that so much makes to the rounded sum of a period."""
    mode, _ = over(state, earn, purse)
    return rounded(others + exact, mode) - rounded(others, mode)


def worth(gift: Gift, purse: Purse, money: int) -> Fraction:
    match gift.how:
        case "percent":
            return Fraction(gift.units * money, 100 if purse.counted else 100 * 100)
        case "per":
            return Fraction(gift.units * money, gift.size)
        case "per full":
            return Fraction(gift.units * floor(Fraction(money, gift.size)))
        case _:
            return Fraction(gift.units * ceil(Fraction(money, gift.size)))


# ---------- caps


def width(cap: Cap) -> tuple[int, int]:
    """Narrow before wide, at one width the shorter period first."""
    window = cap.window
    if window is None:
        return 0, 0
    if window.how == "period":
        return 1, LENGTHS[window.period.split()[-1]]
    return 1, window.length[0] * UNITS[window.length[1]]


def caps_of(earn: Earn, purse: str) -> list[Cap]:
    return sorted((cap for cap in earn.caps if cap.purse == purse), key=width)


def granted(cap: Cap, before: int, units: int) -> int:
    """Of what is asked of a cap that has counted so much before. Over a calendar period it has granted min(C, A)."""
    if cap.window is None:
        return min(cap.units, units)
    if cap.window.how == "period" or cap.window.how == "ever":
        return min(cap.units, before + units) - min(cap.units, before)
    return min(units, max(0, cap.units - before))


def counts_asked(window: Window) -> bool:
    """A cap over a calendar period counts what it was asked, one over rolling dates what it granted."""
    return window.how in ("period", "ever")


def award(state: State, earn: Earn, gift: Gift, known: Known, basket: Basket) -> Award:
    _, period = over(state, earn, gift.purse)
    bought = exactly(state, earn, gift, basket) if period else Fraction(0)
    exact = trimmed(earn, gift.purse, bought)
    others = state.sums[earn.name, gift.purse, state.begun(period, known.day)] if period else Fraction(0)
    lines = {} if period else asked(state, earn, gift, basket)
    accrues = bool(state.programme.purse(gift.purse).posts) and not earn.round
    units = total = adds(state, earn, gift.purse, others, exact) if period else sum(lines.values())
    units = total = 0 if accrues else units
    steps = []
    for cap in caps_of(earn, gift.purse):
        if (period and cap.window is None) or accrues:
            steps.append([0, 0])
            continue
        found = granted(cap, known.rooms.get(cap_key(earn, cap), 0), units)
        steps.append([units, found])
        units = found
    life = life_of(state, earn, gift.purse)
    return Award(
        earn.name, gift.purse, bought or total, total, lines, steps, units, life, exact, period, accrues=accrues
    )


def life_of(state: State, earn: Earn, name: str) -> Life:
    purse = state.programme.purse(name)
    usable = earn.usable or purse.life.usable
    return Life(usable, purse.life.ends if earn.ends is None else earn.ends, purse.from_usable)


def fit(state: State, known: Known, awards: list[Award], before: Sequence[Award] = ()) -> None:
    """The maximum of a purse, last of all: what does not fit is lost, shared by the rules in proportion. `before`: what
    this occasion has given already."""
    for name in state.purses:
        hold = state.programme.purse(name).hold
        if not hold:
            continue
        mine = sorted((one for one in awards if one.purse == name), key=lambda one: one.rule)
        wanted = sum(one.granted for one in mine)
        room = max(0, hold - known.held[name] - sum(one.granted for one in before if one.purse == name))
        if wanted > room:
            for one, units in zip(mine, split(room, [Fraction(one.granted) for one in mine]), strict=True):
                one.granted = units
