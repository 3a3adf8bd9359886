"""Examples: what is given, the steps as events of the member "example", and what is expected of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from loyalty_rules.amounts import MICRO
from loyalty_rules.decision import Outcome
from loyalty_rules.diagnostics import Related
from loyalty_rules.errors import InputError
from loyalty_rules.events import (
    Cancellation,
    Choice,
    Confirmation,
    Enrolment,
    Event,
    Happening,
    Purchase,
    RedeemRequest,
    Return,
    Tender,
    Tick,
    Transfer,
)
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps, conditions, currencies, exampledata, experiments
from loyalty_rules.lang.checker.choosing import chooses
from loyalty_rules.lang.checker.codes import presented
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import shown_role, simple
from loyalty_rules.lang.checker.discountsexpected import discounted
from loyalty_rules.lang.checker.draws import wins
from loyalty_rules.lang.checker.friendsteps import facts_of_friend, invites, of_inviter
from loyalty_rules.lang.checker.groups import purses_of
from loyalty_rules.lang.checker.lives import about_order
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import RULES, resolve
from loyalty_rules.lang.checker.opting import waits_for_opting_in
from loyalty_rules.lang.checker.programme import instant_of
from loyalty_rules.lang.checker.reservations import reserving
from loyalty_rules.lang.checker.returnedlines import returned
from loyalty_rules.lang.checker.rewardsteps import bought, used
from loyalty_rules.lang.checker.values import constant, data
from loyalty_rules.memberships import MEMBERSHIP_STEPS, MembershipStep
from loyalty_rules.perks import PerkUse
from loyalty_rules.problems.cases import (
    BeforeFirstStep,
    DetailRefused,
    ExpectedTwice,
    GivenRefused,
    NoLines,
    SetTwice,
    StepId,
)
from loyalty_rules.problems.lives import NotAboutOrder, OrderNotNamed
from loyalty_rules.source import Span
from loyalty_rules.text import identifier

MEMBER = "example"

Rules = dict[str, k.Earn | k.Boost | k.Conversion | k.Redeem | k.Reward | k.Offer]


@dataclass(slots=True)
class _Step:
    """The clauses of one step."""

    at: s.At
    number: int
    turn: int
    rows: list[s.Row] = field(default_factory=list)
    details: list[s.Given] = field(default_factory=list)
    paid: list[s.Paid] = field(default_factory=list)
    expected: list[s.ShouldGive] = field(default_factory=list)
    afterwards: list[s.ConditionClause] = field(default_factory=list)
    refused: bool = False
    redeem: list[s.AsksToRedeem | s.AsksToUse] = field(default_factory=list)
    left: list[s.QuantityClause] = field(default_factory=list)
    refund: list[s.QuantityClause] = field(default_factory=list)
    discounts: list[s.ShouldDiscount | s.ShouldAddGift] = field(default_factory=list)
    codes: list[s.CodesClause] = field(default_factory=list)


def examples(ctx: Context, rules: Rules) -> tuple[k.Example, ...]:
    """The examples in the order of the file. `rules`: all that an example may name, by name."""
    return tuple(_example(ctx, block, rules) for block in ctx.blocks("H_EXAMPLE"))


def _example(ctx: Context, block: s.Block, rules: Rules) -> k.Example:
    givens: list[k.Given] = []
    steps: list[_Step] = []
    seen: dict[str, Span] = {}
    for clause in block.clauses:
        if isinstance(clause, s.At):
            steps.append(_Step(clause, len(steps) + 1, _turn(steps, clause)))
        elif isinstance(clause, s.Given) and clause.role == "GIVEN":
            _once(ctx, seen, ctx.words(clause.operand.span), clause.operand.span)
            givens += _given(ctx, clause)
        elif isinstance(clause, s.GivenFlag):
            _once(ctx, seen, clause.name.text, clause.name.span)
            givens += _given_flag(ctx, clause)
        elif isinstance(clause, s.GivenHeldOut):
            _once(ctx, seen, ctx.words(clause.experiment.span), clause.experiment.span)
            givens += experiments.given_held_out(ctx, clause)
        elif not steps:
            if ctx.is_whole(block):
                ctx.report(BeforeFirstStep(shown_role(clause)), clause.span)
        else:
            _add(steps[-1], clause)
    done = (_step(ctx, step, rules, whole=ctx.is_whole(block)) for step in steps)
    return experiments.of_member(
        ctx, k.Example(title_of(block), tuple(givens), tuple(step for step in done if step), span=block.header)
    )


def _turn(steps: list[_Step], at: s.At) -> int:
    """The number of the ticket that wins in a step, where tickets of this draw are played."""
    names = [one.at.name.text for one in steps if one.at.action == "X_WINS" and one.at.name is not None]
    return 1 + (names.count(at.name.text) if at.name is not None else 0)


def _add(step: _Step, clause: s.Clause) -> None:
    match clause:
        case s.Row():
            step.rows.append(clause)
        case s.Given():
            step.details.append(clause)
        case s.Paid():
            step.paid.append(clause)
        case s.ShouldGive():
            step.expected.append(clause)
        case s.ConditionClause():
            step.afterwards.append(clause)
        case s.ShouldDiscount() | s.ShouldAddGift():
            step.discounts.append(clause)
        case s.CodesClause():
            step.codes.append(clause)
        case s.AsksToRedeem() | s.AsksToUse():
            step.redeem.append(clause)
        case s.QuantityClause():
            (step.refund if clause.role == "SHOULD_REFUND" else step.left).append(clause)
        case s.Simple():
            step.refused = True
        case _:
            pass


def _once(ctx: Context, seen: dict[str, Span], what: str, span: Span) -> None:
    if what in seen:
        ctx.report(SetTwice(what), span, Related(seen[what], "first_here"))
    seen.setdefault(what, span)


# ---------- what is given


def _given(ctx: Context, clause: s.Given) -> list[k.Given]:
    place = Place("AFTERWARDS", ctx.settings.basis)
    node = clause.operand
    if isinstance(node, s.Name) and node.text in ctx.facts:
        fact = ctx.facts[node.text]
        if fact.owner is c.Owner.MEMBER:
            value = exampledata.fact_value(ctx, clause.bound, fact)
            return [] if value is None else [k.GivenFact(fact, value, span=clause.span)]
    typed = conditions.operand(ctx, node, place, frozenset(ctx.facts.values()))
    if typed is None:
        return []
    if not exampledata.can_be_given(typed) or not isinstance(clause.bound, s.Plain):
        ctx.report(GivenRefused(ctx.words(node.span)), node.span)
        return []
    told = currencies.told_in(ctx, typed, (clause.bound,), clause.span)
    typed = told[0] if told else typed
    value = constant(ctx, clause.bound, typed)
    if isinstance(typed.operand, c.VariantOf) and isinstance(value, str):
        return experiments.given_variant(typed.operand, value, clause.span)
    if not isinstance(value, int):
        return []
    match typed.operand:
        case c.LevelOf() if typed.ladder is not None:
            level = typed.ladder.levels[value - 1] if value else typed.ladder.base
            return [k.GivenLevel(typed.ladder.name, level, span=clause.span)]
        case c.Measure(counter=c.CounterKind.BALANCE):
            return [k.GivenBalance(typed.operand.of, value, span=clause.span)]
        case c.Measure():
            return _given_measure(ctx, node, typed.operand, value, clause.span)
        case c.FieldOf():
            return [k.GivenDate(typed.operand.field, value, span=clause.span)]
        case _:
            return []


def _given_flag(ctx: Context, clause: s.GivenFlag) -> list[k.Given]:
    """A rule to which the member opted in, or a segment that the host supplies; of any other the conditions decide."""
    if clause.role == "OPTED_IN":
        return [k.GivenOptedIn(clause.name.text, span=clause.span)] if waits_for_opting_in(ctx, clause.name) else []
    declared = resolve(ctx, clause.name, "H_SEGMENT")
    if declared is None or declared.block is None:
        return []
    if simple(declared.block, "SUPPLIED") is None:
        ctx.report(GivenRefused(ctx.words(clause.name.span)), clause.name.span)
        return []
    return [k.GivenSegment(clause.name.text, span=clause.span)]


def _given_measure(ctx: Context, node: s.Operand, found: c.Measure, value: int, span: Span) -> list[k.Given]:
    """A measure is given to rules and to ladders alike, though they count apart."""
    given: list[k.Given] = [k.GivenMeasure(found, value, span=span)]
    if ctx.ladders:
        of_tiers = conditions.operand(ctx, node, Place("LEVEL", ctx.settings.basis))
        if of_tiers is not None and isinstance(of_tiers.operand, c.Measure):
            counted = currencies.counted_in(ctx, of_tiers.operand, found.currency, span)
            given.append(k.GivenMeasure(counted, value, span=span))
    return given


# ---------- steps


def _step(ctx: Context, step: _Step, rules: Rules, *, whole: bool) -> k.ExampleStep | None:
    at = instant_of(ctx, step.at.moment, step.at.moment.span)
    event = None if at is None else _event(ctx, step, at, rules, whole=whole)
    friend = facts_of_friend(ctx, step.details) if step.at.action == "X_FRIEND" else ()
    if event is not None and step.at.friend is not None:
        event = event._replace(member=_event_id(ctx, data(step.at.friend), step.at.friend.span))
    expected = _expectations(ctx, step, rules)
    place = Place("AFTERWARDS", ctx.settings.basis)
    tests = conditions.clauses(ctx, (clause.condition for clause in step.afterwards), place)
    if event is None:
        return None
    left, refund = _money(ctx, step.left), _money(ctx, step.refund)
    refused = step.refused
    return k.ExampleStep(event, expected, tests, refused, span=step.at.span, left=left, refund=refund, friend=friend)


def _event(ctx: Context, step: _Step, at: int, rules: Rules, *, whole: bool) -> Event | None:
    if step.at.action != "X_ORDER":
        rows = step.rows[:1] if step.at.action != "X_RETURN" else []
        told = [*rows, *step.paid[:1], *step.redeem[:1], *step.codes[:1], *step.left[:1]]
        exampledata.only_of_orders(ctx, step.at, told)
    match step.at.action:
        case "X_ORDER":
            return _purchase(ctx, step, at, rules, whole=whole)
        case "X_RETURN":
            _no_details(ctx, step)
            lines = returned(ctx, step.rows)
            if not lines and len(step.rows) < 2 and whole:
                ctx.report(NoLines(), step.at.span)
            return Return(f"step-{step.number}", MEMBER, at, _order_id(ctx, step), lines)
        case "X_CANCEL":
            _no_details(ctx, step)
            return Cancellation(f"step-{step.number}", MEMBER, at, _order_id(ctx, step))
        case "X_CONFIRM":
            _no_details(ctx, step)
            return Confirmation(f"step-{step.number}", MEMBER, at, _order_id(ctx, step))
        case "X_EVENT":
            name = step.at.name
            if name is None or not resolve(ctx, name, "H_EVENT"):
                return None
            declared = ctx.event_facts.get(name.text, {})
            details = exampledata.details(ctx, step.details, declared, order=False)
            order = _order_of(ctx, step, name)
            return (
                None if order is None else Happening(f"step-{step.number}", MEMBER, at, name.text, details.facts, order)
            )
        case "X_JOIN":
            _no_details(ctx, step)
            return Enrolment(f"step-{step.number}", MEMBER, at)
        case "X_CONVERT" | "X_CONVERT_ALL":
            _no_details(ctx, step)
            return _choice(ctx, step, at, rules)
        case "X_FRIEND":
            return invites(ctx, step.at, (f"step-{step.number}", MEMBER), at, _order_id(ctx, step))
        case "X_OPT" | "X_CHOOSE":
            _no_details(ctx, step)
            return chooses(ctx, step.at, (f"step-{step.number}", MEMBER), at, rules)
        case "X_BUY":
            _no_details(ctx, step)
            return bought(ctx, step.at, (f"step-{step.number}", MEMBER), at, _rewards(rules))
        case "X_RESERVE" | "X_RESERVE_ALL" | "X_CAPTURE" | "X_CAPTURE_ONLY" | "X_RELEASE":
            _no_details(ctx, step)
            return reserving(ctx, step.at, (f"step-{step.number}", MEMBER), at, _order_id(ctx, step), rules)
        case "X_TRANSFER":
            _no_details(ctx, step)
            return _transfer(ctx, step, at)
        case action if action in MEMBERSHIP_STEPS:
            _no_details(ctx, step)
            return _membership(ctx, step, at)
        case "X_PERK" | "X_WINS":
            _no_details(ctx, step)
            return _perk_use(ctx, step, at) if step.at.action == "X_PERK" else wins(ctx, step.at, MEMBER, at, step.turn)
        case _:
            _no_details(ctx, step)
            return Tick(MEMBER, at)


def _membership(ctx: Context, step: _Step, at: int) -> Event | None:
    """The member subscribes, pays again, pauses, resumes or leaves."""
    name = step.at.name
    if name is None or not resolve(ctx, name, "H_MEMBERSHIP"):
        return None
    return MembershipStep(f"step-{step.number}", MEMBER, at, name.text, MEMBERSHIP_STEPS[step.at.action])


def _perk_use(ctx: Context, step: _Step, at: int) -> Event | None:
    """The member uses a perk."""
    name = step.at.name
    if name is None or not resolve(ctx, name, "H_PERK"):
        return None
    return PerkUse(f"step-{step.number}", MEMBER, at, name.text)


def _choice(ctx: Context, step: _Step, at: int, rules: Rules) -> Event | None:
    """The member asks for a conversion, all of it or so much."""
    name = step.at.name
    if name is None or not resolve(ctx, name, "H_CONVERSION"):
        return None
    rule = rules.get(name.text)
    amount = step.at.amount
    if not isinstance(rule, k.Conversion):
        return None
    if amount is None:
        return Choice(f"step-{step.number}", MEMBER, at, rule.name, None)
    declared = ctx.names[name.text].block
    purse = caps.purse_of(ctx, amount, sorted(rule.purses), declared) if declared else None
    if purse is None or amounts.points(ctx, amount, purse) is None:
        return None
    return Choice(f"step-{step.number}", MEMBER, at, rule.name, int(amount.number * MICRO))


def _transfer(ctx: Context, step: _Step, at: int) -> Event | None:
    """The member gives units of a purse to another one, who is new."""
    block, amount = next(iter(ctx.blocks("H_PURSE")), None), step.at.amount
    purse = caps.purse_of(ctx, amount, sorted(ctx.purses), block) if block and amount else None
    units = amounts.points(ctx, amount, purse) if amount and purse else None
    if amount is None or purse is None or not amounts.above_zero(ctx, units, amount.span):
        return None
    return Transfer(f"step-{step.number}", MEMBER, at, purse.name, int(amount.number * MICRO), k.OTHER_MEMBER)


def _order_of(ctx: Context, step: _Step, name: s.Name) -> str | None:
    """The order that an event of a step is about, "" where it is about none; None where that was reported."""
    declared = ctx.names[name.text]
    about = declared.block is not None and about_order(declared.block)
    told = step.at.id
    if about and told is None:
        ctx.report(OrderNotNamed(name.text), name.span, Related(declared.name.span, "event_here"))
    elif told is not None and not about:
        ctx.report(NotAboutOrder(name.text), told.span, Related(declared.name.span, "event_here"))
    elif told is None:
        return ""
    else:
        return _event_id(ctx, data(told), told.span)
    return None


def _order_id(ctx: Context, step: _Step) -> str:
    """The order that a step places, returns, cancels or confirms."""
    return _event_id(ctx, data(step.at.id) if step.at.id else "", step.at.id.span if step.at.id else step.at.span)


def _event_id(ctx: Context, name: str, span: Span) -> str:
    try:
        identifier(name, "event id")
    except InputError:
        ctx.report(StepId(name), span)
    return name


def _no_details(ctx: Context, step: _Step) -> None:
    for clause in step.details:
        ctx.report(DetailRefused(ctx.words(clause.operand.span)), clause.operand.span)


def _purchase(ctx: Context, step: _Step, at: int, rules: Rules, *, whole: bool) -> Event | None:
    order_facts = {name: fact for name, fact in ctx.facts.items() if fact.owner is c.Owner.ORDER}
    details = exampledata.details(ctx, step.details, order_facts, order=True)
    lines = exampledata.lines(ctx, step.rows)
    name = _order_id(ctx, step)
    if not lines and len(step.rows) < 2 and whole:
        ctx.report(NoLines(), step.at.span)
    tenders = None
    if step.paid:
        paid: dict[str, int] = {}
        seen: dict[str, Span] = {}
        for clause in step.paid:
            _once(ctx, seen, clause.tender.value, clause.tender.span)
            paid[data(clause.tender)] = exampledata.money_micros(ctx, clause.amount) or 0
        tenders = tuple(Tender(method, amount) for method, amount in sorted(paid.items()))
    told = (*(clause.bound for clause in step.details), *step.paid, *step.left, *step.discounts)
    return Purchase(
        name,
        MEMBER,
        at,
        currencies.of_example(ctx, step.rows, told, step.at.span),
        lines,
        tenders,
        details.merchant,
        details.store,
        details.channel,
        details.facts,
        redeem=_requests(ctx, step, rules),
        codes=presented(ctx, step.codes),
    )


def _rewards(rules: Rules) -> dict[str, k.Reward]:
    return {name: rule for name, rule in rules.items() if isinstance(rule, k.Reward)}


def _requests(ctx: Context, step: _Step, rules: Rules) -> tuple[RedeemRequest, ...]:
    """What of the order the member asks to pay with points, and which rewards it uses."""
    found = []
    for clause in step.redeem:
        if isinstance(clause, s.AsksToUse):
            request = used(ctx, clause, _rewards(rules))
            found += [] if request is None else [request]
            continue
        declared = resolve(ctx, clause.rule, "H_REDEEM")
        rule = rules.get(clause.rule.text)
        if declared is None or declared.block is None or not isinstance(rule, k.Redeem):
            continue
        if clause.amount is None:
            found.append(RedeemRequest(rule.name, None))
            continue
        purse = caps.purse_of(ctx, clause.amount, [rule.purse], declared.block)
        if purse is not None and amounts.points(ctx, clause.amount, purse) is not None:
            found.append(RedeemRequest(rule.name, int(clause.amount.number * MICRO)))
    return tuple(found)


def _money(ctx: Context, told: list[s.QuantityClause]) -> tuple[int, Span] | None:
    """What should be left to pay, or be refunded."""
    for clause in told[1:]:
        ctx.report(SetTwice(ctx.words(clause.quantity.span)), clause.span, Related(told[0].span, "first_here"))
    for clause in told:
        money = amounts.money(ctx, clause.quantity)
        return None if money is None else (money, clause.span)
    return None


# ---------- what is expected


def _expectations(ctx: Context, step: _Step, rules: Rules) -> tuple[k.Expected, ...]:
    found: dict[tuple[str, str], k.Expected] = {}
    seen: dict[tuple[str, str], Span] = {}
    written = [(clause, _expected(ctx, clause, rules)) for clause in step.expected]
    for clause, expected in (*written, *discounted(ctx, step.discounts, rules)):
        if expected is None:
            continue
        side = "@inviter" if expected.inviter else ""  # no rule can have this name
        key = (f"{expected.rule}{side}", f"{expected.purse} {expected.line}".strip())
        clash = next((span for other, span in seen.items() if _clash(key, other)), None)
        if clash is not None:
            ctx.report(ExpectedTwice(expected.rule), clause.span, Related(clash, "first_here"))
        seen.setdefault(key, clause.span)
        found.setdefault(key, expected)
    return tuple(found.values())


def _clash(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two expectations speak of one rule and purse; nothing means no purse at all."""
    return one[0] == other[0] and (one[1] == other[1] or not one[1] or not other[1])


