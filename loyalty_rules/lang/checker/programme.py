"""The programme block: currency, zone, starts, basis; and the words for people that every block may have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeAlias, TypedDict

from loyalty_rules.calendar import EPOCH_ORDINAL, FIRST_INSTANT, LAST_INSTANT, SECOND, Zone, zone, zone_names
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Fix, Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import measures, prices, returns
from loyalty_rules.lang.checker.context import Context, Settings, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.lives import month_day
from loyalty_rules.lang.checker.names import currency_meant, resolve
from loyalty_rules.lang.checker.values import kind_word
from loyalty_rules.lang.told import told_zone
from loyalty_rules.problems.cases import DayOutside
from loyalty_rules.problems.changes import LastDayIdle
from loyalty_rules.problems.clauses import LateTooLong, UnknownCurrency, UnknownZone
from loyalty_rules.problems.clocks import DatesAlone, ZoneFact
from loyalty_rules.problems.currencies import CurrencyTwice
from loyalty_rules.problems.names import LanguageCode, Placeholder
from loyalty_rules.problems.values import WrongType
from loyalty_rules.source import Span
from loyalty_rules.text import code_key, nearest

#: Texts by language.
Texts: TypeAlias = tuple[tuple[str, str], ...]
#: What a message can tell: of an award, of what was missed, of a level that was reached.
OF_AWARD: Final = ("amount", "level", "title", "until")
OF_MISS: Final = ("distance", "level", "title")
OF_LEVEL: Final = ("level", "title")
#: Of what an order was paid with, and of what it asked for in vain.
_OF_PAYMENT: Final = ("amount", "title")
_OF_NOTHING: Final = ("title",)
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_DAY_SECONDS: Final = 86_400
#: How late an event may come.
MAX_LATE_DAYS: Final = 60


def read_settings(ctx: Context, block: s.Block) -> None:
    """Takes the settings from the programme block; what is missing or wrong keeps its place-holder."""
    old = ctx.settings
    listed = first_of(block, s.NamesClause, lambda clause: clause.role == "CURRENCY")
    codes = _currencies(ctx, listed) if listed else ()
    code = ctx.currency if ctx.currency in codes else codes[0] if codes else ""
    week = first_of(block, s.WeekStarts)
    day = first_of(block, s.DayStarts)
    year = first_of(block, s.YearStarts)
    basis = first_of(block, s.Basis)
    ctx.settings = Settings(
        title_of(block),
        code,
        EXPONENTS.get(code, old.exponent),
        named if isinstance(named := zone_of(ctx, block), Zone) else old.zone,
        int(week.weekday.role.removeprefix("WD")) if week else None,
        day.minutes * 60 if day else 0,
        month_day(year.day) if year else None,
        (_basis(ctx, basis) if basis else None) or old.basis,
        simple(block, "TAX_EX") is None,
        k.Dates(),
        k.Dates(),
        k.Dates(),
        currencies=codes,
    )
    in_force = dates(ctx, block)
    ctx.settings = replace(
        ctx.settings,
        dates=in_force,
        earning=_through(ctx, block, in_force, "EARN_THROUGH"),
        redeeming=_through(ctx, block, in_force, "REDEEM_THROUGH"),
        returns=returns.read_returns(ctx, block),
        late_days=_late_days(ctx, block),
        prices=prices.read_prices(ctx, block),
        judged_by=_judged_by(ctx, block),
    )


def _judged_by(ctx: Context, block: s.Block) -> str:
    clause = first_of(block, s.NameClause, lambda clause: clause.role == "JUDGED_BY")
    return "" if clause is None or resolve(ctx, clause.name, "CLOCK") is None else clause.name.text


def _through(ctx: Context, block: s.Block, in_force: k.Dates, role: str) -> k.Dates:
    """The programme's dates, cut after the last day of one use."""
    clause = first_of(block, s.LastDay, lambda clause: clause.role == role)
    if clause is None:
        return in_force
    end = instant_of(ctx, s.Moment(clause.day + 1, None, span=clause.span), clause.span)
    early = in_force.start is not None and end is not None and end <= in_force.start
    if early or (in_force.end is not None and end is not None and end >= in_force.end):
        ctx.report(LastDayIdle(Role(role)), clause.span)
    return k.Dates(in_force.start, end)


