"""`was NAME`: what members hold and count under the former name goes on under the new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

import pytest

from loyalty_rules import Programme, SettingsError, load, replay, tick
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.differences import HEADERS
from loyalty_rules.lang.fingerprint import canonical
from loyalty_rules.lang.lexer import tokens_of
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.renaming import declared, former_keys, renamed_blocks
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.editions import NAMED
from loyalty_rules.source import decode
from tests.engine.deciding import decide, granted, order

OLD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "Bonus"
  round down per order
  carry remainder
  usable at once
  expire after 1 months
end

segment staff
  supplied by host
end

tiers status
  level silver when earned bonus in last 90 days at least 50 bonus
  upgrade from next order
  review at end of calendar month
  downgrade one level
end

products Tea
  where category is "tea"
end

earn base "Base"
  on Tea
  give 1 bonus per 3 RUB
  cap 60 bonus per member in calendar year
end

earn silver_gift
  for status is silver
  when earned bonus by base in calendar year before this order at least 1 bonus
  give 5 bonus
  limit 2 per member in calendar year
end
"""

#: Every block has another name.
NEW: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse points "Points"
  was bonus
  round down per order
  carry remainder
  usable at once
  expire after 1 months
end

segment crew
  was staff
  supplied by host
end

tiers standing
  was status
  level silver when earned points in last 90 days at least 50 points
  upgrade from next order
  review at end of calendar month
  downgrade one level
end

products Brew
  was Tea
  where category is "tea"
end

earn basic "Basic"
  was base
  on Brew
  give 1 points per 3 RUB
  cap 60 points per member in calendar year
end

earn gift
  was silver_gift
  for standing is silver
  when earned points by basic in calendar year before this order at least 1 points
  give 5 points
  limit 2 per member in calendar year