def _expected(ctx: Context, clause: s.ShouldGive, rules: Rules) -> k.Expected | None:
    offers = ("H_OFFER",) if clause.amount is None else ()  # of what they take off another line speaks
    declared = resolve(ctx, clause.rule, *RULES, "H_CONVERSION", "H_REWARD", "H_DRAW", "H_CONTEST", *offers)
    if clause.inviter:
        return of_inviter(ctx, clause)
    rule = rules.get(clause.rule.text)
    if declared is None or rule is None or isinstance(rule, k.Redeem):
        return None
    if clause.amount is None or isinstance(rule, k.Offer):
        because = Outcome(clause.because) if clause.because else None
        return k.Expected(rule.name, "", 0, because, span=clause.span)
    given = sorted(_given_into(rule, rules))
    purse = caps.purse_of(ctx, clause.amount, given, declared.block) if declared.block else None
    units = amounts.points(ctx, clause.amount, purse) if purse else None
    if purse is None or units is None:
        return None
    return k.Expected(rule.name, purse.name, units, None, span=clause.span)


def _given_into(rule: k.Earn | k.Boost | k.Conversion | k.Reward, rules: Rules) -> set[str]:
    """The purses that a rule gives into."""
    if isinstance(rule, k.Reward):
        return {rule.name}
    if isinstance(rule, k.Conversion):
        return {give.purse for give in rule.gives}
    known = {name: one for name, one in rules.items() if isinstance(one, k.Earn | k.Boost)}
    return purses_of([rule], known)
