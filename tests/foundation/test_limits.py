"""Limits of a programme: raised or lowered where it is loaded, and part of what it is."""

from __future__ import annotations

from typing import Any, Final

import pytest

from loyalty_rules import InputError, Limits, Programme, RuleFileError, SettingsError, check, load, load_saved, save
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.rendering import message_of

HEAD: Final = """loyalty rules 1
programme "P"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end
purse bonus "Points"
  rules add up
  round down per order
  usable at once
  expire never
end
"""


def rules(count: int) -> str:
    given = (f'earn r{n} "R{n}"\n  on any product\n  give 1 bonus per {n + 10} RUB\nend\n' for n in range(count))
    return HEAD + "".join(given)


def refused(text: str, **limits: int) -> list[tuple[str, int]]:
    """The codes and the lines of what is found."""
    report = check(text, limits=Limits(**limits))
    assert report.programme is None
    assert report.source is not None
    return [(one.problem.code, report.source.line_number(one.span.start)) for one in report.diagnostics]


def test_the_usual_limits() -> None:
    usual = Limits()
    assert (usual.rules, usual.bytes, usual.words, usual.blocks) == (2_000, 1_048_576, 100_000, 5_000)
    assert (usual.conditions, usual.comparisons, usual.steps) == (100_000, 4_000_000, 1_000_000)
    assert usual.changed() == {}
    assert Limits(rules=3, words=9).changed() == {"rules": 3, "words": 9}


@pytest.mark.parametrize(
    ("given", "code", "where"),
    [
        ({"rules": 0}, "limits.range", "limits.rules"),
        ({"rules": -1}, "limits.range", "limits.rules"),
        ({"rules": 100_001}, "limits.range", "limits.rules"),
        ({"bytes": (64 << 20) + 1}, "limits.range", "limits.bytes"),
        ({"steps": 1.5}, "limits.type", "limits.steps"),
        ({"blocks": True}, "limits.type", "limits.blocks"),
        ({"words": "100"}, "limits.type", "limits.words"),
    ],
)
def test_a_limit_is_a_whole_number_within_bounds(given: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Limits(**given)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_each_limit_refuses_what_is_beyond_it_at_its_place() -> None:
    three = rules(3)
    assert load(three, limits=Limits(rules=3, blocks=5)).limits == Limits(rules=3, blocks=5)
    # Each rule has four lines, and fifteen lines stand before the first.
    assert refused(three, rules=2) == [("L009", 24)]
    assert refused(three, blocks=4) == [("L009", 24)]
    assert refused(three, words=40)[-1] == ("L009", 14)
    assert refused(three, steps=100) == [("L087", 24)]
    asking = three.replace("  on any", '  when order channel is "app"\n  on any')
    assert refused(asking, conditions=5) == [("L009", 26)]
    assert check(three, limits=Limits(bytes=100)).refused is not None
    assert refused(three.replace("  rules add up\n", ""), comparisons=1)[0] == ("L009", 23)


def test_what_is_counted_as_a_rule_is_named() -> None:
    offered = rules(2).replace("  prices", "  discounts round half up per line\n  prices")
    report = check(offered + "offer o\n  on any product\n  discount 10%\nend\n", limits=Limits(rules=2))
    (problem,) = [one.problem for one in report.diagnostics]
    what = "earn rules, boosts, challenges, referrals and offers in the file, at most 2"
    assert message_of(problem, "en") == f"too much to read: {what}"
    what = "начислений, усилений, заданий, приглашений и предложений в файле - не больше 2"
    assert message_of(problem, "ru") == f"слишком много для чтения: {what}"


def test_a_raised_limit_lets_larger_files_in() -> None:
    more = rules(2_001)
    with pytest.raises(RuleFileError) as caught:
        load(more)
    assert [one.problem.code for one in caught.value.diagnostics] == ["L009"]
    larger = load(more, limits=Limits(rules=2_001))
    assert len(larger.checked.earns) == 2_001
    assert format_source(larger.source, limits=larger.limits)


def test_other_limits_are_another_fingerprint_and_the_usual_ones_are_none() -> None:
    text = rules(2)
    usual = load(text).fingerprint
    assert load(text, limits=Limits()).fingerprint == usual
    others = [Limits(rules=2_001), Limits(rules=1_999), Limits(blocks=2_001), Limits(rules=2_001, blocks=4_999)]
    assert len({usual, *(load(text, limits=one).fingerprint for one in others)}) == 5


def test_each_edition_has_its_own_limits() -> None:
    old, new = rules(2), rules(3)
    raised = Limits(rules=5_000)
    before, after = load(old).fingerprint, load(new, limits=raised).fingerprint
    grown = load(new, earlier=[(old, "2026-01-01T00:00:00Z")], limits=raised)
    assert [one.fingerprint for one in grown.editions] == [before, after]
    assert [one.limits for one in grown.editions] == [Limits(), raised]
    member = load(old).decide(load(old).new_member("m"), _order()).member
    assert grown.edition_of(member).fingerprint == before
    both = load(new, earlier=[(old, "2026-01-01T00:00:00Z", None, raised)])
    assert [one.limits for one in both.editions] == [raised, Limits()]


def _order() -> Any:
    from loyalty_rules import line, purchase

    sold = [line(id="1", sku="a", quantity=1, price="10.00")]
    return purchase(id="p", member="m", at="2025-06-01T12:00:00Z", lines=sold, currency="RUB")


def test_a_saved_form_keeps_its_limits_and_raises_none() -> None:
    raised = Limits(rules=5_000, steps=2_000_000)
    programme = load(rules(3), earlier=[(rules(2), "2026-01-01T00:00:00Z")], limits=raised)
    saved = save(programme)
    with pytest.raises(InputError) as caught:
        load_saved(saved)
    assert (caught.value.code, "rules=5000" in caught.value.message) == ("saved.limits", True)
    with pytest.raises(InputError) as caught:
        load_saved(saved, limits=Limits(rules=5_000))
    assert "steps=2000000" in caught.value.message
    again = load_saved(saved, limits=Limits(rules=6_000, steps=2_000_000))
    assert _seen(again) == _seen(programme)
    assert save(again) == saved
    lower = load(rules(3), limits=Limits(rules=10))
    assert load_saved(save(lower)).limits == Limits(rules=10)


def _seen(programme: Programme) -> list[tuple[str, Limits]]:
    return [(one.fingerprint, one.limits) for one in programme.editions]


def test_limits_of_an_earlier_edition_are_not_raised_by_a_saved_form_either() -> None:
    programme = load(rules(3), earlier=[(rules(2), "2026-01-01T00:00:00Z", None, Limits(rules=5_000))])
    with pytest.raises(InputError) as caught:
        load_saved(save(programme))
    assert caught.value.code == "saved.limits"
