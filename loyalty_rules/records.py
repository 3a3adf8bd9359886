"""What a member document keeps of an order that may come back: everything that deciding it again takes, and what became
of what it gave. Plain values; the engine reads them, the ledger changes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

from loyalty_rules.amounts import in_turn

#: A checked fact, as in `member`.
Fact: TypeAlias = int | str | bool | tuple[int, int]

#: How the key of a counter of completions ends, behind the name of the challenge.
DONE: Final = " DONE"
#: What stands between the key of a ceiling of which each value has its own counter, and the value.
_VALUE: Final = " ="


def key_of_value(key: str, value: str) -> str:
    """The key of the counter that one value has of a ceiling."""
    return f"{key}{_VALUE}{value}"


def key_and_value(key: str) -> tuple[str, str]:
    """The key of a ceiling, and what stands behind it in the key of a counter: nothing where it has one for all."""
    ceiling, mark, value = key.partition(_VALUE)
    return ceiling, f"{mark}{value}"


#: Who pays for units: (partner, units), by name. What no partner pays for the programme does.
Funding: TypeAlias = tuple[tuple[str, int], ...]


def part_of(rule: str, partner: str) -> str:
    """The name of a part of a lot: the rule that gave the units, and the partner who pays for them; "" for the
    programme. No declared name has a space."""
    return f"{rule} {partner}" if partner else rule


def rule_in(part: str) -> str:
    """The rule that gave a part of a lot."""
    return part.partition(" ")[0]


def partner_in(part: str) -> str:
    """The partner who pays for a part of a lot; "" for the programme."""
    return part.partition(" ")[2]


class RecordedLine(NamedTuple):
    """A line as it was bought, in minor units, and how much of it is kept. What the programme does not read is left
    out."""

    id: str
    sku: str
    category: str
    brand: str
    tags: tuple[str, ...]
    quantity: int  # millionths, as bought
    kept: int  # millionths
    weighed: bool  # goods by weight: one item, whatever is kept
    unit_price: tuple[int, int]
    list_price: int
    after_discounts: int
    tax: int
    payable: int
    delivery: bool
    facts: tuple[tuple[str, Fact], ...]
    paid: tuple[tuple[str, int], ...]
    discounts: tuple[tuple[str, int], ...] = ()  # what offers had taken off, by offer


class RecordedOrder(NamedTuple):
    """What the order told beside its lines."""

    store: str
    channel: str
    merchant: str
    tenders: tuple[str, ...] | None
    facts: tuple[tuple[str, Fact], ...]
    codes: tuple[str, ...] = ()  # those that rules ask for, as they are compared


class RecordedMember(NamedTuple):
    """What was read from the member when the order was decided. Counters hold what their windows counted then."""

    facts: tuple[tuple[str, Fact], ...]
    segments: tuple[str, ...]
    joined: int | None  # local dates
    first_order: int | None
    last_order: int | None
    counters: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    balances: tuple[tuple[str, int], ...]
    held: tuple[tuple[str, int], ...]
    levels: tuple[tuple[str, str], ...]  # (ladder, level)
    changed: tuple[tuple[str, int], ...]  # (ladder, the instant at which its level last changed)
    stood: tuple[tuple[str, int, int, int], ...]  # (ladder, and how the member stood on it)
    remainders: tuple[tuple[str, str, int, int], ...]  # (purse, rule, numerator, denominator)
    sums: tuple[tuple[str, str, int, int], ...]  # the same of the periods in which purses are rounded
    memberships: tuple[tuple[str, int, int], ...] = ()  # (name, 1 where it counted, the instant its year began)
    opted: tuple[tuple[str, int], ...] = ()  # (rule to which the member had opted in, when)
    buckets: tuple[tuple[str, int], ...] = ()  # (experiment, where the member stood in it)
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by product set, those chosen of its sets
    invited: tuple[str, ...] | None = None  # the facts that the member shared with who invited it; None for nobody


class RecordedAward(NamedTuple):
    """What one rule gave into one purse. `grid`: by place of the line (-1: what no line carries), whole units of the
    rule and its boosts (`names`) before caps over whole units; where the purse is rounded over a period, exact amounts
    times `scale`. `given` was granted, `holds` of it stands. Of what was
    taken back, `expired` had expired before and `short` could not be taken."""

    rule: str
    purse: str
    place: str  # of rounding, a phrase role
    names: tuple[str, ...]
    grid: tuple[tuple[int, tuple[int, ...]], ...]
    scale: int
    usable: int
    expires: int
    given: int
    holds: int
    gone: int = 0  # what has expired of it so far
    expired: int = 0
    short: int = 0
    since: tuple[int, ...] = ()  # what was kept of each line when its units were counted anew: the grid is of that
    most: tuple[int, ...] = ()  # what each of `names` may give at most, -1 for no bound: a budget gave no more
    called: str = ""  # what the rule is called today, where that is another name: its lots go by it
    funding: Funding = ()  # of what was given

    @property
    def today(self) -> str:
        """The name of the rule under which its units lie in lots."""
        return self.called or self.rule

    def paid_by(self, units: int) -> Funding:
        """Who pays for so many units of what was given: by the shares of all of it, each partner's rounded in turn."""
        if not self.funding or units <= 0:
            return ()
        weights = [*(share for _, share in self.funding), self.given - sum(share for _, share in self.funding)]
        shares = in_turn(units, weights)
        return tuple((partner, share) for (partner, _), share in zip(self.funding, shares, strict=False) if share)

    def moved(self, before: int, after: int) -> Funding:
        """Who pays for less where of `before` units that were given only `after` are left, or the other way round."""
        one, other = dict(self.paid_by(before)), dict(self.paid_by(after))
        differences = ((partner, abs(one.get(partner, 0) - other.get(partner, 0))) for partner, _ in self.funding)
        return tuple((partner, units) for partner, units in differences if units)