end
"""
JUNE: Final = "2026-06-01T00:00:00+03:00"


def both() -> Programme:
    return load(NEW, earlier=[(OLD, JUNE)])


def in_may(programme: Programme) -> MemberState:
    """160 RUB of tea on 20 May: 53 points and a third, silver from the next order."""
    return decide(programme, order("tea:160", id="o-1", at="2026-05-20T12:00:00+03:00")).member


def test_counters_levels_and_remainders_go_on_under_the_new_names() -> None:
    """Of the cap of 60 a year 7 are left, and the second order is a silver member's. 20 RUB are 6 and two thirds: with
    the third that was carried, just below 7 after it was cut to billionths, so 6."""
    programme = both()
    second = decide(programme, order("tea:20", id="o-2", at="2026-06-05T12:00:00+03:00"), in_may(programme))
    assert (granted(second, "basic"), granted(second, "gift")) == (6, 5)
    third = decide(programme, order("tea:160", id="o-3", at="2026-06-06T12:00:00+03:00"), second.member)
    assert (granted(third, "basic"), granted(third, "gift")) == (1, 5)
    fourth = decide(programme, order("tea:160", id="o-4", at="2026-06-07T12:00:00+03:00"), third.member)
    assert (granted(fourth, "basic"), granted(fourth, "gift")) == (0, 0)


def test_without_the_line_the_block_is_a_new_one() -> None:
    forgotten = NEW.replace("  was silver_gift\n", "")
    programme = load(forgotten, earlier=[(OLD, JUNE)])
    member = decide(programme, tick("m", JUNE), in_may(programme)).member
    assert [counter.key.split()[0] for counter in member.counters if "basic CAP" in counter.key] == ["basic"]
    with pytest.raises(SettingsError, match="`bonus`"):
        load(NEW.replace("  was bonus\n", ""), earlier=[(OLD, JUNE)])


def test_effects_before_the_turn_are_told_in_the_new_names() -> None:
    """The points of 20 April went on 21 May, before the turn."""
    programme = both()
    member = decide(programme, order("tea:160", id="o-1", at="2026-04-20T12:00:00+03:00")).member
    decision = decide(programme, order("tea:3", id="o-2", at="2026-06-05T12:00:00+03:00"), member)
    assert decision.effects[0].kind == "points_expired"
    text = write_decision(decision)
    assert '"kind":"points_expired","points":"points","units":"53"' in text
    assert '"parts":{"basic":"53"}' in text
    assert not {"bonus", "base", "status"} & set(re.findall(r'"(\w+)"', text))


def test_a_member_is_read_and_asked_about_under_both_names() -> None:
    programme = both()
    member = in_may(programme)
    document = write_member(member, programme)
    assert '"bonus"' in document
    assert read_member(document, programme) == member
    assert programme.balance(member, "points") == (53, 0)
    assert programme.level(member, "standing") == "silver"
    assert programme.to_next(member, "standing") == ()
    later = decide(programme, tick("m", JUNE), member).member
    assert '"points"' in write_member(later, programme)
    assert programme.balance(later, "points") == (53, 0)
    assert programme.level(later, "standing") == "silver"


def test_a_statement_tells_the_whole_history_in_the_names_of_today() -> None:
    programme = both()
    events = [
        order("tea:160", id="o-1", at="2026-05-20T12:00:00+03:00"),
        order("tea:20", id="o-2", at="2026-06-05T12:00:00+03:00"),
    ]
    decisions = list(replay(programme, events))
    for history in (decisions, decisions[:1], decisions[1:]):
        text = programme.statement("m", history).explain()
        assert "Points\n" in text
        assert "bonus" not in text
    (purse,) = programme.statement("m", decisions[1:]).account.purses
    assert (purse.opening, [line.rule for line in purse.lines], purse.held) == (53, ["basic", "gift"], 64)


def test_the_segments_of_a_member_follow() -> None:
    programme = both()
    member = programme.editions[0].new_member("m", segments=["staff"])
    first = decide(programme, order("tea:3", at="2026-05-20T12:00:00+03:00"), member).member
    assert decide(programme, tick("m", JUNE), first).member.segments == ("crew",)


def test_names_may_change_again_and_a_line_may_stay() -> None:
    third = NEW.replace("points", "stars").replace("was bonus", "was points")
    stays = NEW.replace("Points", "Our points")
    july = "2026-07-01T00:00:00+03:00"
    for text, name in ((third, "stars"), (stays, "points")):
        programme = load(text, earlier=[(OLD, JUNE), (NEW, july)])
        member = in_may(programme)
        assert programme.balance(member, name) == (53, 0)
        last = decide(programme, tick("m", july), decide(programme, tick("m", JUNE), member).member)
        assert [purse.name for purse in last.member.purses] == [name]
        at_once = decide(programme, tick("m", july), member)
        assert at_once.member == last.member


def test_a_block_does_not_become_one_of_another_kind() -> None:
    with pytest.raises(SettingsError, match="different kinds") as caught:
        load(NEW.replace("was Tea", "was base").replace("was base\n  on", "on"), earlier=[(OLD, JUNE)])
    assert caught.value.code == "edition.changed"


# ---------- nothing that goes by a name is forgotten

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = sorted(
    [*(ROOT / "examples").rglob("*.loyalty"), *(ROOT / "tests" / "cases" / "semantics").glob("*.loyalty")]
)


def under_other_names(text: str, names: Mapping[str, str]) -> str:
    """The rule file with other names of its blocks, in its lines and in the cells of its tables."""
    table = phrase_tables()["ru" if text.startswith("правила") else "en"]
    lines = read(decode(text, "old")).lines
    tokens = [token for line in lines for token in line.tokens]
    for cell in (cell for line in lines for cell in line.cells):
        tokens += tokens_of(cell.text, cell.span.start, table, opening=False).tokens
    for token in sorted(tokens, key=lambda token: token.span.start, reverse=True):
        if token.role == "NAME" and token.text in names:
            text = text[: token.span.start] + names[token.text] + text[token.span.end :]
    return text


def keys(programme: Programme) -> set[str]:
    plan = Plan(programme.checked, "")
    found = {measure.key for measure in plan.kept_measures}
    found |= {cap.key for rule in plan.rules.values() for cap in rule.caps}
    found |= {limit.key for rule in plan.rules.values() for limit in rule.limits}
    found |= {cap.key for group in programme.checked.groups.values() for cap in group.caps}
    return found | {limit.key for earn in programme.checked.earns.values() for limit in earn.base_limits}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_key_is_found_again_when_all_blocks_get_other_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8").split('\nexample "')[0].split('\nпример "')[0] + "\n"
    old = load(text)
    levels = {level.name for ladder in old.checked.ladders.values() for level in ladder.levels}
    names = {name: f"{name}_2" for name in declared(old.checked) if name not in levels}
    new = load(under_other_names(text, names))
    former = former_keys(new.checked, {now: name for name, now in names.items()})
    assert {former.get(key, key) for key in keys(new)} == keys(old)
    for kind in HEADERS:
        blocks = renamed_blocks(tuple(getattr(old.checked, kind).values()), names)
        assert canonical(blocks) == canonical(tuple(getattr(new.checked, kind).values()))


def test_what_a_member_holds_is_all_considered() -> None:
    """A new field that goes by names must be renamed with them, in `ledger/renaming.py`; then it is added here."""
    considered = {"segments", "purses", "counters", "standings", "memberships", "opted"}
    considered |= {"choices", "chosen"}
    considered |= {"records"}  # each names the edition that decided it, and keeps the names of that one
    nameless = {"member", "programme", "clock", "decisions", "joined", "facts", "first_order", "last_order", "seen"}
    nameless |= {"merged"}  # the id of a member
    nameless |= {"invited", "invites"}  # who did it, by which facts; and how many friends
    assert set(MemberState._fields) == considered | nameless


def test_what_an_effect_names_is_all_considered() -> None:
    """A new text in an effect is a name of a block, and stands in NAMED, or is none, and is added here."""
    nameless = {
        "kind",
        "key",  # of a counter, as the newest edition calls it
        "value",
        "before",
        "after",
        "level",
        "to",
        "reason",
        "actor",
        "limited_by",
        "order",
        "lines",
        "reservation",
        "giver",
        "grants",  # what the host lets the member do
        "friend",  # this and the next: ids of other members
        "inviter",
        "other",
        "why",
        "sku",  # of a gift, as the shop calls it
    }
    for kind in get_args(Effect):
        texts = {name for name, type_ in kind.__annotations__.items() if "str" in str(type_) or "Literal" in str(type_)}
        assert texts <= NAMED | nameless


def test_a_conversion_that_takes_everything_may_have_a_former_name() -> None:
    miles = "purse miles\n  round down per order\n  usable at once\n  expire never\nend\n"
    swap = "conversion fly\n  on request\n  uses all of bonus\n  give 50% to miles\n  was travel\nend\n"
    text = OLD.replace("  expire after 1 months\n", "  expire after 1 months\n  take oldest first\n", 1)
    assert load(f"{text}\n{miles}\n{swap}").checked.conversions["fly"].all_of == "bonus"
