"""The table of roles: for every phrase of the language a case in which it acts, and one in which it does not.

`roles/*.toml` hold it; an entry is named by its role. The entries stand in one small programme (`PROGRAMME`, `PURSE`,
`BLOCKS`, `TIERS`), whose rule `r` gives 5 points:

- `earn`: lines of `r` (its `give` too, else 5 points). `blocks`: further blocks. `programme`, `purse`: lines that
  replace those of the same kind, `-` in front of a word takes a line away.
- `other.tiers = "-"`: no ladder there. Where goods may come back, purse and ladder say what happens then.
- `acts`, `idle`: orders. Prices (`"100 RUB, 50 RUB"`), the lines of one step, or whole steps as in an `example`.
- `other`: what differs of these keys where the phrase does not stand; then `idle` is decided there, the same order if
  no other is given.
- `segments`: those that the host puts the member of `acts` into. `tax`: of the first line of each order.
- `acts_en`, `acts_ru`, `idle_en`, `idle_ru`: typed by hand, what the explanation of the last step says, to staff or to
  the member. Without `acts_…` it is that `r` gives its 5 points.
- `kind = "example"`: the expectations of `acts` hold, those of `idle` fail; what is told is the failure.
- `kind = "refused"`: `idle` is refused; what is told is the refusal, which is in English.
- `kind = "told"`: the phrase stands in explanations alone.
- `structural = "why"` instead of all this: the phrase cannot act or fail, it only gives the file its form.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from loyalty_rules import Event, Invitation, LoyaltyError, Programme, Purchase, RuleFileError
from loyalty_rules.amounts import micros
from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.explaining.wording import wording
from loyalty_rules.histories import decided
from loyalty_rules.lang.checked import OTHER_MEMBER
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.lexer import lex, tokens_of
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tokens import Duration, Token, YearDay
from loyalty_rules.loading import examine
from loyalty_rules.source import Source
from loyalty_rules.testing.examples import run_examples

FOLDER: Final = Path(__file__).resolve().parent / "roles"
LANGUAGES: Final = ("en", "ru")
#: What is told where `r` gives its points, in every language.
GIVEN: Final = "r (r): 5 pts."

PROGRAMME: Final = (
    "currency RUB",
    "time zone Europe/Moscow",
    "week starts monday",
    "programme year starts 1 march",
    "basis money paid",
    "prices include tax",
    "returns refused",
    "late events refused",
)
PURSE: Final = ("rules add up", "round down per order", "usable at once", "expire never")
TIERS: Final = """
tiers status "Status"
  level silver when spend in last 12 months at least 1 000 RUB
  level gold above silver when spend in last 12 months at least 5 000 RUB
  upgrade from next order
  review never
end
"""
BLOCKS: Final = """
products Tea
  where category is "tea"
end
products Coffee
  where category is "coffee"
end
event review "A review"
  fact stars is number else 0
end
segment vip
  supplied by host
