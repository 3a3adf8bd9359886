"""How often each clause may stand in a block: once, at most once, once or more; and which exclude each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.problems.clauses import ClauseMissing, ClausesExclude, ClauseTwice, DatesInTwoLines


class Slot(NamedTuple):
    """Clauses of which one may stand: `often` is "1", "?", "+"; several roles exclude each other."""

    often: str
    roles: tuple[str, ...]


def _slots(*entries: str) -> tuple[Slot, ...]:
    slots = []
    for entry in entries:
        count, *roles = entry.split()
        slots.append(Slot(count, tuple(roles)))
    return tuple(slots)


#: What a rule waits for instead of an order.
TRIGGERS: Final = ("AFTER_EVENT", "AFTER_COMPLETING", "AFTER_JOINING", "AFTER_REACHING", "AT_END_DAY", "EACH_YEAR_ON")
_UPGRADES: Final = "UP_NEXT UP_THIS UP_PART UP_FROM"
_ROUNDING: Final = "ROUND_DOWN ROUND_UP ROUND_HALF_UP ROUND_HALF_EVEN"
_USABLE: Final = "USABLE_AT_ONCE USABLE_AFTER USABLE_FROM"
_EXPIRE: Final = "EXPIRE_NEVER EXPIRE_AFTER EXPIRE_SAME EXPIRE"
_TAKE: Final = "TAKE_OLDEST TAKE_SOONEST TAKE_NEWEST"
_POLICY: Final = "ADD_UP G_MULTIPLY LARGEST SMALLEST_ONE FIRST_LISTED ONE_AFTER"
_LINES: Final = ("? ON", "? EXCEPT", "? FROM")
_RULES: Final = (*_LINES, "? TIME_ZONE", "? WITH_CODE")

#: By block. Of clauses with several forms the first role stands for all of them.
SLOTS: Final[Mapping[str, tuple[Slot, ...]]] = {
    "H_PROGRAMME": _slots(
        "1 CURRENCY", "1 TIME_ZONE", "? WEEK_STARTS", "? DAY_STARTS", "? PYEAR_STARTS", "1 BASIS", "1 TAX_IN TAX_EX",
        "? DISCOUNTS", "? TAXES", "? SMALLEST_COIN", "1 RET_REPLAY RET_PROP RET_NONE", "? RET_PRICES",
        "? REFUND_PROP REFUND_POINTS REFUND_MONEY", "? USED_STAND USED_OWED", "1 LATE_NO LATE_OK",
        "? EARN_THROUGH", "? REDEEM_THROUGH", "? FROM", "? JUDGED_BY", "? LANGUAGES",
    ),
    "H_PURSE": _slots(
        "? COUNTED_IN", "? DECIMALS", "1 ROUND_DOWN", "? POSTS", "? CARRY_REM", "? RULES_ADD_UP", "? HOLD_MOST",
        "? WORTH", "1 USABLE_AT_ONCE", "+ EXPIRE_NEVER", "? LIFE_EARNED LIFE_USABLE", f"? {_TAKE}", "? KEEP_APART",
        "? RET_LEFT RET_NEG", "? OVERDRAFT", "? TRANSFER_MOST", "? KEPT_BY",
        "? REST_BY", "? WAS",
    ),
    "H_EVENT": _slots("? ABOUT_ORDER", "? WAS"),
    "H_PRODUCTS": _slots(
        "? CHOSEN_FROM", "? CHOOSE_MOST", "? CHANGE_CHOICE", "? CHOICE_ENDS", "? DEFAULT_CHOICE", "? WAS",
    ),
    "H_SEGMENT": _slots("1 SUPPLIED", "+ WHEN", "? WAS"),
    "H_TABLE": _slots("? VALUE", "? SUPPLIED", "? OTHERWISE", "? WAS"),
    "H_PARTNER": _slots("1 MERCHANT", "? PAYS", "? SETTLES", "? PREPAID", "? WAS"),
    "H_TIERS": _slots(
        f"1 {_UPGRADES}", "1 REVIEW REVIEW_AFTER REVIEW_ORDER REVIEW_NEVER", "? DOWN_ONE DOWN_EARNED",
        "? CARRY_OVER", "? HOLD_LEAST", "? GRACE", "? RET_KEEP RET_RECHECK RET_REVIEW", "? FROM", "? WAS",
    ),
    "H_MEMBERSHIP": _slots(
        "? COSTS", "? TRIAL", "? GRACE", "1 LEAVE_NOTHING LEAVE_UNUSED LEAVE_LESS", "? FROM", "? WAS",
    ),
    "H_EARN": _slots(
        "+ GIVE GIVE_LEVEL PROLONG", f"? {' '.join(TRIGGERS)}", *_RULES, "? BASIS", "? SKIP_FIRST",
        "? ONLY_FIRST", "? CHOOSE_WITHIN", "? MINIMUM", "? ROUND_DOWN", "? USABLE_AT_ONCE", "? OPT_IN", "? REST_BY",
        "? WAS",
    ),
    "H_BOOST": _slots(
        "1 CHANGES", "1 MULTIPLY_BY INCREASE REPLACE_WITH", "? AFTER_ROUNDING", *_RULES, "? OPT_IN", "? REST_BY",
        "? WAS",
    ),
    "H_OFFER": _slots(
        "1 DISCOUNT SELL_AT ROUND_TOTAL ADD_GIFT", "? KEEP_PRICE", "? ALLOCATE", "? SKIP_FIRST", "? ONLY_FIRST",
        "? PICK PICK_UP_TO PICK_NUMBER", "? SETS", "? ON", "? EXCEPT", "? FROM", "? TIME_ZONE", "? BASIS",
        "? ROUND_DOWN", "? WITH_CODE", "? OPT_IN", "? REST_BY", "? WAS",
    ),
    "H_REDEEM": _slots(
        "1 USES", "1 PAYS", "? LEAVE", "? MINIMUM", "? IN_STEPS", "1 LOWERED REFUSED", "1 ON", "? EXCEPT", "? FROM",
        "? TIME_ZONE", "? WAS",
    ),
    "H_REWARD": _slots(
        "1 PAYS PAYS_VALUE HANDED_OVER DISCOUNT SELL_AT ROUND_TOTAL ADD_GIFT", "? KEEP_PRICE", "? ALLOCATE",
        "? SKIP_FIRST", "? ONLY_FIRST", "? PICK PICK_UP_TO PICK_NUMBER", "? BASIS", "? ROUND_DOWN",
        "? NO_CHANGE", "? HOLD_MOST", "? LIMIT_ORDER", "? RET_BACK RET_USED", "? ON",
        "? EXCEPT", "? FROM", "? TIME_ZONE", "? OPT_IN", "? USABLE_AT_ONCE", "+ EXPIRE_NEVER", "? REST_BY", "? WAS",
    ),
    "H_PERK": _slots("1 GRANTS", "? FROM", "? TIME_ZONE", "? OPT_IN", "? WAS"),
    "H_CONVERSION": _slots(
        "1 AT_END_DAY ON_REQUEST AT_ONCE", "+ USES USES_ALL", "+ GIVE", "? MINIMUM", "? FROM", "? TIME_ZONE",
        "? USABLE_AT_ONCE", "? REST_BY", "? WAS",
    ),
    "H_CHALLENGE": _slots(
        "1 GOAL", "1 ONCE ONCE_WINDOW REPEAT_ZERO REPEAT_CARRY", "? FORGIVE", "? FORGIVE_WITH", "? OLD_GOAL",
        "? RET_KEEP RET_TAKE", "? FROM", "? TIME_ZONE", "? BASIS", "? OPT_IN OPT_IN_WHOLE", "? USABLE_AT_ONCE",
        "? CHOOSE_WITHIN", "? REST_BY", "? WAS",
    ),
    "H_REFERRAL": _slots(
        "+ GIVE_INVITER GIVE_FRIEND", "? AFTER_EVENT AFTER_JOINING", "1 RET_KEEP RET_TAKE", "? FROM", "? TIME_ZONE",
        "? USABLE_AT_ONCE", "? REST_BY", "? WAS",
    ),
    "H_DRAW": _slots(
        "1 DRAWS_AT DRAWS_AT_ONCE SEASON", "+ PRIZE", "1 COMMITMENT", "? ONE_PRIZE", "? FROM", "? REST_BY", "? WAS",
    ),
    "H_CONTEST": _slots(
        "1 RANKS", "? SEASON", "+ PRIZE", "1 TIES_SHARE TIES_EARLIER TIES_ALL", "? FROM", "? OPT_IN OPT_IN_WHOLE",
        "? REST_BY", "? WAS",
    ),
    "H_GROUP": _slots("+ RULE", f"1 {_POLICY}", "? DECIDE_LINE DECIDE_ORDER", "? REUSE", "? WAS"),
    "H_NEVER": _slots("+ B_EARN B_DISC B_REDEEM B_TIER B_ALL", *_LINES, "? TIME_ZONE", "? WAS"),
    "H_BUDGET": _slots("1 COVERS", "+ CAP", "1 SHORT_TRIM SHORT_NOTHING", "? FROM", "? WAS"),
    "H_EXPERIMENT": _slots("? HOLD_OUT", "? COVERS", "? FROM"),
    "H_CHANGE": _slots(
        "1 CHANGES", "1 FROM", "? BALANCES_TIMES BALANCES_OVER", "? ROUND_DOWN", "? BASIS", "? USABLE_AT_ONCE",
        "? MINIMUM", "? MULTIPLY_BY INCREASE REPLACE_WITH", "? PAYS", "? DISCOUNT SELL_AT", "? GOAL",
        "? OLD_LOTS NEW_LOTS", "? WAS",
    ),
    "H_PROMISE": _slots("+ ALWAYS"),
    "H_EXAMPLE": _slots("+ AT"),
}  # fmt: skip

#: Roles that are shown where a slot is missing, if not its own.
_SHOWN: Final[Mapping[str, str]] = {
    "ROUND_DOWN": _ROUNDING,
    "USABLE_AT_ONCE": _USABLE,
    "EXPIRE_NEVER": _EXPIRE,
    "AT_END_DAY": "AT_END_MONTH",
}

_FIXED_ROLES: Final[Mapping[type, str]] = {
    s.TimeZone: "TIME_ZONE",
    s.WeekStarts: "WEEK_STARTS",
    s.DayStarts: "DAY_STARTS",
    s.YearStarts: "PYEAR_STARTS",
    s.Basis: "BASIS",
    s.Dates: "FROM",
    s.ClockDates: "BY_CLOCK",
    s.Clock: "CLOCK",
    s.Worth: "WORTH",
    s.Rounding: "ROUND_DOWN",
    s.Usable: "USABLE_AT_ONCE",
    s.Expire: "EXPIRE_NEVER",
    s.Activity: "ACTIVITY",
    s.TransferMost: "TRANSFER_MOST",
    s.Posts: "POSTS",
    s.LateAccepted: "LATE_OK",
    s.ValueColumn: "VALUE",
    s.Otherwise: "OTHERWISE",
    s.Merchants: "MERCHANT",
    s.FundedBy: "FUNDED_BY",
    s.Settles: "SETTLES",
    s.Level: "LEVEL",
    s.UpgradeFromNext: "UP_FROM",
    s.ReviewAtEnd: "REVIEW",
    s.OccursAt: "AT_END_DAY",
    s.EachYearOn: "EACH_YEAR_ON",
    s.ReviewOnDay: "REVIEW",
    s.ReviewAfter: "REVIEW_AFTER",
    s.CostsEvery: "COSTS",
    s.Pays: "PAYS",
    s.AsksToRedeem: "ASK_REDEEM",
    s.Give: "GIVE",
    s.OrGive: "OR_GIVE",
    s.ChooseWithin: "CHOOSE_WITHIN",
    s.ChooseAtMost: "CHOOSE_MOST",
    s.ChangeChoice: "CHANGE_CHOICE",
    s.ChoiceEnds: "CHOICE_ENDS",
    s.Discount: "DISCOUNT",
    s.SellAt: "SELL_AT",
    s.AddGift: "ADD_GIFT",
    s.Buy: "BUY",
    s.SetsAtMost: "SETS",
    s.KeepPrice: "KEEP_PRICE",
    s.ShouldDiscount: "SHOULD_DISCOUNT",
    s.ShouldAddGift: "SHOULD_ADD_GIFT",
    s.Prolong: "PROLONG",
    s.GiveLevel: "GIVE_LEVEL",
    s.AfterReaching: "AFTER_REACHING",
    s.Cap: "CAP",
    s.BudgetCap: "CAP",
    s.Limit: "LIMIT",
    s.LimitPerOrder: "LIMIT_ORDER",
    s.LimitPer: "LIMIT",
    s.DrawsAt: "DRAWS_AT",
    s.Season: "SEASON",
    s.PrizeOfDraw: "PRIZE",
    s.PrizeOfPlaces: "PRIZE",
    s.ChanceOfPrize: "PRIZE",
    s.Ranks: "RANKS",
    s.Commitment: "COMMITMENT",
    s.Costs: "COSTS",
    s.ForgiveMissed: "FORGIVE",
    s.Grants: "GRANTS",
    s.Variant: "VARIANT",
    s.HoldOut: "HOLD_OUT",
    s.GivenHeldOut: "GIVEN",
    s.AsksToUse: "ASK_USE",
    s.MultiplyBy: "MULTIPLY_BY",
    s.At: "AT",
    s.GivenFlag: "GIVEN",
    s.Paid: "PAID_BY",
    s.ShouldGive: "SHOULD_GIVE",
    s.Row: "ROW",
}

C = TypeVar("C")


def role_of(clause: s.Clause) -> str:
    """The role that stands for a clause in counts."""
    fixed = _FIXED_ROLES.get(type(clause))
    return fixed if fixed is not None else str(getattr(clause, "role", None) or getattr(clause, "owner", ""))


def shown_role(clause: s.Clause) -> Role:
    """The opening phrase that the author wrote, as far as it is known."""
    match clause:
        case s.Rounding():
            return Role(clause.mode)
        case s.LimitPerOrder():
            return Role("LIMIT")
        case s.Usable(confirmed=True):
            return Role("USABLE_CONFIRM")
        case s.Usable():
            named = clause.next or clause.day is not None
            return Role("USABLE_FROM" if named else "USABLE_AFTER" if clause.after else "USABLE_AT_ONCE")
        case s.Expire():
            return Role(_expire_role(clause))
        case s.OccursAt():
            return Role(clause.at)
        case s.SetsAtMost():
            return Role("LIMIT")
        case s.Dates() if clause.start is None:
            return Role("THROUGH" if clause.through is not None else "UNTIL")
        case _:
            return Role(role_of(clause))


def _expire_role(clause: s.Expire) -> str:
    if clause.after is not None:
        return "EXPIRE_SAME" if clause.same_day else "EXPIRE_AFTER"
    return "EXPIRE_NEVER" if is_never(clause) else "EXPIRE"


def is_never(clause: s.Expire) -> bool:
    """Whether a clause says `expire never`."""
    return clause.after is None and not clause.end and clause.day is None and clause.through is None


def check_counts(ctx: Context, block: s.Block) -> None:
    """Reports what a block lacks and what it says too often."""
    slots = SLOTS.get(block.kind, ())
    if block.kind == "H_SEGMENT":
        _segment(ctx, block)
        slots = tuple(slot for slot in slots if slot.often == "?")
    by_role: dict[str, list[tuple[int, s.Clause]]] = {}
    for place, clause in enumerate(block.clauses):
        by_role.setdefault(role_of(clause), []).append((place, clause))
    for slot in slots:
        if by_role.keys().isdisjoint(slot.roles):
            if slot.often in "1+":
                missing(ctx, block, *slot.roles)
        elif slot.often != "+":
            here = (one for role in slot.roles for one in by_role.get(role, ()))
            (_, first), *others = sorted(here, key=itemgetter(0))  # as they are written
            for _, clause in others:
                _too_many(ctx, block, first, clause)
    _titles(ctx, block)


def missing(ctx: Context, block: s.Block, *roles: str) -> None:
    """Reports a clause that a block lacks, unless a line of the block could not be read."""
    if ctx.is_whole(block):
        shown = tuple(Role(role) for listed in roles for role in _SHOWN.get(listed, listed).split())
        name = block.name.text if block.name else title_of(block)
        ctx.report(ClauseMissing(Role(block.kind), name, shown), block.header)


def _too_many(ctx: Context, block: s.Block, first: s.Clause, clause: s.Clause) -> None:
    related = Related(first.span, "first_here")
    if isinstance(first, s.Dates) and isinstance(clause, s.Dates) and (end := _end_of_both(first, clause)):
        ctx.report(DatesInTwoLines(shown_role(end)), clause.span, related)
    elif role_of(first) == role_of(clause):
        ctx.report(ClauseTwice(shown_role(clause), Role(block.kind)), clause.span, related)
    else:
        ctx.report(ClausesExclude(shown_role(clause), shown_role(first)), clause.span, related)


def _end_of_both(one: s.Dates, other: s.Dates) -> s.Dates | None:
    """The end of dates of which one line says the beginning alone, and the other the end."""
    starts, ends = (one, other) if other.start is None else (other, one)
    alone = starts.start is not None and starts.through is None and starts.until is None
    return ends if alone and ends.start is None else None


def _segment(ctx: Context, block: s.Block) -> None:
    supplied = [clause for clause in block.clauses if role_of(clause) == "SUPPLIED"]
    asked = [clause for clause in block.clauses if role_of(clause) == "WHEN"]
    if not supplied and not asked:
        missing(ctx, block, "WHEN", "SUPPLIED")
    for clause in supplied[1:]:
        _too_many(ctx, block, supplied[0], clause)
    if supplied:
        for clause in asked:
            ctx.report(
                ClausesExclude(Role("WHEN"), Role("SUPPLIED")), clause.span, Related(supplied[0].span, "first_here")
            )


def _titles(ctx: Context, block: s.Block) -> None:
    """One title, and one message of each kind, in each language."""
    seen: dict[tuple[str, str], s.Titled] = {}
    for clause in block.clauses:
        if isinstance(clause, s.Titled) and clause.role != "ALLOW":
            first = seen.setdefault((clause.role, clause.name.text), clause)
            if first is not clause:
                ctx.report(
                    ClauseTwice(Role(clause.role), Role(block.kind)), clause.span, Related(first.span, "first_here")
                )


# A rule is asked for some fifty clauses, nearly all of which it does not have: these are as plain as can be.


def first_of(block: s.Block, kind: type[C], test: Callable[[C], bool] | None = None) -> C | None:
    """The first clause of one class that passes a test."""
    for clause in block.clauses:
        if isinstance(clause, kind) and (test is None or test(clause)):
            return clause
    return None


def all_of(block: s.Block, kind: type[C], test: Callable[[C], bool] | None = None) -> list[C]:
    """The clauses of one class that pass a test."""
    return [clause for clause in block.clauses if isinstance(clause, kind) and (test is None or test(clause))]


def simple(block: s.Block, *roles: str) -> s.Simple | None:
    """The first clause without arguments that has one of these roles."""
    for clause in block.clauses:
        if isinstance(clause, s.Simple) and clause.role in roles:
            return clause
    return None
