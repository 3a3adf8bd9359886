"""A member's account in words: a table for every purse, what is held and when it goes, and the levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, Self

from loyalty_rules.codes import PresentedCode
from loyalty_rules.decision import Effect, NotReturnable, PromiseTrace, RuleTrace
from loyalty_rules.errors import refuse_pickling
from loyalty_rules.events import Event
from loyalty_rules.explaining import challenges, choices, memberships, perks
from loyalty_rules.explaining.account import Account, AccountLine, Names, PurseAccount, Reason, Stated, account
from loyalty_rules.explaining.telling import Decided, Decider, Telling, safe
from loyalty_rules.explaining.wording import wording
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.values import frozen

#: The page of texts in `grammar/messages/`.
PAGE: Final = "statement"

_INDENT: Final = "  "
_GAP: Final = "  "
#: What one line repeats of the host's own words.
_NOTE: Final = 200


@dataclass(frozen=True, eq=False, repr=False)
class Statement:
    """A member's account over a history, as values (`account`) and in words (`explain`). A copy is itself;
    it refuses pickling, because it holds a programme: send its account."""

    account: Account
    last: Decided  # the last decision of the history, with the programme whose names are told

    def __repr__(self) -> str:
        return f"<Statement of {self.account.member.member!r}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        refuse_pickling("a statement", "its account")

    def explain(self, language: str | None = None) -> str:
        """The statement as a person reads it, in the language of the rule file or another one of the phrase tables.
        Raises `SettingsError` (`language.unknown`)."""
        chosen = wording(language or self.last.programme.plan.checked.language, PAGE)
        return told_account(Telling(self.last, chosen), self.account)


@frozen
class _Told:
    """A decision told in the names of another edition."""

    decision: Stated
    programme: Decider

    @property
    def event(self) -> Event:
        return self.decision.event

    @property
    def outcome(self) -> Literal["decided", "repeated", "not_returnable"]:
        return self.decision.outcome

    @property
    def member(self) -> MemberState:
        return self.decision.member

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.decision.effects

    @property
    def trace(self) -> tuple[RuleTrace, ...]:
        return self.decision.trace

    @property
    def refused(self) -> NotReturnable | None:
        return self.decision.refused

    @property
    def codes(self) -> tuple[PresentedCode, ...]:
        return self.decision.codes

    @property
    def promises(self) -> tuple[PromiseTrace, ...]:
        return ()


def statement(programme: Decider, member: str, decisions: Iterable[Stated], names: Names) -> Statement:
    """The statement of one member in the names of a programme, made of decisions in the order in which they were made;
    those of others are left out. `names` gives these by those of an earlier edition. Raises `InputError` like
    `account`."""
    own = [decision for decision in decisions if decision.member.member == member]
    found = account(programme, member, own, names)
    return Statement(found, _Told(own[-1], programme))


def told_account(telling: Telling, account: Account) -> str:
    """The whole statement. `telling` is of any decision of the account: it brings the programme and the language."""
    head = [
        telling.text("head.title", member=safe(account.member.member, 128), programme=safe(telling.checked.title, 120)),
        telling.text("head.time", start=telling.date(account.since), end=telling.date(account.through)),
    ]
    paragraphs = ["\n".join(head)]
    paragraphs += ["\n".join(_purse(telling, purse)) for purse in account.purses]
    if account.standing:
        paragraphs.append("\n".join(_levels(telling, account)))
    if account.memberships:
        paragraphs.append("\n".join(_memberships(telling, account)))
    if account.challenges:
        paragraphs.append("\n".join(challenges.progressed(telling, account.challenges)))
    if account.perks:
        paragraphs.append("\n".join(perks.standing(telling, account.perks)))
    if account.opted:
        paragraphs.append("\n".join(_opted(telling, account)))
    if account.choices or account.chosen:
        told = (*_choices(telling, account), *choices.counting(telling, dict(account.chosen)))
        paragraphs.append("\n".join(told))
    return "\n\n".join(paragraphs) + "\n"


def _purse(telling: Telling, purse: PurseAccount) -> Iterator[str]:
    yield telling.title(purse.purse)
    rows = [tuple(telling.text(f"column.{head}") for head in ("date", "change", "held", "what"))]
    if purse.opening:
        rows.append(("", "", telling.units(purse.purse, purse.opening), telling.text("line.opening")))
    rows += [_row(telling, purse.purse, line) for line in purse.lines]
    if len(rows) > 1:
        yield from _table(rows)
    else:
        yield _INDENT + telling.text("line.none")
    yield _INDENT + telling.text("held.all", amount=telling.units(purse.purse, purse.held))
    if purse.pending:
        yield _INDENT + telling.text("held.usable", amount=telling.units(purse.purse, purse.usable))
    for lapse in purse.begins:
        amount = telling.units(purse.purse, lapse.units)
        if lapse.at >= NEVER:
            yield _INDENT * 2 + telling.text("held.waits", amount=amount)
        else:
            yield _INDENT * 2 + telling.text("held.begins", date=telling.start(lapse.at), amount=amount)
    for lapse in purse.ends:
        amount = telling.units(purse.purse, lapse.units)
        if lapse.at >= NEVER:
            yield _INDENT * 2 + telling.text("held.never", amount=amount)
        elif purse.purse in telling.checked.draws:
            yield _INDENT * 2 + telling.text("held.drawn", moment=telling.moment(lapse.at), amount=amount)
        else:
            yield _INDENT * 2 + telling.text("held.ends", date=telling.end(lapse.at), amount=amount)


def _row(telling: Telling, purse: str, line: AccountLine) -> tuple[str, ...]:
    change = telling.units(purse, line.units)
    signed = f"+{change}" if line.units > 0 else change
    if not line.reason.moves:
        signed = ""
    return (telling.date(line.at), signed, telling.units(purse, line.held), _what(telling, purse, line))


def _what(telling: Telling, purse: str, line: AccountLine) -> str:
    """What a line is for: the reason, the rule by its title, and the event."""
    values = {"amount": telling.units(purse, abs(line.units))}
    if line.rule:
        values["rule"] = telling.title(line.rule)
    if line.reason in (Reason.TRANSFERRED, Reason.RECEIVED, Reason.MERGED):
        values["member"] = safe(line.note, _NOTE)
    drawn = line.reason is Reason.EXPIRED and purse in telling.checked.draws
    told = telling.text("reason.drawn" if drawn else f"reason.{line.reason.value}", **values)
    if line.reason is Reason.ADJUSTED:
        told = telling.text("reason.adjusted", note=safe(line.note, _NOTE))
        told += f" ({values['rule']})" if line.rule else ""
    return f"{told}, {telling.text(f'source.{line.kind}', id=line.event)}" if line.event else told


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Dates and what for to the left, amounts to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for date, change, held, what in rows:
        cells = (date.ljust(widths[0]), change.rjust(widths[1]), held.rjust(widths[2]), what)
        yield _INDENT + _GAP.join(cells)


def _levels(telling: Telling, account: Account) -> Iterator[str]:
    for ladder, level in account.standing:
        yield telling.text("level.now", ladder=telling.title(ladder), level=telling.level(ladder, level))
        for change in account.levels:
            if change.ladder == ladder:
                yield _INDENT + telling.text(
                    "level.changed",
                    date=telling.date(change.at),
                    before=telling.level(ladder, change.before),
                    after=telling.level(ladder, change.after),
                )


def _opted(telling: Telling, account: Account) -> Iterator[str]:
    for effect in account.opted:
        yield telling.text("optingin.line", date=telling.date(effect.at), title=telling.title(effect.rule))


def _choices(telling: Telling, account: Account) -> Iterator[str]:
    for effect in account.choices:
        for what in choices.told(telling, effect):
            yield telling.text("choice.line", date=telling.date(effect.at), what=what)


def _memberships(telling: Telling, account: Account) -> Iterator[str]:
    for effect in account.memberships:
        for what in memberships.told(telling, effect):
            yield telling.text("membership.line", date=telling.date(effect.at), what=what)
