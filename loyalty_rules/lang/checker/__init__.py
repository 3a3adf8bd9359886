"""The checker: syntax tree to checked programme.

It reports everything that is wrong in one run; only a file without errors gives a programme. Each part of a file has
its own module; all of them share one `Context`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from loyalty_rules.diagnostics import Diagnostic, Related, in_reading_order
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checked import (
    Boost,
    Checked,
    Conversion,
    Earn,
    Group,
    Offer,
    OfferGroup,
    Purse,
    Referral,
    Reward,
    Table,
)
from loyalty_rules.lang.checker import (
    budgets,
    challenges,
    changes,
    choosing,
    contests,
    conversions,
    declarations,
    draws,
    examples,
    experiments,
    funding,
    groups,
    kept,
    ladders,
    lives,
    memberships,
    offergroups,
    offers,
    partners,
    perks,
    places,
    prices,
    promises,
    redeemgroups,
    redeems,
    referrals,
    rewards,
    rules,
    schedule,
    tables,
)
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import check_counts
from loyalty_rules.lang.checker.currencies import check_works, for_others, merged
from loyalty_rules.lang.checker.findings import accept
from loyalty_rules.lang.checker.incurrency import InCurrency, currencies_of, in_currency, without_examples
from loyalty_rules.lang.checker.languages import check_languages
from loyalty_rules.lang.checker.limits import too_many_rules, too_many_tests
from loyalty_rules.lang.checker.names import declare_all
from loyalty_rules.lang.checker.programme import read_settings, said, titles
from loyalty_rules.lang.checker.relations import Witness, check_relations
from loyalty_rules.lang.checker.renames import renames
from loyalty_rules.lang.checker.verdicts import Breach, answered
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.lang.tokens import Line, LineKind
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.problems.clauses import NoProgramme, SecondProgramme
from loyalty_rules.source import Source, Span
from loyalty_rules.supplied import Supplied

__all__ = ["Breach", "Witness", "check_tree"]


def check_tree(
    tree: s.SyntaxTree,
    source: Source,
    lines: tuple[Line, ...],
    phrases: Mapping[str, PhraseTable] | None = None,
    *,
    witness: Witness | None = None,
    breach: Breach | None = None,
    read: s.SyntaxTree | None = None,
    handed: Mapping[str, Supplied] | None = None,
    limits: Limits = LIMITS,
) -> tuple[Checked | None, tuple[Diagnostic, ...]]:
    """A programme, if the file has no errors, and everything that was found, in reading order.

    `lines` are those of the reading that made the tree: what could not be read is not reported as missing. `witness`
    shows an order to which two rules both apply, or None; without it overlaps are reported without an example. `breach`
    shows an order that breaks a promise; without it what is not proved is open. `read`: the tree of the file, where
    this one is what its changes make of it. `handed`: the tables of the host.
    """
    if not tree.blocks:
        return None, ()
    table = (phrase_tables() if phrases is None else phrases)[tree.language]
    faults = tuple(_faults(read or tree, source, lines))
    codes = currencies_of(tree)
    runs: list[tuple[InCurrency, Context, Checked | None]] = []
    for code in codes or ("",):
        view = in_currency(tree if not runs else without_examples(tree), code)
        known = phrases or phrase_tables()
        ctx = Context(
            view.tree, source, table, known, faults, handed or {}, code, elsewhere=view.elsewhere, limits=limits
        )
        runs.append((view, ctx, _checked(ctx, witness, breach)))
    if len(runs) == 1:
        (_, ctx, checked) = runs[0]
        return None if ctx.has_errors() else checked, in_reading_order(ctx.found)
    return _together(codes, runs)


def _together(
    codes: tuple[str, ...], runs: list[tuple[InCurrency, Context, Checked | None]]
) -> tuple[Checked | None, tuple[Diagnostic, ...]]:
    """The programme of the first currency, with what it is in the others."""
    found = in_reading_order(merged([(view, ctx.found) for view, ctx, _ in runs]))
    first, *others = (checked for _, _, checked in runs)
    whole = {code: one for code, one in zip(codes[1:], others, strict=True) if one is not None}
    if first is None or len(whole) < len(others) or any(ctx.has_errors() for _, ctx, _ in runs):
        return None, found
    worths = {name: purse.worth for name, purse in first.purses.items() if purse.worth is not None}
    elsewhere = {
        code: replace(one, currencies=codes, examples=first.examples, worths=worths) for code, one in whole.items()
    }
    return replace(first, currencies=codes, elsewhere=elsewhere), found


def _checked(ctx: Context, witness: Witness | None, breach: Breach | None) -> Checked | None:
    """The programme for orders in one currency, if there are no errors."""
    if too_many_rules(ctx):
        return None
    declare_all(ctx)
    _programme(ctx)
    for block in ctx.tree.blocks:
        check_counts(ctx, block)
    check_languages(ctx)
    check_works(ctx)
    checked = _check(ctx)
    if checked is not None and not too_many_tests(ctx, checked):
        checked = for_others(checked, ctx.elsewhere)
        check_relations(ctx, checked, witness)
        checked = answered(ctx, checked, breach)
        accept(ctx)
    return checked


def _faults(tree: s.SyntaxTree, source: Source, lines: tuple[Line, ...]) -> Iterable[Span]:
    """The lines that are not in the tree because they could not be read."""
    read = {source.line_number(block.header.start) for block in tree.blocks}
    read |= {source.line_number(clause.span.start) for block in tree.blocks for clause in block.clauses}
    for line in lines:
        plain = line.kind in (LineKind.BLANK, LineKind.VERSION)
        end = line.kind is LineKind.CLAUSE and line.role == "END"
        if not plain and not end and line.number not in read:
            yield line.span


#: Blocks whose titles in other languages are kept beside them.
_TITLED: Final = ("H_PURSE", "H_PARTNER", "H_REWARD", "H_DRAW", "H_CONTEST", "H_GROUP", "H_NEVER")


class _Rules(NamedTuple):
    """The rules of a file that give something, by name."""

    earns: dict[str, Earn]
    boosts: dict[str, Boost]
    groups: dict[str, Group]
    referrals: dict[str, Referral]


def _programme(ctx: Context) -> None:
    blocks = list(ctx.blocks("H_PROGRAMME"))
    if blocks:
        read_settings(ctx, blocks[0])
    elif not ctx.faults:
        ctx.report(NoProgramme(), ctx.tree.blocks[0].header)
    for block in blocks[1:]:
        ctx.report(SecondProgramme(), block.header, Related(blocks[0].header, "first_here"))


def _read(ctx: Context) -> None:
    """What every other part may name."""
    declarations.read_facts(ctx)
    declarations.read_purses(ctx)
    partners.read_partners(ctx)
    rewards.read_rewards(ctx)
    draws.read_draws(ctx)
    ladders.read_ladders(ctx)
    experiments.read_experiments(ctx)


def _rules(ctx: Context, found_tables: dict[str, Table]) -> _Rules:
    """What gives, what changes it, how both combine, and what inviters are given; what friends are is of earn rules."""
    earns = {**rules.earns(ctx, found_tables), **challenges.challenges(ctx, found_tables)}
    boosts = rules.boosts(ctx, found_tables, earns)
    found_groups = groups.groups(ctx, {**earns, **boosts})
    friends, inviters = referrals.referrals(ctx, found_tables)
    return _Rules({**earns, **friends}, boosts, found_groups, inviters)


def _check_lives(
    ctx: Context, given: _Rules, purses: dict[str, Purse], held: dict[str, Purse], converting: dict[str, Conversion]
) -> None:
    """What is given has a life, something that spends it, and may fall only where it is known what it came to."""
    kept.check_kept(ctx)
    conversions.check_spending(ctx, converting)
    inviters = [one.inviter for one in given.referrals.values()]
    giving: list[Earn | Conversion] = [*given.earns.values(), *inviters, *_winning(ctx).values()]
    giving += converting.values()
    lives.check_giving(ctx, purses, held, giving)
    referrals.check_purses(ctx, given.referrals, purses)
    choosing.check_choices(ctx, given.earns, given.boosts.values(), given.groups.values(), purses)
    places.check_places(ctx, purses, given.earns, given.boosts, given.groups)


def _competitions(ctx: Context, held: dict[str, Purse]) -> None:
    """Draws, with what their tickets are held in, and contests."""
    draws.draws(ctx, held)
    contests.contests(ctx)


def _winning(ctx: Context) -> dict[str, Earn]:
    """How winners of draws and contests are given what they won."""
    drawn = {name: draw.rule for name, draw in ctx.draws.items()}
    return drawn | {name: contest.rule for name, contest in ctx.contests.items()}


def _check_draws(
    ctx: Context, given: _Rules, converting: dict[str, Conversion], found_rewards: dict[str, Reward]
) -> None:
    """Tickets come from rules, and pay for nothing; nor do purses that a partner keeps."""
    kept.check_kept(ctx)
    inviters = [one.inviter for one in given.referrals.values()]
    givers: list[Earn | Boost | Conversion] = [*given.earns.values(), *given.boosts.values(), *inviters]
    givers += converting.values()
    draws.check_tickets(ctx, givers, [*converting.values(), *found_rewards.values()])


def _prices(
    ctx: Context, found_tables: dict[str, Table], found_rewards: dict[str, Reward]
) -> tuple[dict[str, Offer], dict[str, Reward], dict[str, OfferGroup]]:
    """What lowers prices, and how it combines."""
    prices.check_prices(ctx)
    found, lowering = offers.offers(ctx, found_tables), offers.of_rewards(ctx, found_tables)
    grouped = offergroups.offer_groups(ctx, {**found, **lowering}, ctx.groups_apart)
    return found, rewards.with_offers(found_rewards, lowering), grouped


def _check(ctx: Context) -> Checked | None:
    """Every part in the order in which one needs the other."""
    _read(ctx)
    purses, (found_rewards, held) = declarations.purses(ctx), rewards.rewards(ctx)
    _competitions(ctx, held)
    found_tables, found_ladders = tables.tables(ctx), ladders.ladders(ctx)
    products, segments = declarations.products(ctx, found_tables), declarations.segments(ctx)
    earns, boosts, found_groups, found_referrals = given = _rules(ctx, found_tables)
    found_conversions, found_redeems = conversions.conversions(ctx), redeems.redeems(ctx)
    found_offers, found_rewards, found_offer_groups = _prices(ctx, found_tables, found_rewards)
    _check_draws(ctx, given, found_conversions, found_rewards)
    _check_lives(ctx, given, purses, held, found_conversions)
    found_redeem_groups = redeemgroups.redeem_groups(ctx, found_redeems, found_rewards)
    nevers, found_changes, scheduled = rules.nevers(ctx), changes.changes(ctx), schedule.schedule(ctx)
    found_partners = partners.partners(ctx, found_changes)
    funding.check_funding(ctx, {**purses, **held}, {**earns, **_winning(ctx)}, boosts, found_referrals)
    held |= purses
    parts = budgets.Parts(earns, boosts, found_conversions, found_rewards, found_offers, held, found_changes)
    found_budgets, found_promises = budgets.budgets(ctx, parts), promises.promises(ctx, earns)
    named: examples.Rules = {**earns, **boosts, **found_conversions, **found_redeems, **found_rewards, **found_offers}
    found_examples = examples.examples(ctx, {**named, **_winning(ctx)})
    former, subscribed, found_perks = renames(ctx), memberships.memberships(ctx, earns), perks.perks(ctx)
    tested: experiments.Tested = {**earns, **boosts, **found_offers, **found_perks}
    found_experiments = experiments.experiments(ctx, tested, segments)
    if ctx.has_errors() or ctx.faults:
        return None
    return Checked(
        **said(ctx),
        facts=ctx.facts,
        events=declarations.events(ctx),
        purses=held,
        products=products,
        segments=segments,
        tables=found_tables,
        partners=found_partners,
        ladders=found_ladders,
        memberships=subscribed,
        earns=earns,
        boosts=boosts,
        conversions=found_conversions,
        offers=found_offers,
        offer_groups=found_offer_groups,
        redeems=found_redeems,
        redeem_groups=found_redeem_groups,
        rewards=found_rewards,
        groups=found_groups,
        nevers=nevers,
        changes=found_changes,
        schedule=scheduled,
        budgets=found_budgets,
        perks=found_perks,
        experiments=found_experiments,
        referrals=found_referrals,
        draws=ctx.draws,
        contests=ctx.contests,
        promises=found_promises,
        examples=found_examples,
        titles={block.name.text: titles(ctx, block) for block in ctx.blocks(*_TITLED) if block.name},
        was=former,
    )
