"""What every part of the checker shares: the file, the names declared in it, its settings, what was found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loyalty_rules.calendar import Period, Zone, zone
from loyalty_rules.diagnostics import MAX_DIAGNOSTICS, Diagnostic, Fix, Problem, Related, Role
from loyalty_rules.lang.checked import NO_PRICES, Contest, Dates, Experiment, Prices, PrizeDraw, Returns
from loyalty_rules.lang.conditions import Base, BaseKind, Fact, FactOf, FieldOf, LevelOf
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.syntax import Block, Name, SyntaxTree
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.problems.clauses import StartMissing
from loyalty_rules.source import Source, Span
from loyalty_rules.supplied import Supplied
from loyalty_rules.values import frozen

_WORD = re.compile(r"\w+")
#: How many letters of declared names are compared with unknown ones.
_MOST_LETTERS = 300_000


@frozen
class Declared:
    """A name of the file: the role of what declares it, and where. `block` is None for facts, which share theirs."""

    kind: str
    name: Name
    block: Block | None


@frozen
class Elsewhere:
    """That a rule is of orders in another currency: which one, and the amount that says it. `nowhere`: of none, and
    the amount is one that leaves none."""

    currency: str
    span: Span
    nowhere: bool = False


@frozen
class PurseHead:
    """What other blocks need to know of a purse before it is checked itself."""

    name: str
    decimals: int
    currency: str
    carries: bool = False  # the fraction that rounding cuts off
    has_activity: bool = False  # it says what counts as activity
    reward: bool = False  # it is what a reward is held in
    face: int = 0  # smallest units that are one of its name; 0: as many as its decimals say

    @property
    def one(self) -> int:
        """The smallest units of one of its name."""
        return self.face or 10**self.decimals


@frozen
class LadderHead:
    """The levels of a ladder, ascending; `base` is "" without a named one."""

    name: str
    base: str
    levels: tuple[str, ...]

    def rank(self, level: str) -> int | None:
        if level in self.levels:
            return self.levels.index(level) + 1
        return 0 if level and level == self.base else None


@frozen
class Settings:
    """What the programme block says. `week_start` and `year_start` are None where it does not say them."""

    title: str
    currency: str
    exponent: int
    zone: Zone
    week_start: int | None
    day_start: int
    year_start: tuple[int, int] | None
    basis: Base
    tax_included: bool
    dates: Dates
    earning: Dates  # of `dates`, when rules give anything
    redeeming: Dates  # of `dates`, when what is held can be used
    returns: Returns | None = None
    late_days: int = 0
    prices: Prices = NO_PRICES
    judged_by: str = ""  # the clock of an order by which its edition is chosen
    currencies: tuple[str, ...] = ()  # all of the programme; `currency` is the one of this run


def _no_settings() -> Settings:
    return Settings("", "", 2, zone("UTC"), None, 0, None, Base(BaseKind.MONEY_PAID), True, Dates(), Dates(), Dates())


@dataclass(slots=True)
class Context:
    """One run of the checker."""

    tree: SyntaxTree
    source: Source
    table: PhraseTable
    tables: Mapping[str, PhraseTable]
    faults: tuple[Span, ...]  # places that were reported while the file was read
    supplied: Mapping[str, Supplied] = field(default_factory=dict)  # tables of the host
    currency: str = ""  # of the orders that this run is about, where the programme has several
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)  # rules of orders in other currencies
    limits: Limits = LIMITS
    settings: Settings = field(default_factory=_no_settings)
    names: dict[str, Declared] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    event_facts: dict[str, dict[str, Fact]] = field(default_factory=dict)  # by event
    purses: dict[str, PurseHead] = field(default_factory=dict)
    ladders: dict[str, LadderHead] = field(default_factory=dict)
    lists: dict[str, FieldOf | FactOf | LevelOf] = field(default_factory=dict)  # what tables without values name
    faulty_tables: set[str] = field(default_factory=set)  # what is wrong with them is reported already
    partners: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the merchants of each
    experiments: dict[str, Experiment] = field(default_factory=dict)  # with their variants and shares alone
    draws: dict[str, PrizeDraw] = field(default_factory=dict)
    contests: dict[str, Contest] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    groups_apart: frozenset[str] = frozenset()  # the groups that can be looked into: they stand in no circle
    _known: set[Diagnostic] = field(default_factory=set)
    _faulty_words: frozenset[str] = frozenset()
    _fault_starts: tuple[int, ...] = ()
    _letters: int = _MOST_LETTERS
    _started: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        lines = sorted({self.source.line_number(span.start) for span in self.faults})
        words = (word for line in lines for word in _WORD.findall(self.source.line_text(line)))
        self._faulty_words = frozenset(words)
        self._fault_starts = tuple(sorted(span.start for span in self.faults))

    # ---------- what was found

    def report(self, problem: Problem, span: Span, *related: Related, fix: Fix | None = None) -> None:
        """Adds a finding. One cause gives one finding: a place is reported once for one kind of mistake."""
        found = Diagnostic(problem, span, related, fix)
        if found not in self._known:
            self._known.add(found)
            self.found.append(found)

    def may_compare(self, letters: int) -> bool:
        """Whether so many letters may still be compared to find out what was meant. Of a file with many mistakes only
        the first are worth it: those behind them are counted, not shown."""
        self._letters -= letters
        return self._letters > 0 and len(self.found) < MAX_DIAGNOSTICS

    def has_errors(self) -> bool:
        return any(found.problem.severity.value == "error" for found in self.found)

    def words(self, span: Span) -> str:
        """The author's own words at a place."""
        return self.source.slice(span)

    def was_faulty(self, name: str) -> bool:
        """Whether a name stands in a line that could not be read, so that it may well be declared there."""
        return name in self._faulty_words

    def is_whole(self, block: Block) -> bool:
        """Whether every line of a block could be read: only then it can be said what it lacks."""
        first = bisect_left(self._fault_starts, block.span.start)
        return first == len(self._fault_starts) or self._fault_starts[first] > block.span.end

    # ---------- blocks and periods

    def blocks(self, *kinds: str) -> Iterable[Block]:
        return (block for block in self.tree.blocks if block.kind in kinds)

    def period(self, suffix: str, span: Span) -> Period:
        """The period of a phrase such as IN_WEEK; what it needs from the programme is asked for once."""
        period = Period(suffix)
        if period is Period.WEEK and self.settings.week_start is None:
            self._start_missing("WEEK_STARTS", span)
        if period is Period.PROGRAMME_YEAR and self.settings.year_start is None:
            self._start_missing("PYEAR_STARTS", span)
        return period

    def _start_missing(self, clause: str, span: Span) -> None:
        programme = next(iter(self.blocks("H_PROGRAMME")), None)
        if clause not in self._started and programme is not None and self.is_whole(programme):
            self._started.add(clause)
            self.report(StartMissing(Role(clause)), span, Related(programme.header, "programme_here"))


def title_of(block: Block) -> str:
    """The title of a block in the words of its author, "" without one."""
    return block.title.value if block.title else ""
