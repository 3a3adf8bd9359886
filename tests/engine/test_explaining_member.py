"""Explanations for the member, of hostile text, and in languages made by machine."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from importlib import resources
from typing import Any, Literal

import pytest

from loyalty_rules.decision import (
    FalseCondition,
    LevelChanged,
    Outcome,
)
from loyalty_rules.errors import SettingsError
from loyalty_rules.explaining import explain, messages
from loyalty_rules.explaining.wording import Wording, placeholders, wording, wording_of
from loyalty_rules.lang.checked import TriggerKind
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.member import NEVER, Standing
from tests.engine.explained import (
    CAP,
    CAPPED,
    CONDITIONS,
    EARN,
    LADDER,
    MEMBER,
    MOMENT,
    at,
    awarded,
    checked,
    decision,
    false,
    paragraph,
    record,
    rule,
)

# ---------- the member


MESSAGES = (
    ("en", "{title}: {amount} until {until}, {level}"),
    ("ru", "{title}: {amount} до {until}, {level}"),
)


def test_a_member_reads_what_was_given_and_the_files_messages_only() -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("spend", "420.00 RUB", 80, "RUB"),))
    told = replace(EARN, given=MESSAGES)
    gold = rule("gold", occasion=(CONDITIONS["spend"],), missed=(("en", "Only {distance} to go!"),))
    member = MEMBER._replace(standings=(Standing("status", "gold", MOMENT),))
    given_50 = record("base", Outcome.AWARDED, purse="bonus", asked=50, granted=50)
    made = decision(checked(told, gold), given_50, refused, effects=(awarded("base", 50),), member=member)
    assert explain(made, audience="member") == (
        "Base points: 50 bonus.\nBase points: 50 bonus until 2027-03-07, gold\nOnly 80 RUB to go!\n"
    )
    assert explain(made, audience="member", language="ru") == (
        "Основные баллы: 50 bonus.\nОсновные баллы: 50 bonus до 2027-03-07, gold\n"
    )


def test_a_message_that_asks_for_what_is_not_known_is_not_told() -> None:
    missed = (("en", "Only {distance} to go!"),)
    weekend = rule("gold", occasion=(CONDITIONS["weekday"],), missed=missed)
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("weekday", "0"),))
    made = decision(checked(weekend), refused)
    assert messages(made) == ()
    assert explain(made, audience="member") == "Nothing was given this time.\n"
    assert explain(made, audience="member", language="ru") == "В этот раз ничего не начислено.\n"


def test_a_rule_that_was_not_asked_tells_nothing() -> None:
    review = rule("gold", trigger=TriggerKind.EVENT, event="review", missed=(("en", "Not this time"),))
    assert messages(decision(checked(review), record("gold", Outcome.WAITING_FOR_EVENT))) == ()


def test_a_level_is_told_when_it_rises() -> None:
    ladder = replace(LADDER, given=(("en", "Welcome to {level}, {title}!"),))
    up, down = LevelChanged("status", "silver", "gold", MOMENT), LevelChanged("status", "gold", "", MOMENT)
    whole = checked(EARN, ladders={"status": ladder})
    made = decision(whole, effects=(up,))
    assert explain(made, audience="member") == "Status: gold.\nWelcome to gold, Status!\n"
    assert explain(decision(whole, effects=(down,)), audience="member") == "Status: no level.\n"


def test_units_without_an_end_have_words_for_it() -> None:
    told = replace(EARN, given=(("en", "Yours, {until}"), ("ru", "Ваши, {until}")))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=5, granted=5)
    made = decision(checked(told), found, effects=(awarded("base", 5, expires=NEVER),))
    assert [message.text for message in messages(made)] == ["Yours, no end date"]
    assert [message.text for message in messages(made, language="ru")] == ["Ваши, без срока"]


def test_messages_are_filled_in_once_and_by_name_alone() -> None:
    template = "{title} {0} {title.__class__} {title!r} {unknown} {{amount}} %s"
    told = replace(EARN, title="{amount} {title}", titles=(), given=(("en", template),))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=5, granted=5)
    (message,) = messages(decision(checked(told), found, effects=(awarded("base", 5),)))
    assert message.text == "{amount} {title} {0} {title.__class__} {title!r} {unknown} {5 bonus} %s"


# ---------- hostile text


def test_O_03_control_characters_are_escaped_wherever_they_come_from() -> None:
    evil = "\x1b[2J\x1b]0;owned\x07\b\r\n\x9b31m\u202e"
    hostile = replace(EARN, title=evil, titles=(), given=(("en", evil),), missed=(("en", evil),))
    gold = rule("gold", occasion=(CONDITIONS["channel"],))
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("channel", evil),))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=5, granted=5)
    made = decision(checked(hostile, gold), found, refused, effects=(awarded("base", 5),))
    audiences: tuple[Literal["staff", "member"], ...] = ("staff", "member")
    for audience in audiences:
        text = explain(made, audience=audience)
        assert "\\x1b[2J" in text
        assert not [character for character in text if character != "\n" and not character.isprintable()]


def test_O_04_an_explanation_is_bounded_whatever_a_title_or_a_condition_holds() -> None:
    long = replace(EARN, title="x" * 10_000, titles=())
    condition = FalseCondition(at("channel"), "y" * 10_000, "z" * 10_000, None, "")
    refused = record("base", Outcome.CONDITION_FALSE, conditions=(condition,) * 10_000)
    text = paragraph(refused, replace(long, occasion=(CONDITIONS["channel"],)))
    assert len(text) < 10_000
    assert "  And 9980 more conditions that did not hold." in text


def test_a_backslash_in_a_title_stays_one() -> None:
    found = record("base", Outcome.ZERO_AFTER_ROUNDING, purse="bonus")
    assert paragraph(found, replace(EARN, title="a\\b")).startswith("a\\b (base): nothing")


# ---------- languages


def pages(language: str) -> dict[str, dict[str, object]]:
    folder = resources.files("loyalty_rules.grammar").joinpath("messages", language)
    return {
        name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in ("explaining", "command_line")
    }


def test_every_language_has_the_same_texts_with_the_same_names_in_braces() -> None:
    english, russian = pages("en"), pages("ru")
    for page, sections in english.items():
        assert sections.keys() == russian[page].keys()
        for section, entries in sections.items():
            other = russian[page][section]
            assert isinstance(entries, dict) and isinstance(other, dict)
            assert entries.keys() == other.keys()
            for key, text in entries.items():
                if section != "nouns":
                    assert placeholders(text) == placeholders(other[key]), (page, section, key)


def third_language() -> Wording:
    """A language made by machine: every word of English turned round, so no word of another language can hide."""

    def turned(text: str) -> str:
        return re.sub(r"(?<![{a-z_])[A-Za-z]+(?![}a-z_])", lambda word: f"q{word[0][::-1]}", text)

    english = phrase_tables()["en"]
    forms = {role: tuple(turned(form) for form in all_) for role, all_ in english.forms.items()}
    page = resources.files("loyalty_rules.grammar").joinpath("messages", "en", "explaining.toml").read_text("utf-8")
    lines = [re.sub(r"(?<=[=,\[] )?\"(.*?)\"", lambda found: f'"{turned(found[1])}"', one) for one in page.splitlines()]
    return wording_of(replace(english, language="xx", forms=forms), "\n".join(lines))


def test_the_member_is_told_money_in_its_currency() -> None:
    given = record("base", Outcome.AWARDED, purse="cash", asked=1250, granted=1250)
    made = decision(checked(EARN), given, effects=(awarded("base", 1250, purse="cash"),))
    assert explain(made, audience="member") == "Base points: 12.50 RUB.\n"


def test_a_third_language_needs_no_code() -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("orders", "3", 2, "ORDERS"),))
    gold = rule("gold", occasion=(CONDITIONS["orders"],))
    made = decision(checked(replace(EARN, caps=(CAP,)), gold), CAPPED, refused, effects=(awarded("base", 50),))
    text = explain(made, words=third_language())
    written = set(re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`", "", text)))
    data = {
        "bonus",
        "RUB",
        "base",
        "gold",
        "Base",
        "points",
        "Bonus",
        "Cashback",
        "Status",
        "p",
        "m",
        "coffee_weekend",
    }
    data |= {"coffee", "weekend"}
    assert {word for word in written - data if not word.startswith("q")} == set()
    assert "3 qsredro, 2 qsredro qerom" in text


def test_a_language_without_a_table_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no texts in xx; there are en, ru") as refusal:
        explain(decision(checked(EARN)), language="xx")
    assert refusal.value.code == "language.unknown"
    with pytest.raises(SettingsError) as refusal:
        wording("../en", "explaining")
    assert refusal.value.code == "language.unknown"


def test_an_audience_that_does_not_exist_is_refused() -> None:
    nobody: Any = "boss"
    with pytest.raises(SettingsError) as refusal:
        explain(decision(checked(EARN)), audience=nobody)
    assert refusal.value.code == "audience.unknown"


def test_a_page_that_is_no_toml_is_refused() -> None:
    with pytest.raises(SettingsError) as refusal:
        wording_of(phrase_tables()["en"], "[broken")
    assert refusal.value.code == "texts.syntax"