end
"""
#: The openings by which a line of an entry replaces one of `PROGRAMME` or `PURSE`.
KINDS: Final = (
    *("currency", "time zone", "week starts", "programme year starts", "basis", "returns", "refund", "late events"),
    *("rules add up", "round", "usable", "expire"),
)
_TAX: Final = ("prices include tax", "tax comes on top")


@dataclass(frozen=True)
class Case:
    """An entry of the table."""

    role: str
    page: str
    kind: str = ""  # "", "example", "refused", "told" or "structural"
    structural: str = ""
    earn: str = ""
    blocks: str = ""
    programme: str = ""
    purse: str = ""
    other: Mapping[str, str] = field(default_factory=dict)
    segments: tuple[str, ...] = ()  # those that the host puts the member of `acts` into
    tax: str = ""  # of the first line of each order
    acts: str = "100 RUB"
    idle: str = ""
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # "acts_en" and the others

    def texts(self, which: str, language: str) -> tuple[str, ...]:
        default = (GIVEN,) if which == "acts" and self.kind in ("", "told") else ()
        return self.told.get(f"{which}_{language}", default)

    @property
    def pair(self) -> tuple[str, str]:
        """The rule files in which it acts and does not, each with its example."""
        own = {key: getattr(self, key) for key in ("earn", "blocks", "programme", "purse")}
        return file(own, self.acts), file({**own, **self.other}, self.idle or self.acts)


def file(parts: Mapping[str, str], order: str) -> str:
    """The programme with the parts of an entry, and one example."""
    earn = parts["earn"].strip()
    give = "" if any(line.strip().startswith("give ") for line in earn.splitlines()) else "give 5 pts\n"
    blocks = "" if earn == "-" else f"earn r\n{earn}\n{give}end\n"
    tiers = "" if parts.get("tiers") == "-" else TIERS
    purse = parts["purse"]
    if "returns replay" in parts["programme"] or "returns in proportion" in parts["programme"]:
        tiers = tiers.replace("  review never\n", "  review never\n  after a return keep\n")
        purse += "" if "after a return" in purse else "\nafter a return take only what is left"
    return (
        f'loyalty rules 1\nprogramme "Club"\n{_replaced(PROGRAMME, parts["programme"])}\nend\n'
        f'purse pts "Points"\n{_replaced(PURSE, purse)}\nend\n{BLOCKS}{tiers}{blocks}{parts["blocks"]}\n'
        f'example "case"\n{steps(order)}\nend\n'
    )


def _replaced(lines: tuple[str, ...], given: str) -> str:
    own = [line.strip() for line in given.strip().splitlines()]
    taken = [line.removeprefix("-").strip() for line in own]
    kinds = [kind for kind in KINDS if any(line.startswith(kind) for line in taken)]
    kinds += [kind for kind in _TAX if any(line.startswith(_TAX) for line in taken)]
    kept = [line for line in lines if not any(line.startswith(kind) for kind in kinds)]
    return "\n".join([*kept, *(line for line in own if not line.startswith("-"))])


def steps(order: str) -> str:
    """The lines of an example: whole as they are, or one order on a Saturday."""
    lines = [line.strip() for line in order.strip().splitlines()]
    if len(lines) == 1 and lines[0][0].isdigit():
        lines = ["| unit price |", *(f"| {price.strip()} |" for price in lines[0].split(","))]
    if not any(line.startswith("at ") for line in lines):
        given = [line for line in lines if line.startswith("given ")]
        rest = [line for line in lines if line not in given]
        lines = [*given, 'at 2026-03-07 11:00 places order "o-1"', *rest]
    for place, line in reversed(list(enumerate(lines))):
        if "places order" in line:
            behind = " ".join(["", *lines[place + 1 :]]).partition(" at ")[0]
            if "|" not in behind:
                lines[place + 1 : place + 1] = ["| unit price |", "| 100 RUB |"]
    if not any(line.startswith(("should", "afterwards")) for line in lines):
        lines.append("afterwards balance of pts at least 0 pts")
    return "\n".join(lines)


@cache
def table() -> Mapping[str, Case]:
    """The table, by role. A role stands in it once."""
    found: dict[str, Case] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for role, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert role not in found, f"{role} stands twice"
            found[role] = _case(role, path.stem, dict(entry))
    return found


def _case(role: str, page: str, entry: dict[str, Any]) -> Case:
    told = {
        key: tuple([value] if isinstance(value := entry.pop(key), str) else value)
        for key in [f"{which}_{language}" for which in ("acts", "idle") for language in LANGUAGES]
        if key in entry
    }
    if "structural" in entry:
        entry["kind"] = "structural"
    return Case(role, page, told=told, segments=tuple(entry.pop("segments", ())), **entry)


# ---------- what a case comes to


@cache
def translated(text: str, language: str) -> str:
    return format_source(Source("case", text), language)


def roles_in(text: str) -> set[str]:
    """The roles of all phrases of a rule file, those of cells and of lengths of time included."""
    return {role for line in roles_by_line(text) for role in line}


def roles_by_line(text: str) -> list[set[str]]:
    """The roles of each line."""
    source = Source("case", text)
    phrases = phrase_tables()["ru" if text.startswith("правила") else "en"]
    lines, mistakes = lex(source, phrases)
    assert not mistakes, mistakes
    found = []
    for line in lines:
        cells = (token for cell in line.cells for token in tokens_of(cell.text, 0, phrases, opening=False).tokens)
        found.append({role for token in (*line.tokens, *cells) for role in _roles(token)})
    return found


def _roles(token: Token) -> set[str]:
    match token.value:
        case Duration(unit=unit):
            return {token.role, unit}
        case YearDay(month=month, day=day):
            return {token.role, f"MO{month:02}", *(["LAST_DAY_OF"] if day == 0 else [])}
        case _:
            return {token.role}


def without(text: str, role: str) -> str:
    """The rule file without the lines in which a role stands."""
    kept = zip(text.split("\n"), roles_by_line(text), strict=True)
    return "\n".join(line for line, roles in kept if role not in roles)


@cache
def examined(text: str) -> tuple[Programme | None, tuple[Diagnostic, ...]]:
    return examine(Source("case", text))


def loaded(text: str) -> Programme:
    """The programme of a rule file. Raises `RuleFileError` with what was found in it."""
    programme, diagnostics = examined(text)
    if programme is None:
        raise RuleFileError("rules.errors", "refused", "case", diagnostics)
    return programme


@cache
def told(text: str, language: str, segments: tuple[str, ...] = (), tax: str = "") -> str:
    """All that is said about the last step of the one example: the explanations, the failures or the refusal."""
    programme = loaded(text)
    (example,) = programme.checked.examples
    member = programme.member_from(example.givens, example.steps[0].event.at)
    member, shared = programme.updated(member, segments=segments), programme.new_shared()
    states = {member.member: member}
    said = ""
    for step in example.steps:
        if isinstance(step.event, Invitation):
            friend = programme.member_from(step.friend, step.event.at)
            states.setdefault(step.event.friend, friend._replace(member=step.event.friend))
        try:
            made = decided(programme, states, _taxed(step.event, tax), shared)
        except LoyaltyError as error:
            said = f"refused: {error}"
            continue
        said = ""
        for decision in made:
            if decision.member.member != OTHER_MEMBER:  # whom units are given to is new each time
                states[decision.member.member], shared = decision.member, decision.shared or shared
                said += f"{decision.explain(language)}\n{decision.explain(language, 'member')}"
                said += "".join(f"\n({message.language}) {message.text}" for message in decision.messages)
    return said


def _taxed(event: Event, tax: str) -> Event:
    """An order with a tax, which the rows of examples do not have."""
    if not tax or not isinstance(event, Purchase):
        return event
    return event._replace(lines=(event.lines[0]._replace(tax=micros(tax, "tax")), *event.lines[1:]))


@cache
def failures(text: str, language: str) -> str:
    """What is said about the expectations of the example that do not come true."""
    programme = loaded(text)
    (result,) = run_examples(programme, wording(language, "explaining"))
    return "\n".join(f"{one.expected} | {one.actual} | {one.trace}" for one in result.failures)
