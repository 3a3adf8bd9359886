"""The checked programme: declarations, rules and examples. Made by the checker alone; read by the evaluators, the
analysis and the example runner. A value of these modules is valid by construction. Units: see `conditions`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from types import MappingProxyType
from typing import NoReturn

from loyalty_rules.errors import refuse_pickling
from loyalty_rules.lang.checked.budgets import Budget, BudgetCap, Counts
from loyalty_rules.lang.checked.ceilings import Cap, Scope, Told
from loyalty_rules.lang.checked.challenges import (
    TAKEN,
    Again,
    Goal,
    done_at_key,
    done_in_key,
    done_key,
    forgiven_key,
    taken_key,
)
from loyalty_rules.lang.checked.changes import Change, Scheduled
from loyalty_rules.lang.checked.contests import Contest, PrizeOfPlaces, score_key, since_key
from loyalty_rules.lang.checked.conversions import (
    Conversion,
)
from loyalty_rules.lang.checked.declarations import (
    EventKind,
    ProductSet,
    Row,
    Segment,
    SetChoice,
    Table,
)
from loyalty_rules.lang.checked.draws import DrawChance, DrawPrize, PrizeDraw, drawn_key, won_key
from loyalty_rules.lang.checked.examples import (
    OTHER_MEMBER,
    Example,
    ExampleStep,
    Expected,
    Given,
    GivenBalance,
    GivenDate,
    GivenFact,
    GivenGroup,
    GivenLevel,
    GivenMeasure,
    GivenMembership,
    GivenOptedIn,
    GivenSegment,
)
from loyalty_rules.lang.checked.experiments import Experiment
from loyalty_rules.lang.checked.ladders import (
    NO_LENGTH,
    Ladder,
    Length,
    Level,
    Review,
    Reviews,
    Upgrade,
    threshold,
)
from loyalty_rules.lang.checked.memberships import Leaving, Membership
from loyalty_rules.lang.checked.offers import (
    NO_PRICES,
    Buying,
    GiftLine,
    Offer,
    OfferGroup,
    Picked,
    Picking,
    Prices,
    Sets,
    gift_unit,
)
from loyalty_rules.lang.checked.partners import Funders, Partner
from loyalty_rules.lang.checked.perks import Perk
from loyalty_rules.lang.checked.promises import Promise
from loyalty_rules.lang.checked.purses import (
    Expiry,
    Place,
    Purse,
    RoundingRule,
    Usable,
)
from loyalty_rules.lang.checked.redeems import (
    PayAtMost,
    Redeem,
    RedeemGroup,
)
from loyalty_rules.lang.checked.referrals import Referral, Same
from loyalty_rules.lang.checked.returns import AfterReturn, Refund, Returns
from loyalty_rules.lang.checked.rewards import (
    Reward,
)
from loyalty_rules.lang.checked.rights import Price, Right
from loyalty_rules.lang.checked.rules import (
    BaseLimit,
    Blocks,
    Boost,
    Choosing,
    Codes,
    Dates,
    Earn,
    Give,
    Group,
    Increase,
    LevelGift,
    Limit,
    Multiply,
    Never,
    Parts,
    Pick,
    Policy,
    Prolong,
    Replace,
    Rule,
    Step,
    StepKind,
    TriggerKind,
)
from loyalty_rules.lang.checked.timing import Occurs, Timing
from loyalty_rules.lang.conditions import Base, Fact
from loyalty_rules.values import frozen

__all__ = [
    "NO_LENGTH",
    "NO_PRICES",
    "OTHER_MEMBER",
    "TAKEN",
    "AfterReturn",
    "Again",
    "BaseLimit",
    "Blocks",
    "Boost",
    "Budget",
    "BudgetCap",
    "Buying",
    "Cap",
    "Change",
    "Checked",
    "Choosing",
    "Codes",
    "Contest",
    "Conversion",
    "Counts",
    "Dates",
    "DrawChance",
    "DrawPrize",
    "Earn",
    "EventKind",
    "Example",
    "ExampleStep",
    "Expected",
    "Experiment",
    "Expiry",
    "Funders",
    "GiftLine",
    "Give",
    "Given",
    "GivenBalance",
    "GivenDate",
    "GivenFact",
    "GivenGroup",
    "GivenLevel",
    "GivenMeasure",
    "GivenMembership",
    "GivenOptedIn",
    "GivenSegment",
    "Goal",
    "Group",
    "Increase",
    "Ladder",
    "Leaving",
    "Length",
    "Level",
    "LevelGift",
    "Limit",
    "Membership",
    "Multiply",
    "Never",
    "Occurs",
    "Offer",
    "OfferGroup",
    "Partner",
    "Parts",
    "PayAtMost",
    "Perk",
    "Pick",
    "Picked",
    "Picking",
    "Place",
    "Policy",
    "Price",
    "Prices",
    "PrizeDraw",
    "PrizeOfPlaces",
    "ProductSet",
    "Prolong",
    "Promise",
    "Purse",
    "Redeem",
    "RedeemGroup",
    "Referral",
    "Refund",
    "Replace",
    "Returns",
    "Review",
    "Reviews",
    "Reward",
    "Right",
    "RoundingRule",
    "Row",
    "Rule",
    "Same",
    "Scheduled",
    "Scope",
    "Segment",
    "SetChoice",
    "Sets",
    "Step",
    "StepKind",
    "Table",
    "Timing",
    "Told",
    "TriggerKind",
    "Upgrade",
    "Usable",
    "done_at_key",
    "done_in_key",
    "done_key",
    "drawn_key",
    "forgiven_key",
    "gift_unit",
    "score_key",
    "since_key",
    "taken_key",
    "threshold",
    "won_key",
]


@frozen
class Checked:
    """One programme. Mappings are by name, in the order of the file; nothing may depend on that order but
    `groups[…].rules`."""

    language: str
    title: str
    currency: str
    exponent: int
    zone: str
    week_start: int
    day_start: int  # seconds after midnight
    year_start: tuple[int, int]
    basis: Base
    tax_included: bool
    returns: Returns | None  # None where none are taken
    dates: Dates
    earning: Dates  # of `dates`, when rules give anything
    redeeming: Dates  # of `dates`, when what is held can be used
    facts: Mapping[str, Fact]  # line, order and member facts
    events: Mapping[str, EventKind]
    purses: Mapping[str, Purse]
    products: Mapping[str, ProductSet]
    segments: Mapping[str, Segment]
    tables: Mapping[str, Table]
    ladders: Mapping[str, Ladder]
    earns: Mapping[str, Earn]
    boosts: Mapping[str, Boost]
    groups: Mapping[str, Group]
    nevers: Mapping[str, Never]
    promises: Mapping[str, Promise]
    examples: tuple[Example, ...]
    late_days: int = 0  # for how many days events may come late; 0 where they may not
    judged_by: str = ""  # the clock that chooses the edition of an order; "" where its instant does
    conversions: Mapping[str, Conversion] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    offer_groups: Mapping[str, OfferGroup] = field(default_factory=dict)
    prices: Prices = NO_PRICES
    redeems: Mapping[str, Redeem] = field(default_factory=dict)
    redeem_groups: Mapping[str, RedeemGroup] = field(default_factory=dict)
    rewards: Mapping[str, Reward] = field(default_factory=dict)  # held in the purses of their names
    titles: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # in other languages, of purses, …
    changes: Mapping[str, Change] = field(default_factory=dict)
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    schedule: tuple[Scheduled, ...] = ()  # the changes of clauses of the file, by their instants
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    perks: Mapping[str, Perk] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    referrals: Mapping[str, Referral] = field(default_factory=dict)  # the sides of inviters; friends' are in `earns`
    draws: Mapping[str, PrizeDraw] = field(default_factory=dict)  # tickets are held in the purses of their names
    contests: Mapping[str, Contest] = field(default_factory=dict)
    was: Mapping[str, str] = field(default_factory=dict)  # by the name of a block, the one in the edition before
    currencies: tuple[str, ...] = ()  # of orders, where there are several: the first one is `currency` of the programme
    worths: Mapping[str, Fraction] = field(default_factory=dict)  # in the first currency, where this is about others
    elsewhere: Mapping[str, Checked] = field(default_factory=dict)  # what it is for orders in each of the others

    @property
    def tells(self) -> bool:
        """Whether the file has words for members."""
        rules = [*self.earns.values(), *self.boosts.values(), *self.offers.values()]
        texts = [text for rule in rules for text in (rule.given, rule.missed)]
        texts += [text for payer in self.payers.values() for text in (payer.given, payer.missed)]
        texts += [text for budget in self.budgets.values() for text in (budget.given, budget.missed)]
        texts += [one.given for one in self.ladders.values()] + [one.given for one in self.conversions.values()]
        texts += [one.given for one in self.memberships.values()] + [one.given for one in self.perks.values()]
        return any(texts)

    @property
    def payers(self) -> Mapping[str, Redeem]:
        """What an order may ask for: redeem rules and rewards, by name."""
        return {**self.redeems, **{name: reward.use for name, reward in self.rewards.items()}}

    @property
    def other_currency(self) -> str:
        """The currency of the orders that this is about; "" for the first one, and where there is one."""
        return "" if self.currency in (*self.currencies[:1], "") or not self.currencies else self.currency

    @property
    def first_currency(self) -> str:
        """What money is in that is no order's."""
        return self.currencies[0] if self.currencies else self.currency

    @property
    def purses_held(self) -> Mapping[str, Purse]:
        """The purses whose balances live here, and not at a partner."""
        return {name: purse for name, purse in self.purses.items() if not purse.kept_by}

    @property
    def lowering(self) -> Mapping[str, Offer]:
        """What lowers prices: offers, and rewards that do, by name."""
        return {**self.offers, **{name: one.offer for name, one in self.rewards.items() if one.offer is not None}}

    def __reduce__(self) -> NoReturn:
        refuse_pickling("a checked programme", "the text of its rule file")

    def __post_init__(self) -> None:
        # A programme is shared: what was checked cannot be changed behind its fingerprint.
        for part in dataclasses.fields(self):
            value = getattr(self, part.name)
            if isinstance(value, dict):
                object.__setattr__(self, part.name, MappingProxyType(dict(value)))