class Said(TypedDict):
    """What the programme block says, by the names it has in `checked.Checked`."""

    language: str
    title: str
    currency: str
    exponent: int
    zone: str
    week_start: int
    day_start: int
    year_start: tuple[int, int]
    basis: c.Base
    tax_included: bool
    returns: k.Returns | None
    late_days: int
    judged_by: str
    dates: k.Dates
    earning: k.Dates
    redeeming: k.Dates
    prices: k.Prices


def said(ctx: Context) -> Said:
    """The settings of a programme without mistakes."""
    settings = ctx.settings
    return {
        "language": ctx.tree.language,
        "title": settings.title,
        "currency": settings.currency,
        "exponent": settings.exponent,
        "zone": settings.zone.name,
        "week_start": settings.week_start or 0,
        "day_start": settings.day_start,
        "year_start": settings.year_start or (1, 1),
        "basis": settings.basis,
        "tax_included": settings.tax_included,
        "returns": settings.returns,
        "late_days": settings.late_days,
        "judged_by": settings.judged_by,
        "dates": settings.dates,
        "earning": settings.earning,
        "redeeming": settings.redeeming,
        "prices": settings.prices,
    }


def _late_days(ctx: Context, block: s.Block) -> int:
    """For how many days events may come late; 0 where they may not."""
    clause = first_of(block, s.LateAccepted)
    found = None if clause is None else measures.days_and_months(ctx, clause.length, clause)
    if clause is None or found is None:
        return 0
    days, months, _ = found
    if months or days > MAX_LATE_DAYS:
        text = f"{clause.length.number} {ctx.table.counted(clause.length.unit, clause.length.number)}"
        ctx.report(LateTooLong(text), clause.span)
    return days


def _currencies(ctx: Context, listed: s.NamesClause) -> tuple[str, ...]:
    """The currencies of a programme, each once."""
    found: dict[str, s.Name] = {}
    for name in listed.names:
        code = _currency(ctx, name)
        if code and found.setdefault(code, name) is not name:
            ctx.report(CurrencyTwice(code), name.span, Related(found[code].span, "first_here"))
    return tuple(found)


def _currency(ctx: Context, name: s.Name) -> str:
    if name.text in EXPONENTS:
        return name.text
    meant = currency_meant(ctx, name.text)
    fix = Fix(name.span, meant, safe=False) if meant else None
    ctx.report(UnknownCurrency(name.text, meant), name.span, fix=fix)
    return ""


def _zone(ctx: Context, clause: s.TimeZone) -> Zone | None:
    if clause.zone in zone_names():
        return zone(clause.zone)
    span = Span(clause.span.end - len(clause.zone), clause.span.end)
    ctx.report(UnknownZone(clause.zone, _zone_meant(clause.zone)), span)
    return None


def _zone_meant(word: str) -> str | None:
    """The zone that was probably meant: the one of a city, or one with a slip."""
    known = sorted(zone_names())
    city = (name for name in known if "/" in name and code_key(name.rpartition("/")[2]) == code_key(word))
    return next(city, None) or nearest(word, known)


def zone_of(ctx: Context, block: s.Block) -> Zone | str | None:
    """The zone that a block names, if it names one; of one that is told, where it stands."""
    clause = first_of(block, s.TimeZone)
    if clause is None:
        return None
    return _told(ctx, block, clause) if clause.told else _zone(ctx, clause)


def _told(ctx: Context, block: s.Block, clause: s.TimeZone) -> str | None:
    """The zone that a fact tells: the one fact of an order, or of a member, that is a time zone."""
    owner = c.Owner.ORDER if clause.told == "ZONE_STORE" else c.Owner.MEMBER
    facts = [fact for fact in ctx.facts.values() if fact.owner is owner and fact.zone]
    if len(facts) == 1 and not facts[0].optional:
        return told_zone(facts[0])
    if facts or not ctx.faults:
        ctx.report(ZoneFact(Role(clause.told), Role(owner.value)), clause.span)
    return None


def _basis(ctx: Context, clause: s.Basis) -> c.Base | None:
    if isinstance(clause.base, s.BaseAmount):
        return measures.base_of(clause.base)
    ctx.report(WrongType(ctx.words(clause.base.span), kind_word(c.Kind.MONEY)), clause.base.span)
    return None


# ---------- dates


