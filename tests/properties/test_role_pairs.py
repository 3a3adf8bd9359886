"""Each phrase that can change a decision does so in fifty pairs of a rule file and a history, by every evaluator; the
others stand in a list with reasons, which are held."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from loyalty_rules.engine import asking
from loyalty_rules.engine.compiled import asking as compiled
from loyalty_rules.fused import posting
from loyalty_rules.lang.phrases import phrase_tables
from tests.benchmarks import roles
from tests.cases.role_cases import Case
from tests.engine.evaluators import DECIDED
from tests.properties.role_asked import Asked, Reason, asked, by_hand, counted, reasons
from tests.properties.role_pairs import LEAST, pairs_of, printed
from tests.properties.role_silence import broken
from tests.properties.role_variants import BY_HAND, variants

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
PARTS = 12
COUNTED = counted()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_clause_changes_what_is_decided_in_fifty_pairs(part: int) -> None:
    before = DECIDED.total()
    found = [pairs_of(asked(role)) for role in COUNTED[part::PARTS]]
    assert DECIDED.total() - before > 10 * LEAST
    differing = [f"{one.role}: {said}" for one in found for said in one.differing]
    assert not differing, "\n".join(differing)
    few = [one for one in found if one.changed < LEAST]
    assert not few, printed(few)
    assert [one.role for one in found if asked(one.role).instead and one.how != BY_HAND] == []


def test_every_phrase_is_asked_or_has_one_reason() -> None:
    listed = Counter(role for reason in reasons() for role in reason.roles)
    assert [role for role, times in listed.items() if times > 1] == []
    assert set(COUNTED) | set(listed) == set(phrase_tables()["en"].forms)
    held = Counter(reason.held for reason in reasons() for _ in reason.roles)
    for count in (len(COUNTED), held["needed"], held["example"], held["silent"]):
        assert f" | {count} |\n" in PAGE
    assert set(by_hand()) <= set(COUNTED)
    assert [role for role in by_hand() if (asked(role).lines > 1) is not (len(asked(role).why) > 15)] == []


@pytest.mark.parametrize("reason", reasons(), ids=lambda reason: reason.name)
def test_a_reason_is_true(reason: Reason) -> None:
    assert len(reason.why) > 15
    assert {role: said for role in reason.roles if (said := broken(reason.held, role))} == {}


@pytest.mark.parametrize(("held", "role"), [("silent", "LIMIT"), ("needed", "CAP"), ("needed", "ROUND_DOWN"),
                                            ("example", "LIMIT"), ("silent", "MEMBER_FACT")])  # fmt: skip
def test_a_reason_that_is_not_true_is_seen(held: str, role: str) -> None:
    assert broken(held, role) != ""


@pytest.mark.parametrize("role", ["TITLE", "ALLOW", "ALWAYS", "H_EARN"])
def test_a_phrase_that_changes_nothing_has_no_pairs(role: str) -> None:
    assert pairs_of(asked(role)).changed == 0


def limited(title: str) -> Asked:
    """The limit of a rule, in a file that was not read before."""
    return replace(asked("LIMIT"), case=replace(asked("LIMIT").case, earn=f'title en "{title}"\nlimit 1 per member'))


def test_a_clause_that_no_evaluator_heeds_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for evaluator in (asking, compiled):
        monkeypatch.setattr(evaluator, "counted", lambda *_: 0)
    found = pairs_of(limited("None"))
    assert (found.changed, found.differing) == (0, [])
    monkeypatch.undo()
    assert pairs_of(limited("Both")).changed == LEAST


@pytest.mark.parametrize("evaluator", [asking, compiled], ids=["reference", "compiled"])
def test_a_clause_that_one_evaluator_does_not_heed_is_seen(
    evaluator: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluator, "counted", lambda *_: 0)
    found = pairs_of(limited(evaluator.__name__))
    assert found.changed < LEAST
    assert found.differing[0].startswith("compiled and reference: ")


def test_what_the_function_of_a_programme_does_not_heed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "put_one", lambda purses, *_: purses)
    found = pairs_of(limited("Whole"))
    assert found.changed < LEAST
    assert found.differing[0].startswith("whole: purses: ")


def test_what_takes_more_than_a_clause_is_refused() -> None:
    case = Case("LIMIT", "none", blocks="earn s\n  give 3 pts\n  limit 1 per member\nend")
    for instead in (
        ("earn s\n  give 3 pts\n  limit 1 per member\nend", ""),
        ("give 3 pts\n  limit 1 per member", "give 4 pts"),
    ):
        with pytest.raises(ValueError, match="LIMIT: more than 1 lines, or a block"):
            next(variants(Asked(case, (instead,))))
    with pytest.raises(ValueError, match="LIMIT: what is written by hand has an error"):
        next(variants(Asked(case, (("limit 1 per member", "limit"),))))
    with pytest.raises(ValueError, match="nothing of the file is 'limit 7'"):
        next(variants(Asked(case, (("limit 7", ""),))))


def test_the_run_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert roles.main(["LIMIT", "TITLE"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("TITLE                  0 of ")
    assert "LIMIT                 50 of " in told
    assert told.endswith("2 phrases: 1 with fewer than 50 pairs, 0 on which evaluators differ\n")
    assert roles.main(["LIMIT"]) == 0
    assert roles.main(["NO_SUCH"]) == 2
