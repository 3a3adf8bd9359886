"""Rewards: what is given or bought as a right, held like the units of a purse, and used for an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from loyalty_rules.amounts import Rounding
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps, redeemcaps, returns, rules
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, role_of, shown_role, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.funding import funders
from loyalty_rules.lang.checker.lives import check_activity, expiries, usable
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.programme import dates, messages_of_payment, titles
from loyalty_rules.member import Take
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.rewards import NothingOfReward
from loyalty_rules.problems.rules import PurseTwice

#: What acts among the offers; and all that a reward may do: pay, be handed over by the host, or that.
LOWERING = ("DISCOUNT", "SELL_AT", "ROUND_TOTAL", "ADD_GIFT")
EFFECTS = ("PAYS", "PAYS_VALUE", "HANDED_OVER", *LOWERING)
#: What says nothing of a reward that the host hands over.
_OF_PAYMENT = ("NO_CHANGE", "CAP")
#: What says something of a reward that lowers prices alone.
_OF_PRICES = (
    *("KEEP_PRICE", "ALLOCATE", "SKIP_FIRST", "ONLY_FIRST", "BUY", "PICK", "PICK_UP_TO", "PICK_NUMBER", "BASIS"),
    "ROUND_DOWN",
)
#: Where no line of an order has to be named, all of it counts.
_WHOLE_ORDER = c.LineSet(True, True, (), ())


def read_rewards(ctx: Context) -> None:
    """Notes what each reward is counted in, which every amount in the file needs: whole rights, or money where the rest
    of it is kept or its value was fixed when it was given."""
    for block in named(ctx, "H_REWARD"):
        if block.name is None:
            continue
        name, fixed = block.name.text, _fixed(block)
        code = _currency(ctx, fixed)
        money = EXPONENTS.get(code, ctx.settings.exponent)
        if simple(block, "PAYS_VALUE") is not None:
            head = PurseHead(name, money, code, reward=True)
        elif fixed is not None and simple(block, "NO_CHANGE") is None:
            face = _face(ctx, block) or 1
            head = PurseHead(name, money, code, reward=True, face=face)
        else:
            head = PurseHead(name, 0, "", reward=True)
        ctx.purses[name] = head


def _currency(ctx: Context, fixed: s.QuantityClause | None) -> str:
    """What a reward that is worth money is counted in: the currency that it pays, else the programme's first."""
    unit = fixed.quantity.unit if fixed is not None else None
    return unit.text if isinstance(unit, s.Name) and amounts.is_money(ctx, unit) else (*ctx.settings.currencies, "")[0]


def _fixed(block: s.Block) -> s.QuantityClause | None:
    return first_of(block, s.QuantityClause, lambda clause: clause.role == "PAYS")


def _face(ctx: Context, block: s.Block) -> int | None:
    clause = _fixed(block)
    units = amounts.money(ctx, clause.quantity) if clause is not None else None
    return units if clause is not None and amounts.above_zero(ctx, units, clause.quantity.span) else None


def rewards(ctx: Context) -> tuple[dict[str, k.Reward], dict[str, k.Purse]]:
    """The rewards by name, and what each is held in; of that what expires soonest is used first."""
    found: dict[str, k.Reward] = {}
    held: dict[str, k.Purse] = {}
    for block in named(ctx, "H_REWARD"):
        if block.name is None:
            continue
        name, title = block.name.text, title_of(block)
        right = _right(ctx, block, name)
        _check_clauses(ctx, block)
        use = _use(ctx, block, name, right)
        if use is not None:
            found[name] = k.Reward(name, title, block.header, right, use, funders=funders(ctx, block) or ())
        held[name] = _held(ctx, block, name, right)
    return found, held


def with_offers(found: dict[str, k.Reward], offers: Mapping[str, k.Offer]) -> dict[str, k.Reward]:
    """The rewards, those that lower prices with what they take off. How often is counted in rights."""
    return {name: _with_offer(reward, offers.get(name)) for name, reward in found.items()}


def _with_offer(reward: k.Reward, offer: k.Offer | None) -> k.Reward:
    if offer is None:
        return reward
    use = replace(
        reward.use,
        lines=offer.lines or _WHOLE_ORDER,
        audience=offer.audience,
        occasion=offer.occasion,
        dates=offer.dates,
        limits=offer.limits,
        opt_in=offer.opt_in,
    )
    return replace(reward, use=use, offer=replace(offer, limits=(), of_reward=True))


# ---------- what it is


def _right(ctx: Context, block: s.Block, name: str) -> k.Right:
    of_payment, head = returns.reward_pays(block), ctx.purses[name]
    whole = not of_payment or simple(block, "NO_CHANGE") is not None
    face = head.face or (_face(ctx, block) or 0 if whole else 0)
    per_order = first_of(block, s.LimitPerOrder)
    times = amounts.whole(ctx, per_order.number, 1, amounts.LARGEST) if per_order else None
    after = returns.of_reward(ctx, block)
    stays = after is not None and after.role == "RET_USED"
    lowers = returns.reward_lowers(block)
    return k.Right(face, whole, of_payment, tuple(_prices(ctx, block, name)), times, stays, lowers)


