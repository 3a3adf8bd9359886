"""Two files with one fingerprint decide alike: what takes part in it, and what does not."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from loyalty_rules.errors import SettingsError
from loyalty_rules.lang.fingerprint import canonical, fingerprint
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from tests.lang.checking import check, checked, club, earn

TEXT = club(
    "facts\n  line fact organic is yes or no else no\n  order fact meal is one of \"lunch\", \"dinner\"\nend\n",
    "event review\n  fact stars is number\n  fact pages is number\nend\n",
    "products Coffee\n  where category is one of \"coffee\", \"beans\"\n  where organic is yes\nend\n",
    "products Tea\n  where category is \"tea\"\nend\n",
    "segment rich\n  when spend in calendar year before this order at least 5 RUB\n"
    "  when joining date at least 2020-01-01\nend\n",
    "table rates\n  value rate is percent\n  | money paid | rate |\n"
    "  | at most 5 RUB | 1% |\n  | over 5 RUB | 2% |\nend\n",
    "tiers status\n  level a when spend in calendar year at least 5 RUB and orders in calendar year at least 3\n"
    "  level b above a when orders in calendar year at least 9\n  upgrade from next order\n  review never\nend\n",
    earn(
        "for in segment rich",
        "for status is a",
        "when weekday is sunday or (order number is 1 and money paid over 5 RUB)",
        'when meal is "lunch"',
        "on Coffee, Tea",
        "give 1 bonus per 10 RUB",
        "cap 50 bonus per order",
        "cap 500 bonus per member in calendar month",
        "limit 3 per member in calendar month",
        "expire after 1 month",
        "expire at end of calendar year",
        'title ru "Основное"',
        'message given en "You got {amount}"',
    ),
    earn("on Tea", "give [rates] to bonus whole amount", name="by_table"),
    "group both\n  rule base\n  rule by_table\n  choose first listed\n  decide per order\nend\n",
    'example "One"\n  at 2026-03-07 11:00 joins\nend\n',
)  # fmt: skip
ROWS = re.compile(r"^  \|", re.MULTILINE)


def shuffled(text: str, seed: int) -> str:
    """The blocks, and the clauses of each block, in another order; a group keeps its list, tables their rows."""
    chance = random.Random(seed)
    head, *blocks = (block.strip("\n") for block in text.split("\nend\n") if block.strip())
    first, _, programme = head.partition("\n\n")
    found = []
    for block in (programme, *blocks):
        header, *clauses = block.strip("\n").split("\n")
        if not header.startswith(("group", "table", "example")):
            chance.shuffle(clauses)
        found.append("\n".join((header, *clauses, "end")))
    chance.shuffle(found)
    return "\n\n".join((first, *found)) + "\n"


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_blocks_and_clauses_means_nothing(seed: int) -> None:
    other = shuffled(TEXT, seed)
    assert other != TEXT
    assert fingerprint(checked(other)) == fingerprint(checked(TEXT))


def test_translation_comments_and_layout_mean_nothing() -> None:
    source = Source("f", TEXT.replace("end\n", "end\n\n# a comment\n"))
    russian = format_source(source, "ru")
    assert "начисление base" in russian
    assert fingerprint(checked(russian)) == fingerprint(checked(TEXT))


COMMITMENT = f'  commitment "sha256:{"0" * 64}"\n'
PRIZES = {
    "a contest": (
        "contest runner\n  ranks spend in calendar month highest first\n  season in calendar month\n",
        ("  prize 1000 bonus place 1\n", "  prize 100 bonus place between 2 and 10\n", "  ties all win\n"),
    ),
    "a draw": (
        f"draw spring\n{COMMITMENT}  season in calendar month\n",
        ("  prize 300 bonus winners 1\n", "  prize 50 bonus winners 5\n", "  prize 70 bonus winners 2\n"),
    ),
    "a draw at once": (
        f"draw wheel\n{COMMITMENT}  draws at once\n  no prize chance 70 out of 100\n",
        ("  prize 50 bonus chance 10 out of 100\n", "  prize 30 bonus chance 20 out of 100\n"),
    ),
}


@pytest.mark.parametrize(("head", "prizes"), PRIZES.values(), ids=PRIZES)
def test_prizes_of_one_purse_may_be_listed_in_any_order(head: str, prizes: tuple[str, ...]) -> None:
    """What a place or a winner gets is said by its own line, wherever that stands."""
    kind, name = head.split()[:2]
    given = earn("on any product", f"give 1 {'bonus' if kind == 'contest' else name} per full 10 RUB")
    found = {
        fingerprint(checked(club(f"{head}{''.join(listed)}end\n", given))) for listed in itertools.permutations(prizes)
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Club"', '"Another club"'),
        ('"Основное"', '"Главное"'),
        ("You got {amount}", "{amount} for you"),
        ('  title ru "Основное"\n', ""),
        ('example "One"', 'example "Two"'),
        ("2026-03-07 11:00 joins", "2026-03-08 12:00 nothing happens"),
        ('"coffee", "beans"', '"beans", "coffee"'),
        ("on Coffee, Tea", "on Tea, Coffee"),
        ("at most 5 RUB | 1%", "at most 5.00 RUB | 1.0%"),
        ("weekday is sunday or (order number is 1 and money paid over 5 RUB)",
         "(money paid over 5 RUB and order number is 1) or weekday is sunday"),
        ("expire after 1 month", "expire after 1 months"),
    ],
)  # fmt: skip
def test_words_for_people_and_the_order_of_sets_mean_nothing(old: str, new: str) -> None:
    assert old in TEXT
    assert fingerprint(checked(TEXT.replace(old, new))) == fingerprint(checked(TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("currency RUB", "currency RUB\n  day starts 04:00"),
        ("time zone Europe/Moscow", "time zone Asia/Jerusalem"),
        ("money paid", "list price"),
        ("prices include tax", "tax comes on top of prices"),
        ("round down per order", "round up per order"),
        ("usable at once", "usable after 1 day"),
        ("usable at once", "usable on day 1 may"),
        ("usable at once", "usable at once\n  life counts from usable"),
        ("usable at once", "usable at once\n  expiry waits while orders in last 3 days at least 1"),
        ("expire after 1 month", "expire when the same day begins 1 month later"),
        ("expire after 1 month", "expire after 1 month on day 1 may"),
        ("else no", "else yes"),
        ('"tea"', '"teas"'),
        ("calendar year before this order", "calendar year"),
        ("at most 5 RUB | 1% |", "at most 5 RUB | 3% |"),
        ("orders in calendar year at least 9", "orders in calendar year at least 8"),
        ("review never", "review every order\n  downgrade one level"),
        ("on Coffee, Tea", "on Coffee"),
        ("give 1 bonus per 10 RUB", "give 1 bonus per full 10 RUB"),
        ("cap 50 bonus", "cap 51 bonus"),
        ("limit 3 per member", "limit 4 per member"),
        ("  rule base\n  rule by_table", "  rule by_table\n  rule base"),
        ("choose first listed", "choose largest for member"),
        ("whole amount", "each part"),
        ("money paid over 5 RUB", "money paid at least 5 RUB"),
    ],
)  # fmt: skip
def test_what_decides_takes_part(old: str, new: str) -> None:
    assert old in TEXT
    programme = check(TEXT.replace(old, new))[0]
    assert programme is not None
    assert fingerprint(programme) != fingerprint(checked(TEXT))


def test_a_fingerprint_is_a_hash_in_hexadecimal() -> None:
    assert re.fullmatch("[0-9a-f]{64}", fingerprint(checked(TEXT)))


def test_the_canonical_form_tells_values_of_different_types_apart() -> None:
    assert canonical((1, "1", True, None)) == '[1,"1",yes,-]'
    assert canonical({"b": 1, "a": 'ё"\n'}) == '{"a":"\\u0451\\"\\n","b":1}'
    assert canonical(frozenset({"b", "a"})) == '{"a","b"}'


def test_what_is_no_checked_value_has_no_canonical_form() -> None:
    with pytest.raises(SettingsError) as refused:
        canonical([1.5])
    assert refused.value.code == "fingerprint.value"