class Debit(NamedTuple):
    """Units taken from one lot: which lot it was, and the rules that had given them."""

    number: int
    earned: int
    usable: int
    expires: int
    units: int
    parts: tuple[tuple[str, int], ...]  # (part, units), sums to `units`; a part as `part_of` names it
    idle: tuple[tuple[int, int], ...]  # this and the next as in `member.Lot`
    latest: int
    since: int = 0  # as in `member.Lot`


class RecordedUse(NamedTuple):
    """What units of one award take out of a budget in one period; `key`, `value` and `bucket` as in `shared.Used`.
    `names`: the rule and the boosts whose units count; `price` of a unit, as a fraction, in the smallest unit of what
    the budget counts. Of goods on which an offer acts, `lines`: how many of each line, as far as there are any."""

    key: str
    value: str
    bucket: int
    rule: str
    purse: str
    names: tuple[str, ...]
    units: int
    price: tuple[int, int]
    lines: tuple[int, ...] = ()


class AddedGift(NamedTuple):
    """Units of an article that an offer added to an order. `sets`: for which units, so many sets with so many of each
    line, and `each` of the article for a set; without sets for any of the lines `places`."""

    rule: str
    sku: str
    units: int
    each: int
    sets: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]
    places: tuple[int, ...]


class RecordedPayment(NamedTuple):
    """What points paid by one redeem rule, or a reward. `places`: the lines that they may pay for; `lines` is parallel
    to the lines: what of each they paid, in minor units. `debits` are the units that have not come back. `pieces`: what
    they were used in, each whole or not at all; 0 where any share of them comes back."""

    rule: str
    purse: str
    units: int  # as bought
    value: int
    places: tuple[int, ...]
    lines: tuple[int, ...]
    debits: tuple[Debit, ...]
    pieces: int = 0
    rights: int = 0  # that were handed over for it, where they are more than its pieces

    @property
    def spent(self) -> int:
        """The units that have not come back."""
        return sum(debit.units for debit in self.debits)


class Record(NamedTuple):
    """An order within the returns window. `counts` says what it adds to which counter now, `used` what it used up of
    limits and base limits when it was decided: (key, bucket, amount)."""

    order: str
    number: int  # of the decision, and so of its lots
    at: int
    day: int
    until: int  # from this instant on it is not returnable
    programme: str  # meaning fingerprint of the programme that decided it
    told: RecordedOrder
    lines: tuple[RecordedLine, ...]
    known: RecordedMember
    awards: tuple[RecordedAward, ...]
    counts: tuple[tuple[str, int, int], ...]
    used: tuple[tuple[str, int, int], ...]
    previous: int | None  # the date of the order before it, of those that stand
    payments: tuple[RecordedPayment, ...] = ()  # in the order in which they paid
    budgets: tuple[RecordedUse, ...] = ()  # what it takes out of budgets now
    referred: tuple[str, ...] = ()  # the referrals for which an inviter was given something, and that fall with it
    friend: str = ""  # where there are any, the member who ordered and its inviter: no merge changes them
    inviter: str = ""
    chosen_for: str = ""  # of a gift that the member chose, which is kept like an order: the order it falls with
    gifts: tuple[AddedGift, ...] = ()  # that offers added to it
    currency: str = ""  # where the programme has several and it is not in the first one

    @property
    def completed(self) -> Mapping[str, int]:
        """By challenge, how often it was completed when the order was decided."""
        return {key.removesuffix(DONE): amount for key, _, amount in self.used if key.endswith(DONE)}

    @property
    def whole(self) -> bool:
        """Whether all of it came back."""
        return not any(line.kept for line in self.lines)