def _prices(ctx: Context, block: s.Block, name: str) -> list[k.Price]:
    """What it costs, in each purse once."""
    found: dict[str, k.Price] = {}
    for clause in all_of(block, s.Costs):
        purse = caps.purse_of(ctx, clause.price, sorted(ctx.purses.keys() - {name}), block)
        units = amounts.points(ctx, clause.price, purse) if purse is not None else None
        started = 1 if clause.started is None else _started(ctx, clause.started)
        if purse is None or started is None or not amounts.above_zero(ctx, units, clause.price.span):
            continue
        if purse.name in found:
            ctx.report(PurseTwice(purse.name), clause.span, Related(found[purse.name].span, "first_here"))
        found.setdefault(purse.name, k.Price(purse.name, units or 0, started, span=clause.span))
    return [found[purse] for purse in sorted(found)]


def _started(ctx: Context, quantity: s.Quantity) -> int | None:
    if quantity.unit != "ITEMS":
        amounts.wrong_unit(ctx, quantity, Role("ITEMS"))
        return None
    return amounts.whole(ctx, s.Number(quantity.number, span=quantity.span), 1, amounts.LARGEST)


def _check_clauses(ctx: Context, block: s.Block) -> None:
    """Reports what says nothing of this reward, and what a reward that pays lacks. What is bought is chosen by that."""
    opting, costs = simple(block, "OPT_IN"), first_of(block, s.Costs)
    if opting is not None and costs is not None:
        ctx.report(ClausesExclude(Role("OPT_IN"), Role("COSTS")), opting.span, Related(costs.span, "first_here"))
    effect = next((clause for clause in block.clauses if role_of(clause) in EFFECTS), None)
    if effect is None:
        return
    idle: tuple[str, ...] = ()
    if role_of(effect) in LOWERING:
        idle = ("NO_CHANGE",)
    elif role_of(effect) == "HANDED_OVER":
        idle = (*_OF_PAYMENT, *_OF_PRICES)
    elif role_of(effect) == "PAYS_VALUE":
        idle = ("COSTS",)
    if returns.reward_pays(block):
        idle = (*idle, *_OF_PRICES, *(() if simple(block, "NO_CHANGE") is not None else ("LIMIT_ORDER",)))
    for clause in block.clauses:
        if role_of(clause) in idle:
            related = Related(effect.span, "other_here")
            ctx.report(NothingOfReward(shown_role(clause), Role(role_of(effect))), clause.span, related)
    on = first_of(block, s.SelectionClause, lambda clause: clause.role == "ON")
    if returns.reward_pays(block) and on is None:
        missing(ctx, block, "ON")


# ---------- how it is used


def _use(ctx: Context, block: s.Block, name: str, right: k.Right) -> k.Redeem | None:
    """How an order uses it: as a redeem rule does, with what is held of it."""
    given, missed = messages_of_payment(ctx, block)
    if right.lowers:  # what else it asks is checked as of an offer
        return k.Redeem(
            *(name, title_of(block), titles(ctx, block), block.header, name, 0, 1, False, _WHOLE_ORDER, (), ()),
            *(k.Dates(), (), 0, 0, 0, True),
            right=right,
            given=given,
            missed=missed,
        )
    in_force = dates(ctx, block)
    occasions, zone = frozenset({(k.TriggerKind.PURCHASE, "")}), rules.zone_name(ctx, block)
    place = Place("WHEN", ctx.settings.basis, occasions, in_force, zone=zone)
    audience, occasion = rules.asked(ctx, block, place)
    lines = rules.lines_of(ctx, block)
    if lines is None:
        lines = _WHOLE_ORDER
    ceilings = redeemcaps.caps_of(ctx, block, None, in_force) if right.pays else ()
    return k.Redeem(
        name,
        title_of(block),
        titles(ctx, block),
        block.header,
        name,
        (right.face if right.whole else 0) or int(right.pays),
        1,
        False,
        lines,
        audience,
        occasion,
        in_force,
        (),
        0,
        0,
        0,
        True,
        ceilings,
        caps.limits(ctx, block, in_force),
        right,
        simple(block, "OPT_IN") is not None,
        given,
        missed,
    )


def _held(ctx: Context, block: s.Block, name: str, right: k.Right) -> k.Purse:
    head = ctx.purses[name]
    hold = first_of(block, s.QuantityClause, lambda clause: clause.role == "HOLD_MOST")
    most = amounts.points(ctx, hold.quantity, head) if hold else None
    if hold is not None:
        amounts.above_zero(ctx, most, hold.quantity.span)
    check_activity(ctx, block, (name,))
    own = _currency(ctx, _fixed(block)) == ctx.settings.currency
    worth = Fraction(right.face) if right.counted and right.face and own else None
    owed = ctx.settings.returns is not None and ctx.settings.returns.owed
    return k.Purse(
        name,
        title_of(block),
        head.decimals,
        head.currency,
        k.RoundingRule(Rounding.DOWN, k.Place.ORDER),
        False,
        True,
        most,
        worth,
        usable(ctx, block) or k.Usable(),
        expiries(ctx, block) or (),
        owed,
        span=block.header,
        take=Take.SOONEST,
        apart=right.whole and right.pays and not right.counted,
        used_stands=not owed,
    )
