"""Rewards that orders use and members buy, in the ledger model, and what comes back of them."""

from __future__ import annotations

from fractions import Fraction

from tests.models.ledger_calendar import NEVER
from tests.models.ledger_levels import asked
from tests.models.ledger_lots import new_lot, put, spend, spending_order
from tests.models.ledger_rewards import Price, Reward
from tests.models.ledger_state import Event, Life, Lot, Payment, RefusedError, State, split

SOONEST = "soonest to expire"


def limit_key(reward: Reward) -> str:
    return f"{reward.name} LIMIT {reward.limit.window.text() if reward.limit and reward.limit.window else ''}"


def times_left(state: State, reward: Reward, day: int) -> int:
    if reward.limit is None:
        return NEVER
    return max(0, reward.limit.times - state.net(limit_key(reward), reward.limit.window, day))


def price_of(reward: Reward, purse: str) -> Price | None:
    """The price that is paid from a purse, or the only one."""
    if purse:
        return next(price for price in reward.costs if price.purse == purse)
    return reward.costs[0] if len(reward.costs) == 1 else None


def there(state: State, name: str) -> int:
    return max(0, state.balance(name)[0])


def affordable(state: State, price: Price | None) -> int:
    return 0 if price is None else there(state, price.purse) // price.units * price.started


# ---------- in an order


def use(state: State, reward: Reward, event: Event) -> list[Payment]:
    """What the order uses of it: of what is held first, then what is bought."""
    day = state.zone.day(event.at)
    own = {place: line.amount for place, line in enumerate(event.lines) if reward.category in ("", line.category)}
    left = sum(own.values())
    if not (left or reward.how == "host") or not all(asked(state, test, day) for test in reward.audience):
        return []
    times = times_left(state, reward, day)
    if not times and reward.how != "host":
        return []
    match reward.how:
        case "kept" | "value":
            units = min(there(state, reward.name), left, event.amount or NEVER)
            found = [(reward.name, units, 0, units)] if units else []
            used = min(1, units)
        case "voucher":
            units, used = vouchers(state, reward, min(left, event.amount or 1), min(times, reward.per_order or NEVER))
            found = [(reward.name, units, 0, min(units, left))] if units else []
        case _:
            found, used = rights(state, reward, event, left, times)
    payments = []
    for purse, units, number, value in found:
        take = SOONEST if purse == reward.name else state.programme.purse(purse).take
        away = spend(state, purse, units, take)
        shares = dict(zip(own, split(value, [Fraction(amount) for amount in own.values()]), strict=True))
        own = {place: amount - shares[place] for place, amount in own.items()}
        payments.append(Payment(reward.name, purse, units, value, dict(shares), shares, away, rights=number))
        state.acted[f"reward {reward.how}{' bought' if purse != reward.name else ''}"] += 1
    if reward.limit and used:
        state.count(limit_key(reward), event.at, used)
        payments[0].counted = used
    return payments


def rights(
    state: State, reward: Reward, event: Event, left: int, times: int
) -> tuple[list[tuple[str, int, int, int]], int]:
    """Of which purse how many units, for how many rights, and what they pay; and how many count for the limit."""
    price = price_of(reward, event.purse)
    most = min(event.amount or 1, reward.per_order or NEVER)
    if reward.how == "fixed":
        most = min(most, -(-left // reward.face), times)
    held = min(most, there(state, reward.name))
    bought = min(most - held, affordable(state, price), NEVER if reward.how == "fixed" else times)
    pays = min((held + bought) * reward.face, left)
    of_held = min(held * reward.face, pays)
    found = [(reward.name, held, held, of_held)] if held else []
    if bought and price:
        found.append((price.purse, price.of(bought), bought, pays - of_held))
    return found, bought if reward.how == "host" else held + bought


def vouchers(state: State, reward: Reward, wanted: int, most: int) -> tuple[int, int]:
    """Whole vouchers, as many as it takes to pay so much."""
    units = used = 0
    for lot in spending_order(state, reward.name, SOONEST):
        if units < wanted and used < most:
            units, used = units + lot.left, used + 1
    return units, used


# ---------- on its own


def buy(state: State, reward: Reward, event: Event) -> None:
    """All that is asked for, or nothing; held like what is given."""
    day, count, price = state.zone.day(event.at), event.amount or 1, price_of(reward, event.purse)
    if price is None or not all(asked(state, test, day) for test in reward.audience):
        raise RefusedError
    if reward.how == "host" and count > min(times_left(state, reward, day), NEVER):
        raise RefusedError
    if count > affordable(state, price) or (reward.hold and state.purses[reward.name].holds + count > reward.hold):
        raise RefusedError
    spend(state, price.purse, price.of(count), state.programme.purse(price.purse).take)
    life = Life(reward.life.usable, reward.life.ends, from_usable=False)
    put(state, reward.name, new_lot(state, event.at, life, reward.name, {reward.name: count * reward.right}))
    state.acted["reward bought alone"] += 1
    if reward.limit and reward.how == "host":
        state.count(limit_key(reward), event.at, count)


# ---------- goods that come back


def back(reward: Reward, one: Payment, value: int, *, whole: bool) -> int:
    """How many of the units go back where what it pays is so much. `whole`: nothing of the order is kept."""
    if not reward.back:
        return 0
    if reward.how == "host":
        return one.spent if whole else 0
    if reward.how == "voucher":
        return one.spent - paying(one.away, value)
    if reward.how in ("kept", "value"):
        return max(0, one.spent - value)
    stay = -(-value // reward.face)
    if one.purse == reward.name:
        return max(0, one.spent - stay)
    price = next(price for price in reward.costs if price.purse == one.purse)
    left = one.used if stay and price.started > 1 else price.of(stay)
    return max(0, one.spent - left)


def paying(away: list[Lot], value: int) -> int:
    """The units of the first vouchers that pay so much."""
    units = 0
    for lot in away:
        if units < value:
            units += lot.left
    return units