def dates(ctx: Context, block: s.Block) -> k.Dates:
    """When a block is in force: as instants, a last day belongs to it; or as dates, where only an order or a member
    tells the zone or the date."""
    clause = first_of(block, s.Dates)
    asked = [_by_clock(ctx, one) for one in all_of(block, s.ClockDates)]
    own = zone_of(ctx, block)
    if clause is not None and isinstance(own, str):
        asked.append(within(ctx, c.FieldOf(c.Field.TODAY, c.Kind.DATE, own), clause, clause.span))
        return k.Dates(asked=_found(asked), days=_days(clause))
    start = end = None
    if clause is not None and not isinstance(own, str):
        start = instant_of(ctx, clause.start, clause.start.span, own) if clause.start else None
        end = instant_of(ctx, clause.until, clause.until.span, own) if clause.until else None
        if clause.through is not None:
            end = instant_of(ctx, s.Moment(clause.through + 1, None, span=clause.span), clause.span, own)
    return k.Dates(start, end, _found(asked))


def _found(tests: Iterable[c.Condition | None]) -> tuple[c.Condition, ...]:
    return tuple(test for test in tests if test is not None)


def _days(dates: s.Dates) -> tuple[int | None, int | None]:
    """The first and the last date."""
    last = dates.until.ordinal - 1 if dates.until else dates.through
    return dates.start.ordinal if dates.start else None, last


def _by_clock(ctx: Context, clause: s.ClockDates) -> c.Condition | None:
    """That a clock of the order shows one of these dates."""
    if resolve(ctx, clause.clock, "CLOCK") is None:
        return None
    return within(ctx, c.FactOf(ctx.facts[clause.clock.text]), clause.dates, clause.span)


def within(ctx: Context, asked: c.FactOf | c.FieldOf, dates: s.Dates, span: Span) -> c.Condition | None:
    """That a date lies within others, which have no time of day."""
    for moment in (dates.start, dates.until):
        if moment is not None and moment.minutes is not None:
            ctx.report(DatesAlone(ctx.words(moment.span)), moment.span)
            return None
    first, last = _days(dates)
    if first is not None and last is not None:
        return c.Between(asked, c.Constant(first), c.Constant(last), span=span)
    if first is not None:
        return c.Compared(asked, c.Compare.AT_LEAST, c.Constant(first), span=span)
    return None if last is None else c.Compared(asked, c.Compare.AT_MOST, c.Constant(last), span=span)


def instant_of(ctx: Context, moment: s.Moment, span: Span, own: Zone | None = None) -> int | None:
    """A moment in a zone, else the programme's: without a time, the first instant of its date."""
    settings = ctx.settings
    roughly = (moment.ordinal - EPOCH_ORDINAL) * _DAY_SECONDS * SECOND
    if not FIRST_INSTANT <= roughly <= LAST_INSTANT:
        ctx.report(DayOutside(ctx.words(span)), span)
        return None
    where = own or settings.zone
    if moment.minutes is None:
        return where.start_of(moment.ordinal, settings.day_start)
    return where.instant(moment.ordinal, moment.minutes * 60)


# ---------- words for people


def titles(ctx: Context, block: s.Block) -> Texts:
    """Titles in other languages, by language."""
    return _texts(ctx, all_of(block, s.Titled, lambda clause: clause.role == "TITLE"))


def messages(ctx: Context, block: s.Block, role: str, known: tuple[str, ...]) -> Texts:
    """Messages of one kind (MSG_GIVEN, MSG_MISSED), by language, with no placeholder but those that are `known`: what
    asks for anything else would never be told."""
    told = all_of(block, s.Titled, lambda clause: clause.role == role)
    for clause in told:
        for found in _PLACEHOLDER.finditer(clause.text.value):
            if found[1] not in known:
                ctx.report(Placeholder(found[0], tuple(f"{{{name}}}" for name in known)), clause.text.span)
    return _texts(ctx, told)


def messages_of_payment(ctx: Context, block: s.Block) -> tuple[Texts, Texts]:
    """What is told where an order is paid by a rule or uses a reward, and where it asks for that in vain."""
    return messages(ctx, block, "MSG_GIVEN", _OF_PAYMENT), messages(ctx, block, "MSG_MISSED", _OF_NOTHING)


def is_language(code: str) -> bool:
    """Whether something may be the code of a language."""
    return _LANGUAGE.fullmatch(code) is not None


def _texts(ctx: Context, clauses: Iterable[s.Titled]) -> Texts:
    found: dict[str, str] = {}
    for clause in clauses:
        if not is_language(clause.name.text):
            ctx.report(LanguageCode(clause.name.text), clause.name.span)
        found.setdefault(clause.name.text, clause.text.value)
    return tuple(sorted(found.items()))
